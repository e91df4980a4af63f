"""What is wrong with a record that cannot be decoded, in words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bridge.core.batch import unsaid
from bridge.errors import Problem, UndecodableRecord, Where

#: What is wrong with a record as a whole, and how to mend it.
_FAULTS = {
    "D011": (
        "this is no record of a change of a DynamoDB item",
        "send records of DynamoDB Streams, or of Kinesis Data Streams for DynamoDB",
    ),
    "D012": (
        "the record has no eventID, so nothing tells it from another",
        "send the record whole, as DynamoDB Streams delivers it",
    ),
    "D013": ("the record's eventName is no operation", "use INSERT, MODIFY or REMOVE"),
    "D014": ("the record has no keys, so nothing tells which item changed", 'give the primary key as "Keys"'),
    "D015": ("the record's time cannot be read", "give seconds, or from Kinesis milli- or microseconds, since 1970"),
    "D016": ("the data of the Kinesis record is not base64", "send the record as Lambda or Pipes delivers it"),
    "D017": (
        "the data of the Kinesis record is no change of a DynamoDB item",
        "keep other producers out of the stream, or filter them out in the event source mapping",
    ),
}


def nameless(raw: Mapping[str, Any], where: Where) -> UndecodableRecord:
    """D012, with what is wrong with the eventID."""
    if raw.get("eventID") is None:
        return refusal("D012", where)
    what = f"the record's eventID {unsaid(raw, 'eventID')}, so it names no event"
    fix = "give it as DynamoDB Streams does: 1 to 512 characters of printable ASCII"
    return UndecodableRecord(Problem(replace(where, path="$.eventID"), "D012", what, fix))


def refusal(code: str, where: Where, path: str = "") -> UndecodableRecord:
    """One of the faults, at a place in the record."""
    return UndecodableRecord(Problem(replace(where, path=path) if path else where, code, *_FAULTS[code]))
