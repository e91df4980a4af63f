"""The table of functions: every example holds, every edge is as tests/compliance/functions.yaml says."""

from pathlib import Path

import pytest

from bridge.core.expression import FUNCTIONS, compile_expression
from bridge.core.expression.limits import MAX_COMPARED, MAX_NESTING, MAX_TEXT
from bridge.core.wire import canonical_json
from bridge.core.yamltree import read_yaml
from bridge.errors import UnmappableChange, Where

FILE = Path(__file__).parents[2] / "compliance" / "functions.yaml"
CASES = read_yaml(FILE.read_bytes(), FILE.name).plain()
EXAMPLES = [(function.name, example) for function in FUNCTIONS.values() for example in function.examples]


def compiled(text):
    return compile_expression(text, lambda offset: Where(column=offset + 1), None, {"example": b"example"}.__getitem__)


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_every_example_of_the_table_comes_to_its_result(name, example):
    assert canonical_json(compiled(example.expression).value(example.given)) == canonical_json(example.result)


@pytest.mark.parametrize("case", CASES, ids=[case["comment"] for case in CASES])
def test_functions_do_as_their_data_says(case):
    expression = compiled(case["expression"])

    if "problem" in case:
        with pytest.raises(UnmappableChange) as refused:
            expression.value(case["given"])
        (problem,) = refused.value.problems
        assert (problem.code, problem.where.column) == (case["problem"], case["column"])
        assert problem.fix
    else:
        assert canonical_json(expression.value(case["given"])) == canonical_json(case["result"])


def message(text, given):
    with pytest.raises(UnmappableChange) as refused:
        compiled(text).value(given)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("upper(a)", {"a": 1}, "1: X020 upper() takes a string for 'text', and got a number\n    fix: convert it with text(…)"),
        ("length(a)", {}, ("1: X020 length() takes a string or an array or an object for 'subject', and got null\n"
         "    fix: make sure that it is there, or give it a value with default(…)")),
        ("keys(a)", {"a": 1}, "1: X020 keys() takes an object for 'object', and got a number\n    fix: give it an object"),
        ("sum(a)", {"a": ["x", 1]}, ("1: X020 sum() takes an array of all numbers for 'numbers', and its elements are"
         " numbers and strings\n    fix: filter or convert the elements first: [].to_string(@), [?type(@) == 'number']")),
        ("sort_by(a, &b)", {"a": [{}]}, ("1: X020 sort_by() needs keys that are all numbers or all strings, and the"
         " expression gives null\n    fix: correct the key, filter out what lacks it, or give it a value with default(…)")),
        ("if(a, `1`)", {}, ("4: X020 the condition of if() must come to true or false, and came to null\n"
         "    fix: compare it with something, or write default(…, `false`)")),
        ("add(a, `1e-30`)", {"a": 10**18}, ("1: X022 the result of add() has more than 38 digits\n"
         "    fix: round the numbers first: round(number, digits), or divide(…) with fewer digits")),
    ],
)  # fmt: skip
def test_refusals_say_what_was_wanted_and_how_to_mend_it(text, given, expected):
    assert message(text, given) == expected


def test_no_refusal_shows_a_value_of_the_item():
    refused = "".join(
        message(text, {"a": "s3cret", "b": ["s3cret", 7]})
        for text in (
            "number(a)",
            "json(a)",
            "iso(a)",
            "add(a, `1`)",
            "sum(b)",
            "uuid5(a, a)",
            "from_base64(concat(a, '!'))",
        )
    )

    assert "s3cret" not in refused


def test_texts_are_bounded_before_they_are_made():
    half = "x" * (MAX_TEXT // 2 + 1)

    for text in ("concat(a, a)", "join('', [a, a])", "replace(a, 'x', 'yy')", "to_json([a, a])"):
        assert "X023" in message(text, {"a": half})


def test_comparing_is_bounded_where_parts_are_shared():
    left, right = [1], [1]
    for _ in range(60):
        left, right = [left, left], [right, right]

    assert "X023" in message("a == b", {"a": left, "b": right})
    assert "X023" in message("changed(&a)", {"old": {"a": left}, "new": {"a": right}})
    assert "X023" in message("added(a, b)", {"a": [left], "b": [right]})


def test_looking_up_is_bounded_in_depth():
    deep = []
    for _ in range(MAX_NESTING + 1):
        deep = [deep]

    assert "X024" in message("added(a, a)", {"a": [deep]})
    assert "X021" in message("to_json(a)", {"a": deep})
    assert compiled("a == b").value({"a": deep, "b": [deep]}) is False


def test_wide_comparisons_are_bounded():
    assert "X023" in message("added(a, a)", {"a": [[0] * (MAX_COMPARED + 1)]})


def test_functions_of_a_name_are_one():
    assert all(function.name == name for name, function in FUNCTIONS.items())
    assert all((function.apply is None) != (function.build is None) for function in FUNCTIONS.values())


def test_a_secret_is_asked_for_at_each_evaluation():
    asked = []

    def secrets(name):
        asked.append(name)
        return b"key"

    expression = compile_expression("hmac_sha256('a', 'salt')", lambda _: Where(), None, secrets)
    assert asked == []
    assert expression.value({}) == expression.value({})
    assert asked == ["salt", "salt"]


def test_without_secrets_a_call_that_needs_one_compiles_and_is_refused_at_run_time():
    expression = compile_expression("hmac_sha256('a', 'salt')", lambda _: Where(), None)

    with pytest.raises(UnmappableChange, match="there is no secret named 'salt' here"):
        expression.value({})


def test_a_value_that_is_no_json_is_refused_by_type():
    assert "and got unknown" in message("abs(a)", {"a": 1.5})
    assert "its elements are unknowns" in message("sum(a)", {"a": [1.5]})
