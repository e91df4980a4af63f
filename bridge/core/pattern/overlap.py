"""Joins the fields of one object so that what is asked of the same array is asked of the same element.

`{lines: {sku: [A]}, $or: [{lines: {gift: [true]}}, {change: [remove]}]}` asks for a line that is both A and a gift, or
for a line A and a removal. The fields are two, `lines` and `$or`, and each by itself would choose a line of its own; so
such an `$or` is multiplied out: `$or: [{lines: {sku: [A], gift: [true]}}, {lines: {sku: [A]}, change: [remove]}]`.
An `$or` that shares no nested field with its neighbours stays as it is.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from bridge.core.pattern.formula import All, At, Either, Formula, Leaf

#: Most pieces that one `$or` may come to when it is multiplied out. Ours: it bounds the time of compiling.
MAX_PIECES = 2000

Part = At | Either


class TooManyPiecesError(ValueError):
    """Multiplying out an `$or` comes to more than `MAX_PIECES`."""


def together(parts: Sequence[Part]) -> Formula:
    """All the parts, which are about one object. Raises `TooManyPiecesError`."""
    for either in (part for part in parts if isinstance(part, Either)):
        rest = [part for part in parts if part is not either]
        if _nested(either) & frozenset(chain.from_iterable(map(_nested, rest))):
            return _multiplied(either, rest)
    return All(tuple(_merged(parts)))


def _multiplied(either: Either, rest: Sequence[Part]) -> Either:
    made: list[Formula] = []
    pieces = 0
    for alternative in either.parts:
        made.append(together([*rest, *_parts(alternative)]))
        pieces += _pieces(made[-1])
        if pieces > MAX_PIECES:
            raise TooManyPiecesError
    return Either(tuple(made), either.source, either.where)


def _merged(parts: Iterable[Part]) -> Iterable[Part]:
    """Nested fields of one name become one, in the place of the first; everything else stays."""
    made: dict[object, Part] = {}
    for part in parts:
        if not isinstance(part, At) or isinstance(part.inner, Leaf):
            made[id(part)] = part
        elif isinstance(before := made.get(part.name), At):
            made[part.name] = _both(before, part)
        else:
            made[part.name] = part
    return made.values()


def _both(one: At, other: At) -> At:
    inner = together([*_parts(one.inner), *_parts(other.inner)])
    return At(one.name, inner, [one.source, other.source], one.where)


def _parts(formula: Leaf | Formula) -> Sequence[Part]:
    return formula.parts if isinstance(formula, All) else (formula,) if isinstance(formula, Either) else ()


def _pieces(formula: Leaf | Part | Formula) -> int:
    if isinstance(formula, Leaf):
        return 1
    inner = (formula.inner,) if isinstance(formula, At) else formula.parts
    return 1 + sum(map(_pieces, inner))


def _nested(formula: Part | Formula) -> frozenset[str]:
    """The names of this object below which it looks further."""
    if isinstance(formula, At):
        return frozenset() if isinstance(formula.inner, Leaf) else formula.names
    return frozenset(chain.from_iterable(map(_nested, formula.parts)))
