"""JSON in and out, exact."""

import json
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.numbers import exact
from bridge.core.plain import MAX_DEPTH
from bridge.core.wire import canonical_json, first_wide, parse_json, read_json, to_exact, write_json
from bridge.errors import BridgeError, UndecodableRecord, Where

TEXT = st.text()
NUMBERS = st.integers().map(exact) | st.decimals(allow_nan=False, allow_infinity=False, places=4).map(exact)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.binary() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters()) | st.integers(), inner, max_size=3)
        | st.tuples(inner)
    ),
    max_leaves=8,
)


def problem(function, *arguments):
    with pytest.raises(UndecodableRecord) as caught:
        function(*arguments)
    (only,) = caught.value.problems
    return only


def refusals(function, *arguments):
    """Why the function refuses; empty where it does not."""
    try:
        function(*arguments)
    except BridgeError as error:
        return error.problems
    return ()


def deep(levels):
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


@given(VALUES)
def test_what_is_written_is_read_back_equal_and_in_order(value):
    again = read_json(write_json(value))
    assert again == value
    assert write_json(again) == write_json(value)


@given(VALUES)
def test_the_standard_library_reads_the_same(value):
    assert json.loads(write_json(value), parse_float=Decimal) == value


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?", fullmatch=True).filter(lambda text: text.strip("-0.")))
def test_digits_are_the_same_after_reading_and_writing(text):
    assert write_json(read_json(f"[{text}]")).decode() == f"[{text}]"


@given(VALUES)
def test_canonical_bytes_do_not_depend_on_the_order_of_names(value):
    def turned(value):
        if isinstance(value, dict):
            return {name: turned(value[name]) for name in reversed(value)}
        return [turned(inner) for inner in value] if isinstance(value, list) else value

    assert canonical_json(turned(value)) == canonical_json(value)


def test_canonical_bytes_are_equal_for_equal_numbers():
    same = [Decimal("100.00"), Decimal("1E+2"), 100]
    assert {canonical_json({"n": number}) for number in same} == {b'{"n":100}'}


@given(st.binary(max_size=40) | TEXT)
def test_any_bytes_are_a_value_or_our_refusal(data):
    codes = {one.code for one in refusals(lambda: write_json(read_json(data)))}
    assert codes <= {"D001", "D002", "D003", "D004", "D005"}


@given(ANYTHING)
def test_any_value_is_written_or_refused(value):
    for function in (write_json, canonical_json, to_exact):
        assert all(one.where.path.startswith("$") for one in refusals(function, value))


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b'{"a": "\xff"}', "D001", 1, 8),
        (b'{\n"\xc3\xa9": \xff}', "D001", 2, 6),
        (b"[1,\n 2 3]", "D002", 2, 4),
        (b'{"a"', "D002", 1, 5),
        (b"  ", "D002", 1, 3),
        (b'{"a": "NaN",\n "b": [-Infinity]}', "D004", 2, 8),
        (b"[NaNx]", "D004", 1, 2),
        (b"[1, 1e99999]", "D004", 1, 5),
    ],
)
def test_the_place_of_what_is_wrong_is_named(data, code, line, column):
    where = problem(read_json, data, Where(file="x.json")).where
    assert (problem(read_json, data).code, where) == (code, Where(file="x.json", line=line, column=column))


def test_the_place_counts_from_where_the_text_begins():
    assert problem(read_json, "[1,\n 2 3]", Where(line=7, column=5)).where == Where(line=8, column=4)
    assert problem(read_json, "[1 2]", Where(line=7, column=5)).where == Where(line=7, column=8)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe[\x00]\x00", "D001 this is UTF-16, not UTF-8\n    fix: save the file as UTF-8"),
        (b"", "1:1: D002 this is empty, not JSON\n    fix: mend the JSON at this place"),
        (b"[1 2]", "1:4: D002 this is not JSON: expecting ',' delimiter\n    fix: mend the JSON at this place"),
        (
            b"[" * 5000,
            "1:129: D003 arrays and objects are nested more than 128 deep\n    fix: flatten the document",
        ),
        (
            b'{"a": ["\\ud83d"]}',
            (
                "$.a[0]: D005 half a surrogate pair stands alone in this text\n"
                "    fix: write whole characters: the text was cut inside one"
            ),
        ),
    ],
)
def test_messages_of_reading(data, message):
    with pytest.raises(UndecodableRecord) as caught:
        read_json(data)
    assert str(caught.value) == message


