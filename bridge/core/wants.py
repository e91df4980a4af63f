"""What of a change is asked for, so that no more of a record need be read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Final

from bridge.core.change import Value
from bridge.frozen import frozen

#: Names of top-level attributes; None for all.
Names = frozenset[str] | None


def both(one: Names, other: Names) -> Names:
    """The names of either."""
    return None if one is None or other is None else one | other


@frozen
class Wants:
    """Of each image the attributes that are asked for. Keys, operation, place and time always are."""

    new: Names = None
    old: Names = None
    item: Names = None  #: of the image that is the item's last known state
    meant: tuple[int, ...] | None = None  #: the entities that table and key leave, by number; None where nobody looked
    changed: bool = True  #: whether the names of what differs are asked for
    last_new: Names = field(init=False)  #: of `new` where it is the item's last known state
    last_old: Names = field(init=False)  #: of `old` where it is

    def __post_init__(self) -> None:
        object.__setattr__(self, "last_new", both(self.item, self.new))
        object.__setattr__(self, "last_old", both(self.item, self.old))


EVERYTHING: Final = Wants()

#: What is asked of a change of this table and key, before its images are read; table "" where nobody told.
Wanted = Callable[[str, Mapping[str, Value]], Wants]


def everything(_: str, __: Mapping[str, Value]) -> Wants:
    """All that the record says: for whoever looks at it itself."""
    return EVERYTHING


def union(wants: Iterable[Wants]) -> Wants:
    """What any of them asks for."""
    each = tuple(wants)
    return Wants(
        new=_all(one.new for one in each),
        old=_all(one.old for one in each),
        item=_all(one.item for one in each),
        changed=any(one.changed for one in each),
    )


def _all(sets: Iterable[Names]) -> Names:
    names: Names = frozenset()
    for each in sets:
        names = both(names, each)
    return names
