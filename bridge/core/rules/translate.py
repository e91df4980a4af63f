"""From a change to the events that it becomes: match, map, make, validate.

All that a record says is made before any of it is returned, so that a record goes whole or not at all.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from bridge.core.change import Change, Value
from bridge.core.event import Event, EventParts, element_suffixes, event_id, lane, make_event, partition_key, written
from bridge.core.expression import ABSENT
from bridge.core.expression.limits import MAX_MADE
from bridge.core.large import check_made, too_much
from bridge.core.map import Document, absent, each, is_number, kind, placed, said
from bridge.core.match import holds, untold
from bridge.core.numbers import number_text
from bridge.core.rules.model import Attribute, Entity, Extension, Let, Rule
from bridge.core.rules.plan import Plan
from bridge.core.schema.compiled import Schema
from bridge.errors import InvalidEvent, Problem, RecordRefused, UnmappableChange, Where
from bridge.frozen import frozen

#: Most bytes of all events that one rule says of one change. Each may be as large as a rule may make it.
MAX_SAID = 4 * MAX_MADE


@frozen
class Translation:
    """A change and all that it says."""

    change: Change
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Rules:
    """The compiled rules of a project."""

    entities: tuple[Entity, ...]

    @cached_property
    def plan(self) -> Plan:
        """Which of them to ask of a change, and what to read for them."""
        return Plan(self.entities)

    @property
    def words(self) -> frozenset[str]:
        """The names that the project itself has for what events hold, as against those that only an item has."""
        rules = [rule for entity in self.entities for rule in entity.rules]
        members = [schema.members for rule in rules for schema in rule.schemas.values()]
        return frozenset().union(*members, (each.name for rule in rules for each in rule.extensions))

    def translate(self, change: Change) -> Translation:
        """The events of a change, in the order of the rules.

        Raises `UnmappableChange` where a rule asks for what the change does not have, `InvalidEvent` where an
        event breaks its schema or CloudEvents; the problems carry rule, place and record.
        """
        document = change.document()
        events: list[Event] = []
        for entity, number in self.plan.asked(change, document):
            events += self._of_entity(entity, number, change, document)
        return Translation(change, tuple(events))

    def _of_entity(self, entity: Entity, number: int, change: Change, document: Document) -> list[Event]:
        if entity.without:
            change = change.without(entity.without)
            document = change.document()
        if not holds(entity.when, change, document, entity.where):
            return []
        rules = self.plan.rules(number, change, document)
        return [event for rule in rules for event in say(rule, change, document)]


def say(rule: Rule, change: Change, document: Document) -> list[Event]:
    """The events that one rule says of a change that its entity is about. Raises as `Rules.translate` does."""
    try:
        return _say(rule, change, document)
    except RecordRefused as error:
        raise error.within(replace(rule.where, record=change.id)) from None


def _say(rule: Rule, change: Change, document: Document) -> list[Event]:
    if not holds(rule.when, change, document, rule.where):
        return []
    if rule.each is None:
        ((scene, _),) = scenes(rule, change, document)
        told = rule.condition is None or rule.condition.condition(scene)
        return [event_of(rule, change, scene, "")] if told else []
    events, room = [], MAX_SAID
    for scene, suffix in scenes(rule, change, document):
        if rule.condition is None or rule.condition.condition(scene):
            events.append(event_of(rule, change, scene, suffix))
            room -= len(events[-1].body)
            if room < 0:
                raise too_much(rule.each.place(0), most=MAX_SAID)
    if rule.key is not None:
        _demand_distinct(events, rule.key)
    return events


def _demand_distinct(events: list[Event], key: Attribute) -> None:
    """Two events of one id would be one to the ledger and to every subscriber: the second would be lost."""
    if len({event.id for event in events}) < len(events):
        what = "two elements come to one `key`, so that their events would have one id"
        fix = "make `key` tell the elements apart, or remove it: then each is named by what it holds"
        raise UnmappableChange(Problem(replace(key.where, path="$.id"), "M010", what, fix))


def scenes(rule: Rule, change: Change, document: Document) -> list[tuple[Document, str]]:
    """What the rule's `if` and values see of a change that its `when` asks for: once, or once per element of `each`.

    Each with the suffix that tells the element's event by what it is. Raises `UnmappableChange`.
    """
    _demand_known(rule, change)
    document = _with_lets(rule.lets, document)
    if rule.each is None:
        return [(document, "")]
    elements = each(rule.each, document)
    if rule.swells:
        check_made([element["it"] for element in elements], rule.each.place(0), "")
    return list(zip(elements, element_suffixes([element["it"] for element in elements]), strict=True))


def _demand_known(rule: Rule, change: Change) -> None:
    unknown = change.unknown and rule.reads & change.unknown
    if unknown:
        raise untold(unknown, "the rule reads", rule.where)


def _with_lets(lets: tuple[Let, ...], document: Document) -> Document:
    if not lets:
        return document
    named: Document = document
    for let in lets:  # each in a document of its own: a let may take the whole of it
        found = let.value.sure.value(named)
        if found is None:
            found = placed(let.value.template, named, let.value.where, "")
        named = {**named, let.name: None if found is ABSENT else found}
    return named


def event_of(rule: Rule, change: Change, document: Document, suffix: str) -> Event:
    """The event of one scene. Raises `UnmappableChange` or `InvalidEvent`."""
    element = suffix if rule.key is None else _element(rule.key, document)
    event_type = _attribute(rule.type, document, "type")
    schema = _schema(rule, event_type)
    data = rule.data.sure.value(document)
    if data is None:
        data = said(rule.data.template, document, rule.data.where, "$.data")
    if rule.swells:
        check_made(data, rule.data.where, "$.data")
    known = written(data)
    if known is None or not schema.holds(data):
        problems = schema.problems(data)
        if problems:
            raise InvalidEvent(*(problem.within(rule.data.where) for problem in problems))
    key = partition_key(change.keys)
    parts = EventParts(
        rule=rule.name,
        id=event_id(change.id, rule.pinned, element or None),
        source=_attribute(rule.source, document, "source"),
        type=event_type,
        subject=None if rule.subject is None else _attribute(rule.subject, document, "subject"),
        time=change.at or None,
        dataschema=schema.id,
        partitionkey=key if rule.partitionkey is None else _attribute(rule.partitionkey, document, "partitionkey"),
        sequence=change.order,
        extensions=_extensions(rule.extensions, document),
        targets=rule.to,
        lane=lane(change.table, key),
        stream=change.stream,
        data=data,
    )
    return make_event(parts, known)


def _element(key: Attribute, document: Document) -> str:
    named = _attribute(key, document, "key")
    if not named:
        fix = "give it text that tells the element from the others, or remove `key`"
        raise UnmappableChange(Problem(replace(key.where, path="$.key"), "M011", "`key` comes to empty text", fix))
    return named


def _schema(rule: Rule, event_type: str) -> Schema:
    found = rule.schemas.get("") or rule.schemas.get(event_type)
    if found is None:
        what = "the type that the rule came to is not listed under `schemas`"
        fix = f"list it, or correct the item: known are {', '.join(sorted(rule.schemas))}"
        raise UnmappableChange(Problem(replace(rule.type.where, path="$.type"), "M007", what, fix))
    return found


def _attribute(attribute: Attribute, document: Document, name: str) -> str:
    quick = attribute.sure.value(document)
    if type(quick) is str:
        return quick
    found = said(attribute.template, document, attribute.where, f"$.{name}")
    if isinstance(found, str):
        return found
    if is_number(found):
        return number_text(found)
    raise UnmappableChange(_not_text(attribute.where, name, found))


def _not_text(where: Where, name: str, found: Value) -> Problem:
    what = f"`{name}` must be text, and came to {kind(found)}"
    return Problem(replace(where, path=f"$.{name}"), "M008", what, "give it text, for example with `${text(…)}`")


def _extensions(extensions: tuple[Extension, ...], document: Document) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for extension in extensions:
        attribute, path = extension.value, f"$.{extension.name}"
        found = attribute.sure.value(document)
        if found is None:
            found = placed(attribute.template, document, attribute.where, path)
        if found is not ABSENT:
            made[extension.name] = found
        elif not extension.optional:
            raise UnmappableChange(absent(attribute.where, path, keyed=True))
    return made
