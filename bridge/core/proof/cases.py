"""The ways in which a rule can be said: for each, what is known of the change, and every piece of the event."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

from bridge.core.change import Kind
from bridge.core.expression import Expression
from bridge.core.expression.paths import steps
from bridge.core.expression.values import text_of
from bridge.core.given import IMPLIED
from bridge.core.map import Literal, Template, Text, Whole
from bridge.core.proof.interpret import Interpreter
from bridge.core.proof.parts import member
from bridge.core.proof.pieces import Hazard, Piece, required, said
from bridge.core.proof.shapes import ANY, NULL, Branch, Shape, listed, may_be_null, met, only, types_of, values_of
from bridge.core.proof.templates import each_world, piece
from bridge.core.proof.walk import keys_read
from bridge.core.proof.when import exact_kinds, keys_of, matching
from bridge.core.proof.world import World, worlds
from bridge.core.rules.model import Attribute, Entity, Rule
from bridge.core.schema.compiled import Schema

#: Most spellings of a dynamic type that are followed one by one.
MAX_TYPES: Final = 256

#: What CloudEvents allows in text: see `envelope.FORBIDDEN`.
_PRINTABLE: Final = "^[^\\u0000-\\u001f\\u007f-\\u009f\\ufdd0-\\ufdef\\ufffe\\uffff{}]+$".format(
    "".join(map(chr, (plane << 16 | last for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))))
)
_NAME: Final = {"type": ["string", "number"], "pattern": _PRINTABLE}
#: What each attribute must be; a number is written as text.
ATTRIBUTES: Final[Mapping[str, Mapping[str, Any]]] = {
    "source": {**_NAME, "format": "uri-reference"},
    "subject": _NAME,
    "partitionkey": _NAME,
    "type": _NAME,
    "key": {"type": ["string", "number"]},
}
EXTENSION: Final = {
    "anyOf": [
        {"type": "string", "pattern": _PRINTABLE.replace("]+$", "]*$")},
        {"type": "boolean"},
        {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    ]
}
_CONDITION: Final = {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the event and what it must be: a schema, or the event's own where `schema` is given."""

    piece: Piece
    asked: Mapping[str, Any]
    schema: Schema | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which a rule can be said."""

    rule: Rule
    start: World  #: before `let`, `each` and `if` are looked at
    world: World
    parts: tuple[Part, ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The changes that it is about."""
        return tuple(values_of(self.world.root("change")[0]) or ())


def cases(entity: Entity, rule: Rule, item: Shape) -> Iterator[Case]:
    """Every case of a rule on items of a shape; none where no item can say it."""
    patterns = (entity.when, rule.when)
    named = exact_kinds(patterns)
    kinds: list[Kind] = [kind for kind in IMPLIED if named is None or kind in named]
    keys = {name: _key(item, name) for name in sorted({*keys_of(patterns), *keys_read(rule)})}
    scalar = {name: {"type": ["string", "number"]} for name in keys}
    held = met(item, {"required": list(keys), "properties": scalar}) if keys else item  # an image holds its key
    for start in worlds(_without(held or item, entity.without), keys, kinds):
        for about in matching(start, entity.when):
            for world in matching(about, rule.when):
                yield from _said(rule, world)


def _key(item: Shape, name: str) -> Shape:
    """What the item says of a key attribute, which is always there."""
    return only(member(item, name), "string", "number") or only(ANY, "string", "number")


def _without(item: Shape, names: tuple[str, ...]) -> Shape:
    if not names:
        return item
    return tuple(each for branch in item for each in _lacking(branch, names))


def _lacking(branch: Branch, names: tuple[str, ...]) -> Shape:
    """What is left of items, of those that the schema lists too."""
    values = values_of(branch)
    if values is not None:
        return listed({name: value for name, value in item.items() if name not in names} for item in values)
    properties = {**branch.get("properties", {}), **dict.fromkeys(names, False)}
    left = [name for name in branch.get("required", ()) if name not in names]
    return ({**branch, "properties": properties, "required": left},)


