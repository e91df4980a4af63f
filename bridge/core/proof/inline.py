"""Writes what a schema refers to in its place, so that it can be taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Most schemas that one may come to.
MAX_SCHEMAS: Final = 20_000

_NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_DATA: Final = frozenset({"const", "enum", "required", "dependentRequired", "type", "$comment"})
_BESIDE: Final = frozenset({"$ref", "$defs", "$schema"})


class EndlessError(ValueError):
    """The schema comes back to itself, or to too much."""


def inlined(document: Mapping[str, Any], endless: Any = None) -> Any:
    """The schema without references. `endless` stands where it comes back to itself.

    Raises `EndlessError` there where none is given.
    """
    return _Inliner(document, endless).schema(document)


@dataclass(slots=True)
class _Inliner:
    document: Mapping[str, Any]
    endless: Any
    left: int = MAX_SCHEMAS
    open: list[str] = field(default_factory=list)  #: references on the way from the root to here

    def schema(self, at: Any) -> Any:
        if not isinstance(at, dict):
            return at
        self.left -= 1
        if self.left < 0:
            return self._lost()
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
        return [self.schema(inner) for inner in value] if isinstance(value, list) else self.schema(value)

    def _target(self, reference: str) -> Any:
        if reference in self.open:
            return self._lost()
        found: Any = self.document
        for step in reference.split("/")[1:]:
            found = found[step.replace("~1", "/").replace("~0", "~")]
        self.open.append(reference)
        whole = self.schema(found)
        self.open.pop()
        return whole

    def _lost(self) -> Any:
        if self.endless is None:
            raise EndlessError
        return self.endless
