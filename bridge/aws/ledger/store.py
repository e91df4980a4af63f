"""The calls: items read along the paths of the deliveries, and written as planned."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from functools import partial
from typing import Any, TypeVar

from bridge.aws.clients import Clients, answered
from bridge.aws.failure import Failure
from bridge.aws.items import Item, Step, read_items
from bridge.aws.ledger.layout import Entry, by_key, entry, key
from bridge.aws.ledger.plan import ABSENT, Node, Plan, Write
from bridge.aws.patience import patient
from bridge.errors import StoreUnavailable
from bridge.frozen import frozen
from bridge.loop import Call, side_by_side
from bridge.ports import Clock, Delivery, Second

#: Keys of a BatchGetItem (botocore 1.44.5, dynamodb). Their bytes (100 items of 17 KB) are far from its 16 MB.
READ = 100
#: Calls side by side.
CALLS = 16
#: Deliveries for each key that is read before it is known whether it is needed: 1/8 read unit each, and 1/40 of the
#: price of writing one.
AHEAD = 8
#: Seconds: items expire at the ends of hours …
HOUR = 3600
#: … that come at least this long after `keep`.
SLACK = 900
#: Digests of others that are kept from reading for the writes that follow: 10 MB.
KNOWN = 100_000
#: Deliveries looked up whose digests are kept for remembering them: 5 MB.
MET = 20_000

_REFUSED = "ConditionalCheckFailedException"
_FREE = "attribute_not_exists(ids) OR size(ids) <= :most"
_STILL_THERE = "attribute_exists(ids) AND size(ids) >= :least"

A = TypeVar("A")
B = TypeVar("B")


@frozen
class DynamoLedger:
    """Implements `ports.Ledger`. One thread calls it at a time."""

    table: str  #: name or ARN
    clients: Clients
    clock: Clock
    keep: float = 48 * 3600  #: seconds, from the write
    #: What was read of items and not written since. It may be old: then a write is refused, and it is read again.
    _nodes: dict[str, Node] = field(default_factory=dict, repr=False, compare=False)
    _met: dict[Delivery, Entry] = field(default_factory=dict, repr=False, compare=False)  #: looked up last

    def seen(self, dated: Mapping[Delivery, Second], seconds: float) -> set[Delivery]:
        """Those that are remembered and not expired. Raises `StoreUnavailable`."""
        found: dict[str, Node] = {}
        met = {delivery: entry(delivery, second) for delivery, second in dated.items()}
        levels = list(self._explore(list(met.values()), found, self.clock.monotonic() + seconds))
        if len(self._met) > MET:
            self._met.clear()
        self._met.update(met)
        self._nodes.update(found)
        if sum(len(node.ids) for node in self._nodes.values()) > KNOWN:
            self._nodes.clear()
        now = self.clock.now()
        alive = [(node.ids, group) for groups in levels for node, group in groups if node.expires > now]
        return {entry.delivery for ids, group in alive if ids for entry in group if entry.digest in ids}

    def remember(self, dated: Mapping[Delivery, Second], seconds: float) -> None:
        """Remember them from now on. Idempotent. Raises `StoreUnavailable`."""
        until = self.clock.monotonic() + seconds
        met = self._met
        left: Sequence[Entry] = [met.pop(one) if one in met else entry(one, second) for one, second in dated.items()]
        while left:
            for _ in self._explore(left, self._nodes, until):
                pass
            left = self._carry_out(self._planned(left), left, until)

    def _planned(self, every: Sequence[Entry]) -> Plan:
        now = self.clock.now()
        plan = Plan(self._nodes, now, -(-int(now + self.keep + SLACK + 1) // HOUR) * HOUR)
        plan.place(by_key(every, 0))
        return plan

    def _carry_out(self, plan: Plan, every: Sequence[Entry], until: float) -> Sequence[Entry]:
        """What must be planned again, since others were quicker. What is above an item is renewed before it."""
        expires = {"N": str(plan.expires)}
        renewals = list(plan.renewals.items())
        renewed = self._side_by_side(lambda renewal, left: self._renew(*renewal, expires, left), renewals, until)
        self._forget(plan.renewals)
        if not all(renewed):
            return every
        written = self._side_by_side(lambda write, left: self._write(write, expires, left), plan.writes, until)
        self._forget([write.key for write in plan.writes])
        refused = [write for write, done in zip(plan.writes, written, strict=True) if not done]
        return [entry for write in refused for entry in write.entries]

    def _forget(self, keys: Collection[str]) -> None:
        for name in keys:
            self._nodes.pop(name, None)

    def _explore(
        self, every: Sequence[Entry], nodes: dict[str, Node], until: float
    ) -> Iterator[list[tuple[Node, list[Entry]]]]:
        """The items of each level that these entries' paths lead to, all of them known afterwards."""
        level = 0
        while every:
            groups = by_key(every, level)
            if unknown := {name: None for name in groups if name not in nodes}:
                ahead = _ahead(every, level) if level else []
                self._learn([*unknown, *ahead], nodes, until)
            here = [(nodes[name], group) for name, group in groups.items()]
            yield here
            every = [entry for node, group in here if node.full for entry in group]
            level += 1

    def _learn(self, names: Sequence[str], nodes: dict[str, Node], until: float) -> None:
        parts = [names[start : start + READ] for start in range(0, len(names), READ)]
        found = self._side_by_side(self._read, parts, until)
        nodes.update(dict.fromkeys(names, ABSENT))
        nodes.update((item["pk"]["S"], _node(item)) for items in found for item in items)

    def _side_by_side(self, do: Callable[[A, float], Call[B]], asked: Sequence[A], until: float) -> list[B]:
        """All in the time until then: what must wait for its turn has what is left of it."""

        def done(each: A) -> Call[B]:
            return do(each, until - self.clock.monotonic())

        with ThreadPoolExecutor(CALLS) as pool:
            return side_by_side([partial(done, each) for each in asked], CALLS, pool)

    async def _read(self, names: Sequence[str], seconds: float) -> list[Item]:
        return await read_items(self.clients, self.table, names, lambda step: self._persist(step, "read", seconds))

    async def _write(self, write: Write, expires: dict[str, str], seconds: float) -> bool:
        values = {
            ":ids": {"BS": [entry.digest for entry in write.entries]},
            ":expires": expires,
            ":most": {"N": str(write.most)},
        }
        return await self._update(write.key, "ADD ids :ids SET expires = :expires", _FREE, values, seconds)

    async def _renew(self, name: str, least: int, expires: dict[str, str], seconds: float) -> bool:
        values = {":expires": expires, ":least": {"N": str(least)}}
        return await self._update(name, "SET expires = :expires", _STILL_THERE, values, seconds)

    async def _update(self, name: str, change: str, condition: str, values: dict[str, Any], seconds: float) -> bool:
        """Whether the item is as the condition says, and now changed."""
        refused = False

        async def step(left: float) -> Failure | None:
            nonlocal refused
            answer = await answered(
                partial(self.clients.client, "dynamodb", left),
                "update_item",
                TableName=self.table,
                Key={"pk": {"S": name}},
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
            )
            refused = isinstance(answer, Failure) and answer.code == _REFUSED
            return answer if isinstance(answer, Failure) and not refused else None

        await self._persist(step, "written", seconds)
        return not refused

    async def _persist(self, step: Step, done: str, seconds: float) -> None:
        failure = await patient(step, self.clock, seconds)
        if failure:
            what = f"the ledger, table '{self.table}', could not be {done}"
            raise StoreUnavailable(failure.problem("B020", what))


def _ahead(every: Sequence[Entry], level: int) -> list[str]:
    """Keys of levels below that are read along, as long as they are few: each trip takes milliseconds."""
    ahead: dict[str, None] = {}
    most = min(READ // 2, len(every) // AHEAD)
    while len(ahead) < most:
        level += 1
        more = {key(entry, level): None for entry in every}
        if len(ahead) + len(more) > most:
            break
        ahead |= more
    return list(ahead)


def _node(item: Mapping[str, Any]) -> Node:
    """An item that is not ours holds nothing: to say an event again is better than to lose it."""
    ids = item.get("ids", {}).get("BS", ())
    return Node(frozenset(map(bytes, ids)), float(item.get("expires", {}).get("N", 0)))
