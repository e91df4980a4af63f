"""A formula compiled to a closure, for the hot path: what is asked of each field, along paths of plain objects.

`formula.py` is what a pattern means. Nearly every pattern asks for leaves below objects, and nearly every document has
objects there: then arrays, of which the formula's care is about, do not come into it, and each leaf is a walk along
its path and a look into a set. A field with anything else on the way is left to the formula.

    new: {status: [PAID], total: [{numeric: [">", 0]}]}     (("new", "status"), in the texts {"PAID"})
                                                            (("new", "total"), Leaf.holds)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeGuard, cast

from bridge.core.change import Value
from bridge.core.pattern.formula import All, At, Either, Formula, Leaf

Asks = Callable[[Mapping[str, Value]], bool]
Accepts = Callable[[Value], bool]
#: The names on the way to a leaf, its own name, what accepts its value, whether it may lack, and the formula of its
#: field, for a document that has no plain objects on the way.
Asked = tuple[tuple[str, ...], str, Accepts, bool, Asks]

_NOTHING: Final = object()


def closure_of(formula: Formula) -> Asks:
    """Whether a document is meant, as `formula.holds` says."""
    if not isinstance(formula, All):
        return formula.holds
    plain = _plain([leaf for part in formula.parts if _is_plain(part) for leaf in _leaves(part, (), part.holds)])
    others = tuple(part.holds for part in formula.parts if not _is_plain(part))
    if not others:
        return plain
    return lambda document: plain(document) and all(other(document) for other in others)


def _plain(asked: Sequence[Asked]) -> Asks:
    """Whether every leaf is as asked."""

    def holds(document: Mapping[str, Value]) -> bool:
        for way, name, accepts, may_lack, field in asked:
            value: Value = document
            for step in way:
                value = value.get(step)
                if type(value) is not dict:
                    break
            if type(value) is dict:
                found = value.get(name, _NOTHING)
                if not (may_lack if found is _NOTHING else accepts(found)):
                    return False
            elif not field(document):
                return False
        return True

    return holds


def _is_plain(part: At | Either) -> TypeGuard[At]:
    inner = None if isinstance(part, Either) else part.inner
    return isinstance(inner, Leaf) or (isinstance(inner, All) and all(map(_is_plain, inner.parts)))


def _leaves(part: At, way: tuple[str, ...], field: Asks) -> Iterator[Asked]:
    if isinstance(part.inner, Leaf):
        yield way, part.name, _accepts(part.inner), part.may_lack, field
        return
    for below in cast("All", part.inner).parts:  # `_is_plain` has seen that it is
        yield from _leaves(cast("At", below), (*way, part.name), field)


def _accepts(leaf: Leaf) -> Accepts:
    """A leaf that names texts, or has one test, needs no more than a look for texts."""
    texts = frozenset(value for kind, value in leaf.exact if kind == "text")
    if leaf.present or len(texts) < len(leaf.exact) or len(leaf.tests) > 1:
        return leaf.holds
    if not leaf.tests:
        return lambda value: value in texts if type(value) is str else leaf.holds(value)
    (test,) = leaf.tests
    return lambda value: value in texts or test(value) if type(value) is str else leaf.holds(value)
