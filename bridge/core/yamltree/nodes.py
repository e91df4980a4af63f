"""What a YAML file comes to: scalars, mappings and lists, each with its place."""

from collections.abc import Iterator
from dataclasses import field, replace

from bridge.core.change import Value
from bridge.core.yamltree.origins import Span
from bridge.core.yamltree.spelling import escaped, spelt
from bridge.errors import Edit, Where
from bridge.frozen import frozen


@frozen
class Scalar:
    """A single value."""

    value: Value  #: text, int, Decimal, bool or None
    text: str  #: the same as text, quotes, escapes and folding undone
    where: Where
    style: str | None = None  #: `'`, `"`, `|`, `>`, or None where it is plain
    span: Span | None = field(default=None, compare=False, repr=False)  #: as written; None where not from a file

    def place(self, offset: int) -> Where:
        """Where the code point at `offset` of `text` stands in the file."""
        return self.span.place(offset, self.style, self.text) if self.span else self.where.right(offset)

    def plain(self) -> Value:
        """The value."""
        return self.value

    @property
    def written(self) -> str:
        """As it stands in the file, quotes and all; empty where it is not from a file, or on several lines."""
        return self.span.written if self.span and "\n" not in self.span.written else ""

    def rewritten(self, written: str) -> Edit | None:
        """Write it otherwise, quotes and all; None where it is not written on one line."""
        return Edit(self.where, len(self.written), written) if self.written else None

    def respelt(self, text: str) -> Edit | None:
        """Give it another text, in the quotes that it has; None where it is not written on one line."""
        return self.rewritten(spelt(text, self.style)) if self.style in (None, "'", '"') else None

    def within(self, edit: Edit | None) -> Edit | None:
        """The edit of a part of its text, as the quotes around it demand; None where it could not stand there."""
        if edit is None or self.span is None:
            return None
        return None if (text := escaped(edit.text, self.style)) is None else replace(edit, text=text)


@frozen
class Entry:
    """A key and its value. The key's value is text."""

    key: Scalar
    value: "Node"


@frozen
class Mapping:
    """Entries in the order of the file; no key twice."""

    entries: tuple[Entry, ...]
    where: Where

    def get(self, name: str) -> "Node | None":
        """The value of a key, None where there is no such key."""
        return next((entry.value for entry in self.entries if entry.key.value == name), None)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def plain(self) -> dict[str, Value]:
        """The plain value: a dict in the order of the file."""
        return {str(entry.key.value): entry.value.plain() for entry in self.entries}


@frozen
class Sequence:
    """A list."""

    items: "tuple[Node, ...]"
    where: Where

    def __iter__(self) -> "Iterator[Node]":
        return iter(self.items)

    def plain(self) -> list[Value]:
        """The plain value: a list."""
        return [item.plain() for item in self.items]


Node = Scalar | Mapping | Sequence
