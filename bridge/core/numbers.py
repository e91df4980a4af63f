"""Exact numbers: `int` where it was written as an integer and fits 64 bits, else `Decimal`. Never float.

An integer beyond 64 bits is a `Decimal` so that orjson, which writes no such integer itself, hands it to our hook.
Digits stay as they were written (12.50 stays 12.50); an exponent is spelled out, and minus zero is zero.
"""

import re
from decimal import Decimal

#: The widest integers that orjson, EventBridge and most languages' JSON readers take: 64 bits, signed.
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

#: Largest decimal exponent that is read: that of IEEE 754 decimal128. DynamoDB itself stops at 125 and -130.
MAX_EXPONENT = 6144

#: Longest number text that is read, in characters. DynamoDB promises 38 digits and writes at most 170 characters.
MAX_LENGTH = 8192

#: As many zeros may be spelled out where a number is written with an exponent; beyond, the exponent stays.
MAX_ZEROS = 400

_INT64_DIGITS = 19  # of 2**63
_SHORT = 18  # digits that fit 64 bits whatever they are
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.([0-9]*))?|\.[0-9]+)(?:[eE][+-]?0*([0-9]{1,6}))?")


def exact(value: int | Decimal) -> int | Decimal:
    """The normal form of a number. Raises `ValueError` for NaN and infinity."""
    if isinstance(value, int):
        return value if INT64_MIN <= value <= INT64_MAX else Decimal(value)
    return _whole(value) if _exponent(value) >= 0 else _unsigned_zero(value)


def parse_number(text: str) -> int | Decimal:
    """The exact number that JSON or DynamoDB spells so.

    Also reads what DynamoDB accepts though it never writes it: a leading plus, leading zeros, `.5` and `5.`.
    Raises `ValueError` for anything else, and beyond `MAX_EXPONENT` and `MAX_LENGTH`.
    """
    if len(text) <= _SHORT and text.isascii():  # nearly all
        if text.isdecimal():
            return int(text)
        whole, point, fraction = text.removeprefix("-").partition(".")
        if not point and whole.isdecimal():
            return int(text)
        if whole.isdecimal() and fraction.isdecimal() and (value := Decimal(text)):
            return value
    match = _NUMBER.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if match is None or int(match[2] or 0) > MAX_EXPONENT + MAX_LENGTH:
        raise ValueError("not a number that can be read exactly")
    value = Decimal(text)
    if match[1] and not match[2] and value and len(text) < MAX_ZEROS:
        return value  # the usual fraction: in normal form as it is
    if abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError("a number out of range")
    return exact(value)


def number_text(value: int | Decimal) -> str:
    """The number in plain digits; with an exponent only where plain digits would need over `MAX_ZEROS` zeros."""
    if isinstance(value, int):
        return str(value) if INT64_MIN <= value <= INT64_MAX else number_text(Decimal(value))
    text = str(value)
    if "E" not in text and value and value.is_finite():
        return text  # the usual number
    plain = value.adjusted() >= -MAX_ZEROS and _exponent(value) <= MAX_ZEROS
    return format(_unsigned_zero(value), "f" if plain else "E")


def is_wide(value: int | Decimal) -> bool:
    """Whether it is a whole number beyond 64 bits, which EventBridge refuses."""
    if isinstance(value, Decimal) and value.adjusted() < _SHORT:
        return False
    beyond = value > INT64_MAX or value < INT64_MIN
    return beyond and (isinstance(value, int) or value == value.to_integral_value())


def _whole(value: Decimal) -> int | Decimal:
    if value.is_zero():
        return 0
    whole = int(value) if value.adjusted() < _INT64_DIGITS else INT64_MAX + 1
    return whole if INT64_MIN <= whole <= INT64_MAX else value


def _unsigned_zero(value: Decimal) -> Decimal:
    return value.copy_abs() if value.is_zero() else value


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, str):
        raise ValueError("not a finite number")  # noqa: TRY004 -- 'n', 'N' or 'F': NaN and infinity have no digits
    return exponent
