"""The schema of an event's data as the schema of a template that makes it, and of an item's as what may be asked of it.

A template has the data's names, any of them with a `?` behind it, and anywhere an expression in place of a value. So
only names, their nesting and their descriptions are taken over: what values may be is for `lint` to prove.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urljoin

from bridge.core.editor.vocabulary import Document

#: So deep data is described; a schema that refers to itself has no end.
DEPTH: Final = 6
#: Keywords beside which names may be allowed that `properties` does not list.
_OPENING: Final = frozenset({
    "allOf", "anyOf", "oneOf", "if", "then", "else", "not", "patternProperties", "propertyNames", "dependentSchemas",
    "dependencies", "unevaluatedProperties", "$dynamicRef",
})  # fmt: skip
#: Any value that a template may be: all but null, which nothing publishes by itself.
ANY: Final = {"type": ["string", "number", "boolean", "object", "array"]}


@dataclass(frozen=True, slots=True)
class _At:
    """A schema and the URI that its references are relative to."""

    schema: Mapping[str, Any]
    base: str


class Fields:
    """The fields of a project's schemas."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._by_id = {str(document.get("$id", name)): document for name, document in documents.items()}

    def template(self, name: str) -> dict[str, Any]:
        """What may stand under `data` of an event of this schema."""
        return self._template(self._root(name), DEPTH)

    def data(self, name: str) -> dict[str, Any]:
        """What may stand under `data` of an example of this schema."""
        return self._plain(self._root(name), DEPTH)

    def attributes(self, name: str) -> dict[str, str]:
        """The attributes of an item of this schema, with what is said of each."""
        root = self._resolved(self._root(name))
        return {key: self._about(inner) for key, inner in self._members(root).items()}

    def pattern(self, name: str) -> dict[str, Any]:
        """What may be asked of an item of this schema."""
        return self._pattern(self._root(name), DEPTH)

    def _template(self, at: _At, depth: int, *, element: bool = False) -> dict[str, Any]:
        found = self._resolved(at)
        members = self._members(found) if depth else {}
        made: dict[str, Any] = dict(ANY) | self._words(at) | _offered(found.schema)
        if members:
            inner = {name: self._template(each, depth - 1) for name, each in members.items()}
            made["properties"] = inner | {f"{name}?": each for name, each in inner.items()} | (_EACH if element else {})
            made |= {"additionalProperties": False} if _is_closed(found.schema) else {}
        if depth and isinstance(found.schema.get("items"), Mapping):
            made["items"] = self._template(_At(found.schema["items"], found.base), depth - 1, element=True)
        return made

    def _plain(self, at: _At, depth: int) -> dict[str, Any]:
        found = self._resolved(at)
        members = self._members(found) if depth else {}
        made = self._words(at) | _offered(found.schema)
        if members:
            made["properties"] = {name: self._plain(each, depth - 1) for name, each in members.items()}
            made |= {"additionalProperties": False} if _is_closed(found.schema) else {}
        if depth and isinstance(found.schema.get("items"), Mapping):
            made["items"] = self._plain(_At(found.schema["items"], found.base), depth - 1)
        return made

    def _pattern(self, at: _At, depth: int) -> dict[str, Any]:
        found = self._resolved(at)
        members = self._members(found) if depth else {}
        values = {"items": {"examples": found.schema["enum"]}} if "enum" in found.schema else {}
        below = {name: self._pattern(each, depth - 1) for name, each in members.items()}
        return self._words(at) | values | ({"properties": below} if below else {})

    def _root(self, name: str) -> _At:
        document = self._documents[name]
        return _At(document, str(document.get("$id", name)))

    def _resolved(self, at: _At) -> _At:
        """The schema that the references lead to; one that leads nowhere, or in a circle, says nothing."""
        for _ in range(DEPTH * 2):
            if not isinstance(at.schema.get("$ref"), str):
                return at
            address, fragment = urldefrag(urljoin(at.base, at.schema["$ref"]))
            target = _descend(self._by_id.get(address, {}), fragment)
            at = _At(target, address)
        return _At({}, at.base)

    def _members(self, at: _At) -> dict[str, _At]:
        found = at.schema.get("properties")
        return {name: _At(each, at.base) for name, each in _schemas(found)}

    def _about(self, at: _At) -> str:
        """The description that stands nearest."""
        for each in (at, self._resolved(at)):
            if isinstance(each.schema.get("description"), str):
                return str(each.schema["description"])
        return ""

    def _words(self, at: _At) -> dict[str, Any]:
        about = self._about(at)
        return {"description": about} if about else {}


#: In a list of the template, what makes an entry once per element.
_EACH: Final = {"$each": {"type": "string", "description": "one `${…}` that gives a list: this entry once per element"}}


def _schemas(properties: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(properties, Mapping):
        yield from ((name, each) for name, each in properties.items() if isinstance(each, Mapping))


def _is_closed(schema: Mapping[str, Any]) -> bool:
    """Whether a name that is not listed breaks the schema as the bridge validates it: unless it says otherwise."""
    return not _OPENING & schema.keys() and schema.get("additionalProperties", False) is False


def _offered(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the schema lists, to be offered."""
    listed = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    return {"examples": list(listed)} if listed else {}


def _descend(document: Any, fragment: str) -> Mapping[str, Any]:
    for step in unquote(fragment).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        document = document.get(name, {}) if isinstance(document, Mapping) else {}
    return document if isinstance(document, Mapping) else {}
