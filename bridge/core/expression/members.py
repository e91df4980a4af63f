"""Which members of the root's objects an expression looks at: `new.total` needs of `new` no more than `total`.

The tree is followed with one thing in mind, what stands at each node: the root, one of its objects as a whole, or
something of which it does not matter. Where an object as a whole goes anywhere but into the next step of a path, all
of its members count as read.
"""

from collections.abc import Collection, Iterator
from typing import Final

from bridge.core.expression.functions.comparing import READS
from bridge.core.expression.tree import Node

#: A name of the root, and of what stands there a member; None for all of it.
Member = tuple[str, str | None]
#: What stands at a node: "" the root, else the name of what stands there as a whole, None what does not matter.
_Stand = str | None

_ROOT: Final = ""
_ROWS: Final = frozenset({"subexpression", "index_expression", "pipe"})
_COMPARING: Final = frozenset({"changed", "became"})


def members(tree: Node, names: Collection[str]) -> frozenset[Member]:
    """What the expression reads of the objects that the root has under `names`."""
    reader = _Reader(frozenset(names))
    reader.escape(reader.visit(tree, _ROOT))
    return frozenset(reader.found)


class _Reader:
    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.found: set[Member] = set()

    def visit(self, node: Node, here: _Stand) -> _Stand:
        """What stands where the node has been evaluated."""
        if node.kind == "field":
            return self._step(node.value, here)
        if node.kind in ("current", "identity"):
            return here
        if node.kind in _ROWS:
            for child in node.children:
                here = self.visit(child, here)
            return here
        for child, stand in self._below(node, here):
            self.escape(self.visit(child, stand))
        if node.kind in ("index", "slice"):
            self.escape(here)
        return None

    def escape(self, stand: _Stand) -> None:
        """The whole of what stands there may be looked at."""
        wholes = self.names if stand == _ROOT else {stand} if stand else ()
        self.found.update((name, None) for name in wholes)

    def _step(self, name: str, here: _Stand) -> _Stand:
        if here == _ROOT:
            return name if name in self.names else None
        if here is not None:
            self.found.add((here, name))
        return None

    def _below(self, node: Node, here: _Stand) -> Iterator[tuple[Node, _Stand]]:
        """The children, and what stands where each begins."""
        if node.kind == "function_expression" and node.value in _COMPARING:
            yield from ((node.children[0], side) for side in READS if side in self.names)
            yield from ((child, here) for child in node.children[1:])
        elif node.kind.endswith("projection"):  # what is made of each element begins at the element
            yield node.children[0], here
            yield from ((child, None) for child in node.children[1:])
        else:
            yield from ((child, None if child.kind == "expref" else here) for child in node.children)
