"""The quarantine on S3: one JSON object for each parcel, under the parcel's key.

An object that is there already is merged, not replaced: it may know of deliveries that this attempt does not. Both
writes are conditional (If-None-Match, If-Match), so that of two invocations that hold the same record neither undoes
the other.
"""

from dataclasses import field, replace
from typing import Any

from bridge.aws.bucket import ABSENT, Bucket
from bridge.aws.clients import Clients
from bridge.aws.clock import SystemClock
from bridge.aws.failure import NO_ANSWER, Failure, attempt
from bridge.errors import BridgeError, Where
from bridge.frozen import frozen
from bridge.parcel import parcel_as_json, parcel_from_json
from bridge.ports import Clock, Parcel

#: S3 says so where a condition of a write does not hold, or another write came between (S3 user guide,
#: "How to prevent object overwrites with conditional writes").
RACED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


@frozen
class S3Quarantine:
    """Implements `ports.Quarantine`."""

    bucket: str
    clients: Clients
    clock: Clock = field(default_factory=SystemClock)

    @property
    def _there(self) -> Bucket:
        return Bucket(self.bucket, "the quarantine", self.clients, self.clock)

    def park(self, parcel: Parcel, seconds: float) -> None:
        """Keep it, with the deliveries that an object under its key already has. Raises `StoreUnavailable`."""

        def step(left: float) -> Failure | None:
            answer = self._put(parcel, left, IfNoneMatch="*")
            return self._merge(parcel, left) if _is(answer, RACED) else _failure(answer)

        self._there.persist(step, "could not be written", seconds)

    def keys(self, prefix: str = "") -> list[str]:
        """The keys that start so, sorted. Raises `StoreUnavailable`."""
        return sorted(entry["Key"] for entry in self._there.entries(prefix))

    def parcel(self, key: str) -> Parcel:
        """The parcel under a key. Raises `UndecodableRecord`, `StoreUnavailable`, and `KeyError` where nothing is."""
        there = self._there
        return parcel_from_json(there.read(key), key, Where(file=there.place(key)))

    def drop(self, key: str) -> None:
        """Forget a parcel. Raises `StoreUnavailable`."""
        self._there.delete(key)

    def _merge(self, parcel: Parcel, left: float) -> Failure | None:
        """Replace the object that is there by the parcel and what the object knows to be delivered."""
        there = attempt(lambda: self._there.fetched(self.clients.client("s3", left), parcel.key))
        if isinstance(there, Failure):
            return _again(there) if _is(there, ABSENT) else there
        body, tag = there
        answer = self._put(_merged(body, parcel), left, IfMatch=tag)
        return _again(answer) if _is(answer, RACED | ABSENT) else _failure(answer)

    def _put(self, parcel: Parcel, left: float, **condition: str) -> Any:
        body = parcel_as_json(parcel)
        where = {"Bucket": self.bucket, "Key": parcel.key, "ContentType": "application/json"}
        answer = attempt(lambda: self.clients.client("s3", left).put_object(Body=body, **where, **condition))
        # S3 names what it wrote. Whoever else says 200, a proxy's page or an answer that is cut, has kept nothing.
        return answer if isinstance(answer, Failure) or "ETag" in answer else NO_ANSWER


def _merged(body: bytes, parcel: Parcel) -> Parcel:
    try:
        known = parcel_from_json(body, parcel.key).delivered
    except BridgeError:  # nothing that we wrote; the record that we hold is whole
        return parcel
    return replace(parcel, delivered=tuple(dict.fromkeys((*known, *parcel.delivered))))


def _is(answer: object, codes: frozenset[str]) -> bool:
    return isinstance(answer, Failure) and answer.code in codes


def _failure(answer: object) -> Failure | None:
    return answer if isinstance(answer, Failure) else None


def _again(failure: Failure) -> Failure:
    """Another writer came between: the next attempt sees what it left."""
    return replace(failure, passing=True)
