"""Digests that stand for what has no identity of its own, and the bytes that they are taken of."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from bridge.core.change import Value
from bridge.core.wire import canonical_json

#: Hexadecimal digits of a digest: 128 bits, as long as the eventID it stands for.
LENGTH = 32


def digest(value: Value) -> str:
    """The digest of a plain value: equal values have equal digests. Raises `UndecodableRecord` as `write_json` does."""
    return digest_of_bytes(canonical_json(value))


def digest_of_bytes(data: bytes) -> str:
    """The digest of bytes as they are."""
    return sha256(data).hexdigest()[:LENGTH]


def faithful_json(value: Any) -> bytes:
    """ASCII JSON of whatever a JSON reader or boto3 gave, as it came: for records that nobody can read.

    Refuses nothing and does not recurse: NaN, lone surrogates, floats and any depth are written; bytes become
    base64, times RFC 3339, and what is nothing of the kind its text.
    """
    return "".join(_pieces(value)).encode()


class _Mark(str):
    """Punctuation, and names with their colon: already JSON."""

    __slots__ = ()


def _pieces(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        top = waiting.pop()
        if type(top) is dict or type(top) is list:
            waiting.extend(reversed(_opened(top)))
        else:
            yield top if type(top) is _Mark else _leaf(top)


def _opened(box: Any) -> list[Any]:
    """What a container is written as, one step: marks, and the values inside."""
    if type(box) is list:
        inside = [part for value in box for part in (_Mark(","), value)]
        return [_Mark("["), *inside[1:], _Mark("]")]
    inside = [part for name, value in box.items() for part in (_Mark(","), _Mark(f"{_leaf(str(name))}:"), value)]
    return [_Mark("{"), *inside[1:], _Mark("}")]


def _leaf(value: Any) -> str:
    if value is None or isinstance(value, bool | float | str):
        return json.dumps(value)
    if isinstance(value, int | Decimal):
        return str(Decimal(value))  # the interpreter writes no int of more than 4,300 digits
    return json.dumps(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime) else str(value)
