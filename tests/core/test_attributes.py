"""DynamoDB JSON in plain values."""

from decimal import Decimal

import pytest
from boto3.dynamodb.types import Binary, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.attributes import MAX_LEVELS, plain_item
from bridge.core.differing import differing
from bridge.core.numbers import exact
from bridge.errors import UndecodableRecord, Where

WAY = ((None, "dynamodb"), "NewImage")
NUMBERS = st.decimals(min_value=-(10**30), max_value=10**30, places=6)
SCALARS = st.none() | st.booleans() | st.text() | NUMBERS | st.binary().map(Binary)
SETS = st.frozensets(st.text(), min_size=1, max_size=4) | st.frozensets(NUMBERS, min_size=1, max_size=4)
ITEMS = st.dictionaries(
    st.text(),
    st.recursive(
        SCALARS | SETS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_size=4,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS", "x", "\ud800"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=8,
)


def problem(image):
    with pytest.raises(UndecodableRecord) as caught:
        plain_item(image, Where(record="e1"), WAY)
    (only,) = caught.value.problems
    return only


def refusals(image):
    """Why the image is refused; empty where it is not."""
    try:
        plain_item(image, Where())
    except UndecodableRecord as error:
        return error.problems
    return ()


def plain(value):
    """What we promise for a value of boto3's model."""
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, frozenset):
        return sorted(map(plain, value))
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@given(ITEMS)
def test_an_item_that_boto3_writes_is_read_as_it_was(item):
    typed = {name: TypeSerializer().serialize(value) for name, value in item.items()}
    read = plain_item(typed, Where())
    assert _without_binary(read, item) == _without_binary(plain(item), item)


def _without_binary(read, item):
    """boto3 hands binary over as bytes, we as base64: compared by another test."""
    if isinstance(item, Binary):
        return ""
    if isinstance(item, dict):
        return {name: _without_binary(read[name], inner) for name, inner in item.items()}
    return [*map(_without_binary, read, item)] if isinstance(item, list) else read


@given(JSON)
def test_any_json_is_an_item_or_our_refusal(value):
    for image in (value, {"a": value}):
        assert all(one.where.path.startswith("$") for one in refusals(image))


def test_every_type_is_read():
    image = {
        "S": {"S": "é😀"},
        "N": {"N": "12.50"},
        "wide": {"N": "1" + "0" * 100},
        "B": {"B": "Zm9vYmFy"},
        "bytes": {"B": b"foobar"},
        "BOOL": {"BOOL": False},
        "NULL": {"NULL": True},
        "M": {"M": {"a": {"M": {}}}},
        "L": {"L": [{"S": ""}, {"L": []}]},
        "SS": {"SS": ["b", "Z", "a", "é"]},
        "NS": {"NS": ["10", "9", "-1.5"]},
        "BS": {"BS": ["Zg==", "AA==", "/w=="]},
        "bytes set": {"BS": [b"\xff", b"\x00"]},
    }
    assert plain_item(image, Where()) == {
        "S": "é😀",
        "N": Decimal("12.50"),
        "wide": Decimal("1E+100"),
        "B": "Zm9vYmFy",
        "bytes": "Zm9vYmFy",
        "BOOL": False,
        "NULL": None,
        "M": {"a": {}},
        "L": ["", []],
        "SS": ["Z", "a", "b", "é"],
        "NS": [Decimal("-1.5"), 9, 10],
        "BS": ["AA==", "Zg==", "/w=="],
        "bytes set": ["AA==", "/w=="],
    }


def test_types_that_are_null_beside_the_one_are_passed_over():
    assert plain_item({"a": {"S": None, "N": "1", "NULL": None}}, Where()) == {"a": 1}


