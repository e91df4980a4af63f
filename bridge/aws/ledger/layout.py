"""Where a delivery may lie: the digest that stands for it, and the keys of the items of its path, the first first.

All of it is derived from the record alone. Once items are written it must not change: a layout that differs gets
another `LAYOUT`, and both are read until `keep` has passed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from bridge.ports import Delivery, Second

#: Begins every key.
LAYOUT = "1"
#: Seconds that the items of the first levels span.
WIDTHS = (256, 16, 1)
#: Bits of the digest that each further level adds: two items in place of one.
BITS = 1
#: Bits of the digest that the first level has where the record gives no time, so that not all meet in one item.
UNDATED_BITS = 12

_NUMBER = 64  # bits of the digest that are enough for 64 levels


class Entry(NamedTuple):
    """One delivery, as the ledger looks for it."""

    delivery: Delivery
    digest: bytes  #: 16, of the event's id and the target
    number: int  #: the first 64 bits of the digest
    trail: "Trail"


class Trail(NamedTuple):
    """What the paths of all deliveries of one second have in common."""

    names: tuple[str, ...]  #: keys of the levels that no digest is needed for
    second: str  #: in hexadecimal digits; "" where it is unknown
    bits: int  #: of the digest that the level after `names` has


def entry(delivery: Delivery, second: Second) -> Entry:
    """A delivery with its digest and its path."""
    digest = digest_of(delivery)
    return Entry(delivery, digest, int.from_bytes(digest[:8]), trail(second))


def digest_of(delivery: Delivery) -> bytes:
    """16 bytes for an event and a target: 128 bits, so that no two of a ledger meet by chance."""
    text = f"{len(delivery.event)}:{delivery.event}{delivery.target}"
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=4096)
def trail(second: Second) -> Trail:
    """The common part of the paths of a second; of changes whose time is unknown there is only the digest.

    Nothing was changed before 1970: such a time is none, and its keys would be those of unknown times.
    """
    if second is None or second < 0:
        return Trail((), "", UNDATED_BITS)
    names = tuple(f"{LAYOUT}-{level}-{second // width:x}" for level, width in enumerate(WIDTHS))
    return Trail(names, f"{second:x}", BITS)


def key(entry: Entry, level: int) -> str:
    """The partition key of an entry's item at a level, 0 being the first."""
    names, second, bits = entry.trail
    beyond = level - len(names)
    if beyond < 0:
        return names[level]
    return f"{LAYOUT}-{level}-{second}-{entry.number >> (_NUMBER - bits - BITS * beyond):x}"


def by_key(every: Iterable[Entry], level: int) -> dict[str, list[Entry]]:
    """The entries by the item that is theirs at a level."""
    groups: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in every:
        names = entry.trail.names
        groups[names[level] if level < len(names) else key(entry, level)].append(entry)
    return groups


def most_below(group: Sequence[Entry], level: int) -> int:
    """The most items of the next level below the one that is this group's: as many, where seconds part them."""
    names = group[0].trail.names
    return len({entry.trail.names[level + 1] for entry in group}) if level + 1 < len(names) else 2**BITS
