"""Attributes that the item does not have, or that the rules may not see."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bridge.core.likeness import did_you_mean, surely
from bridge.core.lint.declared import Declared, declared
from bridge.core.lint.follow import of_rule
from bridge.core.lint.readings import Reading, Step, of_pattern
from bridge.core.lint.subject import Subject, at, texts, when_node
from bridge.core.rules.model import Entity
from bridge.core.schema.compiled import Schema
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Aside, Problem

#: An item of which nothing is told.
_ANYTHING: Final = Declared(({},), {})


def attributes(subject: Subject) -> Iterator[Problem]:
    """L004, L012 and L013, entity by entity."""
    for entity in subject.rules.entities:
        schema = subject.item_schema(entity)
        item = (declared(schema.open) if schema else None) or _ANYTHING
        keys = replace(item)  # another one, which `without` leaves as it is
        patterns = [when_node(entity, None), *(when_node(entity, rule) for rule in entity.rules)]
        for node in patterns:
            yield from (_never_changed(*each) for each in _dotted(at(node, "changed"), item))
        yield from (_never_taken(*each) for each in _dotted(at(entity.node, "without"), item))
        readings = [
            *(each for node in patterns for each in of_pattern(node, item, keys)),
            *(each for rule in entity.rules for each in of_rule(rule, item, keys)),
        ]
        if schema:
            named = (Reading(Step(word.text, word), item) for word in texts(at(entity.node, "without")))
            yield from _undeclared(_told([*readings, *named], keys), schema)
        yield from _taken_away(entity, [each.step for each in readings if each.of is item])


def _dotted(node: Node | None, item: Declared) -> Iterator[tuple[Scalar, str]]:
    """Paths where names of attributes are wanted, each with its first name."""
    members = item.members or {}
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


def _told(readings: list[Reading], keys: Declared) -> list[Reading]:
    """All but the names of keys where the item schema leaves the keys out, as one may that tells of the data alone."""
    members = keys.members or {}
    known = any(each.of is keys and each.step.name in members for each in readings)
    return readings if known else [each for each in readings if each.of is not keys]


def _undeclared(readings: list[Reading], schema: Schema) -> Iterator[Problem]:
    """L012: the names that the item schema does not know."""
    for reading in readings:
        members = reading.of.members
        if members is not None and reading.step.name not in members and "." not in reading.step.name:
            yield _unknown(reading.step, members, schema)


def _unknown(step: Step, members: dict[str, object], schema: Schema) -> Problem:
    what = f"the item has no '{step.name}', says {schema.name}{did_you_mean(step.name, members)}"
    fix = "correct the name, or declare it in the item schema"
    near = surely(step.name, members)
    return Problem(step.where, "L012", what, fix, edit=step.renamed(near) if near else None)


def _taken_away(entity: Entity, asked: list[Step]) -> Iterator[Problem]:
    """L013: what `without` takes away is read all the same."""
    removed: dict[str, Scalar] = {word.text: word for word in texts(at(entity.node, "without"))}
    for step in asked:
        if step.name in removed:
            what = f"`without` takes '{step.name}' away before any rule looks, so it is never there"
            fix = "take it out of `without`, or do without it here"
            yield Problem(step.where, "L013", what, fix, also=Aside(removed[step.name].where, "taken away here"))
