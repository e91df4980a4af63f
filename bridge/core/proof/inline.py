"""Writes what a schema refers to in its place, so that it can be taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Most schemas that one may come to, and how often a schema may stand within itself before it is cut.
MAX_SCHEMAS: Final = 20_000
MAX_ROUNDS: Final = 2

_NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_DATA: Final = frozenset({"const", "enum", "required", "dependentRequired", "type", "$comment"})
_BESIDE: Final = frozenset({"$ref", "$defs", "$schema"})
#: Under these a schema that allows more may make the whole allow less.
_MURKY: Final = frozenset(
    {"not", "if", "oneOf", "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems"}
)


class EndlessError(ValueError):
    """The schema comes back to itself where it cannot be cut."""


def inlined(document: Mapping[str, Any], *, endless: bool) -> Any:
    """The schema without references. Where it comes back to itself or to too much, `endless` stands.

    True makes it allow more than it did, False less: the one is right for what is read, the other for what is asked.
    Raises `EndlessError` where neither could be told, as under `not`.
    """
    return _Inliner(document, endless).schema(document)


@dataclass(slots=True)
class _Inliner:
    document: Mapping[str, Any]
    endless: bool
    left: int = MAX_SCHEMAS
    open: list[str] = field(default_factory=list)  #: references on the way from the root to here
    murky: int = 0

    def schema(self, at: Any) -> Any:
        if not isinstance(at, dict):
            return at
        self.left -= 1
        if self.left < 0:
            return self._cut()
        made = {keyword: self._value(keyword, value) for keyword, value in at.items() if keyword not in _BESIDE}
        if "$ref" not in at:
            return made
        whole = self._target(at["$ref"])
        return {"allOf": [whole, made]} if made else whole

    def _value(self, keyword: str, value: Any) -> Any:
        if keyword in _DATA:
            return value
        if keyword in _NAMED:
            return {name: self.schema(inner) for name, inner in value.items()}
        self.murky += keyword in _MURKY
        made = [self.schema(inner) for inner in value] if isinstance(value, list) else self.schema(value)
        self.murky -= keyword in _MURKY
        return made

    def _target(self, reference: str) -> Any:
        if self.open.count(reference) == MAX_ROUNDS:
            return self._cut()
        found: Any = self.document
        for step in reference.split("/")[1:]:
            found = found[step.replace("~1", "/").replace("~0", "~")]
        self.open.append(reference)
        whole = self.schema(found)
        self.open.pop()
        return whole

    def _cut(self) -> bool:
        if self.murky:
            raise EndlessError
        return self.endless
