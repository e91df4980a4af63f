"""What an expression may come to, from what is known of the change: abstract interpretation of its tree.

`Interpreter.shape(node, world)` gives, for every document that the world allows, a shape that allows what the node
comes to there; and notes each `Risk` that some such document makes a function refuse. Whatever decides at run time
(`||`, `if`, a filter) is followed on every side that can be taken, in the world as it is on that side.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bridge.core.expression import FUNCTIONS
from bridge.core.expression.tree import Node
from bridge.core.proof.calls import Call, Risk, called
from bridge.core.proof.conditions import assumed
from bridge.core.proof.parts import array_of, element, elements, member, members, object_of, row_of, sizes, sliced
from bridge.core.proof.results import RESULTS
from bridge.core.proof.shapes import (
    BOOLEAN,
    NOTHING,
    NULL,
    Shape,
    constant,
    joined,
    left_null,
    may_be_false,
    may_be_null,
    may_be_true,
    only,
    true_only,
    types_of,
    without_null,
)
from bridge.core.proof.world import World

_LAZY = frozenset({"default", "coalesce", "if", "nullable", "map"})


@dataclass(slots=True)
class Interpreter:
    """Walks the trees of one expression, and collects what may refuse it."""

    risks: list[Risk] = field(default_factory=list)

    def shape(self, node: Node, world: World) -> Shape:
        """What the node may come to."""
        return _KINDS[node.kind](self, node, world)

    def risk(self, at: int, code: str, what: str) -> None:
        """Note that an item may make the expression refuse."""
        found = Risk(at, code, what)
        if found not in self.risks:
            self.risks.append(found)

    def assumed(self, node: Node, world: World, *, truth: bool) -> World | None:
        """The world where the node holds, or where it does not; None where that cannot be."""
        return assumed(node, world, self._quietly, truth=truth)

    def _quietly(self, node: Node, world: World) -> Shape:
        return Interpreter().shape(node, world)

    def field(self, node: Node, world: World) -> Shape:
        """A name of the document, or of what stands here."""
        return world.root(node.value) if world.current is None else member(world.current, node.value)

    def here(self, _: Node, world: World) -> Shape:
        """What stands here; of the document as a whole nothing is told."""
        return ({"type": "object"},) if world.current is None else world.current

    def row(self, node: Node, world: World) -> Shape:
        """One step after the other."""
        first, *rest = node.children
        found = self.shape(first, world)
        at_root = world.current is None and first.kind == "current"
        for step in rest:
            found = self.shape(step, world if at_root else world.inside(found))
            at_root = False
        return found

    def index(self, node: Node, world: World) -> Shape:
        """An element."""
        return element(world.current or NOTHING, node.value)

    def slice(self, node: Node, world: World) -> Shape:
        """Some of the elements."""
        return joined(*(sliced(branch, node.value) for branch in world.current or NOTHING))

    def _over(self, arrays: Shape, each: Callable[[Shape], Shape]) -> Shape:
        """An array of what is made of each element; null of what is no array."""
        made: list[Shape] = [(NULL,)] if types_of(arrays) - {"array"} else []
        for branch in only(arrays, "array"):
            least, most = sizes(branch)
            result = each(elements((branch,)))
            kept = 0 if may_be_null(result) else least
            made.append((array_of(without_null(result), kept, most),))
        return joined(*made)

    def projection(self, node: Node, world: World) -> Shape:
        """`left[*].right`."""
        left, right = node.children
        return self._over(self.shape(left, world), lambda each: self._each(right, each, world))

    def _each(self, node: Node, each: Shape, world: World) -> Shape:
        return self.shape(node, world.inside(each)) if each else NOTHING

    def values(self, node: Node, world: World) -> Shape:
        """`left.*.right`."""
        left, right = node.children
        found = self.shape(left, world)
        inner = members(only(found, "object"))
        made = (array_of(without_null(self._each(right, inner, world))),) if only(found, "object") else NOTHING
        return joined(made, (NULL,)) if types_of(found) - {"object"} else made

    def filtered(self, node: Node, world: World) -> Shape:
        """`left[?condition].right`."""
        left, right, condition = node.children

        def chosen(each: Shape) -> Shape:
            if not each:
                return NOTHING
            self.shape(condition, world.inside(each))
            inside = self.assumed(condition, world.inside(each), truth=True)
            return joined((NULL,), self.shape(right, inside)) if inside else (NULL,)

        return self._over(self.shape(left, world), chosen)

    def flat(self, node: Node, world: World) -> Shape:
        """`left[]`: one level of arrays poured out."""
        found = self.shape(node.children[0], world)
        made: list[Shape] = [(NULL,)] if types_of(found) - {"array"} else []
        for branch in only(found, "array"):
            inner = elements((branch,))
            nested = only(inner, "array")
            poured = joined(elements(nested), only(inner, "null", "boolean", "number", "string", "object"))
            least, most = sizes(branch)
            made.append((array_of(poured, 0 if nested else least, None if nested else most),))
        return joined(*made)

    def parts(self, node: Node, world: World) -> Shape:
        """`[a, b]`."""
        inner = self._inside(world)
        made = (row_of(self._part(child, inner) for child in node.children),)
        return self._unless_null(made, world)

    def pairs(self, node: Node, world: World) -> Shape:
        """`{x: a}`."""
        inner = self._inside(world)
        made = (object_of({pair.value: self._part(pair.children[0], inner) for pair in node.children}, {}),)
        return self._unless_null(made, world)

    def _inside(self, world: World) -> World:
        """The parts are made of what is not null."""
        return world if world.current is None else replace(world, current=without_null(world.current))

    def _part(self, node: Node, world: World) -> Shape:
        found = self.shape(node, world)
        return joined(without_null(found), left_null(found))

    def _unless_null(self, made: Shape, world: World) -> Shape:
        if world.current is None or not may_be_null(world.current):
            return made
        return joined(made, (NULL,))

    def either(self, node: Node, world: World) -> Shape:
        """`left || right`."""
        left, right = node.children
        found = self.shape(left, world)
        other = self.assumed(left, world, truth=False) if may_be_false(found) else None
        return joined(true_only(found), self.shape(right, other) if other else NOTHING)

    def both(self, node: Node, world: World) -> Shape:
        """`left && right`."""
        left, right = node.children
        found = self.shape(left, world)
        false = tuple(branch for branch in found if may_be_false((branch,)))
        other = self.assumed(left, world, truth=True) if may_be_true(found) else None
        return joined(_empty(false), self.shape(right, other) if other else NOTHING)

    def negation(self, node: Node, world: World) -> Shape:
        """`!inner`."""
        self.shape(node.children[0], world)
        return self._told(node, world, (BOOLEAN,))

    def comparison(self, node: Node, world: World) -> Shape:
        """`left < right` and its kin; null where an order is asked for that there is none of."""
        left, right = (self.shape(child, world) for child in node.children)
        if node.value in ("eq", "ne"):
            return self._told(node, world, (BOOLEAN,))
        names = types_of(left) | types_of(right)
        sure = names in ({"number"}, {"string"})
        return self._told(node, world, (BOOLEAN,) if sure else (BOOLEAN, NULL))

    def _told(self, node: Node, world: World, made: Shape) -> Shape:
        """The truth value, decided where only one side can be."""
        if self.assumed(node, world, truth=True) is None:
            return joined(constant(value=False), tuple(branch for branch in made if branch != BOOLEAN))
        if self.assumed(node, world, truth=False) is None and NULL not in made:
            return constant(value=True)
        return made

    def call(self, node: Node, world: World) -> Shape:
        """A function."""
        function = FUNCTIONS[node.value]
        call = Call(function, node, world, self)
        if node.value not in _LAZY:
            call.arguments = [
                NOTHING if child.kind == "expref" else self.shape(child, world) for child in node.children
            ]
        return called(call, RESULTS)


def _empty(shape: Shape) -> Shape:
    """Of what JMESPath takes for false: false itself where it is a boolean, else as it was."""
    return joined(*(constant(value=False) if branch == BOOLEAN else (branch,) for branch in shape))


_KINDS: Final[dict[str, Callable[[Interpreter, Node, World], Shape]]] = {
    "field": Interpreter.field,
    "literal": lambda _, node, __: constant(node.value),
    "current": Interpreter.here,
    "identity": Interpreter.here,
    "index": Interpreter.index,
    "slice": Interpreter.slice,
    "subexpression": Interpreter.row,
    "index_expression": Interpreter.row,
    "pipe": Interpreter.row,
    "projection": Interpreter.projection,
    "value_projection": Interpreter.values,
    "filter_projection": Interpreter.filtered,
    "flatten": Interpreter.flat,
    "multi_select_list": Interpreter.parts,
    "multi_select_dict": Interpreter.pairs,
    "or_expression": Interpreter.either,
    "and_expression": Interpreter.both,
    "not_expression": Interpreter.negation,
    "comparator": Interpreter.comparison,
    "function_expression": Interpreter.call,
    "expref": lambda *_: NOTHING,
}
