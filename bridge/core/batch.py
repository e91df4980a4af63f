"""What came in, cut into records: which source it is from is told by its shape alone.

| shape | source |
|---|---|
| `{"Records": [{"dynamodb": …, "eventSource": "aws:dynamodb"}]}` | DynamoDB Streams, from Lambda or GetRecords |
| `{"Records": [{"kinesis": {"data": …}, "eventSource": "aws:kinesis"}]}` | Kinesis Data Streams for DynamoDB |
| `[…]` of either, Kinesis' fields at the top of each record | EventBridge Pipes |
| one record without anything around it | as its shape says |

Nothing inside a record is judged here: one bad record must not take its neighbours with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bridge.core.digest import digest_of_bytes, faithful_json
from bridge.errors import Problem, UndecodableRecord, Where
from bridge.frozen import frozen

Source = Literal["dynamodb", "kinesis", "pipes"]

#: Longest identity that is believed, in characters. Real ones have 32 to 80.
_LONGEST_NAME = 512


@frozen
class Record:
    """One record as it came, and what it is called."""

    raw: Any  #: whole, as given
    identifier: str | None  #: what `batchItemFailures` must say; None where the record does not tell
    record_id: str  #: eventID, else the digest of its bytes
    source: Source
    where: Where = Where()  #: where it was read, for records of a file
    problems: tuple[Problem, ...] = ()  #: why it is known already that it cannot be decoded


@frozen
class Batch:
    """The records of one invocation, in order."""

    source: Source
    records: tuple[Record, ...]


def read_batch(event: object) -> Batch:
    """The records of an event, whatever source it is from; an empty batch is one too.

    Raises `UndecodableRecord` (D010) for an event in which no record of changes can be seen at all.
    """
    if isinstance(event, list):
        return _batch(event, "pipes", event)
    if isinstance(event, dict) and isinstance(event.get("Records"), list):
        return _batch(event["Records"], None, event)
    lone = _shape(event)
    if lone is None:
        raise unknown_event(event)
    return Batch(lone, (name_record(event, lone),))


def name_record(raw: object, source: Source, where: Where = Where()) -> Record:  # noqa: B008 -- frozen
    """The record under the names by which Lambda or Pipes, and the quarantine, know it."""
    fields: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    record_id = said(fields, "eventID") or digest_of_bytes(faithful_json(raw))
    return Record(raw, _identifier(fields, source), record_id, source, where)


def said(fields: Mapping[str, Any], name: str) -> str:
    """The text of a field that names something, "" where there is none that could: names are printable ASCII."""
    value = fields.get(name)
    fits = isinstance(value, str) and value.isascii() and value.isprintable() and len(value) <= _LONGEST_NAME
    return value if fits else ""  # type: ignore[return-value]  # mypy does not look through `fits`


def unsaid(fields: Mapping[str, Any], name: str) -> str:
    """What is wrong with a field that is there and of which `said` gives "": it "is no text", say."""
    value = fields[name]
    if not isinstance(value, str):
        return "is no text"
    if not value:
        return "is empty"
    return f"is longer than {_LONGEST_NAME} characters" if len(value) > _LONGEST_NAME else "is not printable ASCII"


def kinesis_part(fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The fields that Kinesis adds: under `kinesis` from Lambda, at the top from Pipes; None for others."""
    nested = fields.get("kinesis")
    if isinstance(nested, dict):
        return nested
    return fields if fields.get("eventSource") == "aws:kinesis" else None


def unknown_event(event: object) -> UndecodableRecord:
    """The refusal of a whole event."""
    what = f"this is no batch of changes{_looks(event)}"
    fix = "send a batch of DynamoDB Streams, of Kinesis Data Streams for DynamoDB, or of EventBridge Pipes"
    return UndecodableRecord(Problem(Where(record=digest_of_bytes(faithful_json(event))), "D010", what, fix))


def _batch(raws: Sequence[object], source: Source | None, event: object) -> Batch:
    shapes = [shape for shape in map(_shape, raws) if shape]
    if raws and not shapes:
        raise unknown_event(event)
    known = source or (shapes[0] if shapes else "dynamodb")
    return Batch(known, tuple(name_record(raw, known) for raw in raws))


def _shape(raw: object) -> Source | None:
    if not isinstance(raw, dict):
        return None
    if kinesis_part(raw) is not None:
        return "kinesis" if "kinesis" in raw else "pipes"
    return "dynamodb" if "dynamodb" in raw or raw.get("eventSource") == "aws:dynamodb" else None


def _identifier(fields: Mapping[str, Any], source: Source) -> str | None:
    if source == "pipes":
        return said(fields, "eventID") or None
    part, name = ("kinesis", "sequenceNumber") if source == "kinesis" else ("dynamodb", "SequenceNumber")
    inside = fields.get(part)
    return (said(inside, name) or None) if isinstance(inside, dict) else None


#: What an event is instead, by a field that only it has.
_OTHERS = {
    "detail-type": "an event of EventBridge",
    "requestContext": "a request of API Gateway, a load balancer or a function URL",
    "deliveryStreamArn": "a batch of Firehose",
    "rmqMessagesByQueue": "a batch of Amazon MQ",
    "awslogs": "a batch of CloudWatch Logs",
}


def _looks(event: object) -> str:
    """What it looks like; only names that AWS gives, never data."""
    if not isinstance(event, dict):
        return f" but {'a list' if isinstance(event, list) else 'a bare value'} without any"
    records = event.get("Records")
    first = records[0] if isinstance(records, list) and records else event
    service = isinstance(first, dict) and (said(first, "eventSource") or said(first, "EventSource"))
    if service and service.startswith("aws:"):
        return f" but one of {service}"
    other = next((name for field, name in _OTHERS.items() if field in event), "")
    return f" but {other}" if other else ""
