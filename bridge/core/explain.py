"""Why a change became what it became: every predicate that decided, and where each value comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.core.change import Change, Value
from bridge.core.event import Event
from bridge.core.expression import ABSENT, Expression
from bridge.core.expression.scope import Seen, seen
from bridge.core.map import Document
from bridge.core.match import holds
from bridge.core.origin import Step, steps
from bridge.core.pattern import Mismatch, Pattern
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.translate import event_of, scenes
from bridge.core.same import NOTHING
from bridge.core.wire import write_json
from bridge.errors import Problem, RecordRefused, Where


@dataclass(frozen=True, slots=True)
class Condition:
    """An `if` with what it looked at."""

    where: Where
    text: str
    held: bool
    operands: tuple[tuple[str, Value], ...]  #: paths that it reads, with their values; `NOTHING` where absent


@dataclass(frozen=True, slots=True)
class Scene:
    """What a rule made of the change, or of one element of its `each`."""

    element: Value  #: `NOTHING` without `each`
    condition: Condition | None
    steps: tuple[Step, ...] = ()  #: where each value comes from, where `if` held
    event: Event | None = None
    problems: tuple[Problem, ...] = ()  #: why there is no event, though there should be


@dataclass(frozen=True, slots=True)
class RuleStory:
    """What one rule of an entity that matched made of the change."""

    rule: Rule
    mismatch: Mismatch | None  #: the first piece of its `when` that does not hold
    scenes: tuple[Scene, ...] = ()
    problems: tuple[Problem, ...] = ()  #: why it could not even be asked


@dataclass(frozen=True, slots=True)
class EntityStory:
    """What one entity made of the change."""

    entity: Entity
    mismatch: Mismatch | None
    rules: tuple[RuleStory, ...] = ()
    problems: tuple[Problem, ...] = ()


def unmet(entity: Entity, rule: Rule | None, change: Change) -> str:
    """A clause of what in the entity's `when`, or else in the rule's, does not hold; empty where both hold.

    Such as `: $.change is "modify", asked for is ["insert"] (rules/order.yaml:10:20)`.
    """
    story = _of_entity(entity, change)
    asked = [story.mismatch, *(each.mismatch for each in story.rules if each.rule is rule)]
    return next((f": {because(each)} ({each.where})" for each in asked if each is not None), "")


def because(mismatch: Mismatch) -> str:
    """Why a pattern does not hold: the field with what it is and what is asked for."""
    if mismatch.path == "$":
        return "no alternative of `$or` holds"
    there = shown(mismatch.actual) if mismatch.present else "absent"
    return f"{mismatch.path} is {there}, asked for is {shown(mismatch.expected)}"


def shown(value: Value) -> str:
    """A value as JSON, or that there is none."""
    return "absent" if value is NOTHING or value is ABSENT else write_json(value).decode()


def explain(entities: Sequence[Entity], change: Change) -> list[EntityStory]:
    """What each entity and each of its events made of the change. Never raises for what rules or records get wrong."""
    return [_of_entity(entity, change) for entity in entities]


def _of_entity(entity: Entity, whole: Change) -> EntityStory:
    change = whole.without(entity.without) if entity.without else whole
    document = change.document()
    try:
        mismatch = _mismatch(entity.when, change, document, entity.where)
    except RecordRefused as error:
        return EntityStory(entity, None, problems=_placed(error, entity.where))
    if mismatch:
        return EntityStory(entity, mismatch)
    return EntityStory(entity, None, tuple(_of_rule(rule, change, document) for rule in entity.rules))


def _mismatch(pattern: Pattern | None, change: Change, document: Document, where: Where) -> Mismatch | None:
    if pattern is None or holds(pattern, change, document, where):
        return None
    return pattern.first_false(document)


def _of_rule(rule: Rule, change: Change, document: Document) -> RuleStory:
    try:
        mismatch = _mismatch(rule.when, change, document, rule.where)
        found = [] if mismatch else scenes(rule, change, document)
    except RecordRefused as error:
        return RuleStory(rule, None, problems=_placed(error, rule.where))
    return RuleStory(rule, mismatch, tuple(_of_scene(rule, change, *scene) for scene in found))


def _of_scene(rule: Rule, change: Change, document: Document, suffix: str) -> Scene:
    element = NOTHING if rule.each is None else document["it"]
    try:
        condition = None if rule.condition is None else _condition(rule.condition, document)
    except RecordRefused as error:
        return Scene(element, None, problems=_placed(error, rule.where))
    if condition and not condition.held:
        return Scene(element, condition)
    came = tuple(steps(rule, document))
    try:
        return Scene(element, condition, came, event_of(rule, change, document, suffix))
    except RecordRefused as error:
        return Scene(element, condition, came, problems=_placed(error, rule.where))


def _condition(expression: Expression, document: Document) -> Condition:
    held = expression.condition(document)
    return Condition(expression.place(0), expression.text, held, tuple(_operands(expression, document)))


def _operands(expression: Expression, document: Document) -> Iterator[tuple[str, Value]]:
    """Each path that the expression reads at the root, once, with its value."""
    paths = dict.fromkeys(_path(each) for each in seen(expression.tree) if each.root and each.node.kind == "field")
    yield from ((".".join(path), _at(document, path)) for path in paths)


def _path(each: Seen) -> tuple[str, ...]:
    """The names from the root on, as far as they are names."""
    names = [each.node.value]
    if each.parent is not None and each.parent.kind == "subexpression":
        for step in each.parent.children[each.index + 1 :]:
            if step.kind != "field":
                break
            names.append(step.value)
    return tuple(names)


def _at(value: Value, path: Sequence[str]) -> Value:
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return NOTHING
        value = value[name]
    return value


def _placed(error: RecordRefused, where: Where) -> tuple[Problem, ...]:
    return tuple(problem.within(where) for problem in error.problems)
