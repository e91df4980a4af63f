"""What a call may come to: its arguments' types looked at as the call itself will, then the function's own result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bridge.core.expression.functions.table import ANY as ANY_TYPES
from bridge.core.expression.functions.table import Function, Parameter
from bridge.core.expression.tree import Node
from bridge.core.proof.parts import elements
from bridge.core.proof.shapes import NOTHING, NULL, Shape, joined, may_be_null, only, types_of, values_of, without_null
from bridge.core.proof.world import World


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that some item may bring about, and that refuses the record."""

    at: int  #: offset in the expression
    code: str
    what: str  #: a clause: `it may be absent`


class Asker(Protocol):
    """What a call needs of the one who interprets."""

    def shape(self, node: Node, world: World) -> Shape:
        """What a node may come to."""

    def assumed(self, node: Node, world: World, *, truth: bool) -> World | None:
        """The world where a node holds."""

    def risk(self, at: int, code: str, what: str) -> None:
        """Note a risk."""


@dataclass(slots=True)
class Call:
    """A call that is looked at."""

    function: Function
    node: Node
    world: World
    asker: Asker
    arguments: list[Shape] = field(default_factory=list)  #: none for functions that evaluate by themselves

    def risk(self, code: str, what: str) -> None:
        """Note that it may refuse."""
        self.asker.risk(self.node.at, code, f"{self.function.name}() {what}")

    def of(self, index: int, element: Shape) -> Shape:
        """What the expression written with `&` may come to at an element."""
        body = self.node.children[index].children[0]
        return self.asker.shape(body, self.world.inside(element)) if element else NOTHING


#: What a function makes of its arguments, where that is more than the types that it declares.
Result = Callable[[Call], Shape]


def called(call: Call, results: Mapping[str, Result]) -> Shape:
    """What the call may come to; the risks join those of the asker."""
    own = results.get(call.function.name)
    if not call.arguments:
        return own(call) if own else _declared(call)
    null = call.function.passes_null and any(map(may_be_null, call.arguments))
    checked = [_checked(call, index, shape) for index, shape in enumerate(call.arguments)]
    if any(not shape and child.kind != "expref" for shape, child in zip(checked, call.node.children, strict=True)):
        return (NULL,) if null else NOTHING
    call.arguments = checked
    return joined(own(call) if own else _declared(call), (NULL,) if null else NOTHING)


def _declared(call: Call) -> Shape:
    return tuple({"type": name} for name in call.function.result)


def _checked(call: Call, index: int, shape: Shape) -> Shape:
    """What of an argument the function takes; a risk where it may be something else."""
    parameter = call.function.parameter(index)
    if "expref" in parameter.types:
        return NOTHING
    given = without_null(shape) if call.function.passes_null else shape
    wrong = types_of(given) - set(parameter.types)
    if wrong and set(parameter.types) != set(ANY_TYPES):
        what = "null" if wrong == {"null"} else " or ".join(sorted(wrong))
        call.risk("X020", f"may get {what} for '{parameter.name}'")
        given = only(given, *parameter.types)
    if parameter.choices and any(
        value not in parameter.choices for each in given for value in values_of(each) or [None]
    ):
        call.risk("X020", f"may get something else than {' or '.join(parameter.choices)} for '{parameter.name}'")
    if parameter.elements:
        _check_elements(call, parameter, given)
    return given


def _check_elements(call: Call, parameter: Parameter, given: Shape) -> None:
    inner = types_of(elements(given))
    if len(inner) > 1 or not inner <= set(parameter.elements):
        what = " and ".join(sorted(inner))
        call.risk("X020", f"may get an array of {what} for '{parameter.name}'")
