"""What one change shows of an entity and its events."""

from collections.abc import Iterator, Sequence

from bridge.core.change import Change
from bridge.core.coverage import points
from bridge.core.coverage.fields import Field
from bridge.core.coverage.points import Point
from bridge.core.event import Event
from bridge.core.expression import ABSENT
from bridge.core.map import Document
from bridge.core.match import holds
from bridge.core.origin import steps
from bridge.core.pattern import Pattern
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.translate import event_of, scenes
from bridge.errors import RecordRefused, Where


def observed(entity: Entity, rule: Rule | None, change: Change) -> set[Point]:
    """The points that the change covers, of one rule of the entity or of all."""
    seen = change.without(entity.without) if entity.without else change
    document = seen.document()
    found = set(_fields(entity.name, points.when_fields(entity.node), seen, document))
    if _holds(entity.when, seen, document):
        for each in entity.rules if rule is None else (rule,):
            found |= set(_of_rule(entity, each, seen, document))
    return found


def _of_rule(entity: Entity, rule: Rule, change: Change, document: Document) -> Iterator[Point]:
    yield from _fields(rule.name, points.when_fields(points.event_node(entity, rule)), change, document)
    if not _holds(rule.when, change, document):
        return
    yield points.change_point(entity, rule, change.kind)
    try:
        made = scenes(rule, change, document)
    except RecordRefused:
        return
    for scene, suffix in made:
        yield from _of_scene(entity, rule, change, scene, suffix)


def _of_scene(entity: Entity, rule: Rule, change: Change, scene: Document, suffix: str) -> Iterator[Point]:
    try:
        said = rule.condition is None or rule.condition.condition(scene)
        if rule.condition is not None:
            yield points.condition_point(rule, holds=said)
        if said:
            event = event_of(rule, change, scene, suffix)
            yield from _of_event(entity, rule, scene, event)
    except RecordRefused:
        return


def _of_event(entity: Entity, rule: Rule, scene: Document, event: Event) -> Iterator[Point]:
    yield points.type_point(rule, event.type)
    yield from (points.target_point(rule, target) for target in event.targets)
    shared = points.shared_keys(entity)
    own = dict(points.own_keys(entity, rule))
    for step in steps(rule, scene):
        if step.optional:
            where, present = step.origin.where, step.value is not ABSENT
            if where in shared:
                yield points.key_point(entity.name, where, shared[where], present=present)
            else:
                yield points.key_point(rule.name, where, own[where], present=present)


def _fields(subject: str, fields: Sequence[Field], change: Change, document: Document) -> Iterator[Point]:
    for each in fields:
        answer = each.pattern.may_match(document, change.unknown)
        if answer is not None:
            yield points.field_point(subject, each, holds=answer)
        for at, alternative in enumerate(each.alternatives):
            if alternative.pattern.may_match(document, change.unknown):
                yield points.alternative_point(subject, each, at)


def _holds(pattern: Pattern | None, change: Change, document: Document) -> bool:
    try:
        return holds(pattern, change, document, Where())
    except RecordRefused:
        return False
