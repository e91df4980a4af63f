"""The outline of a path: what of it is the project's own and not the item's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.way import OURS, json_path, outline, outlined
from bridge.errors import Where

WORDS = {"lines", "sku", "unit price", "m"}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("", ""),
        ("$", "$"),
        ("$.data.lines[3].sku", "$.data.lines[*].sku"),
        ('$.data["unit price"]', '$.data["unit price"]'),
        ("$.data.m.ada", "$.data.m[*]"),
        ('$.data.m["ada@example.org"].sku', "$.data.m[*].sku"),
        ('$.data.m["a\\"].sku"]', "$.data.m[*]"),
        ("$.dynamodb.NewImage.ada", "$.dynamodb.NewImage[*]"),
        (".sku", "$.sku"),
        ("$.data.m.not a step of ours", "$.data.m[*][*]"),
        ('$.data.m["cut', "$.data.m[*]"),
        ("ada", "$[*]"),
    ],
)
def test_names_of_the_item_and_indices_are_masked(path, shown):
    assert outline(path, WORDS) == shown


def test_the_rest_of_the_place_stays():
    where = Where("rules/a.yaml", 3, 5, "$.data.ada", "e1")
    assert outlined(where) == Where("rules/a.yaml", 3, 5, "$.data[*]", "e1")


steps = st.lists(st.text(min_size=1) | st.sampled_from(sorted(WORDS)) | st.integers(0, 99), max_size=5)


@given(steps)
def test_whatever_the_way_its_outline_has_a_step_for_each_and_only_our_words(names):
    way = None
    for name in names:
        way = (way, name)
    shown = [name if name in WORDS or name in OURS else "[*]" for name in names]
    expected = None
    for name in shown:
        expected = (expected, name)
    assert outline(json_path(way), WORDS) == json_path(expected).replace('["[*]"]', "[*]")
