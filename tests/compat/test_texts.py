"""Automata say of texts what the validator says, and decide between sets of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import RegexOptions, validator_for

from bridge.core.contain.automaton import MAX_STATES, Automaton, Letter, outside
from bridge.core.contain.regex import MAX_DEPTH, Choice, Unfollowed, merged, others, parse

SIGNS = "ab1_ -\n\u00e9\u2028\U0001f600"
ATOMS = st.sampled_from([
    "a", "b", "1", ".", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", "[ab]", "[^a]", "[a-c1]", r"[\d_-]", r"\.", r"\-",
    r"\n", r"\x61", r"\u00e9", "[^\\s]", "\u00e9", "\U0001f600", "[a\\]]", "-", "_", "/",
])  # fmt: skip
COUNTS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "*?", "+?", "{1,3}?"])


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.tuples(st.sampled_from(["(", "(?:"]), inner, st.just(")"), COUNTS).map("".join)
    row = st.lists(st.one_of(inner, group), min_size=1, max_size=3).map("".join)
    return st.one_of(row, st.lists(row, min_size=2, max_size=2).map("|".join))


ROWS = st.recursive(st.tuples(ATOMS, COUNTS).map("".join), _joined, max_leaves=5)
PATTERNS = st.tuples(st.sampled_from(["", "^", "^"]), ROWS, st.sampled_from(["", "$", "$"])).map(
    lambda parts: f"{parts[0]}({parts[1]}){parts[2]}"
)
TEXTS = st.text(alphabet=SIGNS, max_size=5)


def automaton(pattern: str) -> Automaton:
    return Automaton.of(parse(pattern))


def accepts(pattern: str, text: str) -> bool:
    made = automaton(pattern)
    states = made.begin()
    for sign in text:
        states = made.after(states, Letter(ord(sign), frozenset()))
    return made.accepts(states, is_empty=not text)


def validates(pattern: str, text: str) -> bool:
    return bool(validator_for({"pattern": pattern}, pattern_options=RegexOptions()).is_valid(text))


@settings(max_examples=150, deadline=None)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=8))
def test_an_automaton_accepts_what_the_validator_does(pattern: str, texts: list[str]) -> None:
    assert [accepts(pattern, text) for text in texts] == [validates(pattern, text) for text in texts]


@settings(max_examples=150, deadline=None)
@given(PATTERNS, PATTERNS, st.lists(TEXTS, max_size=8))
def test_a_text_outside_is_one_and_where_there_is_none_none_is_found(one: str, other: str, texts: list[str]) -> None:
    try:
        found = outside([automaton(one)], automaton(other))
    except Unfollowed:
        return
    if found is None:
        assert [text for text in texts if validates(one, text) and not validates(other, text)] == []
    else:
        assert (validates(one, found), validates(other, found)) == (True, False)


@pytest.mark.parametrize(
    ("writer", "reader", "text"),
    [
        ("^[a-z]{3}$", "^[a-z]+$", None),
        ("^[a-z]+$", "^[a-z]{3}$", "x"),
        ("^a|b$", "a|b", None),
        ("a|b", "^a|b$", "Aa"),
        ("^(ab)*$", "^(a|b)*$", None),
        ("^$", "^.*$", None),
        ("$^", "^$", None),
        ("", "a", ""),
        (r"^\d{4}-\d{2}$", r"^[0-9]+-[0-9]+$", None),
        ("^.$", r"^[^\n]$", None),
        (r"^[^\n]$", "^.$", None),
        (r"^\s$", "^[ \\t]$", "\n"),
        ("^a*b$", "^(a|b)*$", None),
        ("^(a*)*$", "^a*$", None),
        ("^[^]$", "^[\\s\\S]$", None),
        (r"^\p{L}{2}$", r"^\p{L}+$", None),
        (r"^\p{Lu}$", r"^[\p{L}\d]$", None),
        (r"^[a-zA-Z]$", r"^\p{L}$", None),
        (r"^\p{L}$", r"^\p{Lu}$", "a"),
        (r"^[^\p{L}]$", r"^\P{L}$", None),
        (r"^\P{L}$", r"^[^\p{Lu}\p{Ll}]$", None),
        (r"^\p{Lu}$", r"^\P{Ll}$", None),
        (r"^\p{Script=Greek}$", r"^(\p{L}|\P{L})$", None),
        (r"^\p{L}$", r"^.\p{N}?$", None),
    ],
)
def test_it_is_decided_which_texts_belong_to_which(writer: str, reader: str, text: str | None) -> None:
    assert outside([automaton(writer)], automaton(reader)) == text


def test_several_writers_are_taken_together() -> None:
    assert outside([automaton("^[a-z]+$"), automaton("^.{2}$")], automaton("^[a-z]{2}$")) is None
    assert outside([automaton("^a"), automaton("^b")], Automaton.of(Choice(()))) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"\pL", r"\p{}", r"[a-\p{L}]", r"\bx", r"(a)\1", "(?=a)", "(?<n>a)", "a**", "*", "a{2,1}", "a{9999}", "(a", "a)", "[a", "[a-\\d]", "^*",
        "[[a]]", "[a&&b]", "a\\", "{2}", "(" * (MAX_DEPTH + 2) + ")" * (MAX_DEPTH + 2), r"\xZZ", r"\u{61}", "\\c", "\\é",
    ],
)  # fmt: skip
def test_what_automata_do_not_follow_is_refused(pattern: str) -> None:
    with pytest.raises(Unfollowed):
        parse(pattern)


def test_what_is_proved_of_unicode_properties_holds_for_every_character_that_the_validator_knows() -> None:
    chars = [chr(code) for code in [*range(0x250), *range(0x370, 0x530), 0x2160, 0x4E00, 0x1D400, 0x10FFFF]]
    patterns = [
        r"^\p{L}$",
        r"^\p{Lu}$",
        r"^[^\p{L}]$",
        r"^[\p{N}a-z]$",
        r"^\P{Ll}$",
        "^[a-f]$",
        r"^[^\p{L}\p{N}]$",
        "^[^a-z]$",
    ]
    sets = {each: {char for char in chars if validates(each, char)} for each in patterns}
    for writer in patterns:
        for reader in patterns:
            if outside([automaton(writer)], automaton(reader)) is None:
                assert sets[writer] <= sets[reader], (writer, reader)


def test_what_would_grow_too_large_is_refused() -> None:
    with pytest.raises(Unfollowed):
        automaton("(a{200}){200}")
    with pytest.raises(Unfollowed):
        outside([automaton("(a|b)*a(a|b){12}")], automaton("(a|b)*b(a|b){12}$"))
    with pytest.raises(Unfollowed):
        outside([automaton(r"\p{L}\p{N}\p{P}\p{S}\p{Z}")], automaton("a"))
    assert len(automaton("a{900}").steps) < MAX_STATES


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)).map(sorted).map(tuple), max_size=5))
def test_the_others_of_a_set_are_all_that_it_has_not(ranges: list[tuple[int, int]]) -> None:
    complement = others(tuple(ranges))
    for code in range(202):
        inside, outside_ = (any(low <= code <= high for low, high in each) for each in (merged(ranges), complement))
        assert inside != outside_
