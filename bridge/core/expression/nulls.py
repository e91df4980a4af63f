"""No silent null: what an evaluation remembers of the nulls that the expression itself brought about.

A null inside a value taken whole from the item was stored so, and passes. A null that a `{…}` or `[…]` of the
expression made of an absent name is a mistake of the rule. The two look alike in the result, so the difference is
kept where it arises: a part that comes to null makes its container a `MadeDict` or `MadeList`, which know their
holes, and raises the flag of the run. Only where the flag is up, the result is looked through for containers with
holes. Functions that pour parts of a container into another one carry the holes along (`pour`).

Rejected: looking through every result (costs as much as writing it), telling it from the expression alone (`map`,
`merge`, `if` and filters decide at run time what stays), and a null of our own type (every function would see it).
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from bridge.core.change import Value


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


#: What `Expression.say` gives for an expression that comes to null.
ABSENT: Final = Absent.ABSENT

HOLE_FIX = "require it under `when`, give it a value with default(…), or let null pass with nullable(…)"

Holes = Mapping[int | str, int]  #: index or name of each null → offset of the part that came to it
_NONE: Final[Holes] = MappingProxyType({})


class MadeList(list[Value]):
    """A list that the expression made with nulls in it."""

    __slots__ = ("holes",)
    holes: Holes


class MadeDict(dict[str, Value]):
    """An object that the expression made with nulls in it."""

    __slots__ = ("holes",)
    holes: Holes


class Run:
    """One evaluation: the root document, and what is remembered of nulls."""

    __slots__ = ("holed", "let", "root", "strict")

    def __init__(self, root: Value, *, strict: bool) -> None:
        self.root = root
        self.strict = strict  #: whether holes are remembered: the result will be published
        self.holed = False  #: whether any container got a hole
        self.let = False  #: whether `nullable` let the latest null through


def list_of(parts: list[Value], holes: dict[int | str, int], run: Run) -> list[Value]:
    """The list, remembering its holes where there are any."""
    if not holes:
        return parts
    made = MadeList(parts)
    made.holes = holes
    run.holed = True
    return made


def dict_of(parts: dict[str, Value], holes: dict[int | str, int], run: Run) -> dict[str, Value]:
    """The object, remembering its holes where there are any."""
    if not holes:
        return parts
    made = MadeDict(parts)
    made.holes = holes
    run.holed = True
    return made


def holes_of(container: Value) -> Holes:
    """The holes of a container, none for a plain one."""
    return container.holes if isinstance(container, MadeList | MadeDict) else _NONE


def pour_list(parts: list[Value], sources: Iterable[int | None]) -> list[Value]:
    """A list of parts taken from elsewhere, each with the offset of the hole it was there, or None."""
    holes: dict[int | str, int] = {index: at for index, at in enumerate(sources) if at is not None}
    if not holes:
        return parts
    made = MadeList(parts)
    made.holes = holes
    return made


def pour_dict(parts: dict[str, Value], holes: Holes) -> dict[str, Value]:
    """An object of parts taken from elsewhere, with the holes that came along."""
    if not holes:
        return parts
    made = MadeDict(parts)
    made.holes = holes
    return made


def holes_in(value: Value) -> set[int]:
    """The offsets of all parts that left a null anywhere in a result. Shared parts are looked at once."""
    found: set[int] = set()
    seen: set[int] = set()
    pending = [value]
    while pending:
        each = pending.pop()
        if not isinstance(each, list | dict) or id(each) in seen:
            continue
        seen.add(id(each))
        found.update(holes_of(each).values())
        pending.extend(each.values() if isinstance(each, dict) else each)
    return found
