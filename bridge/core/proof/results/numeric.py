"""Numbers that functions make: between which bounds, and when arithmetic runs out of digits."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from bridge.core.proof.calls import Call, Result
from bridge.core.proof.numbers import DIGITS, Span, hull, magnitude, met_by, negated, number, plus, spans_of, times
from bridge.core.proof.parts import elements, sizes
from bridge.core.proof.results.division import places_of, rounded
from bridge.core.proof.shapes import NULL, Shape, joined, only, types_of, values_of
from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import Language, longest
from bridge.core.proof.text.pattern import language
from bridge.core.proof.texts import languages_of
from bridge.core.proof.world import key_of

#: More characters or elements than anything can have: of an item 400 KB, of what functions make 1 MiB, and letters
#: may become three when their case is changed.
LARGEST: Final = 10_000_000

_ZERO: Final = Fraction(0)


def spans(call: Call) -> list[Span]:
    """What is known of each argument, all of them numbers."""
    return [spans_of(shape) for shape in call.arguments]


def exactly(call: Call, span: Span) -> Shape:
    """The numbers, and a risk (X022) where they may need more digits than there are."""
    if not span.exactly:
        call.risk("X022", f"may need more than {DIGITS} digits")
    return (number(span),)


def _add(call: Call) -> Shape:
    return exactly(call, plus(*spans(call)))


def _subtract(call: Call) -> Shape:
    one, other = spans(call)
    found = plus(one, negated(other))
    left, right = map(key_of, call.node.children)
    for more, less, strictly in call.world.orders:
        if (more, less) == (left, right):
            found = met_by(found, Span(low=_ZERO, low_open=strictly))
        if (more, less) == (right, left):
            found = met_by(found, Span(high=_ZERO, high_open=strictly))
    return exactly(call, _tightened(found))


def _tightened(span: Span) -> Span:
    """Of multiples of a step, the bounds are multiples too."""
    if not span.step:
        return span
    low, high = span.low, span.high
    if low is not None:
        low = math.ceil(low / span.step) * span.step
        low += span.step if span.low_open and low == span.low else 0
    if high is not None:
        high = math.floor(high / span.step) * span.step
        high -= span.step if span.high_open and high == span.high else 0
    return Span(low, high, step=span.step, plain=span.plain)


def _multiply(call: Call) -> Shape:
    return exactly(call, times(*spans(call)))


def _round(call: Call) -> Shape:
    places = places_of(call, spans(call)[1]) if len(call.arguments) > 1 else 0
    return (number(rounded(spans(call)[0], places)),)


def _integer(call: Call) -> Shape:
    (span,) = spans(call)
    if not span.whole:
        call.risk("X021", "refuses a number with a fraction")
    return (number(replace(span, step=span.step if span.whole else Fraction(1), plain=True)),)


def _whole(rounding: Callable[[Fraction], int]) -> Result:
    def made(call: Call) -> Shape:
        (span,) = spans(call)
        if span.whole:
            return (number(replace(span, plain=True)),)
        low, high = (None if end is None else Fraction(rounding(end)) for end in (span.low, span.high))
        return (number(Span(low, high, step=Fraction(1))),)

    return made


def _abs(call: Call) -> Shape:
    return (number(magnitude(spans(call)[0])),)


_NUMBER: Final = r"^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$"
_INTEGER: Final = r"^[+-]?[0-9]{1,30}$"
_NATURAL: Final = r"^[0-9]{1,30}$"


def _number(call: Call) -> Shape:
    (given,) = call.arguments
    texts = only(given, "string")
    whole = languages_of(texts)
    if texts and not _fits(whole, _NUMBER):
        call.risk("X021", "refuses a text that is no number")
    return joined(only(given, "number"), (number(_spelled(whole)),) if texts else ())


def _fits(whole: Language, pattern: str) -> bool:
    found = language(pattern)
    assert found is not None, "our own patterns can be followed"
    return bool(inside(whole, found))


def _spelled(whole: Language) -> Span:
    """The numbers that texts of digits spell."""
    digits = longest(whole)
    if digits is None or not _fits(whole, _INTEGER):
        return Span(plain=False)
    most = Fraction(10**digits - 1)
    return Span(_ZERO if _fits(whole, _NATURAL) else -most, most, step=Fraction(1))


def _to_number(call: Call) -> Shape:
    (given,) = call.arguments
    rest = types_of(given) - {"number"}
    text = ({"type": "number"},) if "string" in rest else ()
    return joined(only(given, "number"), text, (NULL,) if rest else ())


def _length(call: Call) -> Shape:
    return (number(hull([_count(branch) for branch in call.arguments[0]])),)


def _count(branch: Mapping[str, object]) -> Span:
    values = values_of(branch)
    if values is not None:
        return hull([Span(Fraction(len(value)), Fraction(len(value)), step=Fraction(1)) for value in values])
    words = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}
    least, most = sizes(branch, *words.get(str(branch.get("type")), ("minProperties", "maxProperties")))
    return Span(Fraction(least), Fraction(LARGEST if most is None else most), step=Fraction(1))


def _sum(call: Call) -> Shape:
    totals = []
    for branch in call.arguments[0]:
        each = spans_of(only(elements((branch,)), "number"))
        least, most = sizes(branch)
        count = Span(Fraction(least), Fraction(LARGEST if most is None else most), step=Fraction(1))
        totals.append(_total(each, count) if elements((branch,)) else Span(_ZERO, _ZERO, step=_ZERO))
    return exactly(call, hull(totals))


def _total(each: Span, count: Span) -> Span:
    """So many numbers together; of none it is zero, and all between are sums of the same step."""
    assert count.low is not None, "a count has bounds"
    assert count.high is not None, "a count has bounds"
    low = None if each.low is None else each.low * (count.low if each.low >= 0 else count.high)
    high = None if each.high is None else each.high * (count.high if each.high >= 0 else count.low)
    return Span(low, high, step=each.step, plain=each.plain)


def _average(call: Call) -> Shape:
    made = [spans_of(only(elements((branch,)), "number")) for branch in call.arguments[0] if elements((branch,))]
    empty = any(not sizes(branch)[0] for branch in call.arguments[0])
    _sum(call)
    whole = replace(hull(made), step=None, low_open=False, high_open=False)
    return joined((number(whole),) if made else (), (NULL,) if empty else ())


def _extreme(name: str) -> Result:
    """The least or greatest: of a row of known parts, each part is a bound."""

    def made(call: Call) -> Shape:
        (given,) = call.arguments
        empty = any(not sizes(branch)[0] for branch in given)
        inner = joined(*(_chosen(branch, name) for branch in given))
        return joined(inner, (NULL,) if empty else ())

    return made


def _chosen(branch: Mapping[str, object], name: str) -> Shape:
    inner = elements((branch,))
    parts = branch.get("prefixItems")
    if not isinstance(parts, list) or types_of(inner) != {"number"} or sizes(branch) != (len(parts), len(parts)):
        return inner
    sides = [spans_of(elements((array_of_one(part),))) for part in parts]
    flipped = [negated(side) for side in sides] if name == "min" else sides
    found = hull(flipped)
    for side in flipped:  # no less than the least of any part
        found = met_by(found, Span(side.low, low_open=side.low_open))
    return (number(negated(found) if name == "min" else found),)


def array_of_one(part: object) -> Mapping[str, object]:
    """An array of such elements."""
    return {"type": "array", "items": part}


def between(low: int, high: int) -> Result:
    """Whole numbers of a range."""
    return lambda _: (number(Span(Fraction(low), Fraction(high), step=Fraction(1))),)


RESULTS: Final[Mapping[str, Result]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "round": _round,
    "integer": _integer,
    "ceil": _whole(math.ceil),
    "floor": _whole(math.floor),
    "abs": _abs,
    "number": _number,
    "to_number": _to_number,
    "length": _length,
    "sum": _sum,
    "avg": _average,
    "max": _extreme("max"),
    "min": _extreme("min"),
}
