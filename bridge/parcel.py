"""A parcel as JSON, the form in which every quarantine keeps it: readable by a person, exact in every number."""

import json
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from bridge.core.digest import faithful_json
from bridge.core.numbers import parse_number
from bridge.errors import Problem, UndecodableRecord, Where
from bridge.ports import Delivery, Parcel

_PLACE = ("file", "line", "column", "path", "record")


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


def parcel_from_json(data: bytes) -> Parcel:
    """The parcel that such JSON says. Raises `UndecodableRecord` B095 for anything else."""
    try:
        said = json.loads(data, parse_int=_number, parse_float=_number)
        return Parcel(
            key=said["key"],
            record=said["record"],
            record_id=said["record_id"],
            problems=tuple(_problem(problem) for problem in said["problems"]),
            fingerprint=said["fingerprint"],
            project=said["project"],
            delivered=tuple(Delivery(each["event"], each["target"]) for each in said["delivered"]),
            shape=said["shape"],
            looked_up=said.get("looked_up", True),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"this is no parcel of the quarantine ({type(error).__name__})"
        raise UndecodableRecord(Problem(Where(), "B095", what, "look at the object, and move it elsewhere")) from None


def _problem(said: Mapping[str, Any]) -> Problem:
    where = Where(**{name: said[name] for name in _PLACE if said[name] is not None})
    return Problem(where, said["code"], said["what"], said["fix"], said["level"])


def _number(text: str) -> int | Decimal:
    with suppress(ValueError):
        return parse_number(text)
    return Decimal(text)  # beyond what a change may hold, but here it is only kept
