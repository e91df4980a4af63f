"""What is known of a number: between which bounds it lies, and of what it is a multiple."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bridge.core.numbers import exact
from bridge.core.proof.shapes import Branch, Shape, values_of

#: Marks an integer that arithmetic on fractions has made: 12.50 times 100 is written 1250.00.
ZEROS = "may be written with zeros behind its point"
#: Digits of a DynamoDB number, and of the arithmetic: what needs more is refused (X022).
DIGITS = 38


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` to `high`, None for no bound; `*_open` leaves the bound itself out."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    step: Fraction | None = None  #: each is a multiple of it
    plain: bool = True  #: whether those that are integers are written so, never as 1250.00

    def holds(self, other: "Span") -> bool:
        """Whether all numbers of the other lie within the bounds of this one."""
        return _above(self, other) and _above(negated(self), negated(other))

    @property
    def positive(self) -> bool:
        """Whether all are above zero."""
        return Span(low=Fraction(0), low_open=True).holds(self)

    @property
    def whole(self) -> bool:
        """Whether all are integers."""
        return self.step is not None and self.step.denominator == 1

    @property
    def largest(self) -> Fraction | None:
        """What no absolute value exceeds."""
        return None if self.low is None or self.high is None else max(abs(self.low), abs(self.high))

    @property
    def exactly(self) -> bool:
        """Whether 38 digits suffice for all."""
        if self.step is None or self.largest is None:
            return False
        # The step as a decimal has so many digits behind the point; a number has no more before it than the largest.
        behind = next((n for n in range(DIGITS + 1) if (self.step * 10**n).denominator == 1), None)
        return behind is not None and self.largest * 10**behind < 10**DIGITS


def _above(bound: Span, span: Span) -> bool:
    """Whether the lower bound of the one is also a lower bound of the other."""
    if bound.low is None or span.low is None:
        return bound.low is None
    return span.low > bound.low or (span.low == bound.low and (span.low_open or not bound.low_open))


ALL = Span()
WHOLE = Span(step=Fraction(1))
#: A position in a list: no more than anything can have elements.
COUNT = Span(low=Fraction(0), high=Fraction(10_000_000), step=Fraction(1))


def fraction(value: Any) -> Fraction:
    """A number of a schema, exactly."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def span_of(branch: Branch) -> Span:
    """What is known of the numbers of a branch."""
    values = values_of(branch)
    if values is not None:
        return replace(hull([point(fraction(value)) for value in values]), plain=all(map(_is_plain, values)))
    low, high = (branch.get(name) for name in ("minimum", "maximum"))
    over, under = (branch.get(name) for name in ("exclusiveMinimum", "exclusiveMaximum"))
    step = branch.get("multipleOf", 1 if branch.get("type") == "integer" else None)
    made = Span(
        low=None if low is None and over is None else fraction(over if low is None else low),
        high=None if high is None and under is None else fraction(under if high is None else high),
        low_open=low is None and over is not None,
        high_open=high is None and under is not None,
        step=None if step is None else fraction(step),
        plain="$comment" not in branch,
    )
    return replace(made, step=common(made.step, Fraction(1))) if branch.get("type") == "integer" else made


def _is_plain(value: Any) -> bool:
    """Whether it is no integer that is written with zeros behind its point."""
    return not isinstance(value, Decimal) or value != value.to_integral_value() or str(value).lstrip("-").isdigit()


def spans_of(shape: Shape) -> Span:
    """What is known of a shape of numbers."""
    return hull([span_of(branch) for branch in shape])


def point(value: Fraction) -> Span:
    """One number."""
    return Span(value, value, step=abs(value) or Fraction(0))


def hull(spans: Iterable[Span]) -> Span:
    """All numbers of any of them."""
    found = list(spans)
    if not found:
        return Span(Fraction(0), Fraction(0), step=Fraction(0))
    low, low_open = _lowest(found)
    high, high_open = _lowest([negated(span) for span in found])
    step: Fraction | None = found[0].step
    for span in found[1:]:
        step = common(step, span.step)
    plain = all(span.plain for span in found)
    return Span(low, None if high is None else -high, low_open, high_open, step, plain)


