"""A CloudEvent whose bytes are made once: what is validated, measured and sent are the same values.

Whatever names it (id, partition key, lane) is derived from the change alone, so that a retry says the same again.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import orjson

from bridge.core.change import Value
from bridge.core.envelope import FORBIDDEN, attribute_problems
from bridge.core.plain import MAX_DEPTH
from bridge.core.wire import canonical_json, first_wide, write_json
from bridge.errors import InvalidEvent, Problem, UndecodableRecord

SPECVERSION = "1.0"
CONTENT_TYPE = "application/json"

#: Levels that an event's data may come to lie in: the event, an EventBridge or SNS envelope with its list, a report.
ENVELOPES = 8

_DIGEST = 32  # hex digits: 128 bits, so that nobody can make two elements meet


@dataclass(frozen=True, slots=True)
class Event:
    """One CloudEvent (1.0.2, structured JSON) on its way to its targets."""

    rule: str  #: `<entity>.<event>`, names the rule in metrics, logs and the quarantine
    id: str
    source: str
    type: str
    subject: str | None
    time: str | None  #: RFC 3339 UTC; None where the record gives no time
    dataschema: str | None
    partitionkey: str
    sequence: str  #: 40 digits
    extensions: Mapping[str, str | int | bool]
    data: Value
    data_bytes: bytes  #: UTF-8 JSON of `data`
    body: bytes  #: UTF-8 JSON of the whole event, structured mode
    targets: tuple[str, ...]  #: names in bridge.yaml, at least one
    lane: str  #: table and full primary key: events of one lane are one item's
    stream: str  #: ARN of the stream, "" where unknown
    wide: str | None  #: JSON path of the first integer beyond 64 bits, which EventBridge refuses


@dataclass(frozen=True, slots=True)
class EventParts:
    """What a rule says of a change: an `Event` before it is checked and written. Fields as there."""

    rule: str
    id: str
    source: str
    type: str
    subject: str | None
    time: str | None
    dataschema: str | None
    partitionkey: str
    sequence: str
    extensions: Mapping[str, Value]
    data: Value
    targets: tuple[str, ...]
    lane: str
    stream: str


def make_event(parts: EventParts) -> Event:
    """The event, its bytes made. Raises `InvalidEvent` with everything that is wrong with it, M050 to M057."""
    problems = attribute_problems(_attributes(parts), parts.extensions)
    try:
        data = _data(parts.data)
    except UndecodableRecord as error:
        raise InvalidEvent(*problems, *map(_unwritable, error.problems)) from None
    if problems:
        raise InvalidEvent(*problems)
    return Event(
        **{name: getattr(parts, name) for name in EventParts.__slots__},
        data_bytes=data,
        body=_body(parts, data),
        wide=_in_data(first_wide(parts.data)),
    )


def again(event: Event, run: str) -> Event:
    """The same event said again on purpose: the id gains `/again/<run>`, since the first one is remembered.

    Raises `InvalidEvent` where the name of the run cannot be part of an id.
    """
    renamed = replace(event, id=f"{event.id}/again/{run}")
    problems = attribute_problems(_attributes(renamed), {})
    if problems:
        raise InvalidEvent(*problems)
    return replace(renamed, body=_body(renamed, event.data_bytes))


def event_id(change_id: str, name: str, suffix: str | None = None) -> str:
    """`<eventID>/<entity>.<event>[/<suffix>]`: the same change always says the same id."""
    return f"{change_id}/{name}" if suffix is None else f"{change_id}/{name}/{suffix}"


def element_suffixes(elements: Iterable[Value]) -> list[str]:
    """A name for each element of a list by what it is, never where: `<digest>.<occurrence among equals>`.

    A list in another order gives the same names. Raises `UndecodableRecord` for what is no plain value.
    """
    seen: Counter[str] = Counter()
    names = []
    for element in elements:
        digest = hashlib.sha256(canonical_json(element)).hexdigest()[:_DIGEST]
        seen[digest] += 1
        names.append(f"{digest}.{seen[digest]}")
    return names


def partition_key(keys: Mapping[str, Value]) -> str:
    """The item's full key as JSON text: no two keys share it. What CloudEvents forbids in text is escaped."""
    return FORBIDDEN.sub(_escaped, canonical_json(dict(keys)).decode())


def lane(table: str, keys: Mapping[str, Value]) -> str:
    """The item that an event is about. No table's name holds a slash, so no two items share a lane."""
    return f"{table}/{partition_key(keys)}"


def _data(data: Value) -> bytes:
    """Its bytes. Raises `UndecodableRecord` where it, inside its envelopes, is deeper than a reader of ours goes."""
    written = write_json(data)
    if written.count(b"{") + written.count(b"[") > MAX_DEPTH - ENVELOPES:
        nested = data
        for _ in range(ENVELOPES):
            nested = [nested]
        write_json(nested)
    return written


def _attributes(event: Event | EventParts) -> dict[str, Value]:
    """The attributes in the order in which they are written, None where absent."""
    return {
        "specversion": SPECVERSION,
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "dataschema": event.dataschema,
        "datacontenttype": CONTENT_TYPE,
        "partitionkey": event.partitionkey,
        "sequence": event.sequence,
    }


def _body(event: Event | EventParts, data: bytes) -> bytes:
    present = {name: value for name, value in _attributes(event).items() if value is not None}
    return orjson.dumps(present | dict(event.extensions) | {"data": orjson.Fragment(data)})


def _unwritable(problem: Problem) -> Problem:
    where = replace(problem.where, path=_in_data(problem.where.path) or "$.data")
    return replace(problem, where=where, code="M057", what=f"the data cannot be written as JSON: {problem.what}")


def _in_data(path: str | None) -> str | None:
    return path and path.replace("$", "$.data", 1)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
