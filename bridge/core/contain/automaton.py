"""Decides between sets of texts: does every text that some automata all accept belong to another one?

A regular expression of JSON Schema is searched for, so it may begin and end anywhere unless its edges say otherwise.
The pairs of state sets are walked breadth first over one character of each class that the expressions tell apart; the
first text that the writer's accept and the reader's does not is thus a shortest one. Where the walk grows beyond
`MAX_STEPS` nothing is claimed.

Beyond ASCII, where the general category of a character never changes, any character may have a Unicode property or
not. What is proved holds whichever have it; a text that is found may then be none of the writer's, and is only tried.
"""

import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple

from bridge.core.contain.regex import LAST, Chars, Choice, Edge, Part, Row, Times, Unfollowed

#: Most pairs of state sets that are looked at: some 50 ms.
MAX_STEPS: Final = 4_000
#: Most states of one automaton: a repetition of 1,000 characters fits.
MAX_STATES: Final = 4_000

#: Most Unicode properties that are told apart: each doubles the alphabet.
MAX_PROPERTIES: Final = 4

_FREE, _START, _END = 0, 1, 2
_ASCII: Final = 128
#: Half a surrogate pair is no text.
_SURROGATES: Final = (0xD800, 0xDFFF)


class Letter(NamedTuple):
    """A character of its class, and the properties that it is taken to have."""

    character: int
    properties: frozenset[str]

    def is_of(self, chars: Chars) -> bool:
        """Whether it belongs to a set."""
        listed = any(low <= self.character <= high for low, high in chars.ranges)
        return (listed or any((name in self.properties) is has for name, has in chars.properties)) is not chars.others


@dataclass(slots=True)
class Automaton:
    """States by number; 0 is the first, and `last` has been reached when a match is complete."""

    last: int = 0
    steps: list[list[tuple[Chars, int]]] = field(default_factory=lambda: [[]])
    free: list[list[tuple[int, int]]] = field(default_factory=lambda: [[]])  #: the edge that is needed, and the state

    @staticmethod
    def of(part: Part) -> "Automaton":
        """The automaton of an expression. Raises `Unfollowed` where it would be too large."""
        made = Automaton()
        made.last = made._add(part, 0)
        return made

    def begin(self) -> frozenset[int]:
        """The states before the first character."""
        return self._closed({0}, {_FREE, _START})

    def after(self, states: frozenset[int], letter: Letter) -> frozenset[int]:
        """The states after one more character. A match may also begin after it; one that was made stays."""
        if self.last in states:
            return frozenset({self.last})
        reached = {target for state in states for chars, target in self.steps[state] if letter.is_of(chars)}
        return self._closed(reached | {0}, {_FREE})

    def accepts(self, states: frozenset[int], *, is_empty: bool) -> bool:
        """Whether the text may end here."""
        edges = {_FREE, _END, _START} if is_empty else {_FREE, _END}
        return self.last in states or self.last in self._closed(set(states), edges)

    def sets(self) -> Iterator[Chars]:
        """Every set of characters that is told apart."""
        return (chars for steps in self.steps for chars, _ in steps)

    def _closed(self, states: set[int], edges: set[int]) -> frozenset[int]:
        waiting = list(states)
        while waiting:
            for edge, target in self.free[waiting.pop()]:
                if edge in edges and target not in states:
                    states.add(target)
                    waiting.append(target)
        return frozenset(states)

    def _state(self) -> int:
        if len(self.steps) >= MAX_STATES:
            raise Unfollowed("too many states")
        self.steps.append([])
        self.free.append([])
        return len(self.steps) - 1

    def _add(self, part: Part, first: int) -> int:
        match part:
            case Chars():
                end = self._state()
                self.steps[first].append((part, end))
            case Edge(start):
                end = self._state()
                self.free[first].append((_START if start else _END, end))
            case Row(parts):
                end = first
                for each in parts:
                    end = self._add(each, end)
            case Choice(parts):
                end = self._state()
                for each in parts:
                    self.free[self._add(each, self._joined(first))].append((_FREE, end))
            case _:
                end = self._repeated(part, first)
        return end

    def _repeated(self, part: Times, first: int) -> int:
        end = first
        for _ in range(part.least):
            end = self._add(part.part, end)
        if part.most is None:
            top = self._joined(end)
            self.free[self._add(part.part, self._joined(top))].append((_FREE, top))
            return self._joined(top)
        out = self._state()
        for _ in range(part.most - part.least):
            self.free[end].append((_FREE, out))
            end = self._add(part.part, self._joined(end))
        self.free[end].append((_FREE, out))
        return out

    def _joined(self, state: int) -> int:
        """A fresh state that is reached from here for nothing, so that no loop leads back into what came before."""
        fresh = self._state()
        self.free[state].append((_FREE, fresh))
        return fresh


