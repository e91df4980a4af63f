"""What a schema says of an object's members, where that is plain to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DEPTH = 16  #: references that are followed one after the other


@dataclass(frozen=True, slots=True)
class Declared:
    """A schema seen from outside: several where it joins others."""

    schemas: tuple[Mapping[str, Any], ...]
    definitions: Mapping[str, Any]

    @property
    def members(self) -> dict[str, Any] | None:
        """The members that may be there by name, with their schemas; None where others than these may be too."""
        named: dict[str, Any] = {}
        for schema in (*self.schemas, *self._branches()):
            if any(schema.get(word, False) is not False for word in _OPEN):
                return None
            named.update(schema.get("properties", {}))
        return named or None

    def _branches(self) -> list[Mapping[str, Any]]:
        """The schemas that may apply besides, depending on the value."""
        found: list[Mapping[str, Any]] = []
        waiting = [each for schema in self.schemas for each in _choices(schema)]
        for each in waiting:  # which grows meanwhile
            if len(waiting) > _MOST:
                return [{"additionalProperties": True}]
            gathered: list[Mapping[str, Any]] = []
            if not _gather(each, self.definitions, gathered, _DEPTH) and not isinstance(each, bool):
                return [{"additionalProperties": True}]
            found += gathered
            waiting += [inner for schema in gathered for inner in _choices(schema)]
        return found

    @property
    def required(self) -> list[str]:
        """The members that must be there."""
        return list(dict.fromkeys(name for schema in self.schemas for name in schema.get("required", ())))

    @property
    def types(self) -> frozenset[str]:
        """The types that it allows; empty where it does not say."""
        said = [schema["type"] for schema in self.schemas if "type" in schema]
        listed = [frozenset([types] if isinstance(types, str) else types) for types in said]
        return frozenset.intersection(*listed) if listed else frozenset()

    def member(self, name: str) -> "Declared | None":
        """A member's schema; None where it is not told."""
        found = [schema["properties"][name] for schema in self.schemas if name in schema.get("properties", {})]
        return _declared(found[0], self.definitions) if len(found) == 1 else None

    @property
    def element(self) -> "Declared | None":
        """The schema of an array's elements; None where it is not told."""
        found = [schema["items"] for schema in self.schemas if "items" in schema]
        told = len(found) == 1 and not any("prefixItems" in schema for schema in self.schemas) and not self._branches()
        return _declared(found[0], self.definitions) if told else None

    @property
    def listed(self) -> "Declared":
        """An array of such."""
        return Declared(({"items": self.schemas[0]},), self.definitions)

    @property
    def holder(self) -> "Declared":
        """What a member is asked of: the object itself; of lists, which have none, their elements."""
        here = self
        for _ in range(_DEPTH):
            inner = here.element
            if inner is None or here.members is not None:
                break
            here = inner
        return here


#: Keywords by which more members may be there than `properties` names, unless they say false.
_OPEN = ("additionalProperties", "unevaluatedProperties", "patternProperties", "propertyNames")
_MOST = 200  #: branches that are looked at


def _choices(schema: Mapping[str, Any]) -> list[Any]:
    lists = [each for word in ("anyOf", "oneOf") for each in schema.get(word, ())]
    return (
        lists
        + [schema[word] for word in ("then", "else") if word in schema]
        + [*schema.get("dependentSchemas", {}).values()]
    )


def declared(document: Mapping[str, Any]) -> Declared | None:
    """A whole schema, one form of `Schema`."""
    return _declared(document, document.get("$defs", {}))


def _declared(schema: Any, definitions: Mapping[str, Any]) -> Declared | None:
    found: list[Mapping[str, Any]] = []
    return Declared(tuple(found), definitions) if _gather(schema, definitions, found, _DEPTH) else None


def _gather(schema: Any, definitions: Mapping[str, Any], found: list[Mapping[str, Any]], depth: int) -> bool:
    """The schema and all that it joins for sure; False where one of them cannot be told."""
    if not isinstance(schema, dict) or depth == 0:
        return False
    found.append(schema)
    joined = list(schema.get("allOf", ()))
    if "$ref" in schema:
        joined.append(definitions.get(str(schema["$ref"]).removeprefix("#/$defs/")))
    return all(_gather(each, definitions, found, depth - 1) for each in joined)
