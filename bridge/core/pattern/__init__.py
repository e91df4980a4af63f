"""EventBridge's event patterns over plain values: compiled once, with every mistake found at once.

Semantics as AWS documents them and as its matcher, github.com/aws/event-ruler, has them for arrays (`formula.py`), with
two deviations: numbers compare by value (1 is 1.0), and `exists` also holds for objects and lists.
"""

from collections.abc import Collection

from bridge.core.pattern.compile import compile_formula
from bridge.core.pattern.formula import Mismatch
from bridge.core.pattern.pattern import Pattern
from bridge.core.yamltree import Node

__all__ = ["Mismatch", "Pattern", "compile_pattern"]


def compile_pattern(node: Node, names: Collection[str] | None = None) -> Pattern:
    """The pattern that a YAML mapping writes. `names`: the top-level names that it may look at; None for any.

    Raises `ProjectInvalid` with every problem, P001 to P020.
    """
    formula = compile_formula(node, names)
    return Pattern(formula.names, node.plain(), formula)
