"""Whether two patterns, as they are written, can hold of one and the same change, as far as single fields tell.

Looked at are the fields that must hold together, those outside `$or`: two lists of one field are disjoint when no value
of the one may be a value of the other. A field whose value is a list meets both by different elements, so that only
fields which are surely single values (`certain`) prove anything.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bridge.core import yamltree
from bridge.core.lint.subject import entries, items
from bridge.core.pattern import compile_pattern
from bridge.core.yamltree import Entry, Node, Scalar, Sequence
from bridge.errors import ProjectInvalid

#: A field of the change document: `("new", "status")`.
Path = tuple[str, ...]

_SINGLE: Final = frozenset({"change", "table", "region", "account", "id", "at", "sequence"})


def is_single(path: Path) -> bool:
    """Whether a field of the change document is never a list, whatever the item holds."""
    return path[0] in _SINGLE or path[0] == "keys"


def clashes(one: Node | None, other: Node | None) -> Iterator[tuple[Path, Sequence, Sequence]]:
    """The fields of which the two ask for what cannot be one value, with what each asks for."""
    first = dict(_leaves(one, ()))
    for path, leaf in _leaves(other, ()):
        if path in first and not _may_meet(first[path], leaf):
            yield path, first[path], leaf


def _leaves(node: Node | None, path: Path) -> Iterator[tuple[Path, Sequence]]:
    for entry in entries(node):
        name = str(entry.key.value)
        if isinstance(entry.value, yamltree.Mapping):
            yield from _leaves(entry.value, (*path, name))
        elif isinstance(entry.value, Sequence) and name != "$or":
            yield (*path, name), entry.value


def _may_meet(one: Sequence, other: Sequence) -> bool:
    return any(_compatible(mine, its) for mine in items(one) for its in items(other))


def _compatible(one: Node, other: Node) -> bool:
    if isinstance(one, Scalar):
        return _accepts(other, one)
    if isinstance(other, Scalar):
        return _accepts(one, other)
    (mine, asked), (its, wanted) = _operator(one), _operator(other)
    if "exists" in (mine, its):
        absent = [(mine, asked) == ("exists", False), (its, wanted) == ("exists", False)]
        return absent[0] == absent[1]
    decide = _PAIRS.get(mine) if mine == its else None
    return decide is None or decide(asked, wanted)


def _accepts(item: Node, value: Scalar) -> bool:
    """Whether one entry of a list takes a value."""
    pattern = yamltree.Mapping((Entry(_KEY, Sequence((item,), item.where)),), item.where)
    try:
        return compile_pattern(pattern).matches({_NAME: value.value})
    except ProjectInvalid:
        return True


_NAME: Final = "value"
_KEY: Final = Scalar(_NAME, _NAME, yamltree.Where())


def _operator(node: Node) -> tuple[str, object]:
    found = entries(node)
    return (str(found[0].key.value), found[0].value.plain()) if len(found) == 1 else ("", None)


def _prefixes(one: object, other: object) -> bool:
    if not (isinstance(one, str) and isinstance(other, str)):
        return True
    return one.startswith(other) or other.startswith(one)


def _suffixes(one: object, other: object) -> bool:
    if not (isinstance(one, str) and isinstance(other, str)):
        return True
    return one.endswith(other) or other.endswith(one)


def _ranges(one: object, other: object) -> bool:
    low, high = _range(one), _range(other)
    floor, ceiling = max(low[0], high[0]), min(low[1], high[1])
    return floor <= ceiling


#: A bound of a range: the number, and -1, 0 or 1 for just below, at, or just above it.
_Bound = tuple[Decimal, int]


def _range(asked: object) -> tuple[_Bound, _Bound]:
    low, high = (Decimal("-Infinity"), 0), (Decimal("Infinity"), 0)
    signs = asked if isinstance(asked, list) else []
    for sign, bound in zip(signs[::2], signs[1::2], strict=False):
        number = Decimal(bound)
        low = {">": (number, 1), ">=": (number, 0), "=": (number, 0)}.get(sign, low)
        high = {"<": (number, -1), "<=": (number, 0), "=": (number, 0)}.get(sign, high)
    return low, high


_PAIRS: Final = {"prefix": _prefixes, "suffix": _suffixes, "numeric": _ranges}
