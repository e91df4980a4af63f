"""The pieces that an event is made of, and what single expressions put into them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from bridge.core.expression import Expression
from bridge.core.expression.tree import start
from bridge.core.map import Template, Text, Whole
from bridge.core.proof.calls import Risk
from bridge.core.proof.interpret import Interpreter
from bridge.core.proof.results.textual import joined_texts
from bridge.core.proof.shapes import (
    HOLE,
    LET,
    NOTHING,
    NULL,
    Shape,
    constant,
    is_holed,
    joined,
    may_be_null,
    only,
    types_of,
    without_null,
)
from bridge.core.proof.world import World
from bridge.errors import Where

#: A step of the way to a piece that leads into every element of a list.
EACH: Final = "*"


@dataclass(frozen=True, slots=True)
class Hazard:
    """A risk at its place in the rule file."""

    where: Where
    code: str
    what: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A place of the event, and what the rule fills in there in one world."""

    way: tuple[str, ...]  #: the names from the event's data on; `EACH` for every element of a list
    where: Where
    shape: Shape
    optional: bool = False  #: whether it may be left out
    hazards: tuple[Hazard, ...] = ()
    parts: "tuple[Piece, ...]" = ()
    reads: tuple[Expression, ...] = ()

    @property
    def path(self) -> str:
        """As problems name it: `$.data.lines[*].sku`."""
        return "$" + "".join("[*]" if step == EACH else f".{step}" for step in self.way)

    def walk(self) -> "Iterator[Piece]":
        """This piece and all below."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(slots=True)
class Told:
    """What an expression says, its risks placed."""

    shape: Shape
    hazards: list[Hazard] = field(default_factory=list)


def said(expression: Expression, world: World) -> tuple[Shape, list[Risk]]:
    """What an expression may say: null where it may be absent, `LET` where null may be published."""
    interpreter = Interpreter()
    found = interpreter.shape(expression.tree, world)
    if any(is_holed(list(branch.values())) for branch in found):
        interpreter.risk(start(expression.tree), "M002", "a part of its `{…}` or `[…]` may come to null")
    return tuple(NULL if branch == HOLE else branch for branch in found), interpreter.risks


def required(found: Piece) -> Piece:
    """The piece where it must not be null: M001 where it may be."""
    absent = may_be_null(tuple(branch for branch in found.shape if branch != LET))
    hazard = (Hazard(found.where, "M001", "it may be absent"),) if absent else ()
    shape = joined(without_null(found.shape), (LET,) if LET in found.shape else NOTHING)
    return replace(found, shape=shape, hazards=(*found.hazards, *hazard))


def expressions(template: Template) -> tuple[Expression, ...]:
    """The expressions of a mixed text."""
    parts = template.parts if isinstance(template, Text) else ()
    return tuple(part for part in parts if isinstance(part, Expression))


def placed_risks(expression: Expression, risks: Iterable[Risk]) -> list[Hazard]:
    """The risks of an expression, where they are in the rule file."""
    return [Hazard(expression.place(risk.at), risk.code, risk.what) for risk in risks]


def whole_of(template: Template, world: World) -> Told:
    """One expression: its value keeps its type."""
    assert isinstance(template, Whole), "the other kinds of templates are told apart before"
    shape, risks = said(template.expression, world)
    return Told(shape, placed_risks(template.expression, risks))


def text_of(template: Text, world: World) -> Told:
    """Text with expressions in it: null where any of them is."""
    told = Told(NOTHING)
    parts: list[Shape] = []
    null = False
    for part in template.parts:
        if isinstance(part, str):
            parts.append(constant(part))
            continue
        shape, risks = said(part, world)
        told.hazards += placed_risks(part, risks)
        null = null or may_be_null(shape)
        if types_of(shape) - {"string", "number", "null"} or LET in shape:
            told.hazards.append(Hazard(part.place(0), "M005", "it may be neither text nor a number"))
        parts.append(only(shape, "string", "number"))
    told.shape = joined(joined_texts(parts) if all(parts) else NOTHING, (NULL,) if null else NOTHING)
    return told
