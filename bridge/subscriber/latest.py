"""What was seen last, so that an older event that comes late does not overwrite what a newer one said.

For subscribers that keep the latest state of a thing. Whoever needs every event takes a FIFO topic instead.
Events of one source and partition key compare by `sequence`, as text. One as new as the last is let through: a
change says several events with one sequence, and an event that failed comes again.
What is remembered is the newest event that was begun. Where handling it fails for good, the older ones that were
dropped in the meantime stay dropped.
"""

import hashlib
import json
import math
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from bridge.subscriber.errors import NotNow
from bridge.subscriber.receiving import Received
from bridge.subscriber.services import client


class Latest(Protocol):
    """Remembers the newest sequence of each lane."""

    def advance(self, lane: str, sequence: str) -> bool:
        """Whether nothing newer was seen in the lane. Then this is the newest from now on. Raises `NotNow`."""


def is_overtaken(received: Received, latest: Latest) -> bool:
    """Whether a newer event of its source and partition key was begun already. Without these two it never is."""
    key, sequence = received.partitionkey, received.sequence
    if key is None or sequence is None:
        return False
    return not latest.advance(json.dumps([received.source, key]), sequence)


@dataclass(frozen=True, slots=True)
class MemoryLatest:
    """In memory, for one process and for tests. It grows with the number of lanes."""

    _seen: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def advance(self, lane: str, sequence: str) -> bool:
        """See `Latest`."""
        with self._lock:
            if self._seen.get(lane, "") > sequence:
                return False
            self._seen[lane] = sequence
            return True


@dataclass(frozen=True, slots=True)
class DynamoLatest:
    """In a DynamoDB table with the text key `pk`: one item a lane, moved on by one conditional update."""

    table: str  #: name or ARN
    consumer: str  #: who asks: several may share a table, each with lanes of its own
    keep: float | None = None  #: seconds for which a lane is remembered, in the attribute `expires`; None: for ever
    client: Any = None  #: boto3's; by default the environment's own

    def advance(self, lane: str, sequence: str) -> bool:
        """See `Latest`. Raises `NotNow` U032."""
        from bridge.aws.failure import Failure, attempt  # noqa: PLC0415 -- boto3 only where a table is asked

        answer = attempt(lambda: (self.client or client("dynamodb")).update_item(**self._update(lane, sequence)))
        if not isinstance(answer, Failure):
            return True
        if answer.code == "ConditionalCheckFailedException":
            return False
        raise NotNow(
            answer.problem("U032", f"the table '{self.table}', which knows what was seen last, did not answer")
        )

    def _update(self, lane: str, sequence: str) -> dict[str, Any]:
        values = {":s": {"S": sequence}}
        sets = "SET #s = :s"
        if self.keep is not None:
            values[":e"] = {"N": str(math.ceil(time.time() + self.keep))}
            sets += ", expires = :e"
        digest = hashlib.blake2b(json.dumps([self.consumer, lane]).encode(), digest_size=16).hexdigest()
        return {
            "TableName": self.table,
            "Key": {"pk": {"S": digest}},
            "UpdateExpression": sets,
            "ConditionExpression": "attribute_not_exists(#s) OR #s <= :s",
            "ExpressionAttributeNames": {"#s": "sequence"},
            "ExpressionAttributeValues": values,
        }
