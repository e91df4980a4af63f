"""Events whose pattern and whose entity's ask for different values of one field."""

from collections.abc import Iterator

from bridge.core.lint.declared import Declared, declared
from bridge.core.lint.overlap import Path, clashes, is_single
from bridge.core.lint.subject import Subject, when_node
from bridge.core.rules.model import Entity, Rule
from bridge.core.schema.compiled import Schema
from bridge.core.yamltree import Sequence
from bridge.errors import Aside, Problem


def contradictions(subject: Subject) -> Iterator[Problem]:
    """L007 for each field of which an event asks for what its entity excludes."""
    for entity, rule in subject.events:
        found = clashes(when_node(entity, None), when_node(entity, rule))
        schema = subject.item_schema(entity)
        yield from (_problem(rule, clash, schema) for clash in found if clash[0] != ("change",))


def _problem(rule: Rule, clash: tuple[Path, Sequence, Sequence], schema: Schema | None) -> Problem:
    path, theirs, mine = clash
    also = Aside(theirs.where, "the entity asks for this")
    name = ".".join(path)
    if is_single(path) or _is_single(path, schema):
        what = f"the event '{rule.event}' can never be: no '{name}' is what both this and the entity's `when` ask for"
        return Problem(mine.where, "L007", what, "ask for a value that the entity leaves", also=also)
    what = f"the event '{rule.event}' needs a '{name}' that is a list: no single value is what both `when` ask for"
    fix = "ask for a value that the entity leaves, or declare the attribute in the entity's `item_schema`"
    return Problem(mine.where, "L007", what, fix, level="warning", also=also)


def _is_single(path: Path, schema: Schema | None) -> bool:
    """Whether the item schema says that the attribute is no list."""
    if schema is None or path[0] not in ("new", "old", "item"):
        return False
    found: Declared | None = declared(schema.open)
    for step in path[1:]:
        found = found.member(step) if found else None
    return bool(found and found.types and "array" not in found.types)


def separate(one: tuple[Entity, Rule], other: tuple[Entity, Rule]) -> bool:
    """Whether two events are surely never said of one change, as their patterns are written."""
    mine = [when_node(one[0], None), when_node(*one)]
    its = [when_node(other[0], None), when_node(*other)]
    return any(True for a in mine for b in its for _ in clashes(a, b))
