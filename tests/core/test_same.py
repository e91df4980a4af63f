"""What counts as the same value."""

from decimal import Decimal

import pytest

from bridge.core.same import NOTHING, differences, same


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, Decimal("1.0")),
        ("a", "a"),
        (None, None),
        ({"a": [1]}, {"a": [Decimal(1)]}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_equal_values_are_the_same(left, right):
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right", "places"),
    [
        (1, True, [""]),
        (0, False, [""]),
        ("1", 1, [""]),
        ({"a": 1}, {"a": 2, "b": 1}, ["a", "b"]),
        ([1, 2], [1], ["[1]"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["a[0].b"]),
        ({"a": 1}, [1], [""]),
        (None, {}, [""]),
    ],
)
def test_every_place_that_differs_is_named(left, right, places):
    assert [place for place, _, _ in differences(left, right)] == places


def test_a_partial_comparison_asks_only_for_the_names_given():
    assert list(differences({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}, partly=True)) == []
    assert list(differences({"x": 1}, {}, partly=True)) == [("x", 1, NOTHING)]
