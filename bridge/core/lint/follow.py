"""Follows the expressions of a rule through what the item schema declares: each name that they ask for, and of what.

What an expression stands at is followed as far as the schema tells it: through paths, lists, filters and functions,
into `it`, and by the names under `let`. Where it cannot be told, nothing is said of the names below.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bridge.core.expression import Expression
from bridge.core.expression.functions.comparing import READS
from bridge.core.expression.tree import Node
from bridge.core.lint.declared import Declared
from bridge.core.lint.readings import IMAGES, KEYS, Reading, Step
from bridge.core.lint.subject import given
from bridge.core.map import Array, Object, Repeated, Template, Whole
from bridge.core.rules.model import Rule
from bridge.core.rules.walk import expressions_of

#: What an expression stands at; None where it is not told.
_Stand = Declared | None
_Names = Mapping[str, _Stand]

#: The change document as a whole. Of its own names X005 tells.
_DOCUMENT: Final = Declared((), {})
_COMPARING: Final = frozenset({"changed", "became"})
#: Functions that give one of these arguments, or elements of it; by the index of the first such.
_PASSING: Final = {
    "default": 0, "coalesce": 0, "not_null": 0, "nullable": 0, "if": 1,
    "sort": 0, "sort_by": 0, "reverse": 0, "added": 0, "removed": 0,
}  # fmt: skip


def of_rule(rule: Rule, item: Declared, keys: Declared) -> Iterator[Reading]:
    """The names that the expressions of a rule ask for."""
    names: dict[str, _Stand] = {**dict.fromkeys(IMAGES, item), KEYS: keys}
    reader = _Reader()
    for let in rule.lets:
        names[let.name] = reader.template(let.value.template, names)
    if rule.each is not None:
        names |= _element_names(reader.expression(rule.each, names))
    if rule.condition is not None:
        reader.expression(rule.condition, names)
    for value in given(rule):
        reader.template(value.template, names)
    yield from reader.found


def _element_names(elements: _Stand) -> _Names:
    return {"it": _element(elements), "index": None}


def _element(elements: _Stand) -> _Stand:
    return elements.element if elements is not None else None


def _listed(element: _Stand) -> _Stand:
    return element.listed if element is not None else None


@dataclass(slots=True)
class _Reader:
    """Walks templates, and collects the names."""

    found: list[Reading] = field(default_factory=list)

    def expression(self, expression: Expression, names: _Names) -> _Stand:
        return _Walk(expression, names, self.found).at(expression.tree, _DOCUMENT)

    def template(self, template: Template, names: _Names) -> _Stand:
        if isinstance(template, Whole):
            return self.expression(template.expression, names)
        if isinstance(template, Object):
            for entry in template.entries:
                self.template(entry.value, names)
        elif isinstance(template, Array):
            for item, _ in template.items:
                self.template(item, names)
        elif isinstance(template, Repeated):
            elements = self.expression(template.elements, names)
            self.template(template.made, {**names, **_element_names(elements)})
        else:
            for each in expressions_of(template):
                self.expression(each, names)
        return None


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk through one expression."""

    expression: Expression
    names: _Names
    found: list[Reading]

    def at(self, node: Node, here: _Stand) -> _Stand:
        """What the node comes to, evaluated at what stands here."""
        known = _KINDS.get(node.kind)
        if known is not None:
            return known(self, node, here)
        for child in node.children:
            self.at(child, here)
        return None

    def field(self, node: Node, here: _Stand) -> _Stand:
        if here is None or here is _DOCUMENT:
            return self.names.get(str(node.value)) if here is _DOCUMENT else None
        step = Step(str(node.value), self.expression, node.at + bool(node.mark))  # behind the quote
        self.found.append(Reading(step, here.holder))
        return here.holder.member(step.name)

    def row(self, node: Node, here: _Stand) -> _Stand:
        for child in node.children:
            here = self.at(child, here)
        return here

    def projection(self, node: Node, here: _Stand) -> _Stand:
        """`left[*].right` and `left[?condition].right`: what comes behind stands at an element."""
        left, right, *conditions = node.children
        inner = _element(self.at(left, here))
        for condition in conditions:
            self.at(condition, inner)
        return _listed(self.at(right, inner))

    def values(self, node: Node, here: _Stand) -> _Stand:
        """`left.*.right`: the members of an object are many, and not told."""
        left, right = node.children
        self.at(left, here)
        self.at(right, None)
        return None

    def flat(self, node: Node, here: _Stand) -> _Stand:
        found = self.at(node.children[0], here)
        inner = _element(found)
        if inner is None or not inner.types:
            return None
        return inner if inner.types == {"array"} else None if "array" in inner.types else found

    def either(self, node: Node, here: _Stand) -> _Stand:
        return self._one_of(node.children, [self.at(child, here) for child in node.children])

    def both(self, node: Node, here: _Stand) -> _Stand:
        return [self.at(child, here) for child in node.children][-1]

    def call(self, node: Node, here: _Stand) -> _Stand:
        """A function; what is written with `&` stands at each element of the lists beside it, or at the images."""
        stands = [None if child.kind == "expref" else self.at(child, here) for child in node.children]
        images = [self.names.get(name) for name in READS]
        inner = images[0] if node.value in _COMPARING else _element(self._one_of(node.children, stands))
        made = [self.at(child.children[0], inner) for child in node.children if child.kind == "expref"]
        if node.value in ("min_by", "max_by"):
            return inner
        if node.value == "map":
            return _listed(made[0])
        first = _PASSING.get(node.value)
        return None if first is None else self._one_of(node.children[first:], stands[first:])

    def _one_of(self, nodes: tuple[Node, ...], stands: list[_Stand]) -> _Stand:
        """What all of them are, where that is told: a literal may hold what the item has not, unless it is empty."""
        told = [
            stand for node, stand in zip(nodes, stands, strict=True) if node.kind != "expref" and not _is_empty(node)
        ]
        return told[0] if told and all(stand == told[0] for stand in told) else None


def _is_empty(node: Node) -> bool:
    """Whether it is a literal that has no members and no elements."""
    return node.kind == "literal" and not (node.value and isinstance(node.value, dict | list))


_KINDS: Final[Mapping[str, Callable[[_Walk, Node, _Stand], _Stand]]] = {
    "field": _Walk.field,
    "current": lambda _, __, here: here,
    "identity": lambda _, __, here: here,
    "subexpression": _Walk.row,
    "index_expression": _Walk.row,
    "pipe": _Walk.row,
    "index": lambda _, __, here: _element(here),
    "slice": lambda _, __, here: here,
    "projection": _Walk.projection,
    "filter_projection": _Walk.projection,
    "value_projection": _Walk.values,
    "flatten": _Walk.flat,
    "or_expression": _Walk.either,
    "and_expression": _Walk.both,
    "function_expression": _Walk.call,
}