def outside(writers: Sequence[Automaton], reader: Automaton) -> str | None:
    """A shortest text that all the writer's automata accept and the reader's does not; None where there is none.

    Raises `Unfollowed` where the walk gets too long.
    """
    everyone = (*writers, reader)
    alphabet = _representatives(everyone)
    begin = tuple(each.begin() for each in everyone)
    seen = {begin}
    waiting = deque([(begin, "")])
    while waiting:
        states, text = waiting.popleft()
        if _breaks(everyone, states, is_empty=not text):
            return text
        for letter in alphabet:
            reached = tuple(each.after(state, letter) for each, state in zip(everyone, states, strict=True))
            if reached not in seen:
                if len(seen) >= MAX_STEPS:
                    raise Unfollowed("too many steps")
                seen.add(reached)
                waiting.append((reached, text + chr(letter.character)))
    return None


def _breaks(everyone: Sequence[Automaton], states: Sequence[frozenset[int]], *, is_empty: bool) -> bool:
    *writers, reader = (each.accepts(at, is_empty=is_empty) for each, at in zip(everyone, states, strict=True))
    return all(writers) and not reader


def _representatives(everyone: Sequence[Automaton]) -> list[Letter]:
    """One letter of each class that no automaton divides further; ones that people read come first."""
    sets = {chars for each in everyone for chars in each.sets()}
    names = sorted({name for chars in sets for name, _ in chars.properties})
    if len(names) > MAX_PROPERTIES:
        raise Unfollowed("too many Unicode properties")
    starts = {0, _SURROGATES[1] + 1} | ({*range(_ASCII + 1)} if names else set())
    starts.update(cut for chars in sets for low, high in chars.ranges for cut in (low, high + 1))
    cuts = sorted(start for start in starts if start <= LAST and not _SURROGATES[0] <= start <= _SURROGATES[1])
    ends = [*cuts[1:], LAST + 1]
    found = sorted((_readable(low, high - 1) for low, high in zip(cuts, ends, strict=True)), key=_strangeness)
    letters = [Letter(each, has) for each in found for has in _properties(each, names)]
    ordered = sorted(sets, key=repr)
    classes = {tuple(letter.is_of(chars) for chars in ordered): letter for letter in reversed(letters)}
    return [letter for letter in letters if letter in {*classes.values()}] if names else letters


def _properties(character: int, names: Sequence[str]) -> Iterator[frozenset[str]]:
    """The properties that a character may have."""
    ways: list[tuple[bool, ...]] = []
    for name in names:
        of = unicodedata.category(chr(character)).startswith(name)
        ways.append((of,) if character < _ASCII and name in _CATEGORIES else (True, False))
    for way in product(*ways):
        has = frozenset(name for name, is_there in zip(names, way, strict=True) if is_there)
        if _is_possible(has & _CATEGORIES, names):
            yield has


def _is_possible(categories: frozenset[str], names: Sequence[str]) -> bool:
    """Whether a character may be of all these general categories, and of no other that is named: it has just one."""
    groups = {name[0] for name in categories}
    single = [name for name in categories if len(name) > 1]
    return (
        len(groups) <= 1 and len(single) <= 1 and all(name[0] in categories or name[0] not in names for name in single)
    )


#: General categories, one letter for a group of them (Unicode, chapter 4.5).
_CATEGORIES: Final = frozenset({
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp",
})  # fmt: skip


def _readable(low: int, high: int) -> int:
    return next((ord(sign) for sign in "xaA0 -" if low <= ord(sign) <= high), low)


def _strangeness(character: int) -> tuple[bool, int]:
    return not chr(character).isalnum(), character