@pytest.mark.parametrize(
    ("image", "code", "path"),
    [
        (None, "D022", ""),
        ([], "D022", ""),
        ({1: {"S": "x"}}, "D022", ""),
        ({"\ud800": {"S": "x"}}, "D005", ""),
        ({"a": 5}, "D020", ".a"),
        ({"a": "S"}, "D020", ".a"),
        ({"a": {}}, "D020", ".a"),
        ({"a": ["S"]}, "D020", ".a"),
        ({"a": [1, 2]}, "D020", ".a"),
        ({"a": {"S": "x", "N": "1"}}, "D020", ".a"),
        ({"a": {"S": None, "N": None}}, "D020", ".a"),
        ({"a": {"X": 1}}, "D021", ".a"),
        ({"a": {"s": "x"}}, "D021", ".a"),
        ({"a": {"S": 1}}, "D022", ".a"),
        ({"a": {"S": None}}, "D022", ".a"),
        ({"a": {"N": 1}}, "D022", ".a"),
        ({"a": {"N": 1.5}}, "D022", ".a"),
        ({"a": {"B": 1}}, "D022", ".a"),
        ({"a": {"BOOL": "true"}}, "D022", ".a"),
        ({"a": {"NULL": None}}, "D022", ".a"),
        ({"a": {"M": []}}, "D022", ".a"),
        ({"a": {"L": {}}}, "D022", ".a"),
        ({"a": {"SS": "abc"}}, "D022", ".a"),
        ({"a": {"NS": ["1", 2]}}, "D022", ".a"),
        ({"a": {"N": "NaN"}}, "D023", ".a"),
        ({"a": {"N": "-Infinity"}}, "D023", ".a"),
        ({"a": {"N": ""}}, "D023", ".a"),
        ({"a": {"B": "a b"}}, "D024", ".a"),
        ({"a": {"BS": ["Zg==", "@"]}}, "D024", ".a"),
        ({"a": {"S": "\ud800"}}, "D005", ".a"),
        ({"lines": {"L": [{"S": "x"}, {"M": {"unit price": {"N": "x"}}}]}}, "D023", '.lines[1]["unit price"]'),
    ],
)
def test_what_dynamodb_cannot_say_is_refused_by_its_path(image, code, path):
    one = problem(image)
    assert (one.code, one.where) == (code, Where(path=f"$.dynamodb.NewImage{path}", record="e1"))


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (
            {"a": {"N": "secret"}},
            (
                "record e1 $.dynamodb.NewImage.a: D023 the text of a number is no number that can be carried exactly\n"
                "    fix: write a finite decimal number"
            ),
        ),
        (
            {"a": {"X": 1}},
            (
                "record e1 $.dynamodb.NewImage.a: D021 an attribute has a type that DynamoDB does not have\n"
                "    fix: use one of S, N, BOOL, M, L, NULL, B, SS, NS, BS"
            ),
        ),
    ],
)
def test_messages_name_the_path_and_never_the_value(image, message):
    assert str(problem(image)) == message


@pytest.mark.parametrize("kind", ["L", "M"])
def test_depth_is_bounded(kind):
    def nested(levels):
        typed = {"S": "x"}
        for _ in range(levels):
            typed = {"L": [typed]} if kind == "L" else {"M": {"a": typed}}
        return {"a": typed}

    assert plain_item(nested(MAX_LEVELS - 1), Where())
    assert problem(nested(MAX_LEVELS)).code == problem(nested(300)).code == "D025"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ({"N": "1.0"}, {"N": "1"}, True),
        ({"N": "1"}, {"N": "2"}, False),
        ({"N": "1"}, {"S": "1"}, False),
        ({"N": "1"}, {"BOOL": True}, False),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}, True),
        ({"SS": ["a"]}, {"L": [{"S": "a"}]}, False),
        ({"NS": ["1", "2.50"]}, {"NS": ["2.5", "1.0"]}, True),
        ({"BS": ["Zg==", "AA=="]}, {"BS": ["AA==", "Zg=="]}, True),
        ({"S": "x"}, {"S": "x", "N": None}, True),
        ({"L": [{"N": "1"}]}, {"L": [{"N": "1.0"}]}, True),
        ({"L": [{"N": "1"}]}, {"L": [{"N": "1"}, {"N": "1"}]}, False),
        ({"M": {"a": {"N": "1"}, "b": {"S": ""}}}, {"M": {"b": {"S": ""}, "a": {"N": "1.0"}}}, True),
        ({"M": {"a": {"N": "1"}}}, {"M": {"b": {"N": "1"}}}, False),
        ({"M": {"a": {"N": "1"}}}, {"M": {"a": {"N": "2"}}}, False),
    ],
)
def test_attributes_differ_by_value_and_type(old, new, same):
    assert differing({"a": old}, {"a": new}) == (() if same else ("a",))


def test_what_came_and_what_went_differs_in_name_order():
    assert differing({"b": {"S": ""}, "same": {"S": ""}}, {"a": {"S": ""}, "same": {"S": ""}}) == ("a", "b")
    assert differing({"same": {"S": ""}}, {"same": {"S": ""}}) == ()
