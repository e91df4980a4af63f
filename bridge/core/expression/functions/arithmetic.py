"""Arithmetic on exact numbers: never a float, never a digit lost in silence."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, Underflow

from bridge.core.expression.functions.table import Parameter, entry, number
from bridge.core.expression.limits import DIGITS
from bridge.core.expression.values import Refusal
from bridge.core.numbers import MAX_EXPONENT, exact, parse_number

Number = int | Decimal

_ENDS = {"Emax": MAX_EXPONENT, "Emin": -MAX_EXPONENT, "rounding": ROUND_HALF_EVEN}
_EXACT = Context(prec=DIGITS, traps=[Inexact, Overflow, Underflow, InvalidOperation], **_ENDS)  # type: ignore[arg-type]
_ROUNDED = Context(prec=DIGITS, traps=[Overflow, Underflow, InvalidOperation, DivisionByZero], **_ENDS)  # type: ignore[arg-type]


def _too_many_digits(what: str) -> Refusal:
    fix = "round the numbers first: round(number, digits), or divide(…) with fewer digits"
    return Refusal("X022", f"{what} has more than {DIGITS} digits", fix)


def _exactly(name: str, operate: Callable[[Number, Number], Number]) -> Callable[[Number, Number], Number]:
    def operated(left: Number, right: Number) -> Number:
        try:
            return exact(operate(left, right))
        except (Inexact, Overflow, Underflow):
            raise _too_many_digits(f"the result of {name}()") from None

    return operated


add = _exactly("add", _EXACT.add)
subtract = _exactly("subtract", _EXACT.subtract)
multiply = _exactly("multiply", _EXACT.multiply)


def total(numbers: list[Number]) -> Number:
    """The exact sum. Raises `Refusal` beyond 38 digits."""
    if set(map(type, numbers)) <= {int}:
        return exact(sum(numbers))
    result: Number = 0
    for each in numbers:
        result = add(result, each)
    return result


def average(numbers: list[Number]) -> Number | None:
    """The average, rounded half-even to 38 digits; None of nothing."""
    if not numbers:
        return None
    try:
        return exact(_ROUNDED.divide(total(numbers), len(numbers)))
    except (Overflow, Underflow):
        raise _too_many_digits("the result of avg()") from None


def _digits(value: Number, most: int = DIGITS) -> int:
    if not 0 <= value <= most or value != int(value):
        what = f"the number of digits is not a whole number from 0 to {most}"
        raise Refusal("X021", what, "write it as a literal, such as `2`")
    return int(value)


def _divide(dividend: Number, divisor: Number, digits: Number) -> Number:
    from fractions import Fraction  # noqa: PLC0415 -- a fiftieth of a cold start, for this function alone

    places = _digits(digits)
    if not divisor:
        raise Refusal("X021", "divide() divides by zero", "decide with if(b == `0`, …, divide(a, b, `2`))")
    quotient = round(Fraction(dividend) / Fraction(divisor) * 10**places)
    if abs(quotient) >= 10**DIGITS:
        raise _too_many_digits("the result of divide()")
    return exact(_ROUNDED.normalize(_ROUNDED.scaleb(Decimal(quotient), -places)))


def _round(value: Number, digits: Number = 0) -> Number:
    places = _digits(digits)
    if isinstance(value, int) or _places(value) <= places:
        return exact(value)
    kept = value.adjusted() + 1 + places
    context = Context(prec=max(kept, 1) + 1, rounding=ROUND_HALF_EVEN, Emax=MAX_EXPONENT * 2, Emin=-MAX_EXPONENT * 2)
    return exact(value.quantize(Decimal((0, (1,), -places)), context=context))


def _places(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)


def _integer(value: Number) -> Number:
    if isinstance(value, int):
        return value
    if value != value.to_integral_value():
        what = "integer() takes a whole number, and got one with a fraction"
        raise Refusal("X021", what, "say how to round: round(number), floor(number) or ceil(number)")
    return exact(value.to_integral_value())


def _number(value: Number | str) -> Number:
    if not isinstance(value, str):
        return value
    try:
        return parse_number(value)
    except ValueError:
        what = "number() takes a text that is a number in digits, and got another text"
        raise Refusal("X021", what, "use to_number(text), which gives null for what is no number") from None


_TWO = (number("a"), number("b"))

FUNCTIONS = (
    entry("number", (Parameter("value", ("string", "number")),), "number",
          "The number that a text spells, digit for digit.",
          ("number('12.50')", {}, Decimal("12.50")), ("number(a)", {}, None), apply=_number),
    entry("integer", (number("number"),), "number", "A number that has no fraction; refuses one that has.",
          ("integer(`12.0`)", {}, 12), apply=_integer),
    entry("round", (number("number"), number("digits", optional=True)), "number",
          "Rounded half-even to so many decimal digits, none unless given.",
          ("round(`2.5`)", {}, 2), ("round(`0.125`, `2`)", {}, Decimal("0.12")), apply=_round),
    entry("add", _TWO, "number", "a + b, exactly.", ("add(`0.1`, `0.2`)", {}, Decimal("0.3")), apply=add),
    entry("subtract", _TWO, "number", "a - b, exactly.",
          ("subtract(`1`, `0.9`)", {}, Decimal("0.1")), apply=subtract),
    entry("multiply", _TWO, "number", "a times b, exactly.",
          ("multiply(price, qty)", {"price": Decimal("0.10"), "qty": 3}, Decimal("0.30")), apply=multiply),
    entry("divide", (*_TWO, number("digits")), "number",
          "a divided by b, rounded half-even to so many decimal digits, without needless zeros.",
          ("divide(`10`, `3`, `2`)", {}, Decimal("3.33")),
          ("divide(cents, `100`, `2`)", {"cents": 1250}, Decimal("12.5")), apply=_divide),
)  # fmt: skip
