"""Which of many patterns a document may hold for, found without asking each.

A pattern that can hold only where one field has one of some texts or beginnings is filed under these; the field is the
one that tells it apart from most others. A document is then asked for the few fields that anything is filed under:

    {keys: {sk: [META]}, table: [shop]}      keys.sk: {"META": [0, 2]}
    {keys: {sk: [{prefix: LINE#}]}}                   {5: {"LINE#": [1]}}     a table for each length of beginning
    {new: {kind: [order]}}                   new.kind: {"order": [3]}
    {new: {total: [{numeric: [">", 1]}]}}    always: [4]

The answer may be too wide, never too narrow: whatever is not plain text at such a field brings all that is filed there.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final

from bridge.core.change import Value
from bridge.core.pattern import Pattern
from bridge.frozen import frozen, slotted

Path = tuple[str, ...]
_ABSENT: Final = object()


@frozen
class Ask:
    """What a pattern must find at a path: one of these texts, or one that begins so."""

    path: Path
    texts: frozenset[str]
    beginnings: frozenset[str]

    @property
    def names(self) -> Iterator[tuple[Path, str, bool]]:
        """Each by itself, with whether it is a beginning."""
        yield from ((self.path, text, False) for text in self.texts)
        yield from ((self.path, text, True) for text in self.beginnings)


@slotted
class _Drawer:
    """What is filed under one path."""

    path: Path
    texts: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    beginnings: defaultdict[int, defaultdict[str, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    everything: list[int] = field(default_factory=list)

    def file(self, entry: int, ask: Ask) -> None:
        self.everything.append(entry)
        for text in ask.texts:
            self.texts[text].append(entry)
        for text in ask.beginnings:
            self.beginnings[len(text)][text].append(entry)

    def meant(self, document: Mapping[str, Value], unknown: Collection[str]) -> Sequence[int]:
        value: Value = document
        for step in self.path:
            if type(value) is not dict:
                return self.everything
            value = value.get(step, _ABSENT)
            if value is _ABSENT:
                return self.everything if self.path[0] in unknown else ()
        if type(value) is not str:
            return () if value is None or type(value) in _PLAIN else self.everything
        found = self.texts.get(value, [])
        for length, table in self.beginnings.items():
            more = table.get(value[:length])
            if more:
                found = [*found, *more]
        return found


#: Values that no text equals and that have no parts.
_PLAIN: Final = frozenset({int, bool})


class Index:
    """Entries, by what must hold for them."""

    def __init__(self, entries: Sequence[Sequence[Pattern | None]], roots: Collection[str]) -> None:
        """Each entry's patterns must all hold for it. Fields below other names than `roots` are not looked at."""
        asks = [
            [ask for pattern in patterns if pattern for ask in asked(pattern) if ask.path[0] in roots]
            for patterns in entries
        ]
        often = Counter(name for each in asks for ask in each for name in ask.names)
        drawers: dict[Path, _Drawer] = {}
        self._always: list[int] = []
        for entry, each in enumerate(asks):
            if each:
                best = min(each, key=lambda ask: sum(often[name] for name in ask.names))
                drawers.setdefault(best.path, _Drawer(best.path)).file(entry, best)
            else:
                self._always.append(entry)
        self._drawers = tuple(drawers.values())

    def meant(self, document: Mapping[str, Value], unknown: Collection[str] = ()) -> Sequence[int]:
        """The numbers of the entries that the document may be meant by, in order. What is `unknown` may be anything."""
        found = self._always
        for drawer in self._drawers:
            more = drawer.meant(document, unknown)
            if more:
                found = [*found, *more]
        return sorted(set(found)) if len(found) > 1 else found


def asked(pattern: Pattern) -> Iterator[Ask]:
    """The fields that the pattern cannot do without, where they are to be certain texts."""
    yield from _asked(pattern.source, ())


def _asked(source: Mapping[str, Value], path: Path) -> Iterator[Ask]:
    for name, inner in source.items():
        if isinstance(inner, dict) and name != "$or":
            yield from _asked(inner, (*path, name))
        elif isinstance(inner, list) and name != "$or" and all(map(_is_text, inner)):
            texts = frozenset(each for each in inner if isinstance(each, str))
            beginnings = frozenset(each["prefix"] for each in inner if isinstance(each, dict))
            yield Ask((*path, name), texts, beginnings)


def _is_text(asked: Value) -> bool:
    return isinstance(asked, str) or (
        isinstance(asked, dict) and asked.keys() == {"prefix"} and isinstance(asked["prefix"], str)
    )
