"""Which names a rule asks for of the item and of what is in it, and where it says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bridge.core.expression import Expression
from bridge.core.lint.declared import Declared
from bridge.core.lint.subject import entries, items, texts
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Edit, Where

IMAGES: Final = frozenset({"new", "old", "item"})
#: The item's key attributes, beside the images.
KEYS: Final = "keys"


@dataclass(frozen=True, slots=True)
class Step:
    """One name on a path into the item, written by itself in YAML or as a part of an expression."""

    name: str
    word: Scalar | Expression
    offset: int = 0  #: in the expression

    @property
    def where(self) -> Where:
        """Its place; asked only of what is wrong, since it takes time."""
        return self.word.where if isinstance(self.word, Scalar) else self.word.place(self.offset)

    def renamed(self, name: str) -> Edit | None:
        """The edit that writes another name."""
        return self.word.respelt(name) if isinstance(self.word, Scalar) else Edit(self.where, len(self.name), name)


@dataclass(frozen=True, slots=True)
class Reading:
    """A name that is asked for."""

    step: Step
    of: Declared  #: the object that it is asked of


def of_pattern(node: Node | None, item: Declared, keys: Declared) -> Iterator[Reading]:
    """The names that a pattern asks for, those in `changed` among them."""
    for entry in entries(node):
        if entry.key.value in IMAGES:
            yield from _below(entry.value, item)
        elif entry.key.value == KEYS:
            yield from _below(entry.value, keys)
        elif entry.key.value == "changed":
            yield from (Reading(Step(word.text, word), item) for word in texts(entry.value))
        elif entry.key.value == "$or":
            for alternative in items(entry.value):
                yield from of_pattern(alternative, item, keys)


def _below(node: Node, here: Declared | None) -> Iterator[Reading]:
    if here is None:
        return
    for entry in entries(node):
        if entry.key.value == "$or":
            for alternative in items(entry.value):
                yield from _below(alternative, here)
            continue
        holder, name = here.holder, str(entry.key.value)
        yield Reading(Step(name, entry.key), holder)
        yield from _below(entry.value, holder.member(name))
