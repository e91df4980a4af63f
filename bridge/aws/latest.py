"""The latest change that is done of each item, kept in the ledger's table: one small item each.

A read and a write unit for each item of a batch, where the ledger packs hundreds of deliveries into one: what says
how old an item's last change was must be there for every item by itself, and be written only if it is later.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from typing import Final

from bridge.aws.clients import Clients, answered
from bridge.aws.failure import Failure
from bridge.aws.items import Item, Step, read_items
from bridge.aws.patience import patient
from bridge.errors import StoreUnavailable
from bridge.frozen import frozen
from bridge.loop import Call, run, side_by_side
from bridge.ports import Clock

#: Keys of a call (botocore 1.44.5, dynamodb BatchGetItem: 100 items).
READ: Final = 100
#: Writes side by side, as the ledger does.
CALLS: Final = 16
_REFUSED: Final = "ConditionalCheckFailedException"
#: In front of the names, so that they meet none of the ledger's own.
_NAMES: Final = "latest#"


@frozen
class DynamoLatest:
    """Implements `ports.Latest`."""

    table: str  #: name or ARN of the ledger's
    clients: Clients
    clock: Clock
    keep: float  #: seconds, from the write

    def times(self, items: Sequence[str], seconds: float) -> dict[str, str]:
        """The time of each item's latest change, where there is one. Raises `StoreUnavailable`."""
        until = self.clock.monotonic() + seconds
        names = {_name(item): item for item in items}
        found: dict[str, str] = {}
        for start in range(0, len(names), READ):
            for item in run(self._read(list(names)[start : start + READ], until - self.clock.monotonic())):
                found[names[item["pk"]["S"]]] = item["latest"]["S"]
        return found

    def advance(self, times: Mapping[str, str], seconds: float) -> None:
        """Keep these times where none is later. Idempotent. Raises `StoreUnavailable`."""
        until = self.clock.monotonic() + seconds

        def write(item: str) -> Call[None]:
            return self._write(item, times[item], until - self.clock.monotonic())

        with ThreadPoolExecutor(CALLS) as pool:
            side_by_side([partial(write, item) for item in times], CALLS, pool)

    async def _read(self, names: Sequence[str], seconds: float) -> list[Item]:
        return await read_items(self.clients, self.table, names, lambda step: self._persist(step, "read", seconds))

    async def _write(self, item: str, time: str, seconds: float) -> None:
        expires = str(int(self.clock.now() + self.keep))

        async def step(left: float) -> Failure | None:
            answer = await answered(
                partial(self.clients.client, "dynamodb", left),
                "update_item",
                TableName=self.table,
                Key={"pk": {"S": _name(item)}},
                UpdateExpression="SET latest = :time, expires = :expires",
                ConditionExpression="attribute_not_exists(latest) OR latest < :time",
                ExpressionAttributeValues={":time": {"S": time}, ":expires": {"N": expires}},
            )
            return answer if isinstance(answer, Failure) and answer.code != _REFUSED else None

        await self._persist(step, "written", seconds)

    async def _persist(self, step: Step, done: str, seconds: float) -> None:
        failure = await patient(step, self.clock, seconds)
        if failure:
            what = f"the order of items in the ledger, table '{self.table}', could not be {done}"
            raise StoreUnavailable(failure.problem("B020", what))


def _name(item: str) -> str:
    return _NAMES + sha256(item.encode()).hexdigest()
