"""A CloudEvent whose bytes are made once: what is validated, measured and sent are the same values.

Whatever names it (id, partition key, lane) is derived from the change alone, so that a retry says the same again.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import orjson

from bridge.core.change import Value
from bridge.core.envelope import FORBIDDEN, attribute_problems
from bridge.core.numbers import is_wide, number_text
from bridge.core.plain import MAX_DEPTH
from bridge.core.wire import canonical_json, first_wide, read_json, write_json
from bridge.errors import InvalidEvent, Problem, UndecodableRecord

SPECVERSION = "1.0"
CONTENT_TYPE = "application/json"
DATA: Final = b',"data":'  #: how the data begins in an event's bytes, which it ends

#: Levels that an event's data may come to lie in: the event, an EventBridge or SNS envelope with its list, a report.
ENVELOPES = 8

_DIGEST = 32  # hex digits: 128 bits, so that nobody can make two elements meet


class Event(NamedTuple):
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
    targets: tuple[str, ...]  #: names in bridge.yaml, at least one
    lane: str  #: table and full primary key: events of one lane are one item's
    stream: str  #: ARN of the stream, "" where unknown
    body: bytes  #: UTF-8 JSON of the whole event, structured mode, the data last
    wide: str | None  #: JSON path of the first integer beyond 64 bits, which EventBridge refuses

    @property
    def data_bytes(self) -> bytes:
        """The data's part of the body; empty where it lies elsewhere. Not kept: a batch of events would hold it twice.

        What comes before the data are names and plain values, so that no text of theirs can look like its beginning.
        """
        return self.body.partition(DATA)[2][:-1]

    @property
    def data(self) -> Value:
        """What `data_bytes` says."""
        return read_json(self.data_bytes)


class EventParts(NamedTuple):
    """What a rule says of a change: an `Event` before it is checked and written. Its first fields, as there."""

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
    targets: tuple[str, ...]
    lane: str
    stream: str
    data: Value


class Written(NamedTuple):
    """The data of an event as bytes, certainly right."""

    data: bytes
    wide: str | None  #: JSON path of the first integer beyond 64 bits


def written(data: Value) -> Written | None:
    """The data's bytes where they are quickly told to be right; None where `make_event` must look closer.

    What rules make of a change holds exact numbers alone, so that types need no look.
    """
    wide: list[Decimal] = []

    def exactly(value: Decimal) -> orjson.Fragment:
        if is_wide(value):
            wide.append(value)
        return orjson.Fragment(number_text(value))

    try:
        made = orjson.dumps(data, exactly)
    except orjson.JSONEncodeError:
        return None
    if made.count(b"{") + made.count(b"[") > MAX_DEPTH - ENVELOPES:
        return None
    return Written(made, _in_data(first_wide(data)) if wide else None)


def make_event(parts: EventParts, known: Written | None = None) -> Event:
    """The event, its bytes made. Raises `InvalidEvent` with everything that is wrong with it, M050 to M057.

    `known` is what `written` says of the data.
    """
    problems = () if known and _is_sound(parts) else attribute_problems(_attributes(parts), parts.extensions)
    try:
        data, wide = known or Written(_data(parts.data), _in_data(first_wide(parts.data)))
    except UndecodableRecord as error:
        raise InvalidEvent(*problems, *map(_unwritable, error.problems)) from None
    if problems:
        raise InvalidEvent(*problems)
    return Event(*parts[:-1], _body(parts, data), wide)


def _is_sound(parts: EventParts) -> bool:
    """Whether the attributes are certainly right: the quick answer for nearly every event."""
    extensions = parts.extensions
    texts = (parts.id, parts.type, parts.partitionkey, parts.sequence, "-" if parts.subject is None else parts.subject)
    try:
        joined = "".join((*texts, *extensions.values()))
        known = _are_known(parts.source, parts.time, parts.dataschema, tuple(extensions))
    except TypeError:  # something that is no text
        return False
    return known and all(texts) and joined.isascii() and joined.isprintable()


@lru_cache(maxsize=1024)
def _are_known(source: str, time: str | None, dataschema: str | None, extensions: tuple[str, ...]) -> bool:
    """The same of what is alike in many events: the attributes that have a form, and the extensions' names."""
    attributes = {"source": source, "time": time, "dataschema": dataschema}
    return not attribute_problems(attributes, dict.fromkeys(extensions, ""))


def again(event: Event, run: str) -> Event:
    """The same event said again on purpose: the id gains `/again/<run>`, since the first one is remembered.

    Raises `InvalidEvent` where the name of the run cannot be part of an id.
    """
    renamed = event._replace(id=f"{event.id}/again/{run}")
    problems = attribute_problems(_attributes(renamed), {})
    if problems:
        raise InvalidEvent(*problems)
    return renamed._replace(body=_body(renamed, event.data_bytes))


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
    try:
        plain = str(orjson.dumps(keys, option=orjson.OPT_SORT_KEYS), "utf-8")
    except orjson.JSONEncodeError:  # numbers that are not whole
        plain = "\0"
    if plain.isascii() and plain.isprintable():
        return plain
    return FORBIDDEN.sub(_escaped, canonical_json(dict(keys)).decode())


def lane(table: str, key: str) -> str:
    """The item that an event is about, by its `partition_key`. No table's name holds a slash: no two items share it."""
    return f"{table}/{key}"


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
    members = _attributes(event)
    for name in ("subject", "time", "dataschema"):
        if members[name] is None:
            del members[name]
    members.update(event.extensions)
    # Joined, not written by orjson: its bytes keep the room of the buffer in which they grew, 4 KB an event.
    return b"".join((orjson.dumps(members)[:-1], DATA, data, b"}"))


def _unwritable(problem: Problem) -> Problem:
    where = replace(problem.where, path=_in_data(problem.where.path) or "$.data")
    return replace(problem, where=where, code="M057", what=f"the data cannot be written as JSON: {problem.what}")


def _in_data(path: str | None) -> str | None:
    return path and path.replace("$", "$.data", 1)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
