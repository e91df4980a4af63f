"""A compiled pattern."""

from collections.abc import Collection, Mapping
from dataclasses import field

from bridge.core.change import Value
from bridge.core.pattern.closure import Asks, closure_of
from bridge.core.pattern.formula import Formula, Mismatch
from bridge.frozen import frozen


@frozen
class Pattern:
    """Which documents are meant. Two patterns are equal when they are written with the same values."""

    reads: frozenset[str]  #: the top-level names that it looks at
    source: Value  #: the pattern as plain values
    formula: Formula = field(compare=False, repr=False)
    matches: Asks = field(init=False, compare=False, repr=False)  #: whether a document is meant

    def __post_init__(self) -> None:
        object.__setattr__(self, "matches", closure_of(self.formula))

    def may_match(self, document: Mapping[str, Value], unknown: Collection[str]) -> bool | None:
        """The same where the document may lack the `unknown` names though they exist: None where it depends on them."""
        return self.formula.tell(document, unknown)

    def first_false(self, document: Mapping[str, Value]) -> Mismatch | None:
        """The first piece of the pattern, in its order, that the document fails; None where it matches."""
        return self.formula.first_false(document, "$")
