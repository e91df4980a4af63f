"""What `Rules.translate` means, step by step, with nothing left out and nothing made fast."""

from dataclasses import replace
from decimal import Decimal

from bridge.core.event import EventParts, element_suffixes, event_id, lane, make_event, partition_key
from bridge.core.expression import ABSENT
from bridge.core.map import absent, each, placed, said
from bridge.core.match import untold
from bridge.core.numbers import number_text
from bridge.core.rules.translate import _demand_distinct, _element, _not_text, _schema
from bridge.errors import InvalidEvent, RecordRefused, UnmappableChange


def plainly(rules, change):
    """The events of a change. Raises as `Rules.translate` does."""
    events = []
    for entity in rules.entities:
        seen = change.without(entity.without) if entity.without else change
        document = seen.document()
        if _holds(entity, seen, document):
            for rule in entity.rules:
                try:
                    events += _events(rule, seen, document)
                except RecordRefused as error:
                    raise error.within(replace(rule.where, record=change.id)) from None
    return events


def _holds(asking, change, document):
    """Whether an entity or a rule is about the change."""
    pattern = asking.when
    if pattern is None:
        return True
    answer = pattern.formula.tell(document, change.unknown) if pattern.reads & change.unknown else None
    if answer is None and pattern.reads & change.unknown:
        raise untold(pattern.reads & change.unknown, "`when` asks for", asking.where)
    return pattern.formula.holds(document) if answer is None else answer


def _events(rule, change, document):
    if not _holds(rule, change, document):
        return []
    if rule.reads & change.unknown:
        raise untold(rule.reads & change.unknown, "the rule reads", rule.where)
    for let in rule.lets:
        found = placed(let.value.template, document, let.value.where, "")
        document = {**document, let.name: None if found is ABSENT else found}
    scenes = [document] if rule.each is None else each(rule.each, document)
    suffixes = [""] if rule.each is None else element_suffixes([scene["it"] for scene in scenes])
    events = [
        _event(rule, change, scene, suffix)
        for scene, suffix in zip(scenes, suffixes, strict=True)
        if rule.condition is None or rule.condition.condition(scene)
    ]
    if rule.key is not None:
        _demand_distinct(events, rule.key)
    return events


def _event(rule, change, document, suffix):
    element = suffix if rule.key is None else _element(rule.key, document)
    kind = _text(rule.type, document, "type")
    schema = _schema(rule, kind)
    data = said(rule.data.template, document, rule.data.where, "$.data")
    problems = schema.problems(data)
    if problems:
        raise InvalidEvent(*(problem.within(rule.data.where) for problem in problems))
    key = partition_key(change.keys)
    return make_event(
        EventParts(
            rule.name, event_id(change.id, rule.pinned, element or None), _text(rule.source, document, "source"), kind,
            None if rule.subject is None else _text(rule.subject, document, "subject"), change.at or None, schema.id,
            key if rule.partitionkey is None else _text(rule.partitionkey, document, "partitionkey"), change.order,
            _extensions(rule, document), rule.to, lane(change.table, key), change.stream, data,
        )
    )  # fmt: skip


def _text(attribute, document, name):
    found = said(attribute.template, document, attribute.where, f"$.{name}")
    if isinstance(found, bool) or not isinstance(found, str | int | Decimal):
        raise UnmappableChange(_not_text(attribute.where, name, found))
    return found if isinstance(found, str) else number_text(found)


def _extensions(rule, document):
    made = {}
    for extension in rule.extensions:
        path = f"$.{extension.name}"
        found = placed(extension.value.template, document, extension.value.where, path)
        if found is not ABSENT:
            made[extension.name] = found
        elif not extension.optional:
            raise UnmappableChange(absent(extension.value.where, path))
    return made
