"""Functions that evaluate only what they return: each side in the world in which it is taken."""

from collections.abc import Mapping
from typing import Final

from bridge.core.expression.tree import Node
from bridge.core.proof.calls import Call, Result
from bridge.core.proof.parts import array_of, elements, sizes
from bridge.core.proof.shapes import (
    LET,
    NOTHING,
    NULL,
    Shape,
    joined,
    left_null,
    may_be_null,
    only,
    types_of,
    without_null,
)
from bridge.core.proof.world import World


def _coalesce(call: Call) -> Shape:
    found: list[Shape] = []
    world: World | None = call.world
    *first, last = call.node.children
    for node in first:
        if world is None:
            return joined(*found)
        shape = call.asker.shape(node, world)
        found.append(without_null(shape))
        world = _where_null(call, node, world) if may_be_null(shape) else None
    return joined(*found, call.asker.shape(last, world) if world else NOTHING)


def _where_null(call: Call, node: Node, world: World) -> World | None:
    null = Node("comparator", node.at, "eq", (node, Node("literal", node.at, None)))
    return call.asker.assumed(null, world, truth=True)


def _if(call: Call) -> Shape:
    condition, then, *rest = call.node.children
    types = types_of(call.asker.shape(condition, call.world))
    if types - {"boolean"}:
        what = "null" if types - {"boolean"} == {"null"} else " or ".join(sorted(types - {"boolean"}))
        call.risk("X020", f"may get {what} for its condition")
    held = call.asker.assumed(condition, call.world, truth=True)
    missed = call.asker.assumed(condition, call.world, truth=False)
    one = call.asker.shape(then, held) if held else NOTHING
    if missed is None:
        return one
    return joined(one, call.asker.shape(rest[0], missed) if rest else (NULL,))


def _nullable(call: Call) -> Shape:
    found = call.asker.shape(call.node.children[0], call.world)
    return joined(without_null(found), (LET,) if may_be_null(found) else NOTHING)


def _map(call: Call) -> Shape:
    lists = call.asker.shape(call.node.children[1], call.world)
    if types_of(lists) - {"array"}:
        call.risk("X020", "may get something else than an array for 'elements'")
    made = []
    for branch in only(lists, "array"):
        result = call.of(0, elements((branch,)))
        made.append(array_of(joined(without_null(result), left_null(result)), *sizes(branch)))
    return tuple(made)


def _not_null(call: Call) -> Shape:
    found: list[Shape] = []
    for shape in call.arguments:
        found.append(without_null(shape))
        if not may_be_null(shape):
            return joined(*found)
    return joined(*found, (NULL,))


RESULTS: Final[Mapping[str, Result]] = {
    "default": _coalesce,
    "coalesce": _coalesce,
    "if": _if,
    "nullable": _nullable,
    "map": _map,
    "not_null": _not_null,
}
