"""Between patterns of JSON Schema and the languages that they mean."""

from collections.abc import Iterable
from functools import lru_cache

from bridge.core.contain.regex import Chars, Choice, Edge, Part, Row, Times, Unfollowed, parse
from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import (
    ANY_CHAR,
    ANYTHING,
    EMPTY,
    Language,
    Spans,
    alphabet,
    chars,
    either,
    outside,
    repeat,
    row,
)

#: Longest pattern that is written: beyond, a text is only known to be one.
MAX_WRITTEN = 2_000


@lru_cache(maxsize=2_000)
def language(pattern: str) -> Language | None:
    """The texts in which the pattern is found, anywhere unless it is anchored; None where that cannot be told."""
    try:
        whole = parse(pattern)
        return either(*(_searched(each) for each in (whole.parts if isinstance(whole, Choice) else (whole,))))
    except Unfollowed:
        return None


def _searched(part: Part) -> Language:
    """One alternative, with what may surround it where it is not anchored."""
    steps = list(part.parts if isinstance(part, Row) else (part,))
    first = steps and steps[0] == Edge(start=True)
    last = steps and steps[-1] == Edge(start=False)
    inner = [_plain(each) for each in steps[bool(first) : len(steps) - bool(last)]]
    return row(EMPTY if first else ANYTHING, *inner, EMPTY if last else ANYTHING)


def _plain(part: Part) -> Language:
    match part:
        case Chars(ranges, properties):
            if properties:
                raise Unfollowed("a property of Unicode")
            return chars(ranges)
        case Row(parts):
            return row(*map(_plain, parts))
        case Choice(parts):
            return either(*map(_plain, parts))
        case Times(inner, least, most):
            return repeat(_plain(inner), least, most)
        case _:
            raise Unfollowed("an edge within")


def escaped(text: str) -> str:
    """The pattern that means exactly this text."""
    return "".join(map(_sign, map(ord, text)))


def written(whole: Language) -> list[str]:
    """Patterns all of which every text of the language fits; none where nothing can be said."""
    parts = whole.parts if whole.kind == "both" else (whole,)
    made = ["^" + _text(part) + "$" for part in parts if part.kind != "not" and part is not ANYTHING]
    return [pattern for pattern in made if len(pattern) <= MAX_WRITTEN]


def _text(whole: Language) -> str:
    if whole.kind == "class":
        return _class(whole.spans)
    if whole.kind == "row":
        return "".join(map(_text, whole.parts))
    if whole.kind == "either":
        return "(?:" + "|".join(map(_text, whole.parts)) + ")"
    if whole.kind == "repeat":
        return _atom(whole.parts[0]) + _count(whole.least, whole.most)
    if whole.kind == "both":
        return _text(_tightest(whole.parts))
    return r"[\s\S]*" if whole.kind == "not" else ""


def _tightest(parts: Iterable[Language]) -> Language:
    """The part that lies in all others, else one of the fewest characters: a row cannot say `and`.

    Whichever it is, it is so by what it says, and not by what else was proven before.
    """
    known = sorted(parts, key=lambda part: (part.kind == "not", _width(part), _text(part)))
    return next((part for part in known if all(inside(part, other) for other in known)), known[0])


def _width(part: Language) -> int:
    """How many characters its texts may have."""
    return sum(last - first + 1 for first, last in alphabet(part))


def _atom(part: Language) -> str:
    return _text(part) if part.kind == "class" else f"(?:{_text(part)})"


def _count(least: int, most: int | None) -> str:
    short = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most))
    return short or (f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}")


def _class(spans: Spans) -> str:
    if spans == ANY_CHAR.spans:
        return r"[\s\S]"
    if len(spans) == 1 and spans[0][0] == spans[0][1]:
        return _sign(spans[0][0])
    gaps = outside(spans)
    negated = len(gaps) < len(spans) or spans[-1][1] == 0x10FFFF
    return ("[^" if negated else "[") + "".join(map(_span, gaps if negated else spans)) + "]"


def _span(span: tuple[int, int]) -> str:
    first, last = map(_sign, span)
    return first if first == last else f"{first}-{last}"


def _sign(code: int) -> str:
    char = chr(code)
    if char in "^$\\.*+?()[]{}|/":
        return "\\" + char
    if char == "-":
        return r"\x2d"
    return char if char.isprintable() else f"\\u{code:04x}" if code <= 0xFFFF else char
