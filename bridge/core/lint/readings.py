"""Which attributes of the item a rule reads, and where it says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bridge.core import yamltree
from bridge.core.expression import Expression
from bridge.core.expression.scope import seen
from bridge.core.expression.tree import Node as Part
from bridge.core.lint.subject import entries, items, texts
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Edit, Where

IMAGES: Final = frozenset({"new", "old", "item"})
#: Functions whose argument is a path in the images.
_COMPARING: Final = frozenset({"changed", "became"})


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


#: A path into the item: its steps, the first an attribute.
Reading = tuple[Step, ...]


def of_pattern(node: Node | None) -> Iterator[Reading]:
    """The paths that a pattern asks for, `changed` among them."""
    for entry in entries(node):
        if entry.key.value in IMAGES:
            yield from _below(entry.value, ())
        elif entry.key.value == "changed":
            yield from ((Step(word.text, word),) for word in texts(entry.value))
        elif entry.key.value == "$or":
            for alternative in items(entry.value):
                yield from of_pattern(alternative)


def _below(node: Node, path: Reading) -> Iterator[Reading]:
    for entry in entries(node):
        if entry.key.value == "$or":
            for alternative in items(entry.value):
                yield from _below(alternative, path)
            continue
        here = (*path, Step(str(entry.key.value), entry.key))
        if isinstance(entry.value, yamltree.Mapping):
            yield from _below(entry.value, here)
        else:
            yield here


def of_expression(expression: Expression) -> Iterator[Reading]:
    """The paths that an expression reads of the images, as far as each is a row of names."""
    for each in seen(expression.tree):
        node, parent = each.node, each.parent
        if each.root and node.kind == "subexpression" and (parent is None or parent.kind != "subexpression"):
            first, *rest = node.children
            if first.kind == "field" and first.value in IMAGES:
                yield from _row(expression, rest)
        elif node.kind == "function_expression" and node.value in _COMPARING and node.children[0].kind == "expref":
            path = node.children[0].children[0]
            yield from _row(expression, path.children if path.kind == "subexpression" else [path])


def _row(expression: Expression, parts: tuple[Part, ...] | list[Part]) -> Iterator[Reading]:
    steps: list[Step] = []
    for part in parts:
        if part.kind != "field":
            break
        steps.append(Step(str(part.value), expression, part.at + bool(part.mark)))  # behind the quote
    if steps:
        yield tuple(steps)
