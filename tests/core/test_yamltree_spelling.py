"""How a text is written so that YAML reads it as that text, and how a value is quoted where YAML took its signs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.mend import mended
from bridge.core.yamltree import read_tree, read_yaml
from bridge.core.yamltree.spelling import escaped, quoted, spelt

TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_characters="\x7f"), max_size=20).filter(
    lambda text: all(char == "\x85" or not 0x7F <= ord(char) < 0xA0 for char in text) and "\x85" not in text
)


@given(TEXTS, st.sampled_from([None, "'", '"']))
def test_a_text_in_any_quotes_is_read_as_that_text(text, style):
    tree = read_yaml(f"a: [{spelt(text, style)}]\n".encode(), "a.yaml")
    assert tree.plain() == {"a": [text]}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("order.placed", "order.placed"), ("a b", '"a b"'), ("true", '"true"'), ("007", '"007"'), ("1", '"1"'), (".inf", '".inf"'),
        ('say "x"', "'say \"x\"'"), ("it's \"x\"", "'it''s \"x\"'"), ("a\\d", "'a\\d'"), ("$x", "$x"), ("", '""'),
    ],
)  # fmt: skip
def test_quotes_stand_only_where_they_are_needed(text, written):
    assert spelt(text, None) == written


def test_a_line_break_stands_in_double_quotes():
    assert quoted('a"\nb') == '"a\\"\\nb"'


@pytest.mark.parametrize(
    ("text", "style", "written"),
    [("'a'", "'", "''a''"), ('"a"', '"', '\\"a\\"'), ("'a'", "|", "'a'"), ("'a'", None, "'a'"), ("a: b", None, None)],
)
def test_a_part_is_written_as_the_quotes_around_it_demand(text, style, written):
    assert escaped(text, style) == written


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: ${{b: c}.b} # why", 'a: "${{b: c}.b}" # why'),
        ("- ${{b: c}.b}", '- "${{b: c}.b}"'),
        ("a: ${f(' # ')}", "a: \"${f(' # ')}\""),
        ('a: ${f(" # ")}', "a: '${f(\" # \")}'"),
        ("a: @x", 'a: "@x"'),
        ("a: %x # y", 'a: "%x" # y'),
        ("a: `b`", 'a: "`b`"'),
        ("'a b': b: c", "'a b': \"b: c\""),
        ("a: 'b' || c", "a: \"'b' || c\""),
        ("a: {b: ${c}, d: e}", 'a: {b: "${c}", d: e}'),
        ("a: [${c}]", 'a: ["${c}"]'),
    ],
)
def test_a_value_whose_signs_yaml_takes_is_quoted(before, after):
    problems = []
    read_tree(before.encode(), "a.yaml", problems)
    assert mended(before, [each.edit for each in problems])[0] == after
    assert read_yaml(after.encode(), "a.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "a: ${{b: c}\n  .b}",
        "a: {b: ${c} d}",
        "a: 'b' 'c\\d'",
        "a: ''b'' c",
        "a: {b: x: y}",
        "a: {b: ${c\n}}",
        "a: |x y\n  b",
    ],
)
def test_a_value_whose_end_cannot_be_told_is_not_quoted(text):
    problems = []
    read_tree(text.encode(), "a.yaml", problems)
    assert problems
    assert [each.edit for each in problems] == [None] * len(problems)
