"""Numbers keep their digits, and are text, int or Decimal but never float."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.numbers import exact, is_wide, number_text, parse_number

DIGITS = st.integers(1, 10**38 - 1)
NUMBERS = st.builds(
    lambda digits, places, sign: Decimal(digits).scaleb(places) * sign,
    DIGITS,
    st.integers(-130, 88),
    st.sampled_from([1, -1]),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("-7", -7),
        ("12.50", Decimal("12.50")),
        ("-0.00", Decimal("0.00")),
        ("0E+5", 0),
        ("1e2", 100),
        ("1.50E1", Decimal("15.0")),
        ("007", 7),
        ("+.5", Decimal("0.5")),
        ("5.", 5),
        ("1E-130", Decimal("1E-130")),
        ("9" * 38, Decimal("9" * 38)),
        ("9" * 60, Decimal("9" * 60)),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", Decimal(2**63)),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", Decimal(-(2**63) - 1)),
    ],
)
def test_a_number_is_read_digit_for_digit(text, value):
    read = parse_number(text)
    assert (type(read), str(read)) == (type(value), str(value))


@pytest.mark.parametrize(
    "text", ["", "NaN", "Infinity", "-inf", "1_0", " 1", "1 ", "0x1", "٣", "²", "--1", ".", "e5", "1e", "1e6145", "1e-6145", "1e99999999999", "1" * 9000]
)  # fmt: skip
def test_what_is_no_number_or_out_of_range_is_refused(text):
    with pytest.raises(ValueError, match="number"):
        parse_number(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (2**70, "1180591620717411303424"),
        (Decimal("12.50"), "12.50"),
        (Decimal("-0.0"), "0.0"),
        (Decimal("1E+2"), "100"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("9.9E+125"), "99" + "0" * 124),
        (Decimal("1E+401"), "1E+401"),
        (Decimal("1.5E-402"), "1.5E-402"),
    ],
)
def test_a_number_is_written_in_plain_digits(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")])
@pytest.mark.parametrize("function", [exact, number_text])
def test_what_is_not_finite_is_no_number(function, value):
    with pytest.raises(ValueError, match="not a finite number"):
        function(value)


@given(NUMBERS)
def test_every_number_that_dynamodb_has_survives_writing_and_reading(number):
    assert parse_number(number_text(number)) == number
    assert "E" not in number_text(number)


@given(st.integers())
def test_an_integer_is_an_int_exactly_where_it_fits_64_bits(number):
    fits = -(2**63) <= number < 2**63
    assert type(exact(number)) is (int if fits else Decimal)
    assert is_wide(number) is is_wide(exact(number)) is not fits


def test_only_whole_numbers_are_wide():
    assert [is_wide(Decimal(text)) for text in ("1E+30", "100000000000000000000.0", "100000000000000000000.5")] == [
        True,
        True,
        False,
    ]
