"""Claim checks on S3: the data of an event that no target could carry, one private object each.

Encryption, lifecycle and who may read are the bucket's own. The key says what the object holds, so that writing it
again changes nothing.
"""

from collections.abc import Mapping
from typing import Any

from bridge.aws.clients import Clients
from bridge.aws.failure import NO_ANSWER, Failure, attempt
from bridge.aws.patience import persist
from bridge.core.claim import claim_key
from bridge.core.event import CONTENT_TYPE, Event
from bridge.errors import Problem
from bridge.frozen import frozen
from bridge.ports import Clock


@frozen
class S3Claims:
    """Implements `ports.Claims`."""

    bucket: str
    clients: Clients
    clock: Clock

    def reference(self, event: Event) -> str:
        """`s3://bucket/key`, which `bridge.subscriber` follows."""
        return f"s3://{self.bucket}/{claim_key(event)}"

    def store(self, event: Event, seconds: float) -> Problem | None:
        """Keep the event's data under its reference, within `seconds`. What hindered it; None once it lies there."""

        def step(left: float) -> Failure | None:
            answer = attempt(lambda: self._put(event, left))
            if isinstance(answer, Failure):
                return answer
            return None if "ETag" in answer else NO_ANSWER  # as the quarantine: S3 names what it wrote

        failure = persist(step, self.clock, seconds)
        what = f"the event's data could not be stored as a claim in the bucket '{self.bucket}'"
        return failure.problem("B031", what) if failure else None

    def _put(self, event: Event, seconds: float) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self.clients.client("s3", seconds).put_object(
            Bucket=self.bucket, Key=claim_key(event), Body=event.data_bytes, ContentType=CONTENT_TYPE
        )
        return answer
