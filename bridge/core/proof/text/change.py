"""What functions make of a set of texts: never too small a set, and mostly the exact one."""

from collections.abc import Callable, Iterable

from bridge.core.proof.text.decide import MAX_STATES, after, borders
from bridge.core.proof.text.language import (
    ANY_CHAR,
    ANYTHING,
    EMPTY,
    NONE,
    Language,
    both,
    but,
    chars,
    either,
    literal,
    repeat,
    row,
)

#: What Python strips: every character of which `str.isspace` is true.
SPACE = chars(
    [(9, 13), (28, 32), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
     (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)]
)  # fmt: skip
_SPACES = repeat(SPACE, 0, None)
#: A character whose case is not ASCII's becomes up to three others.
_CASED = repeat(ANY_CHAR, 1, 3)


def backwards(whole: Language) -> Language:
    """Every text read from its end."""
    if whole.kind == "row":
        return row(*(backwards(part) for part in reversed(whole.parts)))
    return _rebuilt(whole, backwards)


def _rebuilt(whole: Language, change: Callable[[Language], Language]) -> Language:
    parts = [change(part) for part in whole.parts]
    if whole.kind == "repeat":
        return repeat(parts[0], whole.least, whole.most)
    if whole.kind == "not":
        return but(parts[0])
    join = {"either": either, "both": both, "row": row}.get(whole.kind)
    return join(*parts) if join else whole


def rest_after(whole: Language, start: Language) -> Language:
    """What may follow a text of `start` in a text of the language. Wider where that would take too long."""
    seen, waiting, found = {(whole, start)}, [(whole, start)], []
    while waiting:
        state, left = waiting.pop()
        if left.nullable:
            found.append(state)
        for char in sorted({*borders(state), *borders(left)}):
            then = (after(state, char), after(left, char))
            if NONE not in then and then not in seen:
                seen.add(then)
                waiting.append(then)
        if len(seen) > MAX_STATES // 10:
            return ANYTHING
    return either(*found)


def rest_before(whole: Language, end: Language) -> Language:
    """What may come before a text of `end` in a text of the language."""
    return backwards(rest_after(backwards(whole), backwards(end)))


def between(whole: Language, start: Language, end: Language) -> Language:
    """What may stand between a text of `start` and one of `end`."""
    return rest_before(rest_after(whole, start), end)


def upper(whole: Language) -> Language:
    """In capital letters."""
    return mapped(whole, str.upper)


def lower(whole: Language) -> Language:
    """In small letters."""
    return mapped(whole, str.lower)


def trimmed(whole: Language) -> Language:
    """Without white space at both ends."""
    loose = between(whole, _SPACES, _SPACES)
    return both(loose, but(row(SPACE, ANYTHING)), but(row(ANYTHING, SPACE)))


def replaced(whole: Language, old: str, new: str) -> Language:
    """With each character `old` replaced by a text; anything where `old` is no single character."""
    if len(old) != 1:
        return ANYTHING
    code = ord(old)

    def one(spans: Iterable[tuple[int, int]]) -> Language:
        kept = [
            piece for first, last in spans for piece in ((first, min(last, code - 1)), (max(first, code + 1), last))
        ]
        return either(chars(kept), literal(new)) if any(a <= code <= b for a, b in spans) else chars(kept)

    return _by_character(whole, one)


def parts_of(whole: Language, separator: str) -> Language:
    """Whatever may stand between separators of several characters."""
    return both(between(whole, ANYTHING, ANYTHING), but(row(ANYTHING, literal(separator), ANYTHING)))


def mapped(whole: Language, change: Callable[[str], str]) -> Language:
    """With the case of each character changed."""

    def one(spans: Iterable[tuple[int, int]]) -> Language:
        ascii_part = {change(chr(code)) for first, last in spans for code in range(first, min(last, 127) + 1)}
        beyond = any(last > 127 for _, last in spans)
        return either(chars([(ord(char), ord(char)) for char in ascii_part]), _CASED if beyond else NONE)

    return _by_character(whole, one)


def _by_character(whole: Language, one: Callable[[Iterable[tuple[int, int]]], Language]) -> Language:
    """Each class of characters made anew. What is not of a language may become anything."""
    if whole.kind == "class":
        return one(whole.spans)
    if whole.kind == "not":
        return ANYTHING
    return _rebuilt(whole, lambda part: _by_character(part, one))


def bounded(whole: Language, least: int, most: int | None) -> Language:
    """The texts of so many characters."""
    if (least, most) == (0, None):
        return whole
    return both(whole, EMPTY if most == 0 else repeat(ANY_CHAR, least, most))
