"""Lists of what a field may be, turned around."""

from typing import Final

from bridge.core.change import Value
from bridge.core.pattern.formula import KINDS
from bridge.core.yamltree import Sequence

_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_NEGATABLE: Final = frozenset({"prefix", "suffix", "wildcard", "equals-ignore-case"})


def negated(node: Sequence) -> list[Value] | None:
    """The list that asks for the opposite; None where the notation has none."""
    asked = node.plain()
    if len({_kind(each) for each in asked}) == 1 and _kind(asked[0]) in ("text", "number"):
        return [{"anything-but": asked}]
    if len(asked) != 1 or not isinstance(asked[0], dict):
        return None
    ((name, operand),) = asked[0].items()
    return _operator(name, operand)


def _operator(name: str, operand: Value) -> list[Value] | None:
    if name == "exists":
        return [{"exists": not operand}]
    if name == "anything-but":
        return operand if isinstance(operand, list) else [operand]
    if name == "numeric" and len(operand) == 2 and operand[0] in _OPPOSITE:
        return [{"numeric": [_OPPOSITE[operand[0]], operand[1]]}]
    return [{"anything-but": {name: operand}}] if name in _NEGATABLE and isinstance(operand, str) else None


def _kind(value: Value) -> str:
    return "operator" if isinstance(value, dict) else KINDS[type(value)]
