"""A record of either stream to a `Change` in plain values.

What identifies the change must be there: operation, keys, and on DynamoDB Streams the eventID. Of the rest a
record may lack what it likes, as hand-written samples do: the change then says "" for what nobody told, and counts
images that its operation implies as unknown.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from bridge.core.attributes import plain_item
from bridge.core.batch import Batch, Record, kinesis_part, read_batch, said
from bridge.core.change import Change, Kind, Value
from bridge.core.differing import differing
from bridge.core.digest import digest
from bridge.core.home import Home, home_of, place
from bridge.core.moment import Moment, read_moment
from bridge.core.undecodable import nameless, refusal
from bridge.core.wants import Names, Wanted, everything
from bridge.core.way import Way
from bridge.core.wire import read_json
from bridge.errors import UndecodableRecord, Where

__all__ = ["Batch", "Record", "decode", "read_batch"]

Fields = Mapping[str, Any]

_ORDER = 40  # digits of a CloudEvents sequence: the longest sequence number that DynamoDB documents
_KINDS: Mapping[str, Kind] = {"INSERT": "insert", "MODIFY": "modify", "REMOVE": "remove"}
_TIME_TO_LIVE = {"type": "service", "principalid": "dynamodb.amazonaws.com"}
_DYNAMODB: Way = (None, "dynamodb")

#: Whether an operation implies a new image, and an old one.
_IMPLIED: Mapping[Kind, tuple[bool, bool]] = {
    "insert": (True, False),
    "modify": (True, True),
    "remove": (False, True),
    "expire": (False, True),
}

#: What Kinesis data of other producers looks like: bytes of theirs, or text of theirs.
_NOT_JSON = {"D001", "D002"}


class _Item(NamedTuple):
    """What a record says of the item."""

    kind: Kind
    keys: dict[str, Value]
    moment: Moment
    new: dict[str, Value] | None  #: None where not implied or not delivered
    old: dict[str, Value] | None
    changed: tuple[str, ...]
    unknown: frozenset[str]
    meant: tuple[int, ...] | None


def decode(record: Record, wanted: Wanted = everything) -> Change:
    """The change that a record says, its images as far as they are `wanted`.

    Out of Kinesis they are read whole: their digest is the change's identity.

    Raises `UndecodableRecord`: D011 no change record, D012 no eventID, D013 an unknown operation, D014 no keys,
    D015 an unreadable time, D016 Kinesis data that is not base64, D017 Kinesis data that is no change record;
    D001 to D005 for the JSON in Kinesis data, D005 and D020 to D025 for attributes.
    """
    if record.problems:
        raise UndecodableRecord(*record.problems)
    try:
        return _decode(record, record.where, wanted)
    except UndecodableRecord as error:
        raise error.within(Where(record=record.record_id)) from None


def _decode(record: Record, where: Where, wanted: Wanted) -> Change:
    raw = record.raw
    if not isinstance(raw, dict):
        raise refusal("D011", where)
    envelope = kinesis_part(raw)
    if envelope is not None:
        return _from_kinesis(_unpacked(envelope, where), raw, said(envelope, "sequenceNumber"), where)
    if _is_kinesis_data(raw):
        return _from_kinesis(raw, {}, "", where)
    return _from_stream(record, raw, where, wanted)


def _from_stream(record: Record, raw: Fields, where: Where, wanted: Wanted) -> Change:
    home = home_of(raw.get("eventSourceARN"), raw.get("awsRegion"))
    item = _item(raw, where, home.table, wanted)
    if raw.get("eventID") != record.record_id:  # else a digest stands for it
        raise nameless(raw, where)
    sequence = said(raw["dynamodb"], "SequenceNumber")
    sorts = sequence.isdecimal() and len(sequence) <= _ORDER
    return _change(record.record_id, item, home, sequence, sequence if sorts else "")


def _from_kinesis(data: Fields, outer: Fields, sequence: str, where: Where) -> Change:
    """A change out of Kinesis: its eventID may differ between duplicates, so what it says is its identity."""
    item = _item(data, where, "", everything)
    stream = said(outer, "eventSourceARN")
    region, account, _ = place(stream)
    home = Home(said(data, "tableName"), said(data, "awsRegion") or region, account, stream)
    images = [image for image, is_implied in zip((item.new, item.old), _IMPLIED[item.kind], strict=True) if is_implied]
    what = [home.table, item.keys, said(data, "eventName"), item.moment.at, *images]
    return _change(digest(what), item, home, sequence, str(item.moment.micros))


def _is_kinesis_data(raw: Fields) -> bool:
    """Whether it is what such a Kinesis record holds, taken out of it: it alone names its table."""
    return bool(said(raw, "tableName") and not said(raw, "eventSourceARN"))


def _unpacked(envelope: Fields, where: Where) -> Fields:
    path = "$.data" if "eventSource" in envelope else "$.kinesis.data"  # at the top from Pipes
    data = _bytes(envelope.get("data"), where, path)
    try:
        content = read_json(data, Where(path=path))
    except UndecodableRecord as error:
        problem = error.problems[0]
        place = replace(where, path=problem.where.path)
        not_json = problem.code in _NOT_JSON
        raise (refusal("D017", place) if not_json else UndecodableRecord(replace(problem, where=place))) from None
    if not isinstance(content, dict) or "dynamodb" not in content:
        raise refusal("D017", where, path)
    return content


def _bytes(data: Any, where: Where, path: str) -> bytes:
    if isinstance(data, bytes):  # as boto3 gives it
        return data
    try:
        return b64decode(data, validate=True)
    except (ValueError, TypeError):
        raise refusal("D016", where, path) from None


# What both say alike


def _item(raw: Fields, where: Where, table: str, wanted: Wanted) -> _Item:
    body = raw.get("dynamodb")
    if not isinstance(body, dict):
        raise refusal("D011", where)
    kind = _kind(raw, where)
    keys = plain_item(body.get("Keys") or {}, where, (_DYNAMODB, "Keys"))
    if not keys:
        raise refusal("D014", where, "$.dynamodb.Keys")
    wants, (has_new, has_old) = wanted(table, keys), _IMPLIED[kind]
    new = _image(body, "NewImage", wants.last_new, where) if has_new else None
    old = _image(body, "OldImage", wants.old if has_new else wants.last_old, where) if has_old else None
    unknown = _unknown(has_new and new is None, has_old and old is None, "new" if has_new else "old")
    changed = _changed(body, kind, where) if wants.changed and not unknown else ()
    return _Item(kind, keys, _moment(body, where), new, old, changed, unknown, wants.meant)


def _unknown(lacks_new: bool, lacks_old: bool, last: str) -> frozenset[str]:
    """The names of the change document that cannot be told without these images."""
    if not (lacks_new or lacks_old):
        return frozenset()
    lacking = {name for name, lacks in (("new", lacks_new), ("old", lacks_old)) if lacks}
    return frozenset(lacking | {"changed", "changes"} | ({"item"} if last in lacking else set()))


def _kind(raw: Fields, where: Where) -> Kind:
    name = raw.get("eventName")
    kind = _KINDS.get(name) if type(name) is str else None  # as AWS writes it
    kind = kind or _KINDS.get(said(raw, "eventName").upper())
    if kind is None:
        raise refusal("D013", where, "$.eventName")
    user = raw.get("userIdentity")
    return "expire" if kind == "remove" and isinstance(user, dict) and _is_time_to_live(user) else kind


def _is_time_to_live(user: Fields) -> bool:
    """Streams name it in camel case, the API of the stream in Pascal case."""
    return {name.lower(): said(user, name).lower() for name in user}.items() >= _TIME_TO_LIVE.items()


def _image(body: Fields, field: str, names: Names, where: Where) -> dict[str, Value] | None:
    """The image in plain values; an empty one is none, since every image holds the keys."""
    image = body.get(field)
    return None if image is None or image == {} else plain_item(image, where, (_DYNAMODB, field), names)


def _changed(body: Fields, kind: Kind, where: Where) -> tuple[str, ...]:
    if kind != "modify":
        return tuple(sorted(body["NewImage" if kind == "insert" else "OldImage"]))
    try:
        return differing(body["OldImage"], body["NewImage"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):  # in what nobody wants
        _image(body, "NewImage", None, where)
        _image(body, "OldImage", None, where)
        raise


def _moment(body: Fields, where: Where) -> Moment:
    field = "ApproximateCreationDateTime"
    try:
        return read_moment(body.get(field), body.get(f"{field}Precision"))
    except ValueError:
        raise refusal("D015", where, f"$.dynamodb.{field}") from None


def _change(identity: str, item: _Item, home: Home, sequence: str, order: str) -> Change:
    return Change(
        id=identity,
        kind=item.kind,
        table=home.table,
        region=home.region,
        account=home.account,
        keys=item.keys,
        new=item.new,
        old=item.old,
        changed=item.changed,
        unknown=item.unknown | home.unknown if item.unknown else home.unknown,
        at=item.moment.at,
        sequence=sequence,
        order=order.zfill(_ORDER),
        stream=home.stream,
        age_from=item.moment.epoch,
        meant=item.meant,
    )