def _said(rule: Rule, start: World) -> Iterator[Case]:
    world, before = _with_lets(rule, start)
    element: World | None = world
    if rule.each is not None:
        element, hazards = each_world(rule.each, world)
        before.append(Part(Piece(("each",), rule.each.place(0), (), hazards=tuple(hazards), reads=(rule.each,)), {}))
    if element is None:
        return
    held: World | None = element
    if rule.condition is not None:
        before.append(_condition(rule.condition, element))
        held = Interpreter().assumed(rule.condition.tree, element, truth=True)
    if held is not None:
        for each, schema, type_part in _types(rule, held):
            data = required(piece(rule.data.template, each, ("data",), rule.data.where))
            own = Part(data, schema.closed if schema else {}, schema)
            yield Case(rule, start, each, (*before, *type_part, *_attributes(rule, each), own))


def _with_lets(rule: Rule, world: World) -> tuple[World, list[Part]]:
    parts = []
    for let in rule.lets:
        found = piece(let.value.template, world, ("let", let.name), let.value.where)
        parts.append(Part(replace(found, parts=()), {}))
        world = world.named(let.name, found.shape)
    return world, parts


def _condition(condition: Expression, world: World) -> Part:
    shape, risks = said(condition, world)
    where = condition.place(0)
    hazards = [Hazard(condition.place(risk.at), risk.code, risk.what) for risk in risks]
    if types_of(shape) - {"boolean"}:
        what = "null" if may_be_null(shape) else "something that is neither true nor false"
        hazards.append(Hazard(where, "M003", f"it may come to {what}"))
    return Part(Piece(("if",), where, (), hazards=tuple(hazards), reads=(condition,)), _CONDITION)


def _attributes(rule: Rule, world: World) -> Iterator[Part]:
    named = {"key": rule.key, "source": rule.source, "subject": rule.subject, "partitionkey": rule.partitionkey}
    for name, attribute in named.items():
        if attribute is not None and not isinstance(attribute.template, Literal):
            yield Part(_attribute(attribute, world, name), ATTRIBUTES[name])
    for extension in rule.extensions:
        found = piece(extension.value.template, world, (extension.name,), extension.value.where)
        if not extension.optional:
            found = required(found)
        shape = tuple(branch for branch in found.shape if branch != NULL)
        yield Part(replace(found, shape=shape, optional=extension.optional), EXTENSION)


def _attribute(attribute: Attribute, world: World, name: str) -> Piece:
    return required(piece(attribute.template, world, (name,), attribute.where))


def _types(rule: Rule, world: World) -> Iterator[tuple[World, Schema | None, tuple[Part, ...]]]:
    """The world of each type that the rule may come to, with that type's schema."""
    if isinstance(rule.type.template, Literal):
        yield world, rule.schemas.get(""), ()
        return
    found = _attribute(rule.type, world, "type")
    spelled = _spelled(rule.type.template, world)
    unlisted = spelled is None or any(name not in rule.schemas for name, _ in spelled)
    if unlisted:
        hazard = Hazard(rule.type.where, "M007", "it may come to a type that is not listed under `schemas`")
        found = replace(found, hazards=(*found.hazards, hazard))
    part = Part(found, ATTRIBUTES["type"])
    for name, schema in rule.schemas.items():
        ways = [world] if spelled is None else [each for spelling, each in spelled if spelling == name]
        for each in ways:
            yield each, schema, (part,)


def _spelled(template: Template, world: World) -> list[tuple[str, World]] | None:
    """Every text that a template of plain paths may come to, and its world; None where they are not few."""
    whole = (template.expression,) if isinstance(template, Whole) else ()
    expressions: tuple[str | Expression, ...] = template.parts if isinstance(template, Text) else whole
    choices = [[part] if isinstance(part, str) else _choices(part, world) for part in expressions]
    known = [each for each in choices if each is not None]
    size = 1
    for each in known:
        size *= len(each)
    if len(known) < len(choices) or size > MAX_TYPES:
        return None
    rows = [_spelling(expressions, row, world) for row in product(*known)]
    return [each for each in rows if each is not None]


def _choices(expression: Expression, world: World) -> list[Any] | None:
    walked = steps(expression.tree)
    if not walked or not all(isinstance(step, str) for step in walked):
        return None
    shape = said(expression, world)[0]
    values = [values_of(branch) for branch in only(shape, "string", "number")]
    return None if None in values else [value for each in values for value in each or ()]


def _spelling(parts: Sequence[str | Expression], row: tuple[Any, ...], world: World) -> tuple[str, World] | None:
    found: World | None = world
    for part, value in zip(parts, row, strict=True):
        if found is not None and isinstance(part, Expression):
            found = found.where(tuple(steps(part.tree) or ()), {"const": value})
    return None if found is None else ("".join(map(text_of, row)), found)
