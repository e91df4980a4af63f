"""A parcel as JSON, the form in which every quarantine keeps it: readable by a person, exact in every number."""

import json
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, TypeVar

from bridge.core.digest import faithful_json
from bridge.core.numbers import parse_number
from bridge.errors import Problem, UndecodableRecord, Where
from bridge.ports import Delivery, Parcel

T = TypeVar("T")

_PLACE: Final[Mapping[str, type]] = {"file": str, "line": int, "column": int, "path": str, "record": str}


def parcel_as_json(parcel: Parcel) -> bytes:
    """ASCII JSON, the record last. Whatever the record holds is written, for what is refused may be anything."""
    return faithful_json(
        {
            "key": parcel.key,
            "record_id": parcel.record_id,
            "fingerprint": parcel.fingerprint,
            "project": parcel.project,
            "problems": [problem.as_json() for problem in parcel.problems],
            "delivered": [delivery._asdict() for delivery in parcel.delivered],
            "looked_up": parcel.looked_up,
            "shape": dict(parcel.shape),
            "record": parcel.record,
        }
    )


def parcel_from_json(data: bytes, key: str, where: Where = Where()) -> Parcel:  # noqa: B008 -- frozen
    """The parcel that such JSON says, which lies under a key. Raises `UndecodableRecord` B095 for anything else."""
    try:
        return _parcel(json.loads(data, parse_int=_number, parse_float=_number), key)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        what, fix = "this is no parcel of the quarantine", "look at it, and move it elsewhere; nothing here touches it"
        raise UndecodableRecord(Problem(where, "B095", what, fix)) from None


def _parcel(said: Mapping[str, Any], key: str) -> Parcel:
    first, *others = map(_problem, said["problems"])
    return Parcel(
        key=key,
        record=said["record"],
        record_id=_text(said["record_id"]),
        problems=(first, *others),
        fingerprint=_text(said["fingerprint"]),
        project=_text(said["project"]),
        delivered=tuple(Delivery(_text(each["event"]), _text(each["target"])) for each in said["delivered"]),
        shape=dict(said["shape"]),
        looked_up=said.get("looked_up", True),
    )


def _problem(said: Mapping[str, Any]) -> Problem:
    where = Where(**{name: _a(kind, said[name]) for name, kind in _PLACE.items() if said[name] is not None})
    return Problem(where, _text(said["code"]), _text(said["what"]), _text(said["fix"]), said["level"])


def _text(said: object) -> str:
    return _a(str, said)


def _a(kind: type[T], said: object) -> T:
    if not isinstance(said, kind):
        raise TypeError
    return said


def _number(text: str) -> int | Decimal:
    with suppress(ValueError):
        return parse_number(text)
    return Decimal(text)  # beyond what a change may hold, but here it is only kept
