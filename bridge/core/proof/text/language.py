"""Sets of texts, as regular expressions with intersection and complement.

A schema says of a text which patterns it fits, a template what it is joined of, a function what it may make: all of
them are languages. A text is a sequence of code points without surrogates, as JSON's are.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import count
from typing import Final

#: Inclusive spans of code points, sorted and apart from each other.
Spans = tuple[tuple[int, int], ...]

#: How many nodes are remembered, so that equal ones are one.
REMEMBERED: Final = 60_000

_EVERY: Final[Spans] = ((0, 0xD7FF), (0xE000, 0x10FFFF))
_numbers = count()


class Language:
    """A node of the expression. Made by the functions below only, so that equal ones are mostly the same object."""

    __slots__ = ("kind", "least", "most", "nullable", "number", "parts", "spans")

    def __init__(self, kind: str, parts: tuple["Language", ...], spans: Spans, least: int, most: int | None) -> None:
        self.kind, self.parts, self.spans, self.least, self.most = kind, parts, spans, least, most
        self.number = next(_numbers)
        self.nullable: bool = _NULLABLE[kind](self)


_NULLABLE: Final[dict[str, Callable[["Language"], bool]]] = {
    "none": lambda _: False,
    "empty": lambda _: True,
    "class": lambda _: False,
    "row": lambda each: all(part.nullable for part in each.parts),
    "either": lambda each: any(part.nullable for part in each.parts),
    "both": lambda each: all(part.nullable for part in each.parts),
    "not": lambda each: not each.parts[0].nullable,
    "repeat": lambda each: each.least == 0 or each.parts[0].nullable,
}


@lru_cache(maxsize=REMEMBERED)
def _node(
    kind: str, parts: tuple[Language, ...] = (), spans: Spans = (), least: int = 0, most: int | None = 0
) -> Language:
    return Language(kind, parts, spans, least, most)


NONE: Final = Language("none", (), (), 0, 0)
EMPTY: Final = Language("empty", (), (), 0, 0)


def chars(spans: Iterable[tuple[int, int]]) -> Language:
    """One character of these spans; surrogates are left out."""
    merged = common_spans(_merged(spans), _EVERY)
    return _node("class", (), merged) if merged else NONE


def row(*parts: Language) -> Language:
    """One after the other."""
    flat: list[Language] = []
    for part in parts:
        if part is NONE:
            return NONE
        if part is not EMPTY:
            flat.extend(part.parts if part.kind == "row" else (part,))
    return EMPTY if not flat else flat[0] if len(flat) == 1 else _node("row", tuple(flat))


def either(*parts: Language) -> Language:
    """Any of them."""
    flat = _flat("either", parts, NONE)
    if ANYTHING in flat:
        return ANYTHING
    spans = [span for part in flat if part.kind == "class" for span in part.spans]
    rest = [part for part in flat if part.kind != "class"]
    return _of("either", [*rest, *([chars(spans)] if spans else [])], NONE)


def both(*parts: Language) -> Language:
    """All of them at once."""
    flat = _flat("both", parts, ANYTHING)
    if NONE in flat:
        return NONE
    classes = [part for part in flat if part.kind == "class"]
    rest = [part for part in flat if part.kind != "class"]
    if classes:
        spans = classes[0].spans
        for other in classes[1:]:
            spans = common_spans(spans, other.spans)
        rest.append(chars(spans))
    rest = _together(rest)
    return NONE if NONE in rest else _of("both", rest, ANYTHING)


def _together(parts: list[Language]) -> list[Language]:
    """Repetitions of characters, as the one of what characters and numbers of them they have in common."""
    repeated = [part for part in parts if part.kind == "repeat" and part.parts[0].kind == "class"]
    if len(repeated) < 2:
        return parts
    spans = repeated[0].parts[0].spans
    for other in repeated[1:]:
        spans = common_spans(spans, other.parts[0].spans)
    least = max(part.least for part in repeated)
    most = min((part.most for part in repeated if part.most is not None), default=None)
    one = NONE if most is not None and least > most else repeat(chars(spans), least, most)
    return [one, *(part for part in parts if part not in repeated)]


def but(part: Language) -> Language:
    """Every text that is not of it."""
    if part.kind == "not":
        return part.parts[0]
    if part is NONE or part is ANYTHING:
        return ANYTHING if part is NONE else NONE
    return _node("not", (part,))


def repeat(part: Language, least: int, most: int | None) -> Language:
    """The part, so many times in a row; `most` None for any number."""
    if most == 0 or part is EMPTY or (part is NONE and least == 0):
        return EMPTY
    if part is NONE or (least, most) == (1, 1):
        return part
    if part.kind == "repeat" and (part.least, part.most) == (0, None):
        return part
    return _node("repeat", (part,), (), least, most)


def literal(text: str) -> Language:
    """Exactly this text."""
    return row(*(chars([(ord(char), ord(char))]) for char in text))


def literals(texts: Iterable[str]) -> Language:
    """Exactly one of these."""
    return either(*map(literal, texts))


def _flat(kind: str, parts: Iterable[Language], neutral: Language) -> list[Language]:
    found: dict[Language, None] = {}
    for part in parts:
        for each in part.parts if part.kind == kind else (part,):
            if each is not neutral:
                found[each] = None
    return list(found)


def _of(kind: str, parts: list[Language], neutral: Language) -> Language:
    if len(parts) < 2:
        return parts[0] if parts else neutral
    return _node(kind, tuple(sorted(parts, key=lambda part: part.number)))


def _merged(spans: Iterable[tuple[int, int]]) -> Spans:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def alphabet(whole: Language) -> Spans:
    """The characters that its texts may have, and maybe some more."""
    if whole.kind in ("class", "not"):
        return whole.spans if whole.kind == "class" else _EVERY
    inner = [alphabet(part) for part in whole.parts]
    if whole.kind == "both":
        return min(inner, key=lambda spans: sum(last - first for first, last in spans))
    return _merged(span for spans in inner for span in spans)


def common_spans(left: Spans, right: Spans) -> Spans:
    """The code points that are in both."""
    return tuple((max(a, c), min(b, d)) for a, b in left for c, d in right if max(a, c) <= min(b, d))


def outside(spans: Iterable[tuple[int, int]]) -> Spans:
    """The code points that are in none of the spans."""
    gaps, at = [], 0
    for first, last in _merged(spans):
        gaps.append((at, first - 1))
        at = last + 1
    return common_spans(_merged([*gaps, (at, 0x10FFFF)]), _EVERY)


ANY_CHAR: Final = chars(_EVERY)
ANYTHING: Final = repeat(ANY_CHAR, 0, None)


def shortest(whole: Language) -> int:
    """A number of characters that no text of it falls short of."""
    if whole.kind == "class":
        return 1
    inner = [shortest(part) for part in whole.parts]
    if whole.kind == "repeat":
        return whole.least * inner[0]
    if whole.kind == "row":
        return sum(inner)
    return min(inner) if whole.kind == "either" else max(inner) if whole.kind == "both" else 0


def longest(whole: Language) -> int | None:
    """A number of characters that no text of it exceeds; None where there is none."""
    if whole.kind in ("class", "not"):
        return 1 if whole.kind == "class" else None
    inner = [longest(part) for part in whole.parts]
    if whole.kind == "repeat":
        return None if whole.most is None or inner[0] is None else whole.most * inner[0]
    if whole.kind == "both":
        return min((each for each in inner if each is not None), default=None)
    if None in inner:
        return None
    known = [each for each in inner if each is not None]
    return sum(known) if whole.kind == "row" else max(known, default=0)
