"""AWS's query protocol, as far as SNS needs it to publish: a call's body, and its answer in XML.

SNS speaks no other, and boto3's way of it takes 1.4 ms of CPU a call: it walks SNS's model for each attribute of each
message, and encodes byte by byte.
"""

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bridge.aws.connection import Answer
from bridge.aws.failure import ErrorAnswer
from bridge.aws.route import Service

#: Members that map names to values; all other mappings are structures (botocore 1.44.5, sns `MessageAttributeMap`).
_MAPS = frozenset({"MessageAttributes"})
#: ASCII that a form must not hold as it stands, `%` first; and the bytes that stand in no printable ASCII.
_RESERVED = [(bytes([code]), b"%%%02X" % code) for code in b"%" + bytes(range(32, 127)).translate(None, b"%-.~_")
             if not bytes([code]).isalnum()]  # fmt: skip
_UNRESERVED = re.compile(rb"[\w.~-]*", re.ASCII)
_OTHER = re.compile(rb"[^ -~]+")


def headers(_service: Service, _operation: str) -> list[tuple[str, str]]:
    """The headers that boto3 would send."""
    return [("content-type", "application/x-www-form-urlencoded; charset=utf-8")]


def body(service: Service, operation: str, request: Mapping[str, Any]) -> bytes:
    """The body that boto3 would send."""
    fields = [("Action", operation), ("Version", service.version), *_flat(request, "")]
    return b"&".join(b"%b=%b" % (name.encode(), _encoded(value)) for name, value in fields)


def read(_operation: str, answer: Answer) -> dict[str, Any]:
    """The lists that PublishBatch gives, as boto3 would. Raises `ErrorAnswer`."""
    try:
        told = ET.fromstring(answer.body)  # noqa: S314 -- the service's own, and expat bounds entities
    except ET.ParseError:
        told = ET.Element("nothing")
    if answer.status >= 300:
        said = _texts(next((each for each in told.iter() if _name(each) == "Error"), ET.Element("nothing")))
        raise ErrorAnswer(said.get("Code") or str(answer.status), answer.status, said.get("Message", ""))
    result = next((child for child in told if _name(child).endswith("Result")), ())
    return {_name(each): [_texts(member) for member in each] for each in result}


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Names and values of a form: structures by their members, lists and maps by counting from 1."""
    if isinstance(value, Mapping):
        for member, inner in value.items():
            yield from (_entries if member in _MAPS else _flat)(inner, f"{name}.{member}" if name else member)
    elif isinstance(value, list):
        for count, inner in enumerate(value, 1):
            yield from _flat(inner, f"{name}.member.{count}")
    else:
        yield name, base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _entries(value: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    for count, (key, inner) in enumerate(value.items(), 1):
        yield f"{name}.entry.{count}.Name", key
        yield from _flat(inner, f"{name}.entry.{count}.Value")


def _encoded(text: str) -> bytes:
    """As `urllib.parse.quote` encodes it, in half the time: it goes by the byte, this by the kind of byte."""
    data = text.encode()
    if _UNRESERVED.fullmatch(data):
        return data
    for plain, code in _RESERVED:
        data = data.replace(plain, code)
    return _OTHER.sub(lambda found: quote(found[0]).encode(), data)


def _texts(parent: ET.Element) -> dict[str, Any]:
    said = {_name(child): child.text or "" for child in parent}
    fault = {"SenderFault": said["SenderFault"] == "true"} if "SenderFault" in said else {}
    return said | fault


def _name(element: ET.Element) -> str:
    """Without its namespace."""
    return element.tag.rpartition("}")[2]
