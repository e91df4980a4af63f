"""The ledger on DynamoDB: one item for each event and target, which expires.

The table has the text key `pk` and the TTL attribute `expires` (epoch seconds). TTL deletes days late, so expiry is
compared here. Reads are strongly consistent: a redelivery may follow its first delivery within milliseconds.
"""

import hashlib
import json
import math
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bridge.aws.clients import Clients
from bridge.aws.failure import NO_ANSWER, Failure, attempt
from bridge.aws.patience import persist
from bridge.errors import StoreUnavailable
from bridge.ports import Clock, Delivery

#: Keys of a BatchGetItem, and puts of a BatchWriteItem (botocore 1.44.5, dynamodb). Their bytes (16 MB) are far away.
READ = 100
WRITE = 25
#: Calls side by side. The relay asks for as many deliveries at once as they carry (`budget.py`).
CALLS = 8
#: DynamoDB did a part of what was asked, and asks for patience with the rest.
UNPROCESSED = Failure("UnprocessedItems", passing=True)

Item = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class DynamoLedger:
    """Implements `ports.Ledger`."""

    table: str  #: name or ARN
    clients: Clients
    clock: Clock
    keep: float = 48 * 3600  #: seconds, from the write

    def seen(self, deliveries: Collection[Delivery], seconds: float) -> set[Delivery]:
        """Those that are remembered and not expired. Raises `StoreUnavailable`."""
        asked = {key(delivery): delivery for delivery in deliveries}
        keys = [{"pk": {"S": name}} for name in asked]
        items = [item for found in self._side_by_side(self._read, keys, READ, seconds) for item in found]
        now = self.clock.now()
        return {asked[item["pk"]["S"]] for item in items if _expiry(item) > now}

    def remember(self, deliveries: Collection[Delivery], seconds: float) -> None:
        """Remember them from now on. Idempotent. Raises `StoreUnavailable`."""
        expires = {"N": str(math.ceil(self.clock.now() + self.keep))}
        names = dict.fromkeys(key(delivery) for delivery in deliveries)
        items = [{"pk": {"S": name}, "expires": expires} for name in names]
        self._side_by_side(self._write, items, WRITE, seconds)

    def _side_by_side(
        self, do: Callable[[Sequence[Item], float], list[Item]], items: Sequence[Item], width: int, seconds: float
    ) -> list[list[Item]]:
        """All parts in the same `seconds`: one that must wait for its turn has what is left of them."""
        until = self.clock.now() + seconds
        parts = [items[start : start + width] for start in range(0, len(items), width)]
        if len(parts) < 2:
            return [do(part, seconds) for part in parts]
        with ThreadPoolExecutor(min(CALLS, len(parts))) as pool:
            return list(pool.map(lambda part: do(part, until - self.clock.now()), parts))

    def _read(self, keys: Sequence[Item], seconds: float) -> list[Item]:
        found: list[Item] = []
        pending: list[Any] = list(keys)

        def step(left: float) -> Failure | None:
            request = {self.table: {"Keys": pending, "ConsistentRead": True}}
            answer = attempt(lambda: self.clients.client("dynamodb", left).batch_get_item(RequestItems=request))
            if isinstance(answer, Failure):
                return answer
            if "Responses" not in answer:
                return NO_ANSWER
            found.extend(item for items in answer["Responses"].values() for item in items)
            pending[:] = [key for part in answer.get("UnprocessedKeys", {}).values() for key in part["Keys"]]
            return UNPROCESSED if pending else None

        self._persist(step, "could not be read", seconds)
        return found

    def _write(self, items: Sequence[Item], seconds: float) -> list[Item]:
        pending: list[Any] = [{"PutRequest": {"Item": item}} for item in items]

        def step(left: float) -> Failure | None:
            request = {self.table: list(pending)}
            answer = attempt(lambda: self.clients.client("dynamodb", left).batch_write_item(RequestItems=request))
            if isinstance(answer, Failure):
                return answer
            if "UnprocessedItems" not in answer:
                return NO_ANSWER
            pending[:] = [put for puts in answer["UnprocessedItems"].values() for put in puts]
            return UNPROCESSED if pending else None

        self._persist(step, "could not be written", seconds)
        return []

    def _persist(self, step: Callable[[float], Failure | None], what: str, seconds: float) -> None:
        failure = persist(step, self.clock, seconds)
        if failure:
            raise StoreUnavailable(failure.problem("B020", f"the ledger, table '{self.table}', {what}"))


def key(delivery: Delivery) -> str:
    """32 hex digits for an event and a target: the partition key."""
    text = json.dumps([delivery.event, delivery.target])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _expiry(item: Item) -> float:
    """Epoch seconds; 0 where the item is not ours: to say an event again is better than to lose it."""
    return float(item.get("expires", {}).get("N", 0))
