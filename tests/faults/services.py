"""EventBridge, SNS, DynamoDB and S3 as far as the bridge calls them, out of memory, by what AWS documents of them.

Every request must be signed. Entry by entry a fault may hit: those that the plan masks are throttled, a half is left
unprocessed, or is left out of the answer, done or not.
"""

import hashlib
import json
import operator
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

import boto3
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import CBORSerializer

from tests.faults.entries import misfits_of_bus, misfits_of_topic
from tests.faults.wire import Answer, Request, error
from tests.simulation.options import BUCKET

_SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=.+, ?SignedHeaders=.+, ?Signature=[0-9a-f]{64}")


@dataclass(slots=True)
class Services:
    """What they hold. `take(target, id, group)` says what becomes of an event: None where it is taken, else a code."""

    take: Callable[..., str | None]
    entries: str = ""  #: what happens to entries of the next call: `half`, `undone`, `untold`
    items: dict[str, dict[str, Any]] = field(default_factory=dict)  #: of the ledger, by key
    objects: dict[str, bytes] = field(default_factory=dict)  #: of the quarantine
    claims: dict[str, bytes] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)  #: what AWS would not have taken

    def serve(self, request: Request) -> Answer:
        if not _SIGNED.fullmatch(request.headers.get("authorization", "")):
            self.complaints.append("a call is not signed")
            return error(request, 403, "MissingAuthenticationToken")
        operation = request.headers.get("x-amz-target", "").rpartition(".")[2]
        if operation:
            told = _JSON[operation](self, json.loads(request.body))
            if told == "ValidationException":
                self.complaints.append(f"{operation} is not as its model wants it")
            if isinstance(told, str):
                return error(request, 400, told)
            return Answer(200, json.dumps(told).encode())
        if "PutRawEvents" in request.path:
            return self.put_raw_events(request.body)
        if request.method == "POST":
            return self.publish_batch(dict(parse_qsl(request.body.decode())))
        return _S3[request.method](self, request)

    # events

    def put_events(self, asked: Mapping[str, Any]) -> dict[str, Any] | str:
        entries = asked["Entries"]
        if not 1 <= len(entries) <= 10:
            return "ValidationException"
        self.complaints += [said for entry in entries for said in misfits_of_bus(entry)]
        done = entries[: len(entries) // 2] if self.entries == "undone" else entries
        codes = [self.take("bus", json.loads(entry["Detail"])["id"], index) for index, entry in enumerate(done)]
        told = [
            {"ErrorCode": code, "ErrorMessage": "told so"} if code else {"EventId": f"{index:036}"}
            for index, code in enumerate(codes)
        ]
        told = told[: len(told) // 2] if self.entries == "untold" else told
        return {"FailedEntryCount": sum(map(bool, codes)), "Entries": told}

    def publish_batch(self, asked: Mapping[str, str]) -> Answer:
        prefix = "PublishBatchRequestEntries.member."
        count = max(int(name.removeprefix(prefix).split(".")[0]) for name in asked if name.startswith(prefix))
        parts: dict[str, list[str]] = {"Successful": [], "Failed": []}
        for index in range(count // 2 if self.entries == "undone" else count):
            entry = f"{prefix}{index + 1}."
            self.complaints += misfits_of_topic(asked, entry)
            code = self.take("topic", json.loads(asked[f"{entry}Message"])["id"], index)
            name = escape(asked[f"{entry}Id"])
            sender = "true" if code == "InvalidParameter" else "false"
            if code:
                told = (
                    f"<Id>{name}</Id><Code>{code}</Code><Message>told so</Message><SenderFault>{sender}</SenderFault>"
                )
            else:
                told = f"<Id>{name}</Id><MessageId>{index:036}</MessageId><SequenceNumber>{10**19}</SequenceNumber>"
            parts["Failed" if code else "Successful"].append(f"<member>{told}</member>")
        if self.entries == "untold":
            parts["Successful"] = parts["Successful"][: len(parts["Successful"]) // 2]
        inner = "".join(f"<{name}>{''.join(members)}</{name}>" for name, members in parts.items())
        return Answer(
            200,
            f"<PublishBatchResponse><PublishBatchResult>{inner}</PublishBatchResult></PublishBatchResponse>".encode(),
        )

    def put_raw_events(self, body: bytes) -> Answer:
        """Of the custom bus: in CBOR, which botocore alone knows to read and write here."""
        parser = RpcV2CBORParser()
        entries = parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))["Entries"]
        done = entries[: len(entries) // 2] if self.entries == "undone" else entries
        told = [self._put_raw_event(entry, index) for index, entry in enumerate(done)]
        told = told[: len(told) // 2] if self.entries == "untold" else told
        failed = sum("ErrorCode" in each for each in told)
        answer = {"Entries": told} | ({"FailedEntryCount": failed} if failed else {})
        written = bytearray()
        CBORSerializer()._serialize_data_item(written, answer, _output())
        return Answer(200, bytes(written), {"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"})

    def _put_raw_event(self, entry: Mapping[str, Any], index: int) -> dict[str, str]:
        system = entry["SystemMetadata"]
        if system["ContentType"] != "application/json" or not 1 <= len(system["EventGroupId"]) <= 128:
            self.complaints.append("PutRawEvents is not as its model wants it")
        name, identity = json.loads(entry["Data"])["id"], system["DeduplicationId"]
        code = self.take("topic", name, index, identity)
        if code == "DEDUPLICATED":
            return {"SuccessCode": code}
        if code:
            return {"ErrorCode": "VALIDATION_ERROR" if code == "InvalidParameter" else code, "ErrorMessage": "told so"}
        return {"EventId": f"{index:036}", "SequenceNumber": "1", "SuccessCode": "PUBLISHED"}

    # dynamodb

    def batch_get_item(self, asked: Mapping[str, Any]) -> dict[str, Any] | str:
        ((table, part),) = asked["RequestItems"].items()
        keys = part["Keys"]
        if len(keys) > 100 or len({_pk(key) for key in keys}) < len(keys) or not part.get("ConsistentRead"):
            return "ValidationException"
        done = keys[: len(keys) // 2] if self.entries == "half" else keys
        left = {table: {**part, "Keys": keys[len(done) :]}} if len(done) < len(keys) else {}
        found = [self.items[_pk(key)] for key in done if _pk(key) in self.items]
        return {"Responses": {table: found}, "UnprocessedKeys": left}

    def batch_write_item(self, asked: Mapping[str, Any]) -> dict[str, Any] | str:
        ((table, writes),) = asked["RequestItems"].items()
        if len(writes) > 25:
            return "ValidationException"
        done = writes[: len(writes) // 2] if self.entries == "half" else writes
        for write in done:
            self.items[_pk(write["PutRequest"]["Item"])] = write["PutRequest"]["Item"]
        left = {table: writes[len(done) :]} if len(done) < len(writes) else {}
        return {"UnprocessedItems": left}

    def update_item(self, asked: Mapping[str, Any]) -> dict[str, Any] | str:
        if self.entries == "half":  # there are no halves of it
            return "ProvisionedThroughputExceededException"
        item = dict(self.items.get(_pk(asked["Key"]), asked["Key"]))
        values = asked.get("ExpressionAttributeValues", {})
        names = asked.get("ExpressionAttributeNames", {})
        if not holds(_plain(asked.get("ConditionExpression", ""), names), item, values):
            return "ConditionalCheckFailedException"
        for clause, names_and_values in _clauses(_plain(asked["UpdateExpression"], names)):
            for part in names_and_values.split(","):
                _UPDATES[clause](item, part.strip(), values)
        self.items[_pk(asked["Key"])] = item
        return {}

    # s3

    def put_object(self, request: Request) -> Answer:
        objects = self.claims if urlsplit(request.path).path.startswith(f"/{BUCKET}/") else self.objects
        name, there = _name(request), objects.get(_name(request))
        wanted, only_new = request.headers.get("if-match"), request.headers.get("if-none-match")
        if only_new == "*" and there is not None:
            return error(request, 412, "PreconditionFailed")
        if wanted is not None and there is None:
            return error(request, 404, "NoSuchKey")
        if wanted is not None and there is not None and wanted != _tag(there):
            return error(request, 412, "PreconditionFailed")
        objects[name] = request.body
        return Answer(200, b"", {"ETag": _tag(request.body)})

    def get_object(self, request: Request) -> Answer:
        if not _name(request):
            return self._list(request)
        if (there := self.objects.get(_name(request))) is None:
            return error(request, 404, "NoSuchKey")
        return Answer(200, there, {"ETag": _tag(there), "Content-Type": "application/json"})

    def delete_object(self, request: Request) -> Answer:
        self.objects.pop(_name(request), None)
        return Answer(204)

    def _list(self, request: Request) -> Answer:
        prefix = dict(parse_qsl(urlsplit(request.path).query)).get("prefix", "")
        names = sorted(name for name in self.objects if name.startswith(prefix))
        inner = "".join(f"<Contents><Key>{escape(name)}</Key></Contents>" for name in names)
        told = f"<ListBucketResult><IsTruncated>false</IsTruncated>{inner}</ListBucketResult>"
        return Answer(200, told.encode())


_JSON = {
    "PutEvents": Services.put_events,
    "BatchGetItem": Services.batch_get_item,
    "BatchWriteItem": Services.batch_write_item,
    "UpdateItem": Services.update_item,
}
_S3 = {"PUT": Services.put_object, "GET": Services.get_object, "DELETE": Services.delete_object}


@cache
def _output() -> Any:
    client = boto3.client("eventbridgev2", region_name="eu-west-1")
    return client.meta.service_model.operation_model("PutRawEvents").output_shape


def _pk(key: Mapping[str, Any]) -> str:
    return key["pk"]["S"]


def _name(request: Request) -> str:
    """The key, the bucket being the first part of the path."""
    return unquote(urlsplit(request.path).path.lstrip("/").partition("/")[2])


def _tag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def _plain(text: str, names: Mapping[str, str]) -> str:
    return re.sub(r"#\w+", lambda found: names[found[0]], text)


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    parts = re.split(r"\b(SET|ADD)\b", text)[1:]
    return zip(parts[::2], parts[1::2], strict=True)


def _set(item: dict[str, Any], part: str, values: Mapping[str, Any]) -> None:
    name, _, value = (text.strip() for text in part.partition("="))
    if value.startswith("if_not_exists"):
        other, value = re.fullmatch(r"if_not_exists\((\w+) (:\w+)\)", value.replace(",", " ")).groups()
        item[name] = item.get(other, values[value])
    else:
        item[name] = values[value]


def _add(item: dict[str, Any], part: str, values: Mapping[str, Any]) -> None:
    """To a set."""
    name, value = part.split()
    ((kind, added),) = values[value].items()
    assert kind in ("SS", "NS", "BS")
    assert added, "DynamoDB knows no empty set"
    if kind == "BS":
        added = [b64encode(b64decode(each)).decode() for each in added]
    item[name] = {kind: list(dict.fromkeys([*item.get(name, {kind: []})[kind], *added]))}


_UPDATES = {"SET": _set, "ADD": _add}
_COMPARED = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "=": operator.eq}
_TERM = re.compile(
    r"(?P<has>attribute_exists|attribute_not_exists)\((?P<one>\w+)\)|size\((?P<set>\w+)\) *(?P<how>[<>=]+) *(?P<than>:\w+)"
    r"|(?P<text>\w+) *(?P<less><) *(?P<other>:\w+)"
)


def holds(condition: str, item: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether an item is as a condition says. OR binds less than AND; parentheses are not known here."""
    if not condition:
        return True
    return any(all(_term(term, item, values) for term in part.split(" AND ")) for part in condition.split(" OR "))


def _term(text: str, item: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    found = _TERM.fullmatch(text.strip())
    assert found, f"this service does not know the condition {text!r}"
    if found["has"]:
        return (found["one"] in item) == (found["has"] == "attribute_exists")
    if found["text"]:
        return item[found["text"]]["S"] < values[found["other"]]["S"]
    if found["set"] not in item:
        return False
    (held,) = item[found["set"]].values()
    return _COMPARED[found["how"]](len(held), int(values[found["than"]]["N"]))
