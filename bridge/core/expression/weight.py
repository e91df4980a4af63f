"""How much more than it is given an expression may make, told from its tree before any record is there.

The weight of an expression is the number of times that a part of what it stands at may be in what it makes, at most.
A path weighs 1, `[a, a]` 2, and `[@, @] | [@, @]` 4, since each step multiplies. Where the weight is small, nothing
that is made can be much larger than the item, and nothing needs to be measured while it is made.
"""

from collections.abc import Callable, Mapping
from math import inf, prod
from types import MappingProxyType
from typing import Final

from bridge.core.expression.tree import Node

#: Up to this weight nothing is measured: two images of 400 KB each, so many times, still fit into a small function.
LIGHT: Final = 64

#: Characters of a literal that weigh as much as one path.
_TEXT: Final = 64

#: Functions whose result can be longer than their arguments, and how many times. Of all others it cannot.
_SWELL: Final[Mapping[str, float]] = {
    "pad": inf,
    "replace": inf,
    "join": inf,
    "uri": 12,
    "to_json": 6,
    "to_string": 6,
    "base64": 2,
}

_NONE: Final[Mapping[str, float]] = MappingProxyType({})
Weights = list[float]


def weight(node: Node, names: Mapping[str, float] = _NONE, most: float = inf) -> float:
    """The weight of a tree, at least 1.

    `names` has the weights of the names that are values themselves, of `let`. `most` is what a text weighs that a
    function makes longer: by itself no more than any text may have, and without end where many are made.
    """
    if node.kind in ("current", "identity"):
        return 1 + sum(names.values())
    if node.kind == "field":
        return max(1, names.get(node.value, 1))
    if node.kind == "literal":
        return 1 + len(str(node.value)) // _TEXT
    weights = [weight(child, names, most) for child in node.children]
    joined: float = _JOINED.get(node.kind, prod)(weights)
    swell = _SWELL.get(_function(node))
    return max(1.0, joined) if swell is None else min(joined * swell, most)


def _function(node: Node) -> str:
    return str(node.value) if node.kind == "function_expression" else ""


def _one(_: Weights) -> float:
    return 1


def _made_of_each(weights: Weights) -> float:
    return weights[0] * weights[1]


def _arguments(weights: Weights) -> float:
    """`map` makes its expression of each element; of others an expression's own result is not in theirs."""
    return max(sum(weights), prod(weights))


#: What weights of children come to; where a kind is not named, each works on what the one before it made.
_JOINED: Final[Mapping[str, Callable[[Weights], float]]] = {
    "multi_select_list": sum,
    "multi_select_dict": sum,
    "function_expression": _arguments,
    "or_expression": max,
    "and_expression": max,
    "comparator": _one,
    "not_expression": _one,
    "filter_projection": _made_of_each,
}
