"""Which of the items of its path a delivery is written into, so that it is found again and costs little.

Each write costs at most as many units as it writes deliveries: a small item is charged one unit for each KB begun,
and holds `FULL` digests before it is two; a larger one is written into only where going below would meet as many
items as it has KB.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field

from bridge.aws.ledger.layout import Entry, by_key, most_below
from bridge.frozen import frozen

#: Bytes of an item but for its digests: names, key (at most 40), number. An upper bound.
BASE = 64
#: Bytes of a digest in a set. Lists are charged one byte an element beside it (DynamoDB developer guide, "Item sizes
#: and formats"); of sets it says nothing, so that this is an upper bound too.
EACH = 17
#: Bytes of a write unit.
UNIT = 1024
#: Units of an item that one read unit reads: to let an item of everybody's path grow further would cost each reader.
READ_UNIT = 4


def units(count: int) -> int:
    """Write units of an item of so many digests."""
    return -(-(BASE + EACH * count) // UNIT)


def capacity(units: int) -> int:
    """The most digests that an item of so many write units holds."""
    return (UNIT * units - BASE) // EACH


#: Digests from which on an item is full: there may be more below it. As many as a single unit holds.
FULL = capacity(1)


@frozen
class Node:
    """An item as it was read."""

    ids: frozenset[bytes] = frozenset()
    expires: float = 0.0  #: epoch seconds

    @property
    def full(self) -> bool:
        """Whether there may be more below it."""
        return len(self.ids) >= FULL


ABSENT = Node()


@frozen
class Write:
    """Deliveries that go into one item, unless it holds more than `most` by now."""

    key: str
    entries: Sequence[Entry]
    most: int


@frozen
class Plan:
    """What is to be done for some deliveries to be remembered until `expires`."""

    nodes: Mapping[str, Node]  #: what is known of the items: of all below full ones, and of the first
    now: float
    expires: int
    writes: list[Write] = field(default_factory=list)
    #: Items that would expire too early, and how many digests they must hold: what has fewer was deleted meanwhile.
    renewals: dict[str, int] = field(default_factory=dict)

    def place(self, groups: Mapping[str, Sequence[Entry]], level: int = 0) -> None:
        """Find a place at this level or below for what is grouped by the items of this level."""
        for key, group in groups.items():
            # Below an item that is not full there is nothing, and nobody has looked.
            node = self.nodes.get(key, ABSENT)
            if missing := self._missing(key, node, group):
                (self._into_full if node.full else self._into_small)(key, node, missing, level)

    def _missing(self, key: str, node: Node, group: Sequence[Entry]) -> Sequence[Entry]:
        """Those that the item does not hold. It is renewed for those that it does."""
        if node.expires <= self.now or node.ids.isdisjoint([entry.digest for entry in group]):
            return group
        self._renew(key, node)
        return [entry for entry in group if entry.digest not in node.ids]

    def _into_full(self, key: str, node: Node, group: Sequence[Entry], level: int) -> None:
        below = by_key(group, level + 1)
        if units(len(node.ids) + len(group)) <= len(below):
            self._write(key, group, len(below))
        else:
            self._renew(key, node)
            self.place(below, level + 1)

    def _into_small(self, key: str, node: Node, group: Sequence[Entry], level: int) -> None:
        """All of them; or, where the item would grow too large, enough to fill it, and the rest below."""
        held = len(node.ids) if node.expires > self.now else 0  # an expired one may be deleted at any moment
        worth = max(READ_UNIT, most_below(group, level))
        if units(held + len(group)) <= worth:
            self._write(key, group, worth)
        else:
            self._write(key, group[: FULL - held], 0)
            self.place(by_key(group[FULL - held :], level + 1), level + 1)

    def _write(self, key: str, group: Sequence[Entry], worth: int) -> None:
        most = capacity(min(worth, len(group))) - len(group)
        self.writes.append(Write(key, group, max(FULL - 1, most)))

    def _renew(self, key: str, node: Node) -> None:
        if node.expires < self.expires:
            self.renewals[key] = min(len(node.ids), FULL)
