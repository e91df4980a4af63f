"""What is known of cut, split and padded texts holds of texts at random."""

from random import Random

import pytest

from bridge.core.proof.shapes import shape_of
from bridge.core.proof.text.change import rest_after
from bridge.core.proof.text.cut import MAX_CUT, cut, dropped, exactly, padded, parts, taken
from bridge.core.proof.text.decide import after, inside
from bridge.core.proof.text.language import ANY_CHAR, ANYTHING, EMPTY, NONE, both, but, either, literal, repeat, row
from bridge.core.proof.text.pattern import language, written
from tests.proof.generator import Items

PATTERNS = [
    "^[A-Z]{2}-[0-9]{4}$", "^[a-z]+(,[a-z]+)*$", "^.*$", "^(ab|cde)*$", "^a{2,5}b?$", "^$", "^(,|x)*$", "-", "^[^,]*,[^,]*$",
    "^([a-c]{1,3}-){2,4}[0-9]*$",
]  # fmt: skip
TOO_MANY = either(*(row(literal(chr(97 + n)), repeat(literal(chr(98 + n)), n, None), ANYTHING) for n in range(20)))


def texts(whole, count=60):
    """Random texts of a language."""
    items = Items(Random(7))
    return [items.walk(whole) for _ in range(count)]


def has(whole, text):
    """Whether a text is of a language."""
    for char in text:
        whole = after(whole, ord(char))
    return whole.nullable


@pytest.mark.parametrize("pattern", PATTERNS)
def test_whatever_is_cut_out_of_a_text_is_of_the_language_that_is_told(pattern):
    whole = language(pattern)
    for start, stop in [
        (0, 2),
        (1, None),
        (3, 5),
        (-2, None),
        (0, -1),
        (1, -2),
        (-4, -1),
        (-3, 2),
        (2, 2),
        (50, None),
        (0, 60),
    ]:
        told = cut(whole, start, stop)
        assert [text for text in texts(whole) if not has(told, text[start:stop])] == []


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("separator", [",", "-", "ab"])
def test_every_part_of_a_text_is_of_the_language_that_is_told(pattern, separator):
    whole = language(pattern)
    told = parts(whole, separator)
    for text in texts(whole):
        made = text.split(separator)
        assert told.least <= len(made) <= (told.most or len(made))
        assert all(has(told.any, part) for part in made)
        assert all(has(first, part) for first, part in zip(told.first, made, strict=False))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_padded_text_is_of_the_language_that_is_told(pattern):
    whole = language(pattern)
    for width in (0, 3, 8, MAX_CUT + 1):
        left, right = (padded(whole, width, literal("0"), right=side) for side in (False, True))
        for text in texts(whole):
            assert has(left, text.rjust(width, "0"))
            assert has(right, text.ljust(width, "0"))


def test_the_parts_of_a_code_are_known_exactly():
    told = parts(language("^[A-Z]{2}-[0-9]{4}$"), "-")
    assert (told.least, told.most) == (2, 2)
    assert inside(told.first[1], language("^[0-9]{4}$"))
    assert inside(cut(language("^[A-Z]{2}-[0-9]{4}$"), 0, 2), language("^[A-Z]{2}$"))


def test_what_has_too_many_ways_is_told_more_widely():
    wide = row(repeat(either(literal("a"), row(literal("b"), ANYTHING)), 0, 300), TOO_MANY)
    for told in (dropped(wide, 30), taken(wide, 30), exactly(wide, 30), taken(ANYTHING, 100), taken(wide, 100)):
        assert told is not NONE
    assert rest_after(wide, repeat(TOO_MANY, 0, None)) is not NONE


def test_what_would_take_too_long_is_not_told():
    deep = row(ANYTHING, literal("a"), repeat(language("^.$"), 14, 14))
    assert (
        inside(both(deep, but(row(deep, literal("x")))), row(ANYTHING, literal("b"), repeat(language("^.$"), 13, 13)))
        is not True
    )


def test_nothing_is_told_of_a_schema_that_cannot_be_taken_apart():
    assert len(shape_of({"$ref": "https://example.com/elsewhere"})) == 6
    assert shape_of(False) == ()
    assert inside(EMPTY, ANYTHING)


@pytest.mark.parametrize(
    ("pattern", "least", "most", "said"),
    [
        ("^[a-z]+$", 0, 40, ["^[a-z]{1,40}$"]),
        ("^[a-z]{3,}$", 0, None, ["^[a-z]{3,}$"]),
        ("^[a-z]{3,7}$", 5, 9, ["^[a-z]{5,7}$"]),
    ],
)
def test_characters_and_how_many_there_are_become_one(pattern, least, most, said):
    some = language(pattern)
    assert written(both(some, repeat(ANY_CHAR, least, most))) == said
    assert written(both(repeat(ANY_CHAR, least, most), some)) == said


def test_no_text_is_of_two_lengths():
    assert both(language("^[a-z]{3}$"), repeat(ANY_CHAR, 4, 9)) is NONE
