"""What a rule reads of an item, and what it compares it with."""

from collections.abc import Mapping
from typing import Any

from bridge.core.change import Value
from bridge.core.proof.cases import Case
from bridge.core.rules.model import Entity


def names_read(case: Case, entity: Entity) -> frozenset[str]:
    """Every name that stands in the rule's expressions and patterns: what else an item has does not matter to it."""
    rule = case.rule
    read = [
        rule.condition,
        rule.each,
        *(each for part in case.parts for piece in part.piece.walk() for each in piece.reads),
    ]
    names = {node.value for each in read if each is not None for node in each.tree.walk() if node.kind == "field"}
    patterns = [pattern.source for pattern in (entity.when, rule.when) if pattern is not None]
    return frozenset(names.union(*map(_names_in, patterns)))


def _names_in(value: Value) -> set[str]:
    """Every name and text of a pattern: `changed` names attributes by texts."""
    if isinstance(value, Mapping):
        return {str(name) for name in value}.union(*map(_names_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(_names_in, value))
    return {value} if isinstance(value, str) else set()


def literals_of(case: Case) -> list[Mapping[str, Any]]:
    """The literals that the rule compares with, as schemas that mention them."""
    read = [case.rule.condition, *(each for part in case.parts for piece in part.piece.walk() for each in piece.reads)]
    nodes = [node for expression in read if expression is not None for node in expression.tree.walk()]
    values = [node.value for node in nodes if node.kind == "literal" and not isinstance(node.value, list | dict)]
    return [{"enum": values}] if values else []
