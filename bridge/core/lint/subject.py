"""What the checks look at: a compiled project, and the ways to its pieces and their places."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bridge.core import yamltree
from bridge.core.expression import Expression
from bridge.core.manifest import Manifest
from bridge.core.rules import Rules
from bridge.core.rules.model import Attribute, Entity, Rule
from bridge.core.rules.walk import expressions_of
from bridge.core.schema.compiled import Schema, Schemas
from bridge.core.yamltree import Entry, Node, Scalar
from bridge.errors import Where


@dataclass(frozen=True, slots=True)
class Subject:
    """The parts of a project that can be checked without running anything."""

    rules: Rules
    schemas: Schemas
    manifest: Manifest
    page: Node | None  #: bridge.yaml as read
    codes: Collection[str]  #: all codes of problems that there are

    @property
    def events(self) -> Iterator[tuple[Entity, Rule]]:
        """Every event with its entity."""
        return ((entity, rule) for entity in self.rules.entities for rule in entity.rules)

    def item_schema(self, entity: Entity) -> Schema | None:
        """The schema of the entity's stored item."""
        return self.schemas.get(entity.item_schema) if entity.item_schema else None

    def targets_of(self, rule: Rule, kind: str) -> list[str]:
        """The names of the event's targets of a kind."""
        settings = self.manifest.targets
        return [name for name in rule.to if name in settings and settings[name].kind == kind]


def at(node: Node | None, *names: str) -> Node | None:
    """What these keys lead to from a node; None where they lead nowhere."""
    for name in names:
        node = node.get(name) if isinstance(node, yamltree.Mapping) else None
    return node


def entries(node: Node | None) -> tuple[Entry, ...]:
    """The entries of a mapping; none of anything else."""
    return node.entries if isinstance(node, yamltree.Mapping) else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; none of anything else."""
    return node.items if isinstance(node, yamltree.Sequence) else ()


def texts(node: Node | None) -> list[Scalar]:
    """The items of a list that are text."""
    return [item for item in items(node) if isinstance(item, Scalar) and isinstance(item.value, str)]


def event_node(entity: Entity, rule: Rule) -> Node | None:
    """The event as written; of two with one name each its own."""
    written = entries(at(entity.node, "events"))
    return next((entry.value for entry in written if entry.key.where == rule.where), None)


def place_of(entity: Entity, rule: Rule, *names: str) -> Where:
    """The place of a value of an event; where the event leaves it to its entity, there; else the event's own."""
    own, default = at(event_node(entity, rule), *names), at(entity.node, *names)
    found = own or default
    return found.where if found else rule.where


def when_node(entity: Entity, rule: Rule | None) -> Node | None:
    """The pattern as written, of an event or of the entity."""
    return at(event_node(entity, rule), "when") if rule else at(entity.node, "when")


def given(rule: Rule) -> Iterator[Attribute]:
    """What the rule gives to its event, beside `each` and `if`."""
    named = (rule.key, rule.type, rule.source, rule.subject, rule.partitionkey, rule.data)
    yield from (each for each in named if each is not None)
    yield from (extension.value for extension in rule.extensions)


def values(rule: Rule) -> Iterator[Attribute]:
    """What the rule gives to its event, and the names that it uses on the way."""
    yield from given(rule)
    yield from (let.value for let in rule.lets)


def expressions(rule: Rule) -> Iterator[Expression]:
    """Every expression of a rule, those of the names that it uses among them."""
    yield from (each for each in (rule.each, rule.condition) if each is not None)
    for value in values(rule):
        yield from expressions_of(value.template)


def needed(rule: Rule) -> Iterator[Expression]:
    """The expressions whose null refuses the change: those of values that cannot be left out."""
    named = (rule.key, rule.type, rule.source, rule.subject, rule.partitionkey, rule.data)
    for value in (*named, *(extension.value for extension in rule.extensions if not extension.optional)):
        if value is not None:
            yield from expressions_of(value.template, optional=False)
