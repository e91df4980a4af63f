"""What a project's author may want to be offered: the names that the project uses already."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.core.manifest import Manifest
from bridge.core.map import Literal
from bridge.core.pattern import Pattern
from bridge.core.rules import Rule, Rules
from bridge.core.schema.compiled import Schemas

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of a project. Empty for the language alone."""

    targets: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    events: tuple[str, ...] = ()  #: names of the schemas of events' data
    items: tuple[str, ...] = ()  #: names of the schemas of stored items
    documents: Mapping[str, Document] = field(default_factory=dict)  #: every schema by its name, as written


def vocabulary_of(manifest: Manifest, rules: Rules, schemas: Schemas) -> Vocabulary:
    """The names in a project, as far as it could be read."""
    all_rules = [rule for entity in rules.entities for rule in entity.rules]
    items = {entity.item_schema for entity in rules.entities} | {name for name in schemas.names if _is_item(name)}
    used = {schema.name for rule in all_rules for schema in rule.schemas.values()}
    asked = {table for entity in rules.entities for table in _tables(entity.when)}
    return Vocabulary(
        targets=tuple(sorted(manifest.targets)),
        tables=tuple(sorted(asked | manifest.views.keys())),
        types=tuple(sorted({name for rule in all_rules for name in _types(rule)})),
        extensions=tuple(sorted({each.name for rule in all_rules for each in rule.extensions})),
        events=tuple(name for name in schemas.names if name in used or (name not in items and _is_event(name))),
        items=tuple(name for name in schemas.names if name in items),
        documents={name: schema.document for name, schema in sorted(schemas.by_name.items())},
    )


def _is_item(name: str) -> bool:
    """Whether a schema that no entity names yet has the name of an item's."""
    return name.rpartition("/")[2].startswith("item.")


def _is_event(name: str) -> bool:
    """Whether a schema that no rule uses yet has the name of an event's: its version stands in it."""
    return ".v" in name.rpartition("/")[2]


def _tables(when: Pattern | None) -> Iterator[str]:
    asked = when.source.get("table", []) if when else []
    yield from (name for name in asked if isinstance(name, str))


def _types(rule: Rule) -> Iterator[str]:
    if isinstance(rule.type.template, Literal):
        yield str(rule.type.template.value)
    yield from (name for name in rule.schemas if name)
