"""What a rule reads of an item, and what it compares it with."""

from collections.abc import Mapping
from typing import Any

from bridge.core.change import Value
from bridge.core.expression.scope import seen
from bridge.core.proof.cases import Case
from bridge.core.rules.model import Entity
from bridge.core.rules.walk import expressions_in


def names_read(case: Case, entity: Entity) -> frozenset[str]:
    """Every attribute that the rule's expressions and patterns name: what else an item has does not matter to it."""
    places = [each for expression in expressions_in(case.rule) for each in seen(expression.tree)]
    names = {each.node.value for each in places if each.node.kind == "field" and not each.root}
    patterns = [pattern.source for pattern in (entity.when, case.rule.when) if pattern is not None]
    return frozenset(names.union(*map(_attributes_in, patterns)))


def _attributes_in(pattern: Mapping[str, Value]) -> set[str]:
    """Those that a pattern names below the document's own names, which are no attributes."""
    others = pattern.get("$or", [])
    below = [value for name, value in pattern.items() if name not in ("$or", "change")]
    return set().union(*map(_names_in, below), *map(_attributes_in, others if isinstance(others, list) else ()))


def _names_in(value: Value) -> set[str]:
    """Every name and text of a pattern: `changed` names attributes by texts."""
    if isinstance(value, Mapping):
        return {str(name) for name in value}.union(*map(_names_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(_names_in, value))
    return {value} if isinstance(value, str) else set()


def literals_of(case: Case) -> list[Mapping[str, Any]]:
    """The literals that the rule compares with, as schemas that mention them."""
    nodes = [node for expression in expressions_in(case.rule) for node in expression.tree.walk()]
    values = [node.value for node in nodes if node.kind == "literal" and not isinstance(node.value, list | dict)]
    return [{"enum": values}] if values else []
