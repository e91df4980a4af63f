"""Edits of a file's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.mend import mended
from bridge.errors import Edit, Where


def edit(line, column, length, text):
    return Edit(Where("a.yaml", line, column), length, text)


@pytest.mark.parametrize(
    ("text", "edits", "after"),
    [
        ("abc", [edit(1, 2, 1, "X")], "aXc"),
        ("a\nb\nc", [edit(3, 1, 1, "z"), edit(1, 1, 1, "x")], "x\nb\nz"),
        ("a\r\nb\rc", [edit(3, 1, 1, "z"), edit(2, 1, 1, "y")], "a\r\ny\rz"),
        ("abc", [edit(1, 2, 0, "-")], "a-bc"),
        ("a\nb\nc\n", [edit(2, 1, 2, "")], "a\nc\n"),
        ("héé x", [edit(1, 5, 1, "y")], "héé y"),
        ("abc", [edit(1, 1, 2, "x"), edit(1, 2, 2, "y")], "xc"),
        ("abc", [edit(1, 1, 2, "x"), edit(1, 1, 1, "y")], "xc"),
        ("abc", [edit(1, 1, 1, "x"), edit(1, 1, 1, "x")], "xbc"),
        ("abc", [], "abc"),
    ],
)
def test_edits_are_made_where_they_belong_and_never_over_each_other(text, edits, after):
    assert mended(text, edits)[0] == after


@given(st.text(alphabet="ab\n\r", max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=5))
def test_deleting_leaves_what_is_not_named(text, spans):
    starts = [
        0,
        *(n + 1 for n, char in enumerate(text) if char == "\n" or (char == "\r" and text[n + 1 : n + 2] != "\n")),
    ]

    def place(offset):
        line = max(n for n, start in enumerate(starts) if start <= offset)
        return line + 1, offset - starts[line] + 1

    fitting = [(at, length) for at, length in spans if at + length <= len(text)]
    after, made = mended(text, [edit(*place(at), length, "") for at, length in fitting])
    assert len(after) == len(text) - sum(each.length for each in made)
