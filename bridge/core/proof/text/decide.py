"""Whether one language lies within another, and a text that does not.

To prove that what one side makes the other side takes, `inside(made, taken)` searches the texts that are of the one and
not of the other, by derivatives (J. Brzozowski 1964): the derivative of a language by a character is what may follow
it, and a language without any text is one from whose derivatives no end can be reached. Derivatives of intersections
and complements are those of their parts, so that nothing is ever made deterministic as a whole; and since the search
is breadth first, what it finds is a shortest text.

Rejected: an automaton library (one more dependency of the core, and none works on classes of code points), and
comparing patterns as text, which proves nothing once a function has touched the value.
"""

from collections import deque
from functools import lru_cache
from typing import Final

from bridge.core.proof.text.language import (
    EMPTY,
    NONE,
    REMEMBERED,
    Language,
    alphabet,
    both,
    but,
    common_spans,
    either,
    longest,
    outside,
    repeat,
    row,
    shortest,
)

#: Most languages that one search looks at: the bound on its time, about 0.1 s.
MAX_STATES: Final = 3_000


@lru_cache(maxsize=REMEMBERED)
def after(whole: Language, char: int) -> Language:
    """What may follow the character: the derivative."""
    if whole.kind == "class":
        return EMPTY if any(first <= char <= last for first, last in whole.spans) else NONE
    if whole.kind == "row":
        return _after_row(whole, char)
    if whole.kind == "repeat":
        (part,) = whole.parts
        rest = repeat(part, max(whole.least - 1, 0), None if whole.most is None else whole.most - 1)
        return row(after(part, char), rest)
    if whole.kind == "not":
        return but(after(whole.parts[0], char))
    join = {"either": either, "both": both}.get(whole.kind)
    return join(*(after(part, char) for part in whole.parts)) if join else NONE


def _after_row(whole: Language, char: int) -> Language:
    ways = []
    for index, part in enumerate(whole.parts):
        ways.append(row(after(part, char), *whole.parts[index + 1 :]))
        if not part.nullable:
            break
    return either(*ways)


@lru_cache(maxsize=REMEMBERED)
def borders(whole: Language) -> tuple[int, ...]:
    """The code points from which on the next character means something else, the first of all included."""
    found = {0, 0xE000}
    for first, last in whole.spans:
        found |= {first, last + 1}
    for part in whole.parts:
        found.update(borders(part))
        if whole.kind == "row" and not part.nullable:
            break
    return tuple(sorted(each for each in found if each <= 0x10FFFF and not 0xD800 <= each <= 0xDFFF))


def example(whole: Language) -> str | None:
    """A shortest text of the language, of easy characters where it can be; None where it has none.

    Raises `OverflowError` where that would take too long to tell.
    """
    seen, waiting = {whole}, deque([(whole, "")])
    while waiting:
        state, text = waiting.popleft()
        if state.nullable:
            return text
        for char in sorted(borders(state), key=_ease):
            then = after(state, char)
            if then is not NONE and then not in seen:
                seen.add(then)
                waiting.append((then, text + chr(char)))
        if len(seen) > MAX_STATES:
            raise OverflowError
    return None


def _ease(char: int) -> int:
    """Printable ASCII first."""
    return char + 0x110000 if char < 0x20 or 0x7F <= char < 0xA0 else char


def _is_plainly_inside(made: Language, taken: Language) -> bool:
    """Whether it takes no search: `taken` is any text of some characters and some length."""
    part = taken.parts[0] if taken.kind == "repeat" else taken
    if part.kind != "class" or taken.kind not in ("class", "repeat"):
        return made is taken
    least, most = (taken.least, taken.most) if taken.kind == "repeat" else (1, 1)
    beyond = longest(made)
    fits = shortest(made) >= least and (most is None or (beyond is not None and beyond <= most))
    return fits and not common_spans(alphabet(made), outside(part.spans))


@lru_cache(maxsize=10_000)
def inside(made: Language, taken: Language) -> bool | None:
    """Whether every text of the one is of the other; None where that would take too long to tell."""
    if _is_plainly_inside(made, taken):
        return True
    try:
        return example(both(made, but(taken))) is None
    except OverflowError:
        return None
