"""Examples whose items are none that the item schema allows."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from jsonschema_rs import ValidationError, validator_for

from bridge.core import yamltree
from bridge.core.examples import read_examples
from bridge.core.lint.subject import Subject, at, items
from bridge.core.rules.model import Entity
from bridge.core.schema.compiled import Schema
from bridge.core.schema.strict import STRICT
from bridge.core.schema.words import words
from bridge.core.yamltree import Node
from bridge.errors import Problem

#: What an example may leave away: it shows what matters to it, and the schema may ask for more.
_LEFT_AWAY: Final = frozenset({
    "required", "dependentRequired", "minProperties", "minItems", "anyOf", "oneOf", "not", "contains",
})  # fmt: skip


def stored(subject: Subject) -> Iterator[Problem]:
    """L040 for each value of an example's item that no item has. What it leaves away is let be."""
    for entity in subject.rules.entities:
        schema = subject.item_schema(entity)
        if schema is not None:
            yield from _misfits(entity, schema)


def _misfits(entity: Entity, schema: Schema) -> Iterator[Problem]:
    validator = validator_for(dict(schema.open), **STRICT)
    for example in read_examples([entity], []):
        for image in ("new", "old"):
            node = at(example.given, image)
            item = node.plain() if isinstance(node, yamltree.Mapping) else None
            if node is not None and item is not None and not validator.is_valid(item):
                yield from (_misfit(node, schema, error) for error in validator.iter_errors(item) if _is_said(error))


def _is_said(error: ValidationError) -> bool:
    return error.kind.name not in _LEFT_AWAY


def _misfit(node: Node, schema: Schema, error: ValidationError) -> Problem:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path).lstrip(".")
    what = f"no item has this{f' at `{path}`' if path else ''}, says {schema.name}: {words(error).what}"
    where = (_below(node, error.instance_path) or node).where
    return Problem(where, "L040", what, "correct the example, or the item schema", level="warning")


def _below(node: Node | None, path: Sequence[Any]) -> Node | None:
    for step in path:
        below = items(node)
        node = (below[step] if step < len(below) else None) if isinstance(step, int) else at(node, step)
    return node
