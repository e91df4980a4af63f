"""Our parser against jmespath's own: the same trees, the same refusals, and messages that say where and why."""

import warnings
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError
from jmespath.parser import Parser

from bridge.core.expression.limits import MAX_DEPTH, MAX_LENGTH
from bridge.core.expression.parser import parse
from bridge.core.expression.tree import Unreadable
from tests.core.expression.test_official_suite import CASES

VALUED = {"field", "literal", "index", "comparator", "key_val_pair", "function_expression"}


def jmespath_tree(text):
    """jmespath's tree, None where it refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return as_floats(Parser()._parse(text).parsed)
        except JMESPathError:
            return None


def our_tree(text):
    """Our tree in jmespath's shape, None where we refuse."""
    try:
        return as_floats(stripped(parse(text)))
    except Unreadable:
        return None


def stripped(node):
    children = list(node.value) if node.kind == "slice" else [stripped(child) for child in node.children]
    return {"type": node.kind, "children": children} | ({"value": node.value} if node.kind in VALUED else {})


def as_floats(tree):
    if isinstance(tree, dict):
        return {name: as_floats(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [as_floats(value) for value in tree]
    return float(tree) if isinstance(tree, Decimal) else tree


def nested(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from([" || ", "&&", "|", " == ", "!=", "<", ">=", "."]), inner).map("".join),
        st.tuples(inner, st.sampled_from(["[0]", "[-1]", "[*]", "[]", ".*", "[1:2]", "[::-1]", "[:3].a"])).map("".join),
        st.tuples(inner, inner).map("{0[0]}[?{0[1]}]".format),
        st.tuples(inner, inner).map("{0[0]}.[{0[1]}, a]".format),
        st.tuples(inner, inner).map('{0[0]}.{{x: {0[1]}, "y z": @}}'.format),
        st.tuples(st.sampled_from(["length", "f_2"]), inner, inner).map("{0[0]}({0[1]}, &{0[2]})".format),
        inner.map("({})".format),
        inner.map("!{}".format),
    )


ATOMS = [
    "a",
    "_b1",
    '"c d"',
    '"\\u00e9"',
    "@",
    "*",
    "[*]",
    "[]",
    "'t'",
    "'it\\'s'",
    "`1.0`",
    "`[1, null]`",
    '`"x"`',
    "[a]",
    "{k: a}",
]
EXPRESSIONS = st.recursive(st.sampled_from(ATOMS), nested, max_leaves=12)
PIECES = [
    *ATOMS,
    *[
        ".",
        "[",
        "]",
        "[?",
        "(",
        ")",
        "{",
        "}",
        ":",
        ",",
        "|",
        "||",
        "&",
        "&&",
        "!",
        "==",
        "<",
        "-",
        "`",
        "'",
        '"',
        "#",
        "0",
        "-1",
        "12",
        "\\",
        "k:",
    ],
    " ",
    "`x`",
    "f(",
    "[1:",
    "[:",
]


@pytest.mark.parametrize("text", [case.values[1]["expression"] for case in CASES])
def test_the_official_suite_makes_the_trees_of_jmespath(text):
    assert our_tree(text) == jmespath_tree(text)


@given(EXPRESSIONS)
@example("(f)(x)")
@example("a[0][1:2].b")
@example("f(a b, )")
@example("{a: b c: d}")
@example("(a.b).c")
@example("*.[0]")
def test_written_expressions_make_the_trees_of_jmespath(text):
    assert our_tree(text) == jmespath_tree(text)


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
@example("`foo`")
@example("' '")
@example("")
def test_pieces_in_any_order_are_read_or_refused_as_by_jmespath(text):
    assert our_tree(text) == jmespath_tree(text)


@pytest.mark.parametrize("text", ["`NaN`", "`[Infinity]`", "`-Infinity`", "`1e9999999`"])
def test_a_number_that_is_no_json_is_refused_though_jmespath_lets_it_through(text):
    assert jmespath_tree(text) is not None
    assert refusal(text) == (0, "X003", "the literal in backticks has a number that cannot be carried exactly")


def refusal(text):
    with pytest.raises(Unreadable) as refused:
        parse(text)
    finding = refused.value.finding
    assert finding.fix
    return finding.at, finding.code, finding.what


VALUE = "a name, a literal, a function or one of ( [ { @ * ! &"


@pytest.mark.parametrize(
    ("text", "at", "code", "what"),
    [
        ("", 0, "X001", "the expression is empty"),
        ("  ", 2, "X001", "the expression is empty"),
        ("new.", 4, "X001", "the expression ends where a name, '*', '[' or '{' after the dot was expected"),
        ("new..a", 4, "X001", "'.' stands where a name, '*', '[' or '{' after the dot was expected"),
        ("new a", 4, "X001", "'a' stands where an operator or the end was expected"),
        ("a{b: c}", 1, "X001", "'{' stands where an operator or the end was expected"),
        ("a || ", 5, "X001", f"the expression ends where {VALUE} was expected"),
        ("a == 1", 5, "X001", "the number 1 stands where a value was expected"),
        ("upper(a", 7, "X001", "the call of upper() is never closed"),
        ("(a", 2, "X001", "the expression ends where ')' was expected"),
        ("a[b]", 2, "X001", "'b' stands where '*' was expected"),
        ("a[1:x]", 4, "X001", "'x' stands where a slice such as [1:5] or [::2] was expected"),
        ("[a b]", 3, "X001", "'b' stands where ',' was expected"),
        ("{a}", 2, "X001", "'}' stands where ':' was expected"),
        ("{1: a}", 1, "X001", "'1' stands where a name for a part of {…} was expected"),
        ("@(a)", 1, "X001", "'(' follows something that is no name of a function"),
        ('"f"(a)', 0, "X001", "the name of a function stands in double quotes"),
        ("a = b", 2, "X001", "'=' stands alone"),
        ("a - b", 2, "X001", "'-' stands alone"),
        ("a ? b", 2, "X001", "'?' stands alone"),
        ("a ~ b", 2, "X001", "'~' means nothing here"),
        ("a\x00", 1, "X001", "the character U+0000 means nothing here"),
        ("a.'" + "x" * 40 + "'", 2, "X001", "''" + "x" * 29 + "…' stands where a name, '*', '[' or '{' after the dot was expected"),
        ("a == 'b", 5, "X002", "a text is never closed"),
        ("a == `1", 5, "X002", "a literal is never closed"),
        ('"a', 0, "X002", "a name in double quotes is never closed"),
        ('a."\\x"', 3, "X002", "the name in double quotes is no JSON string: invalid \\escape"),
        ('`{"a" 1}`', 0, "X003", "the literal in backticks is no JSON"),
        ("a" * (MAX_LENGTH + 1), 0, "X004", "the expression has 4097 characters, and 4096 are allowed"),
        ("(" * 200 + "a", MAX_DEPTH, "X004", "the expression is nested more than 128 levels deep"),
        ("!" * 200 + "a", MAX_DEPTH, "X004", "the expression is nested more than 128 levels deep"),
        ("|".join(["a"] * 200), 255, "X004", "the expression is nested more than 128 levels deep"),
        ("`" + "[" * 2000 + "`", 0, "X004", "the literal is nested more than 128 levels deep"),
        ("`" + "[" * 200 + "]" * 200 + "`", 0, "X004", "the literal is nested more than 128 levels deep"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_place(text, at, code, what):
    assert refusal(text) == (at, code, what)


def test_every_node_knows_where_it_was_written():
    tree = parse("new.lines[?qty > `1`].{sku: upper(sku)} | [0]")

    assert {(node.kind, node.at) for node in tree.walk() if node.kind != "identity"} == {
        ("pipe", 40), ("filter_projection", 9), ("subexpression", 3), ("field", 0), ("field", 4),
        ("multi_select_dict", 22), ("key_val_pair", 23), ("function_expression", 28), ("field", 34),
        ("comparator", 15), ("field", 11), ("literal", 17), ("index_expression", 42), ("index", 42),
    }  # fmt: skip


def test_a_long_row_of_names_is_no_deep_nesting():
    assert len(parse(".".join(["a"] * 2000)).children) == 2000
