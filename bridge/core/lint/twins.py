"""Events that are said twice of one change, and types that mean two things."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from bridge.core.lint.contradiction import separate
from bridge.core.lint.reach import reachable
from bridge.core.lint.subject import Subject, at, event_node
from bridge.core.map import Literal
from bridge.core.rules.model import Entity, Rule
from bridge.errors import Aside, Problem, Where

_Event = tuple[Entity, Rule]


def twins(subject: Subject) -> Iterator[Problem]:
    """L008 for what is always said twice, L009 for what may be, L010 for a type with two schemas."""
    by_type: dict[str, list[_Event]] = defaultdict(list)
    for entity, rule in subject.events:
        if isinstance(rule.type.template, Literal) and rule.type.template.value:
            by_type[str(rule.type.template.value)].append((entity, rule))
    for name, events in by_type.items():
        yield from _two_schemas(name, events)
        for one, other in combinations(events, 2):
            yield from _both(one, other)


def _two_schemas(name: str, events: list[_Event]) -> Iterator[Problem]:
    first, schema = events[0][1], _schema(events[0][1])
    for _, rule in events[1:]:
        other = _schema(rule)
        if schema and other and other != schema:
            what = f"the type '{name}' has two schemas: {other} here, {schema} at '{first.name}'"
            fix = "give one of the events another type, or both the same schema"
            yield Problem(rule.type.where, "L010", what, fix, also=_aside(first.type.where))


def _schema(rule: Rule) -> str:
    schema = rule.schemas.get("")
    return schema.name if schema else ""


def _both(one: _Event, other: _Event) -> Iterator[Problem]:
    (entity, first), (_, second) = one, other
    if entity is other[0] and _same(entity, first, second):
        what = f"'{second.name}' is said of the very changes of which '{first.name}' is, with the same type"
        fix = "remove one of them, or tell their changes apart under `when` or `if`"
        yield Problem(second.where, "L008", what, fix, also=_aside(first.where))
    elif _may_meet(one, other):
        what = f"one change can say both '{second.name}' and '{first.name}', which have the same type"
        fix = "tell their changes apart under `when`, or give them different types"
        yield Problem(second.where, "L009", what, fix, level="warning", also=_aside(first.where))


def _same(entity: Entity, first: Rule, second: Rule) -> bool:
    written = [[_plain(entity, rule, name) for name in ("when", "if", "each")] for rule in (first, second)]
    return written[0] == written[1]


def _plain(entity: Entity, rule: Rule, name: str) -> object:
    node = at(event_node(entity, rule), name)
    return node.plain() if node else None


def _may_meet(one: _Event, other: _Event) -> bool:
    """Whether nothing that is looked at tells the two apart; a condition is taken to."""
    (_, first), (_, second) = one, other
    told = any(rule.condition or rule.each for rule in (first, second))
    return not told and bool(set(reachable(*one)) & set(reachable(*other))) and not separate(one, other)


def _aside(where: Where) -> Aside:
    return Aside(where, "the other")
