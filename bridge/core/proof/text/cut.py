"""What is cut out of a set of texts, by position or by a separator: never too small a set, and mostly the exact one."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bridge.core.proof.text.change import backwards, between, bounded, parts_of, rest_before
from bridge.core.proof.text.decide import after, borders, inside
from bridge.core.proof.text.language import (
    ANYTHING,
    EMPTY,
    NONE,
    Language,
    both,
    chars,
    either,
    literal,
    longest,
    outside,
    repeat,
    row,
    shortest,
)

#: Most characters that are counted one by one, and most languages that are looked at on the way.
MAX_CUT: Final = 40
MAX_WAYS: Final = 200
#: Most parts that are told apart by their place.
MAX_PARTS: Final = 8


def cut(whole: Language, start: int, stop: int | None) -> Language:
    """What Python cuts out with `text[start:stop]`."""
    if start < 0 and stop is not None and stop >= 0:  # from the end and from the start at once
        return either(EMPTY, between(whole, ANYTHING, ANYTHING))
    rest = dropped(whole, start) if start >= 0 else backwards(taken(backwards(whole), -start))
    if stop is None:
        return rest
    return taken(rest, max(stop - start, 0)) if stop >= 0 else backwards(dropped(backwards(rest), -stop))


def dropped(whole: Language, count: int) -> Language:
    """What is left without so many characters at the start: nothing of a text that has no more."""
    states, short = {whole}, False
    for _ in range(min(count, MAX_CUT)):
        short = short or any(state.nullable for state in states)
        states = {after(state, char) for state in states for char in borders(state)} - {NONE}
        if len(states) > MAX_WAYS:
            return either(EMPTY, between(whole, ANYTHING, ANYTHING))
    if count > MAX_CUT:
        return either(EMPTY, between(whole, ANYTHING, ANYTHING))
    return either(*([EMPTY] if short or not states else []), *sorted(states, key=lambda state: state.number))


def taken(whole: Language, count: int) -> Language:
    """The first so many characters: the whole of a text that has no more."""
    if whole.kind == "repeat" and whole.parts[0].kind == "class":
        return repeat(whole.parts[0], min(whole.least, count), count if whole.most is None else min(whole.most, count))
    if count <= MAX_CUT:
        try:
            return _Taking({}).of(whole, count)
        except OverflowError:
            pass
    return either(bounded(whole, 0, count), bounded(rest_before(whole, ANYTHING), count, count))


def exactly(whole: Language, count: int) -> Language:
    """The texts of so many characters, written out."""
    try:
        return _Taking({}, shorter=False).of(whole, count)
    except OverflowError:
        return bounded(whole, count, count)


def padded(whole: Language, width: int, fill: Language, *, right: bool) -> Language:
    """The texts, filled up to a width. Wider where that is too wide to be written out."""
    beyond = longest(whole)
    if width > MAX_CUT or beyond is None or beyond > MAX_CUT:
        some = repeat(fill, 0, None)
        return row(whole, some) if right else row(some, whole)
    ways = []
    for count in range(shortest(whole), beyond + 1):
        text, missing = exactly(whole, count), repeat(fill, max(width - count, 0), max(width - count, 0))
        ways.append(row(text, missing) if right else row(missing, text))
    return either(*ways)


@dataclass(slots=True)
class _Taking:
    known: dict[tuple[Language, int], Language]
    shorter: bool = True  #: whether a text that ends before counts too

    def of(self, state: Language, count: int) -> Language:
        if count == 0:
            return EMPTY if self.shorter or state.nullable else NONE
        if (state, count) not in self.known:
            if len(self.known) > MAX_WAYS:
                raise OverflowError
            self.known[state, count] = NONE  # a place is reached with fewer characters left each time
            ways = [row(chars(spans), self.of(then, count - 1)) for then, spans in _steps(state)]
            self.known[state, count] = either(*([EMPTY] if state.nullable and self.shorter else []), *ways)
        return self.known[state, count]


def _steps(state: Language) -> Iterable[tuple[Language, list[tuple[int, int]]]]:
    """What may follow, and after which characters."""
    starts = borders(state)
    found: dict[Language, list[tuple[int, int]]] = {}
    for first, end in zip(starts, [*starts[1:], 0x110000], strict=True):
        then = after(state, first)
        if then is not NONE:
            found.setdefault(then, []).append((first, end - 1))
    return found.items()


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces between separators: the first ones, any, and how many there are."""

    first: tuple[Language, ...]
    any: Language
    least: int
    most: int | None


@lru_cache(maxsize=2_000)
def parts(whole: Language, separator: str) -> Parts:
    """The pieces that `text.split(separator)` makes."""
    if len(separator) != 1:
        return Parts((), parts_of(whole, separator), 1, None)
    sign, piece = literal(separator), repeat(chars(outside([(ord(separator), ord(separator))])), 0, None)
    end = either(EMPTY, row(sign, ANYTHING))
    least, most = _counts(whole, sign, piece)
    first = [both(between(whole, repeat(row(piece, sign), each, each), end), piece) for each in range(least)]
    loose = both(between(whole, either(EMPTY, row(ANYTHING, sign)), end), piece)
    return Parts(tuple(first), loose, least, most)


def _counts(whole: Language, sign: Language, piece: Language) -> tuple[int, int | None]:
    more = row(sign, piece)
    least = 0
    while least < MAX_PARTS - 1 and inside(whole, row(piece, repeat(more, least + 1, None))):
        least += 1
    most = next((n for n in range(least, MAX_PARTS) if inside(whole, row(piece, repeat(more, 0, n)))), None)
    return least + 1, None if most is None else most + 1
