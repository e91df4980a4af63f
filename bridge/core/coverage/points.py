"""What there is to be shown of an entity and of each of its events."""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.core.change import NAMES, Kind
from bridge.core.coverage.fields import Field, fields_of
from bridge.core.given import IMPLIED
from bridge.core.map import Array, Object, Repeated, Template
from bridge.core.origin import attributes
from bridge.core.pattern import Pattern
from bridge.core.rules.model import Entity, Rule
from bridge.core.yamltree import Mapping, Node
from bridge.errors import Where


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One thing that an example can show."""

    subject: str  #: whose it is: `order`, `order.placed`
    where: Where
    kind: str  #: change, when, if, key, type or target
    what: str  #: what no example shows, as a sentence begins it: "`new.status` is never another"


def points_of(entity: Entity) -> dict[str, list[Point]]:
    """All points by subject, those of the entity first, in the order of the file."""
    found = {entity.name: [*_of_when(entity.name, entity.node), *_of_shared_keys(entity)]}
    for rule in entity.rules:
        found[rule.name] = list(_of_rule(entity, rule))
    return found


def _of_rule(entity: Entity, rule: Rule) -> Iterator[Point]:
    yield from (change_point(entity, rule, kind) for kind in possible_kinds(entity, rule))
    yield from _of_when(rule.name, event_node(entity, rule))
    if rule.condition is not None:
        yield from (condition_point(rule, holds=holds) for holds in (True, False))
    for where, path in own_keys(entity, rule):
        yield from (key_point(rule.name, where, path, present=present) for present in (True, False))
    yield from (type_point(rule, each) for each in rule.schemas if each)
    yield from (target_point(rule, each) for each in rule.to)


def event_node(entity: Entity, rule: Rule) -> Node | None:
    """The event as its file writes it."""
    events = entity.node.get("events") if isinstance(entity.node, Mapping) else None
    return events.get(rule.event) if isinstance(events, Mapping) else None


def possible_kinds(entity: Entity, rule: Rule) -> list[Kind]:
    """The kinds of change that neither pattern rules out."""
    asked = [pattern for pattern in (entity.when, rule.when) if pattern is not None]
    return [kind for kind in IMPLIED if all(_may_be(pattern, kind) for pattern in asked)]


def _may_be(pattern: Pattern, kind: Kind) -> bool:
    absent = {"new", "old"} - set(IMPLIED[kind])
    return pattern.may_match({"change": kind}, NAMES - {"change"} - absent) is not False


def change_point(entity: Entity, rule: Rule, kind: Kind) -> Point:
    """A kind of change that the rule is asked about."""
    where = _when_where(event_node(entity, rule)) or rule.where
    return Point(rule.name, where, "change", f"no example of the change '{kind}' passes `when`")


def _when_where(node: Node | None) -> Where | None:
    when = node.get("when") if isinstance(node, Mapping) else None
    return when.where if when else None


def when_fields(node: Node | None) -> list[Field]:
    """The fields of the pattern under `when`."""
    when = node.get("when") if isinstance(node, Mapping) else None
    return fields_of(when) if isinstance(when, Mapping) else []


def _of_when(subject: str, node: Node | None) -> Iterator[Point]:
    for each in when_fields(node):
        yield from (field_point(subject, each, holds=holds) for holds in (True, False))
        yield from (alternative_point(subject, each, at) for at in range(len(each.alternatives)))


def field_point(subject: str, each: Field, *, holds: bool) -> Point:
    """A field of a pattern that holds, or does not."""
    says = "never holds" if holds else "always holds"
    return Point(subject, each.where, "when", f"`{each.path}` {says}")


def alternative_point(subject: str, each: Field, at: int) -> Point:
    """One of several entries in a field's list, by which the field holds."""
    alternative = each.alternatives[at]
    return Point(subject, alternative.where, "when", f"`{each.path}` is never {alternative.shown}")


def condition_point(rule: Rule, *, holds: bool) -> Point:
    """A side of `if`."""
    assert rule.condition is not None, "the rule has an `if`"
    return Point(rule.name, rule.condition.place(0), "if", f"`if` is never {'true' if holds else 'false'}")


def key_point(subject: str, where: Where, path: str, *, present: bool) -> Point:
    """A `?` key that is there, or left out."""
    return Point(subject, where, "key", f"`{path}?` is never {'there' if present else 'left out'}")


def type_point(rule: Rule, event_type: str) -> Point:
    """A type under `schemas`."""
    return Point(rule.name, rule.type.where, "type", f"no example says the type '{event_type}'")


def target_point(rule: Rule, target: str) -> Point:
    """A target that an event goes to."""
    return Point(rule.name, rule.where, "target", f"no example sends anything to '{target}'")


def shared_keys(entity: Entity) -> dict[Where, str]:
    """The `?` keys of the entity's own extensions, by place."""
    node = entity.node.get("extensions") if isinstance(entity.node, Mapping) else None
    listed = node.entries if isinstance(node, Mapping) else ()
    named = {entry.value.where: str(entry.key.value) for entry in listed}
    return {where: name.removesuffix("?") for where, name in named.items() if name.endswith("?")}


def _of_shared_keys(entity: Entity) -> Iterator[Point]:
    for where, path in shared_keys(entity).items():
        yield from (key_point(entity.name, where, path, present=present) for present in (True, False))


def own_keys(entity: Entity, rule: Rule) -> Iterator[tuple[Where, str]]:
    """The `?` keys of the rule itself, with their paths in the event, `[]` for the entries of a list."""
    shared = shared_keys(entity)
    for name, (attribute, optional) in attributes(rule).items():
        if optional and attribute.where not in shared:
            yield attribute.where, name
        yield from _keys(attribute.template, name)


def _keys(template: Template, path: str) -> Iterator[tuple[Where, str]]:
    if isinstance(template, Object):
        for entry in template.entries:
            inner = f"{path}.{entry.key}"
            if entry.optional:
                yield entry.where, inner
            yield from _keys(entry.value, inner)
    elif isinstance(template, Array):
        for item, _ in template.items:
            yield from _keys(item.made if isinstance(item, Repeated) else item, f"{path}[]")
