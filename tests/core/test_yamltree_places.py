"""Each character of a scalar's value is found in the file again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.yamltree import Mapping, Scalar, Sequence, read_yaml
from bridge.core.yamltree.origins import origins
from bridge.core.yamltree.syntax import is_open
from bridge.errors import ProjectInvalid, Where


def value(text):
    return read_yaml(text.encode(), "r.yaml").get("a")


@pytest.mark.parametrize(
    ("text", "char", "line", "column"),
    [
        ("a: xyz", "z", 1, 6),
        ("a: 😀xyz", "z", 1, 7),
        ("a: x\n  y\n  z", "z", 3, 3),
        ("a: x\n\n\n  z", "z", 4, 3),
        ("a:\n  x  z", "z", 2, 6),
        ("a: 'x''yz'", "z", 1, 9),
        ("a: 'x\n  z'", "z", 2, 3),
        ("a: 'x\r\n\r\n   z'", "z", 3, 4),
        ('a: "x\\ty\\u00e9z"', "z", 1, 15),
        ('a: "\\U0001F600\\x41z"', "z", 1, 19),
        ('a: "x\\\n   z"', "z", 2, 4),
        ('a: "x \\\n\n   z"', "z", 3, 4),
        ('a: "x  \n  z"', "z", 2, 3),
        ("a: |\n  x\n  yz\n", "z", 3, 4),
        ("a: |\n  x\n\n    yz\n", "z", 4, 6),
        ("a: |-\n  x\r\n  z", "z", 3, 3),
        ("a: |2\n    z\n", "z", 2, 5),
        ("a: | # why\n\n  z\n# z\n", "z", 3, 3),
        ("a: >\n  x\n  z\n", "z", 3, 3),
        ("a: >-\n  x\n\n  y\n    more\n  z\n", "z", 6, 3),
        ("a: >+\n\n\n  z\n\n", "z", 4, 3),
        ("a: >\r z", "z", 2, 2),
        ("a: >1\n  \n  z\n", "z", 3, 3),
    ],
)
def test_a_character_is_found_where_it_was_written(text, char, line, column):
    scalar = value(text)
    assert scalar.place(scalar.text.index(char)) == Where("r.yaml", line, column)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a: xy", 1, 6), ("a: 'xy'", 1, 7), ('a: "\\u00e9"', 1, 11), ("a: |\n  xy\n", 2, 5), ("a: >+\n\n", 1, 6), ("a:", 1, 3)],
)  # fmt: skip
def test_the_end_stands_behind_the_last_character_and_so_does_whatever_is_beyond(text, line, column):
    scalar = value(text)
    assert scalar.place(10_000) == Where("r.yaml", line, column)
    assert scalar.place(-1) == scalar.place(0)


def test_a_scalar_that_is_from_no_file_counts_columns():
    assert Scalar("abc", "abc", Where("", 3, 5)).place(2) == Where("", 3, 7)


ink = " \t\n\r-:#'\"\\${}[]|>+2a0.é😀&*!%@`,?"
lines = st.text(ink, max_size=40)
layouts = st.sampled_from(
    ["{}", "a: >\n {}", "a: >-\n  {}", "a: |\n  {}", "a: |2+\n  {}", 'a: "{}"', "a: '{}'", "k:\n  - {}", "a: x\n {}"]
)


@settings(max_examples=400, deadline=None)
@given(layouts, lines)
def test_any_text_is_a_tree_whose_values_are_found_again_or_refused_with_a_place(layout, text):
    tree, problems = _read(layout.replace("{}", text).encode())
    assert all(p.code.startswith("R0") and p.where.line and p.where.column and p.fix for p in problems)
    for scalar in _scalars(tree):
        written = scalar.span.source.text[scalar.span.start : scalar.span.end] if scalar.span else ""
        found = origins(written, scalar.style, scalar.text)
        assert len(found) == len(scalar.text) + 1
        assert found == sorted(found)
        for char, offset in zip(scalar.text, found, strict=False):
            assert char in " \t\n" or written[offset] in (char, "\\" if scalar.style == '"' else char)


def _read(data):
    try:
        return read_yaml(data, "r.yaml"), ()
    except ProjectInvalid as refused:
        return None, refused.problems


def _scalars(node):
    if isinstance(node, Scalar):
        yield node
    for child in node.items if isinstance(node, Sequence) else ():
        yield from _scalars(child)
    for entry in node if isinstance(node, Mapping) else ():
        yield entry.key
        yield from _scalars(entry.value)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_a_tree_or_refused(data):
    tree, problems = _read(data)
    assert (tree is None) is bool(problems)


@pytest.mark.parametrize("text", ["${", "${a", "x ${a} ${b", "${'}", '${"}', "${`}", "${{}", "${a['}']", "$${${a"])
def test_an_expression_is_open(text):
    assert is_open(text)


@pytest.mark.parametrize(
    "text", ["", "a", "$", "{", "$${", "${a}", "${{a: b}}", "${'}'}", "${'it\\'s'}", '${"}"}', "${`}`}", "$${ ${a}"]
)
def test_an_expression_is_closed(text):
    assert not is_open(text)
