"""Which rules read an image that the declared view type of their table's stream never delivers."""

from collections.abc import Iterator, Mapping
from typing import Final

from bridge.core.change import Kind
from bridge.core.given import IMPLIED, unknown_names
from bridge.core.rules.model import Entity, Rule
from bridge.errors import Problem

#: The images that a stream's view type delivers (botocore 1.44.5, dynamodb `StreamViewType`).
DELIVERED: Final[Mapping[str, frozenset[str]]] = {
    "KEYS_ONLY": frozenset(),
    "NEW_IMAGE": frozenset({"new"}),
    "OLD_IMAGE": frozenset({"old"}),
    "NEW_AND_OLD_IMAGES": frozenset({"new", "old"}),
}


def view_problems(entities: tuple[Entity, ...], views: Mapping[str, str]) -> Iterator[Problem]:
    """R056 for each rule that may meet a change whose images, as `views` declares them by table, do not suffice."""
    for entity in entities:
        for table in _tables(entity, views):
            delivered = DELIVERED.get(views[table], DELIVERED["NEW_AND_OLD_IMAGES"])
            yield from (
                problem
                for rule in entity.rules
                if (problem := _problem(entity, rule, table, views[table], delivered)) is not None
            )


def _tables(entity: Entity, views: Mapping[str, str]) -> list[str]:
    """The declared tables that the entity may be about."""
    asked = entity.when.source.get("table") if entity.when else None
    named = [name for name in asked or () if isinstance(name, str)]
    return [table for table in views if not asked or table in named or len(named) < len(asked)]


def _problem(entity: Entity, rule: Rule, table: str, view: str, delivered: frozenset[str]) -> Problem | None:
    reads = rule.reads.union(*(pattern.reads for pattern in (entity.when, rule.when) if pattern is not None))
    for kind in _kinds(entity, rule):
        lacking = [image for image in IMPLIED[kind] if image not in delivered]
        missed = sorted(reads & unknown_names(kind, lacking))
        if missed:
            what = f"the event reads '{missed[0]}', which the stream of '{table}' ({view}) does not deliver on {kind}"
            fix = "stream with view type NEW_AND_OLD_IMAGES, or ask under `when` only for changes that deliver it"
            return Problem(rule.where, "R056", what, fix)
    return None


def _kinds(entity: Entity, rule: Rule) -> list[Kind]:
    """The changes of a stream that both patterns leave possible, as far as they name them one by one."""
    asked = [pattern.source.get("change") for pattern in (entity.when, rule.when) if pattern is not None]
    exact = [names for names in asked if names and all(isinstance(name, str) for name in names)]
    streamed = [kind for kind in IMPLIED if kind != "snapshot"]
    return [kind for kind in streamed if all(kind in names for names in exact)]
