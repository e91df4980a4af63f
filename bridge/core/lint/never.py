"""Comparisons with what the item never has: a state that is misspelt, text where a number is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bridge.core import yamltree
from bridge.core.expression import Expression
from bridge.core.expression.paths import steps
from bridge.core.expression.scope import seen
from bridge.core.expression.tree import Node as Part
from bridge.core.expression.values import type_of
from bridge.core.likeness import did_you_mean, surely
from bridge.core.lint.readings import IMAGES, KEYS
from bridge.core.lint.subject import Subject, entries, expressions, items, when_node
from bridge.core.proof import item_shape
from bridge.core.proof.parts import elements, member, under
from bridge.core.proof.shapes import NULL, Shape, joined, met, only, types_of, values_of
from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import but
from bridge.core.proof.texts import language_of
from bridge.core.proof.when import asked
from bridge.core.schema.compiled import Schema
from bridge.core.wire import write_json
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Edit, Problem, Where

#: Deepest lists of lists whose elements a pattern is held against.
_DEPTH: Final = 3
_KINDS: Final = {
    "string": "text", "number": "a number", "boolean": "true or false", "array": "a list", "object": "a mapping",
}  # fmt: skip
_FIX: Final = "correct it, or say in the item schema that there is such an item"


def never(subject: Subject) -> Iterator[Problem]:
    """L042 for each value that is asked for, and that the item schema never allows at its path."""
    for entity in subject.rules.entities:
        schema = subject.item_schema(entity)
        if schema is not None:
            known = _Known(schema, item_shape(schema))
            yield from known.pattern(when_node(entity, None) if entity.when else None)
            for rule in entity.rules:
                yield from known.pattern(when_node(entity, rule) if rule.when else None)
            for expression in (each for rule in entity.rules for each in expressions(rule)):
                yield from known.expression(expression)


@dataclass(frozen=True, slots=True)
class _Known:
    schema: Schema
    item: Shape

    def pattern(self, node: Node | None) -> Iterator[Problem]:
        for entry in entries(node):
            if entry.key.value in (*IMAGES, KEYS):
                yield from self._below(entry.value, self.item, str(entry.key.value))
            for alternative in items(entry.value) if entry.key.value == "$or" else ():
                yield from self.pattern(alternative)

    def _below(self, node: Node, shape: Shape, path: str) -> Iterator[Problem]:
        for entry in entries(node):
            if entry.key.value == "$or":
                for alternative in items(entry.value):
                    yield from self._below(alternative, shape, path)
                continue
            inner, here = _flat(_there(_flat(shape), str(entry.key.value))), f"{path}.{entry.key.value}"
            if isinstance(entry.value, yamltree.Mapping):
                yield from self._below(entry.value, inner, here)
            for each in items(entry.value):
                if _never_matched(inner, asked(each.plain())):
                    yield self._problem(here, each, inner)

    def _problem(self, path: str, node: Node, shape: Shape) -> Problem:
        text = node.value if isinstance(node, Scalar) else None
        near = surely(text, _texts(shape)) if isinstance(text, str) else ""
        edit = node.respelt(near) if near and isinstance(node, Scalar) else None
        return self._said(path, node.plain(), shape, node.where, edit)

    def _said(self, path: str, value: Any, shape: Shape, where: Where, edit: Edit | None) -> Problem:
        shown = f"'{value}'" if isinstance(value, str) else write_json(value).decode()
        meant = did_you_mean(value, _texts(shape)) if isinstance(value, str) else ""
        kinds, kind = types_of(shape) - {"null"}, type_of(value)
        what = f"`{path}` is never {shown}, says {self.schema.name}{meant}"
        if kind not in kinds and not isinstance(value, dict):
            is_ = " or ".join(_KINDS[each] for each in sorted(kinds))
            what = f"`{path}` is {is_}, says {self.schema.name}, and {shown} is {_KINDS[kind]}"
        return Problem(where, "L042", what, _FIX, edit=edit)

    def expression(self, expression: Expression) -> Iterator[Problem]:
        for each in seen(expression.tree):
            if each.node.kind == "comparator" and each.root:
                left, right = each.node.children
                sign = each.node.value
                yield from self._compared(expression, left, right, sign)
                yield from self._compared(expression, right, left, sign)
            elif each.node.kind == "function_expression" and each.node.value == "became":
                walked = steps(each.node.children[0].children[0])
                yield from self._met(expression, ["new", *walked] if walked else None, each.node.children[1], "eq")

    def _compared(self, expression: Expression, one: Part, other: Part, sign: str) -> Iterator[Problem]:
        walked = steps(one)
        yield from self._met(expression, walked if walked and walked[0] in IMAGES else None, other, sign)

    def _met(self, expression: Expression, walked: list[Any] | None, other: Part, sign: str) -> Iterator[Problem]:
        if not walked or len(walked) < 2 or other.kind != "literal" or other.value is None:
            return
        shape = self.item
        for step in walked[1:]:
            shape = member(shape, step) if isinstance(step, str) else elements(shape)
        schema = {"const": other.value} if sign in ("eq", "ne") else {"type": _type(other.value)}
        if _never(shape, schema):
            where = expression.place(other.at)
            near = surely(other.value, _texts(shape)) if isinstance(other.value, str) and other.mark == "'" else ""
            edit = Edit(expression.place(other.at + 1), len(other.value), near) if near else None
            path = "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in walked).lstrip(".")
            yield self._said(path, other.value, shape, where, edit)


def _flat(shape: Shape) -> Shape:
    """With the elements of lists, of which a pattern needs one."""
    for _ in range(_DEPTH):
        lists = only(shape, "array")
        if not lists:
            break
        shape = joined(only(shape, "null", "boolean", "number", "string", "object"), elements(lists))
    return shape


def _there(shape: Shape, name: str) -> Shape:
    """What an object has under a name where it has it: a pattern of values never matches what is absent."""
    objects = [branch for branch in shape if values_of(branch) is None and branch["type"] == "object"]
    listed = tuple(branch for branch in shape if values_of(branch) is not None)
    return joined(*(under(branch, name) for branch in objects), member(listed, name))


def _never_matched(shape: Shape, schema: Any) -> bool:
    """Whether a pattern's alternative takes no value of the shape; of texts told by what they may be as a whole."""
    if schema is None or not types_of(shape) - {"null"}:
        return False
    others = but(language_of({**schema, "type": "string"}))
    texts = tuple(branch for branch in only(shape, "string") if not inside(language_of(branch), others))
    return not met(joined(only(shape, *_KINDS.keys() - {"string"}, "null"), texts), schema)


def _never(shape: Shape, schema: Any) -> bool:
    """Whether no value of the shape satisfies the schema; of what is never there something else is told."""
    return bool(types_of(shape) - {"null"}) and schema is not None and not met(joined(shape, (NULL,)), schema)


def _type(value: Any) -> str:
    return "string" if isinstance(value, str) else "number"


def _texts(shape: Shape) -> list[str]:
    return [value for branch in shape for value in values_of(branch) or () if isinstance(value, str)]
