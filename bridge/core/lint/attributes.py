"""Attributes that the item does not have, or that the rules may not see."""

from collections.abc import Iterator

from bridge.core.likeness import did_you_mean, surely
from bridge.core.lint.declared import Declared, declared
from bridge.core.lint.readings import Reading, Step, of_expression, of_pattern
from bridge.core.lint.subject import Subject, at, expressions, texts, when_node
from bridge.core.rules.model import Entity
from bridge.core.schema.compiled import Schema
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Aside, Problem


def attributes(subject: Subject) -> Iterator[Problem]:
    """L004, L012 and L013, entity by entity."""
    for entity in subject.rules.entities:
        schema = subject.item_schema(entity)
        item = declared(schema.open) if schema else None
        patterns = [when_node(entity, None), *(when_node(entity, rule) for rule in entity.rules)]
        for node in patterns:
            yield from (_never_changed(*each) for each in _dotted(at(node, "changed"), item))
        yield from (_never_taken(*each) for each in _dotted(at(entity.node, "without"), item))
        readings = list(_readings(entity, patterns))
        if schema and item:
            yield from _undeclared(readings, item, schema)
            yield from _undeclared(_named(entity), item, schema)
        yield from _taken_away(entity, readings)


def _readings(entity: Entity, patterns: list[Node | None]) -> Iterator[Reading]:
    for node in patterns:
        yield from of_pattern(node)
    for rule in entity.rules:
        for expression in expressions(rule):
            yield from of_expression(expression)


def _named(entity: Entity) -> Iterator[Reading]:
    for word in texts(at(entity.node, "without")):
        yield (Step(word.text, word),)


def _dotted(node: Node | None, item: Declared | None) -> Iterator[tuple[Scalar, str]]:
    """Paths where names of attributes are wanted, each with its first name."""
    members = (item.members if item else None) or {}
    for word in texts(node):
        top = word.text.partition(".")[0].partition("[")[0]
        if top != word.text and word.text not in members:
            yield word, top


def _never_changed(word: Scalar, top: str) -> Problem:
    what = f"`changed` names top-level attributes, and '{word.text}' is a path: nothing is ever changed there"
    fix = f"write `changed: [{top}]`, and `if: ${{changed(&{word.text})}}` for the part"
    return Problem(word.where, "L004", what, fix)


def _never_taken(word: Scalar, top: str) -> Problem:
    what = f"`without` names top-level attributes, and '{word.text}' is a path: nothing is taken away"
    return Problem(word.where, "L004", what, f"write `{top}`, which takes all of it away")


def _undeclared(readings: Iterator[Reading] | list[Reading], item: Declared, schema: Schema) -> Iterator[Problem]:
    """L012: the first step of each path that the item schema does not know."""
    top = item.members
    for reading in readings:
        here: Declared | None = item
        for step in reading:
            while here is not None and here is not item and here.element is not None:
                here = here.element  # a pattern asks of any element
            members = top if here is item else here.members if here else None
            if members is None or "." in step.name:
                break
            if step.name not in members:
                yield _unknown(step, members, schema)
                break
            here = here.member(step.name) if here else None


def _unknown(step: Step, members: dict[str, object], schema: Schema) -> Problem:
    what = f"the item has no '{step.name}', says {schema.name}{did_you_mean(step.name, members)}"
    fix = "correct the name, or declare it in the item schema"
    near = surely(step.name, members)
    return Problem(step.where, "L012", what, fix, edit=step.renamed(near) if near else None)


def _taken_away(entity: Entity, readings: list[Reading]) -> Iterator[Problem]:
    """L013: what `without` takes away is read all the same."""
    removed: dict[str, Scalar] = {word.text: word for word in texts(at(entity.node, "without"))}
    for first, *_ in readings:
        if first.name in removed:
            what = f"`without` takes '{first.name}' away before any rule looks, so it is never there"
            fix = "take it out of `without`, or do without it here"
            yield Problem(first.where, "L013", what, fix, also=Aside(removed[first.name].where, "taken away here"))
