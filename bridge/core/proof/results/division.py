"""Quotients and roundings: between which bounds they lie, and when they are refused."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from bridge.core.expression.tree import Node
from bridge.core.proof.calls import Call, Result
from bridge.core.proof.numbers import DIGITS, Span, negated, number, spans_of
from bridge.core.proof.shapes import Shape, only
from bridge.core.proof.world import key_of

_ZERO: Final = Fraction(0)


def _divide(call: Call) -> Shape:
    dividend, divisor, digits = (spans_of(shape) for shape in call.arguments)
    places = places_of(call, digits)
    if not (divisor.positive or negated(divisor).positive):
        call.risk("X021", "may divide by zero")
    step = None if places is None else Fraction(1, 10**places)
    quotient = replace(_quotient(call, dividend, divisor), step=step)
    if places is None or quotient.largest is None or quotient.largest * 10**places >= 10**DIGITS:
        call.risk("X022", f"may need more than {DIGITS} digits")
    return (number(rounded(quotient, places)),)


def _quotient(call: Call, dividend: Span, divisor: Span) -> Span:
    if not divisor.positive or divisor.low is None:
        return Span()
    most = share(call.node.children[0], call.node.children[1], call)
    least = divisor.low if divisor.low > 0 else None
    low = _ZERO if dividend.low is not None and dividend.low >= 0 else None
    if low is None and dividend.low is not None and least is not None:
        low = dividend.low / least
    high = None if dividend.high is None or least is None else max(dividend.high / least, _ZERO)
    if most is not None and (high is None or most < high):
        high = most
    return Span(low, high)


def share(part: Node, whole: Node, call: Call) -> Fraction | None:
    """A factor by which the whole, which is above zero, is surely no less than the part; None where none is seen."""
    if key_of(part) == key_of(whole):
        return Fraction(1)
    if part.kind != "function_expression" or part.value not in ("subtract", "multiply"):
        return None
    first, second = part.children
    other = spans_of(only(call.asker.shape(second, call.world), "number"))
    inner = share(first, whole, call)
    if inner is None or other.low is None or other.low < 0:
        return None
    if part.value == "subtract":
        return inner
    return None if other.high is None or other.low != other.high else inner * other.high


def places_of(call: Call, digits: Span) -> int | None:
    """The number of digits, where it is one."""
    known = digits.low is not None and digits.low == digits.high and digits.whole and 0 <= digits.low <= DIGITS
    if not known:
        call.risk("X021", f"takes a whole number of digits from 0 to {DIGITS}")
    return int(digits.low) if known and digits.low is not None else None


def rounded(span: Span, places: int | None) -> Span:
    """Half-even rounding keeps an order, and what is written in so few digits stays."""
    if places is None:
        return Span()
    low, high = (None if end is None else round(end * 10**places) for end in (span.low, span.high))
    unit = Fraction(1, 10**places)
    return Span(None if low is None else low * unit, None if high is None else high * unit, step=unit)


RESULTS: Final[Mapping[str, Result]] = {"divide": _divide}
