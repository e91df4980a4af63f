"""A document whose references may lead back into it: what they lead to, and its parts without what has no end."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.core.schema.dialect import LATEST
from bridge.core.wire import canonical_json

#: Most schemas that one value is taken to satisfy at once.
MAX_JOINED: Final = 200
#: Deepest nesting of schemas for one value.
MAX_NESTED: Final = 40

_DEFINITION: Final = "#/$defs/"
_DYNAMIC: Final = frozenset({"$dynamicRef", "$anchor", "$dynamicAnchor", "$id"})
_NAMED: Final = ("properties", "patternProperties", "dependentSchemas")
_LISTED: Final = ("allOf", "anyOf", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties", "then", "else")
#: What looks at what other parts have seen.
_LOOKING: Final = frozenset({"unevaluatedProperties", "unevaluatedItems", "$defs"})
#: What demands more where a part of it demands less, or leads into a circle by itself, and what goes with it.
_DROPPED: Final[Mapping[str, frozenset[str]]] = {
    "$ref": frozenset({"$ref"}),
    "not": frozenset({"not"}),
    "propertyNames": frozenset({"propertyNames"}),
    "contains": frozenset({"contains", "minContains", "maxContains"}),
    "if": frozenset({"if", "then", "else"}),
}
#: What is followed on its own.
_JOINS: Final = frozenset({"$ref", "allOf", "unevaluatedProperties", "unevaluatedItems"})


class Tangled(Exception):
    """More than is followed here."""


@dataclass(slots=True)
class Document:
    """A schema of the latest draft, its definitions beside it."""

    whole: Mapping[str, Any]
    _loops: dict[str, bool] = field(default_factory=dict)
    _shaped: dict[str, bool] = field(default_factory=dict)

    @property
    def top(self) -> dict[str, Any]:
        """The schema itself."""
        return {keyword: value for keyword, value in self.whole.items() if keyword not in ("$defs", "$schema")}

    def target(self, reference: Any) -> Any:
        """What a reference leads to. Raises `Tangled`."""
        if reference == "#":
            return self.top
        name, definitions = _name(reference), self.whole.get("$defs", {})
        if name not in definitions:
            raise Tangled
        return definitions[name]

    def is_endless(self, schema: Any) -> bool:
        """Whether references lead from a schema, or a list of schemas, into a circle."""
        return any(self._is_loop(reference) for reference in references(schema))

    def is_apart(self, schema: Any) -> bool:
        """Whether a schema, or one of a list, has what the algebra does not see through."""
        return self.is_endless(schema) or _is_shaped(schema) or any(map(self._leads_to_shapes, references(schema)))

    def _leads_to_shapes(self, reference: str) -> bool:
        if reference not in self._shaped:
            reached = [self.target(each) for each in (reference, *self._reached(reference))]
            self._shaped[reference] = any(map(_is_shaped, reached))
        return self._shaped[reference]

    def _is_loop(self, reference: str) -> bool:
        if reference not in self._loops:
            further = self._reached(reference)
            self._loops[reference] = any(each in self._reached(each) for each in {reference, *further})
        return self._loops[reference]

    def _reached(self, reference: str) -> set[str]:
        found: set[str] = set()
        waiting = list(references(self.target(reference)))
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting += references(self.target(each))
        return found

    def spelt(self, schema: Any) -> bytes:
        """The schema and all that it leads to as text: equal where two documents say the same by their very words."""
        reached = {each for first in references(schema) for each in (first, *self._reached(first))}
        return canonical_json([schema, {each: self.target(each) for each in sorted(reached)}])

    def standing(self, schema: Any) -> dict[str, Any]:
        """A schema that leads into no circle, as a document."""
        alone = {"allOf": [schema]} if not isinstance(schema, dict) else schema
        names = {_name(each) for first in references(schema) for each in (first, *self._reached(first))}
        definitions = self.whole.get("$defs", {})
        return (
            {**alone, "$defs": {name: definitions[name] for name in definitions if name in names}} if names else alone
        )

    def wider(self, schema: Any) -> Any:
        """A schema that leads into no circle and allows at least as much."""
        if not isinstance(schema, dict) or not self.is_endless(schema):
            return schema
        made = {keyword: value for keyword, value in schema.items() if keyword not in _LOOKING}
        for word, group in _DROPPED.items():
            if word in made and self.is_endless({word: made[word]}):
                made = {keyword: value for keyword, value in made.items() if keyword not in group}
        if "oneOf" in made and self.is_endless(made["oneOf"]):
            made["allOf"] = [*made.get("allOf", ()), {"anyOf": made.pop("oneOf")}]
        for keyword in made.keys() & {*_NAMED}:
            made[keyword] = {name: self.wider(inner) for name, inner in made[keyword].items()}
        for keyword in made.keys() & {*_LISTED}:
            made[keyword] = [self.wider(inner) for inner in made[keyword]]
        for keyword in made.keys() & {*_SINGLE}:
            made[keyword] = self.wider(made[keyword])
        return made

    def joined(self, schemas: Iterable[Any]) -> list[dict[str, Any]]:
        """All that a value of these satisfies at once, without `$ref` and `allOf`; `{"not": {}}` for `false`.

        Raises `Tangled` where there is no end to it.
        """
        found: list[dict[str, Any]] = []
        waiting = list(schemas)
        seen = 0
        while waiting:
            schema = waiting.pop()
            seen += 1
            if seen > MAX_JOINED:
                raise Tangled
            if schema is False:
                return [{"not": {}}]
            if isinstance(schema, dict):
                waiting += [*schema.get("allOf", ()), *([self.target(schema["$ref"])] if "$ref" in schema else ())]
                found += self._plain(schema)
        return found

    def _plain(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The schema without what it joins; what it keeps out by having looked at that is said by names."""
        yield {keyword: value for keyword, value in schema.items() if keyword not in _JOINS}
        if schema.get("unevaluatedProperties") is False:
            shut: dict[str, Any] = {"properties": {}, "patternProperties": {}}
            if self._looks(schema, shut, 0):
                yield {**shut, "additionalProperties": False}

    def _looks(self, schema: Any, shut: dict[str, Any], depth: int) -> bool:
        """Note every name that something which applies to the same value looks at; false where that is any name."""
        if not isinstance(schema, dict):
            return True
        words = ("additionalProperties", "unevaluatedProperties") if depth else ("additionalProperties",)
        if depth > MAX_NESTED or any(schema.get(word, False) is not False for word in words):
            return False
        for keyword in shut:
            shut[keyword] |= dict.fromkeys(schema.get(keyword, ()), True)
        return all(self._looks(inner, shut, depth + 1) for inner in self._beside(schema))

    def _beside(self, schema: dict[str, Any]) -> Iterator[Any]:
        yield from ([self.target(schema["$ref"])] if "$ref" in schema else ())
        for keyword in ("allOf", "anyOf", "oneOf"):
            yield from schema.get(keyword, ())
        yield from (schema[keyword] for keyword in ("if", "then", "else") if keyword in schema)
        yield from schema.get("dependentSchemas", {}).values()


def _name(reference: str) -> str:
    """The definition that a reference names. Raises `Tangled` where it names something else."""
    if not reference.startswith(_DEFINITION):
        raise Tangled
    return reference.removeprefix(_DEFINITION).replace("~1", "/").replace("~0", "~")


def _is_shaped(schema: Any) -> bool:
    return any("patternProperties" in each or "additionalProperties" in each for each in _inside(schema))


def references(schema: Any) -> Iterator[str]:
    """Every reference in a schema and inside it, definitions left out. Raises `Tangled` where they are not plain."""
    for each in _inside(schema):
        if each.keys() & _DYNAMIC:
            raise Tangled
        if "$ref" in each:
            yield str(each["$ref"])


def _inside(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and all in it, or those of a list, as far as they are objects."""
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting += [inner for word, _, inner in LATEST.schemas_in(each) if word not in ("$defs", "definitions")]
        elif isinstance(each, list):
            waiting += each
