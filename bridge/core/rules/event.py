"""Reads one event of an entity."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from bridge.core.change import NAMES
from bridge.core.expression import Expression
from bridge.core.fields import meant, read_fields, text
from bridge.core.growth import swells
from bridge.core.likeness import did_you_mean
from bridge.core.map import Literal
from bridge.core.rules.model import Attribute, Extension, Let, Rule
from bridge.core.rules.notation import ELEMENT, EVENT
from bridge.core.rules.parts import (
    PINNED,
    check_name,
    check_schema,
    entries,
    items,
    read_attribute,
    read_extensions,
    read_lets,
    read_pattern,
)
from bridge.core.schema.compiled import Schema, Schemas
from bridge.core.template import Scope, compile_whole
from bridge.core.yamltree import Entry, Node, Scalar
from bridge.errors import Problem
from bridge.frozen import frozen

#: Stands where an author's mistake left nothing to compile; rules with an error are never run.
NOTHING = Literal("")


@frozen
class Surroundings:
    """What rules may refer to outside their own file."""

    schemas: Schemas
    schema_files: Collection[str]  #: names of all files, those that are wrong included
    targets: Collection[str]
    secrets: Callable[[str], bytes] | None = None


@frozen
class Defaults:
    """What an entity gives to each of its events."""

    entity: str
    values: Mapping[str, Node]
    lets: tuple[Let, ...]
    extensions: tuple[Extension, ...]
    scope: Scope
    around: Surroundings
    beside: Mapping[str, Node]  #: lists of examples in the file beside the rules, by event


def read_event(entry: Entry, defaults: Defaults, problems: list[Problem]) -> Rule:
    """The compiled rule; what is wrong joins the problems."""
    values = read_fields(entry.value, EVENT, "an event", problems)
    name = str(entry.key.value)
    check_name(name, entry.key, problems)
    both = {**{key: defaults.values[key] for key in EVENT if key in defaults.values}, **values}
    both.pop("examples", None)
    lets = read_lets(values.get("let"), defaults.scope, defaults.lets, problems)
    outer = defaults.scope.plus(let.name for let in lets)
    scope = outer.plus(ELEMENT) if "each" in values else outer
    rule = Rule(
        entity=defaults.entity,
        event=name,
        pinned=_pinned(values.get("id"), problems) or f"{defaults.entity}.{name}",
        where=entry.key.where,
        about=text(values.get("about")),
        when=read_pattern(values.get("when"), problems),
        lets=lets,
        each=_whole(values.get("each"), outer, problems),
        key=_key(values, scope, problems),
        condition=_whole(values.get("if"), scope, problems),
        type=_required(values.get("type"), scope, entry, problems),
        schemas=_schemas(values, entry, defaults.around, problems),
        source=_source(both.get("source"), scope, entry, problems),
        subject=read_attribute(both.get("subject"), scope, problems),
        partitionkey=read_attribute(both.get("partitionkey"), scope, problems),
        extensions=_extensions(defaults, read_extensions(values.get("extensions"), scope, problems)),
        data=_required(values.get("data"), scope, entry, problems),
        to=_targets(both.get("to"), entry, defaults.around.targets, problems),
        reads=frozenset(),
        examples=items(values.get("examples")) + items(defaults.beside.get(name)),
    )
    _check_type(rule, values, problems)
    _check_examples(rule, problems)
    return _with_reads(rule)


def _pinned(node: Node | None, problems: list[Problem]) -> str:
    name = text(node)
    if node is not None and not PINNED.fullmatch(name):
        fix = "write `<entity>.<event>` as plain text, such as `order.placed`"
        problems.append(Problem(node.where, "R045", f"'{name}' is not the name of an event", fix))
    return name


def _required(node: Node | None, scope: Scope, entry: Entry, problems: list[Problem]) -> Attribute:
    return read_attribute(node, scope, problems) or Attribute(NOTHING, entry.key.where)


def _whole(node: Node | None, scope: Scope, problems: list[Problem]) -> Expression | None:
    return None if node is None else compile_whole(node, scope, problems)


def _key(values: Mapping[str, Node], scope: Scope, problems: list[Problem]) -> Attribute | None:
    node = values.get("key")
    if node is not None and "each" not in values:
        problems.append(Problem(node.where, "R049", "`key` stands without `each`", "add `each`, or remove `key`"))
    return read_attribute(node, scope, problems)


def _source(node: Node | None, scope: Scope, entry: Entry, problems: list[Problem]) -> Attribute:
    if node is None:
        fix = "add `source` to the entity, such as `/shop/orders`"
        problems.append(Problem(entry.key.where, "R031", f"the event '{entry.key.value}' has no source", fix))
    return _required(node, scope, entry, problems)


def _schemas(
    values: Mapping[str, Node], entry: Entry, around: Surroundings, problems: list[Problem]
) -> dict[str, Schema]:
    named = {str(each.key.value): each.value for each in entries(values.get("schemas"))}
    if "schema" in values:
        named[""] = values["schema"]
    written = {each.key.value for each in entries(entry.value)}
    if not named and written.isdisjoint({"schema", "schemas"}):
        fix = "add `schema`, a path below the schemas folder"
        problems.append(Problem(entry.key.where, "R031", f"the event '{entry.key.value}' has no schema", fix))
    found = {}
    for event_type, node in named.items():
        check_schema(node, around.schema_files, problems)
        schema = around.schemas.get(text(node))
        if schema is not None:
            found[event_type] = schema
    return found


def _check_type(rule: Rule, values: Mapping[str, Node], problems: list[Problem]) -> None:
    for entry in entries(values.get("schemas")):
        if not entry.key.value:  # in the model, "" stands for a type that is fixed
            fix = "name the type that the template comes to"
            problems.append(Problem(entry.key.where, "R050", "`schemas` lists an empty type", fix))
    fixed = isinstance(rule.type.template, Literal)
    if fixed and "schemas" in values:
        what = "`schemas` is for a type that is a template, and this one is fixed"
        problems.append(Problem(values["schemas"].where, "R050", what, "write `schema` with the one path"))
    if not fixed and "schema" in values:
        what = "the type is a template, so one `schema` cannot be right for all that it may come to"
        problems.append(Problem(values["schema"].where, "R050", what, "list each type and its schema under `schemas`"))


def _extensions(defaults: Defaults, own: tuple[Extension, ...]) -> tuple[Extension, ...]:
    named = {extension.name for extension in own}
    return (*(extension for extension in defaults.extensions if extension.name not in named), *own)


def _targets(node: Node | None, entry: Entry, known: Collection[str], problems: list[Problem]) -> tuple[str, ...]:
    named = items(node)
    if not named:
        fix = f"add `to` with one or more of: {', '.join(sorted(known))}"
        problems.append(Problem(entry.key.where, "R043", f"the event '{entry.key.value}' goes nowhere", fix))
    for each in named:
        if text(each) not in known:
            what = f"there is no target '{text(each)}'{did_you_mean(text(each), known)}"
            fix = "add it to `targets` in bridge.yaml, or correct the name"
            edit = meant(each, known, [text(other) for other in named]) if isinstance(each, Scalar) else None
            problems.append(Problem(each.where, "R042", what, fix, edit=edit))
    return tuple(dict.fromkeys(text(each) for each in named))


def _check_examples(rule: Rule, problems: list[Problem]) -> None:
    if not rule.examples:
        what = f"the event '{rule.event}' has no example"
        fix = "add `examples` with a change and what is said of it, and one that stays silent"
        problems.append(Problem(rule.where, "R051", what, fix, level="warning"))


def _with_reads(rule: Rule) -> Rule:
    """Keep the lets that are used, and note which names of the change document the values look at."""
    parts = (rule.key, rule.type, rule.source, rule.subject, rule.partitionkey, rule.data)
    attributes = [part for part in parts if part is not None] + [each.value for each in rule.extensions]
    used = frozenset().union(*(attribute.template.reads for attribute in attributes))
    used = used.union(*(expression.reads for expression in (rule.each, rule.condition) if expression is not None))
    lets: list[Let] = []
    for let in reversed(rule.lets):
        if let.name in used:
            lets.insert(0, let)
            used |= let.value.template.reads
    large = swells([(let.name, let.value.template) for let in lets], rule.data.template, rule.each)
    return replace(rule, lets=tuple(lets), reads=used & NAMES, swells=large)
