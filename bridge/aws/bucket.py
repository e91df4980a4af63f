"""A bucket as what keeps something in it asks it: with patience, and in words that say what is kept there.

Encryption, versions and lifecycle are the bucket's own.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bridge.aws.clients import Clients
from bridge.aws.failure import NO_ANSWER, Failure, Unanswered, attempt
from bridge.aws.patience import persist
from bridge.errors import ObjectWithheld, StoreUnavailable, Where
from bridge.frozen import frozen
from bridge.ports import Clock

T = TypeVar("T")

#: Seconds that a person's command waits for S3.
PATIENCE = 20.0
ABSENT = frozenset({"NoSuchKey", "404"})
#: The status of DeleteObject's answer (S3 API reference).
GONE = 204


@frozen
class Bucket:
    """What every keeper on S3 does."""

    name: str
    keeper: str  #: who keeps something in it, as problems say it: `the quarantine`
    clients: Clients
    clock: Clock

    def place(self, key: str = "") -> str:
        """The URI of an object, or of the bucket."""
        return f"s3://{self.name}/{key}"

    def entries(self, prefix: str = "") -> list[Mapping[str, Any]]:
        """What is listed under keys that start so: `Key`, `Size`, `LastModified`. Raises `StoreUnavailable`."""

        def pages(client: Any) -> list[Mapping[str, Any]]:
            found = client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
            return [entry for page in found for entry in _told(page, "IsTruncated").get("Contents", [])]

        return self._asked(pages, "could not be listed")

    def read(self, key: str) -> bytes:
        """The object under a key. Raises `StoreUnavailable`, `ObjectWithheld`, and `KeyError` where there is none."""
        return self._asked(lambda client: self.fetched(client, key)[0], "could not be read", key)

    def delete(self, key: str) -> None:
        """Forget an object. Raises `StoreUnavailable`."""

        def forget(client: Any) -> None:
            answer = client.delete_object(Bucket=self.name, Key=key)
            if answer["ResponseMetadata"]["HTTPStatusCode"] != GONE:
                raise Unanswered(NO_ANSWER.code)

        self._asked(forget, "could not be written")

    def fetched(self, client: Any, key: str) -> tuple[bytes, str]:
        """The object under a key, and its ETag. Raises whatever the client does."""
        answer = _told(client.get_object(Bucket=self.name, Key=key), "ETag")
        return answer["Body"].read(), answer["ETag"]

    def persist(self, step: Callable[[float], Failure | None], what: str, seconds: float) -> None:
        """Do it again until it is done or the time is up. Raises `StoreUnavailable`."""
        failure = persist(step, self.clock, seconds)
        if failure:
            raise self._unavailable(failure, what)

    def _unavailable(self, failure: Failure, what: str, key: str | None = None) -> StoreUnavailable:
        problem = failure.problem("B030", f"{self.keeper}, bucket '{self.name}', {what}")
        if key is None:
            return StoreUnavailable(problem)
        answered = failure.status and not failure.passing
        return (ObjectWithheld if answered else StoreUnavailable)(problem.within(Where(file=self.place(key))))

    def _asked(self, ask: Callable[[Any], T], what: str, key: str | None = None) -> T:
        """What a person's command asks of S3, with patience."""
        told: list[T] = []

        def step(left: float) -> Failure | None:
            answer = attempt(lambda: ask(self.clients.client("s3", left)))
            if isinstance(answer, Failure) and answer.code in ABSENT and key is not None:
                raise KeyError(key)
            if isinstance(answer, Failure):
                return answer
            told.append(answer)
            return None

        failure = persist(step, self.clock, PATIENCE)
        if failure:
            raise self._unavailable(failure, what, key)
        return told[0]


def _told(answer: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    """The answer, if it says what S3's always says. Raises `Unanswered` for the page of whoever stands between."""
    if what not in answer:
        raise Unanswered(NO_ANSWER.code)
    return answer
