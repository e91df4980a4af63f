"""Claim checks: an event whose data was too large to travel, and names where it lies (CloudEvents' `dataref`).

Only `s3://bucket/key` is followed by itself. What the function's role may read is what a claim may name, so give the
role no more than the bucket of the claims.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from cloudevents.core.v1.event import CloudEvent

from bridge.core.change import Value
from bridge.core.wire import read_json
from bridge.errors import Problem, UndecodableRecord, Where
from bridge.subscriber.errors import InvalidData, LostClaim, NotNow
from bridge.subscriber.services import client

#: The bytes that a `dataref` names. Whatever it raises is taken for "not now": the message comes again.
Fetch = Callable[[str], bytes]

#: S3's codes for what is not there and will not be: GetObject, API reference.
GONE = frozenset({"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404"})

#: Media types whose data is JSON; without any it is JSON too (CloudEvents JSON format, §3.1).
_JSON = re.compile(r"[^/]+/([^/]+\+)?json\s*(;.*)?", re.IGNORECASE | re.DOTALL)


def is_claim(event: CloudEvent) -> bool:
    """Whether the event's data lies elsewhere. One that carries both has the same data in both."""
    return event.get_data() is None and event.get_extension("dataref") is not None


def resolved(event: CloudEvent, fetch: Fetch | None, where: Where) -> CloudEvent:
    """The event with the data that its `dataref` names.

    Raises `LostClaim` U020 what cannot be followed, U021 what is not there; `NotNow` U022; `InvalidData` D00x.
    """
    reference = event.get_extension("dataref")
    place = Where(record=where.record, path="$.dataref")
    if not isinstance(reference, str):
        raise _unfollowed(place)
    data = _fetched(reference, fetch, place) if fetch else _from_s3(reference, place)
    return CloudEvent(dict(event.get_attributes()), _read(data, event.get_datacontenttype(), where))


def _fetched(reference: str, fetch: Fetch, place: Where) -> bytes:
    try:
        return fetch(reference)
    except LostClaim:
        raise
    except Exception as error:
        what = f"the data could not be fetched: {type(error).__name__}"
        raise NotNow(Problem(place, "U022", what, "nothing while it passes; else see to the given `fetch`")) from error


def _from_s3(reference: str, place: Where) -> bytes:
    parts = urlsplit(reference) if reference.startswith("s3://") else None
    if parts is None or not parts.netloc or not parts.path.strip("/"):
        raise _unfollowed(place)
    from bridge.aws.failure import NO_ANSWER, Failure, Unanswered, attempt  # noqa: PLC0415 -- boto3 only for a claim

    asked = {"Bucket": parts.netloc, "Key": unquote(parts.path[1:])} | _version(parts.query)

    def fetched() -> bytes:
        """Within the attempt, since a connection may break while the bytes come."""
        answer = client("s3").get_object(**asked)
        if "ETag" not in answer:  # S3 names what it gives; whoever else says 200 has given something else
            raise Unanswered(NO_ANSWER.code)
        return bytes(answer["Body"].read())

    found = attempt(fetched)
    if not isinstance(found, Failure):
        return found
    if found.code in GONE:
        fix = "keep the objects of claims as long as messages may wait, or let the publisher say the event again"
        raise LostClaim(Problem(place, "U021", f"the data is not there any more: S3 says {found.code}", fix))
    raise NotNow(found.problem("U022", "the data could not be fetched from S3").within(place))


def _version(query: str) -> dict[str, str]:
    name, _, value = query.partition("=")
    return {"VersionId": value} if name == "versionId" and value else {}


def _read(data: bytes, media_type: str | None, where: Where) -> Value | bytes:
    if media_type is not None and not _JSON.fullmatch(media_type):
        return data
    try:
        return read_json(data, Where(record=where.record, path="$.data"))
    except UndecodableRecord as error:
        raise InvalidData(*error.problems) from None


def _unfollowed(place: Where) -> LostClaim:
    fix = "name an object as s3://bucket/key, or say how else to have it: `fetch`"
    return LostClaim(Problem(place, "U020", "the `dataref` names nothing that can be followed", fix))