def test_a_byte_order_mark_is_tolerated():
    assert read_json(b"\xef\xbb\xbf{}") == read_json("\ufeff{}") == {}


def test_surrogate_pairs_are_characters_and_an_escaped_backslash_is_none():
    assert read_json(rb'["\ud83d\ude00", "\\ud83d"]') == ["😀", "\\ud83d"]


def test_a_lone_surrogate_may_pass_where_records_are_told_apart():
    assert parse_json(r'["\ud83d"]') == ["\ud83d"]


def test_depth_is_bounded_exactly():
    assert read_json(write_json(deep(MAX_DEPTH))) == deep(MAX_DEPTH)
    assert problem(write_json, deep(MAX_DEPTH + 1)).code == "D003"
    assert problem(read_json, b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)).code == "D003"
    assert read_json(b'["' + b"[" * 500 + b'", ' + b"[]," * 300 + b"0]")[0] == "[" * 500


@pytest.mark.parametrize(
    ("value", "code", "path"),
    [
        (1.5, "D006", "$"),
        ({"a": [float("nan")]}, "D006", "$.a[0]"),
        ({"a": {1: 2}}, "D006", "$.a"),
        ({"x": [{"unit price": "\ud800"}]}, "D005", '$.x[0]["unit price"]'),
        ({"a": {"\ud800": 1}}, "D005", "$.a"),
        ({"n" * 70: object()}, "D006", f'$["{"n" * 64}..."]'),
        ([Decimal("NaN")], "D004", "$[0]"),
        ({"a": (1, 2)}, "D006", "$.a"),
        ({"a": b""}, "D006", "$.a"),
    ],
)
def test_what_json_cannot_say_is_refused_by_its_path(value, code, path):
    one = problem(write_json, value)
    assert (one.code, one.where.path) == (code, path)
    assert problem(canonical_json, value) == one


def test_the_message_names_the_type_and_not_the_value():
    assert str(problem(write_json, {"secret": 1.25})) == (
        "$.secret: D006 a value or name of type float is nothing that JSON can say exactly\n"
        "    fix: give text, an int or Decimal, true, false, null, a list or an object"
    )


def test_integers_too_wide_for_the_writer_are_written_all_the_same():
    assert write_json([2**64, -(2**64), 2**63]) == b"[18446744073709551616,-18446744073709551616,9223372036854775808]"


def test_nothing_is_escaped_that_need_not_be():
    assert write_json({"b": "é\u2028😀", "a": 1}) == '{"b":"é\u2028😀","a":1}'.encode()


def test_values_of_other_readers_become_exact():
    assert to_exact({"a": 1.1, "b": [1e16, 2**70], "c": 5.0}) == {
        "a": Decimal("1.1"),
        "b": [10**16, Decimal(2**70)],
        "c": Decimal("5.0"),
    }
    assert problem(to_exact, {"a": [float("inf")]}).where.path == "$.a[0]"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [1, {"b c": Decimal(2**63)}], "z": Decimal("1E+30")}, '$.a[1]["b c"]'),
        ({"a": {"b": Decimal(2**63)}, "z": Decimal("1E+30")}, "$.a.b"),
        ({"a": Decimal("1.5"), "b": 2**63 - 1, "c": "1" * 30}, None),
        ({"a": True, "b": Decimal("100000000000000000000.5")}, None),
        ({"a": [1], "b": {}, "c": 2**63}, "$.c"),
        (2**63, "$"),
        ({}, None),
    ],
)
def test_the_first_whole_number_beyond_64_bits_is_found(value, path):
    assert first_wide(value) == path


def test_the_bracket_that_is_one_too_many_is_named_and_not_one_in_a_text():
    text = '{"a": "[[[",\n "b": [],\n "c": ' + "[" * 200 + "]" * 200 + "}"
    assert problem(read_json, text).where == Where(line=3, column=6 + MAX_DEPTH)


@pytest.mark.parametrize("text", ['"' + "x" * 40, '"\\' * 200_000, '"' * 400_001, '"x' * 200_000 + '"', '["' + "\\"])
@pytest.mark.parametrize("before", ["[" * 200, "[" * 20, '{"a":' * 200])
def test_text_whose_strings_never_end_is_refused_at_once(before, text):
    """An item may hold any text, and a rule may read it as JSON: no text may stop the bridge."""
    began = process_time()
    with pytest.raises(BridgeError):
        read_json(before + text)
    assert process_time() - began < 2
