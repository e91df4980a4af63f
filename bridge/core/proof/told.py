"""What a call that is true tells of the paths that it was given."""

from collections.abc import Callable
from typing import Final

from bridge.core.expression.paths import steps
from bridge.core.expression.tree import Node
from bridge.core.proof.shapes import may_be_true
from bridge.core.proof.text.pattern import escaped
from bridge.core.proof.world import CURRENT, Path, World

#: The values that JMESPath takes for false.
FALSE: Final = {
    "anyOf": [
        {"enum": [None, False, ""]},
        {"type": "array", "maxItems": 0},
        {"type": "object", "maxProperties": 0},
    ]
}


def path_of(node: Node, world: World) -> Path | None:
    """The root and the steps of a node that only walks; None where it does anything else."""
    walked = steps(node)
    if walked is None or (not walked and world.current is None):
        return None
    return (CURRENT, *walked) if world.current is not None else tuple(walked)


def _starts_with(node: Node, world: World) -> World | None:
    path, prefix = path_of(node.children[0], world), node.children[1]
    if path is None or prefix.kind != "literal":
        return world
    return world.where(path, {"type": "string", "pattern": "^" + escaped(prefix.value)})


def _became(node: Node, world: World) -> World | None:
    walked, target = steps(node.children[0].children[0]), node.children[1]
    if not walked or target.kind != "literal" or target.value is None:
        return world
    found = world.where(("new", *walked), {"const": target.value})
    return found and found.unless(("old", *walked), {"not": {"const": target.value}})


def _default(node: Node, world: World) -> World | None:
    """`default(path, false)` is true only where the path is."""
    value, fallback = node.children
    path = path_of(value, world)
    if path is None or fallback.kind != "literal" or may_be_true(({"const": fallback.value},)):
        return world
    return world.where(path, {"not": FALSE})


#: By the name of the function.
CALLS: Final[dict[str, Callable[[Node, World], World | None]]] = {
    "starts_with": _starts_with,
    "became": _became,
    "default": _default,
}
