"""What a function of the expression language is: its name, types, prose, examples and deed, in one entry.

The checker, the compiler, the documentation and the tests all read this one description.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from bridge.core.change import Value
from bridge.core.expression.nulls import Run
from bridge.core.expression.tree import Node
from bridge.frozen import frozen

#: What every node is compiled to: the value it stands at, and the run it belongs to, give its value.
Closure = Callable[[Value, Run], Value]

#: Every type but expref, in JMESPath's words.
ANY = ("string", "number", "boolean", "array", "object", "null")
ANYTHING = " ".join(ANY)


@frozen
class Parameter:
    """One parameter of a function."""

    name: str
    types: tuple[str, ...] = ANY  #: in JMESPath's words; `expref` is an expression written with `&`
    elements: tuple[str, ...] = ()  #: of an array: all its elements are of one and the same of these types
    optional: bool = False
    repeated: bool = False  #: takes one argument or more; only the last
    literal: bool = False  #: must be a text written in the expression, not computed
    choices: tuple[str, ...] = ()  #: the only texts allowed


class Example(NamedTuple):
    """What an expression comes to on a document. Run by a test."""

    expression: str
    given: Value
    result: Value


@frozen
class Call:
    """A call that is being compiled, for functions that compile themselves."""

    at: int
    arguments: tuple[Closure, ...]  #: of an expref, the closure of its expression
    nodes: tuple[Node, ...]
    secret: Callable[[str], bytes] | None


@frozen
class Function:
    """One entry of the table. Exactly one of `apply` and `build` does the work.

    `apply` takes the arguments' values, types checked (of an expref: a callable on one element), and may raise
    `Refusal`. `build` makes the closure itself, for functions that do not evaluate all arguments or need the run.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: tuple[str, ...]  #: types it may give
    about: str
    examples: tuple[Example, ...]
    apply: Callable[..., Value] | None = None
    build: Callable[[Call], Closure] | None = None
    official: bool = False  #: JMESPath's own: a null argument is a type error, not a null result
    takes_null: bool = False  #: one of ours to which a null argument means something

    @property
    def passes_null(self) -> bool:
        """Whether it gives null as soon as an argument is null."""
        return not (self.official or self.takes_null)

    @property
    def least(self) -> int:
        """Fewest arguments."""
        return sum(not parameter.optional for parameter in self.parameters)

    @property
    def most(self) -> int | None:
        """Most arguments; None where there is no end."""
        return None if self.parameters and self.parameters[-1].repeated else len(self.parameters)

    def parameter(self, index: int) -> Parameter:
        """The parameter of the argument at an index."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    @property
    def signature(self) -> str:
        """Such as `replace(text, old, new)`, `round(number, digits?)`, `concat(part, …)`."""
        names = [each.name + "?" * each.optional + ", …" * each.repeated for each in self.parameters]
        return f"{self.name}({', '.join(names)})"


def entry(
    name: str,
    parameters: tuple[Parameter, ...],
    result: str,
    about: str,
    *examples: tuple[str, Value, Value],
    **deed: Any,
) -> Function:
    """An entry of the table: result types as one text, examples as (expression, given, result)."""
    return Function(name, parameters, tuple(result.split()), about, tuple(Example(*each) for each in examples), **deed)


def string(name: str, **more: bool | tuple[str, ...]) -> Parameter:
    """A parameter that takes text."""
    return Parameter(name, ("string",), **more)  # type: ignore[arg-type]


def number(name: str, **more: bool | tuple[str, ...]) -> Parameter:
    """A parameter that takes a number."""
    return Parameter(name, ("number",), **more)  # type: ignore[arg-type]


def array(name: str, *elements: str, optional: bool = False, repeated: bool = False) -> Parameter:
    """A parameter that takes an array, of elements of one of the types where any are named."""
    return Parameter(name, ("array",), elements, optional=optional, repeated=repeated)


def expref(name: str, *, optional: bool = False) -> Parameter:
    """A parameter that takes an expression written with `&`."""
    return Parameter(name, ("expref",), optional=optional)