def _lowest(spans: list[Span]) -> tuple[Fraction | None, bool]:
    if any(span.low is None for span in spans):
        return None, False
    low = min(span.low for span in spans if span.low is not None)
    return low, all(span.low_open for span in spans if span.low == low)


def common(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """The greatest step of which both are multiples; zero is a multiple of everything."""
    if one is None or other is None:
        return None
    denominator = math.lcm(one.denominator, other.denominator)
    return Fraction(math.gcd(int(one * denominator), int(other * denominator)), denominator)


def negated(span: Span) -> Span:
    """The numbers with the other sign."""
    low = None if span.high is None else -span.high
    return Span(low, None if span.low is None else -span.low, span.high_open, span.low_open, span.step, span.plain)


def plus(one: Span, other: Span) -> Span:
    """The sums."""
    low = None if one.low is None or other.low is None else one.low + other.low
    high = None if one.high is None or other.high is None else one.high + other.high
    low_open, high_open = one.low_open or other.low_open, one.high_open or other.high_open
    plain = one.plain and other.plain and one.whole and other.whole
    return Span(low, high, low_open, high_open, common(one.step, other.step), plain)


def times(one: Span, other: Span) -> Span:
    """The products. Bounds are kept only where both factors have both, or neither is below zero."""
    step = None if one.step is None or other.step is None else one.step * other.step
    plain = one.plain and other.plain and one.whole and other.whole
    ends = (one.low, one.high, other.low, other.high)
    if None not in ends:
        corners = [
            a * b for a in (one.low, one.high) for b in (other.low, other.high) if a is not None and b is not None
        ]
        return Span(min(corners), max(corners), step=step, plain=plain)
    if one.low is not None and other.low is not None and one.low >= 0 and other.low >= 0:
        return Span(one.low * other.low, None, step=step, plain=plain)
    return Span(step=step, plain=plain)


def magnitude(span: Span) -> Span:
    """The absolute values."""
    if span.low is not None and span.low >= 0:
        return span
    if span.high is not None and span.high <= 0:
        return negated(span)
    return Span(Fraction(0), span.largest, step=span.step, plain=span.plain)


def met_by(span: Span, bound: Span) -> Span:
    """Those that lie within the other's bounds too."""
    low, low_open = _higher((span.low, span.low_open), (bound.low, bound.low_open))
    flipped, other = negated(span), negated(bound)
    high, high_open = _higher((flipped.low, flipped.low_open), (other.low, other.low_open))
    return Span(low, None if high is None else -high, low_open, high_open, span.step, span.plain)


def _higher(one: tuple[Fraction | None, bool], other: tuple[Fraction | None, bool]) -> tuple[Fraction | None, bool]:
    if one[0] is None or other[0] is None:
        return one if other[0] is None else other
    return max((one[0], one[1]), (other[0], other[1]))


def number(span: Span) -> Branch:
    """The schema of the numbers. A bound that no decimal can write is left out."""
    schema: dict[str, Any] = {"type": "number"}
    if span.whole:
        schema["type"] = "integer"
        schema |= {} if span.plain else {"$comment": ZEROS}
    if span.step and span.step != 1 and (step := decimal(span.step)) is not None:
        schema["multipleOf"] = step
    for value, is_open, closed, opened in (
        (span.low, span.low_open, "minimum", "exclusiveMinimum"),
        (span.high, span.high_open, "maximum", "exclusiveMaximum"),
    ):
        if value is not None and (written := decimal(value)) is not None:
            schema[opened if is_open else closed] = written
    return {"const": schema["minimum"]} if _is_one(span) and "minimum" in schema else schema


def _is_one(span: Span) -> bool:
    """Whether it is one number, written in one way but for zeros behind a fraction."""
    return span.low is not None and span.low == span.high and (span.low.denominator > 1 or (span.plain and span.whole))


def decimal(value: Fraction) -> int | Decimal | None:
    """The number as a decimal of at most 38 digits; None where there is none."""
    for places in range(DIGITS + 1):
        if (value * 10**places).denominator == 1:
            return exact(Decimal(f"{int(value * 10**places)}E-{places}"))
    return None
