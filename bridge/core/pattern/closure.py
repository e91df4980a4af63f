"""A formula compiled to a closure, for the hot path: what is asked of each field, along paths of plain objects.

`formula.py` is what a pattern means. Nearly every pattern asks for leaves below objects, and nearly every document has
objects there: then arrays, of which the formula's care is about, do not come into it, and each leaf is a walk along
its path and a look into a set. A field with anything else on the way is left to the formula.

    new: {status: [PAID], total: [{numeric: [">", 0]}]}     (("new", "status"), in the texts {"PAID"})
                                                            (("new", "total"), Leaf.holds)
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, cast

from bridge.core.change import Value
from bridge.core.pattern.formula import All, At, Either, Formula, Leaf

Asks = Callable[[Mapping[str, Value]], bool]
Accepts = Callable[[Value], bool]
#: The names on the way to a leaf, its own name, what accepts its value, and whether it may lack.
Asked = tuple[tuple[str, ...], str, Accepts, bool]

_NOTHING: Final = object()


def closure_of(formula: Formula) -> Asks:
    """Whether a document is meant, as `formula.holds` says."""
    parts = tuple(map(_part, formula.parts)) if isinstance(formula, All) else (formula.holds,)
    if len(parts) == 1:
        return parts[0]

    def holds(document: Mapping[str, Value]) -> bool:
        for part in parts:  # noqa: SIM110 -- twice as fast as all()
            if not part(document):
                return False
        return True

    return holds


def _part(part: At | Either) -> Asks:
    if isinstance(part, Either) or not _is_plain(part):
        return part.holds
    asked = tuple(_leaves(part, ()))

    def holds(document: Mapping[str, Value]) -> bool:
        for way, name, accepts, may_lack in asked:
            value: Value = document
            for step in way:
                value = value.get(step)
                if type(value) is not dict:
                    return part.holds(document)
            found = value.get(name, _NOTHING)
            if not (may_lack if found is _NOTHING else accepts(found)):
                return False
        return True

    return holds


def _is_plain(part: At) -> bool:
    inner = part.inner
    return isinstance(inner, Leaf) or (
        isinstance(inner, All) and all(isinstance(below, At) and _is_plain(below) for below in inner.parts)
    )


def _leaves(part: At, way: tuple[str, ...]) -> Iterator[Asked]:
    if isinstance(part.inner, Leaf):
        yield way, part.name, _accepts(part.inner), part.may_lack
        return
    for below in cast("All", part.inner).parts:  # `_is_plain` has seen that it is
        yield from _leaves(cast("At", below), (*way, part.name))


def _accepts(leaf: Leaf) -> Accepts:
    """A leaf that names texts alone needs no more than a look for texts."""
    texts = frozenset(value for kind, value in leaf.exact if kind == "text")
    if leaf.tests or leaf.present or len(texts) < len(leaf.exact):
        return leaf.holds
    return lambda value: value in texts if type(value) is str else leaf.holds(value)
