"""Reads a regular expression of JSON Schema (ECMA-262) as far as automata can follow it.

What it does not know (word boundaries, look-around, back-references) raises `Unfollowed`: then nothing is claimed about
the expression. Sets of characters are sorted ranges of code points, and Unicode properties by their names: which
characters have one is not asked, since that changes from one version of Unicode to the next.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

LAST: Final = 0x10FFFF
#: Deepest nesting of groups that is read.
MAX_DEPTH: Final = 40
#: Highest count of a repetition: each costs a state.
MAX_TIMES: Final = 1_000

Ranges = tuple[tuple[int, int], ...]
#: A Unicode property by the name that is written, and whether it is there or not.
Property = tuple[str, bool]


class Unfollowed(ValueError):
    """The expression has something that automata here do not follow."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set: of its ranges or with one of its properties; `others`: one that is in none of them."""

    ranges: Ranges
    properties: frozenset[Property] = frozenset()
    others: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """The start of the text, or its end."""

    start: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One part after the other."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Times:
    """A part so many times; `most` is None where there is no end."""

    part: "Part"
    least: int
    most: int | None


Part = Chars | Edge | Row | Choice | Times

_DIGITS: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = (
    (9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_LINE_ENDS: Ranges = ((10, 10),)
_CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}
_COUNT = re.compile(r"\{([0-9]{1,4})(,([0-9]{1,4})?)?\}")
_PROPERTY = re.compile(r"\\([pP])\{([A-Za-z0-9_=]+)\}")
_HEX = {"x": re.compile(r"[0-9a-fA-F]{2}"), "u": re.compile(r"[0-9a-fA-F]{4}")}


def others(ranges: Ranges) -> Ranges:
    """All characters that are not in a set."""
    found, after = [], 0
    for low, high in merged(ranges):
        if low > after:
            found.append((after, low - 1))
        after = high + 1
    return tuple([*found, (after, LAST)] if after <= LAST else found)


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same set, sorted and without overlap."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


_SETS: dict[str, Ranges] = {
    "d": _DIGITS, "D": others(_DIGITS), "w": _WORD, "W": others(_WORD), "s": _SPACE, "S": others(_SPACE),
}  # fmt: skip


def parse(pattern: str) -> Part:
    """The expression as a tree. Raises `Unfollowed`."""
    reader = _Reader(pattern)
    part = reader.choice(0)
    if reader.at < len(pattern):
        raise Unfollowed("an unmatched `)`")
    return part


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0

    def choice(self, depth: int) -> Part:
        if depth > MAX_DEPTH:
            raise Unfollowed("groups nested too deep")
        parts = [self._row(depth)]
        while self._take("|"):
            parts.append(self._row(depth))
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _row(self, depth: int) -> Part:
        parts = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._times(self._atom(depth)))
        return Row(tuple(parts))

    def _times(self, part: Part) -> Part:
        counts = self._counts()
        if counts is None:
            return part
        if isinstance(part, Edge):
            raise Unfollowed("a repeated edge")
        self._take("?")  # lazy or greedy: the same texts
        least, most = counts
        if max(least, most or 0) > MAX_TIMES or (most is not None and most < least):
            raise Unfollowed("a repetition that is too large")
        return Times(part, least, most)

    def _counts(self) -> tuple[int, int | None] | None:
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return counts
        found = _COUNT.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        least = int(found[1])
        return least, least if found[2] is None else int(found[3]) if found[3] else None

    def _atom(self, depth: int) -> Part:
        sign = self._next()
        read = _ATOMS.get(sign)
        return read(self, depth) if read else Chars(((ord(sign), ord(sign)),))

    def group(self, depth: int) -> Part:
        if self._take("?") and not self._take(":"):
            raise Unfollowed("a group that is not a plain one")
        part = self.choice(depth + 1)
        if not self._take(")"):
            raise Unfollowed("an unmatched `(`")
        return part

    def brackets(self, _depth: int) -> Part:
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        properties: set[Property] = set()
        while not self._take("]"):
            named = self._property()
            properties |= named
            ranges += () if named else self._member()
        if properties:
            return Chars(merged(ranges), frozenset(properties), negated)
        return Chars(others(tuple(ranges)) if negated else merged(ranges))

    def _property(self) -> frozenset[Property]:
        found = _PROPERTY.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return frozenset({(found[2], found[1] == "p")} if found else ())

    def _member(self) -> Ranges:
        first = self._one()
        if not self._ahead("-") or self._ahead("-]"):
            return first
        self.at += 1
        last = self._one()
        if len(first) != 1 or len(last) != 1 or first[0][0] != first[0][1] or last[0][0] != last[0][1]:
            raise Unfollowed("a range between sets")
        return ((first[0][0], last[0][0]),)

    def _one(self) -> Ranges:
        sign = self._next()
        if sign == "[" or (sign == "&" and self._ahead("&")):
            raise Unfollowed("a set in a set")
        return self._escaped() if sign == "\\" else ((ord(sign), ord(sign)),)

    def escape(self, _depth: int) -> Part:
        self.at -= 1
        named = self._property()
        self.at += not named
        return Chars((), named) if named else Chars(self._escaped())

    def _escaped(self) -> Ranges:
        sign = self._next()
        if sign in _SETS:
            return _SETS[sign]
        code = _CONTROLS.get(sign)
        if sign in _HEX and (found := _HEX[sign].match(self.text, self.at)):
            self.at, code = found.end(), int(found[0], 16)
        if code is None and (sign.isalnum() or not sign.isascii()):
            raise Unfollowed(f"the escape \\{sign}")
        code = ord(sign) if code is None else code
        return ((code, code),)

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise Unfollowed("an end too early")
        self.at += 1
        return self.text[self.at - 1]

    def _ahead(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _take(self, sign: str) -> bool:
        found = self._ahead(sign)
        self.at += len(sign) * found
        return found


def _refused(_reader: _Reader, _depth: int) -> Part:
    raise Unfollowed("a repetition of nothing")


_ATOMS: dict[str, Callable[[_Reader, int], Part]] = {
    "(": _Reader.group,
    "[": _Reader.brackets,
    "\\": _Reader.escape,
    ".": lambda _reader, _depth: Chars(others(_LINE_ENDS)),
    "^": lambda _reader, _depth: Edge(start=True),
    "$": lambda _reader, _depth: Edge(start=False),
    **dict.fromkeys("*+?{}", _refused),
}
