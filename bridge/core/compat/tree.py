"""What a schema declares, member by member: where each is described in the files, and what is said of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.core.schema.dialect import REACH, Pointer, Reach
from bridge.core.schema.link import Links
from bridge.core.schema.tolerant import EXTENSIBLE
from bridge.core.wire import canonical_json

#: Steps from the event's data to a member; elements of a list are `[]`, members of any name `{}`.
Path = tuple[str, ...]

ELEMENTS: Final = "[]"
ANY_NAME: Final = "{}"
#: Most members and deepest nesting that are looked at.
MAX_MEMBERS: Final = 5_000
MAX_DEPTH: Final = 40

_STEPS: Final = {
    "items": ELEMENTS, "prefixItems": ELEMENTS, "additionalItems": ELEMENTS, "unevaluatedItems": ELEMENTS,
    "patternProperties": ANY_NAME, "additionalProperties": ANY_NAME, "unevaluatedProperties": ANY_NAME,
}  # fmt: skip
_ANNOTATIONS: Final = frozenset({
    "title", "description", "examples", "default", "deprecated", "readOnly", "writeOnly", "$comment",
})  # fmt: skip


@dataclass(slots=True)
class Member:
    """Everything that a schema says at one path."""

    schemas: dict[Pointer, dict[str, Any]] = field(default_factory=dict)  #: each schema there, by where it stands

    @property
    def at(self) -> Pointer:
        """Where it is first described."""
        return next(iter(self.schemas))

    @property
    def is_deprecated(self) -> bool:
        """Whether it is marked as deprecated."""
        return any(schema.get("deprecated") is True for schema in self.schemas.values())

    @property
    def is_extensible(self) -> bool:
        """Whether readers have been told that more values may come."""
        return any(schema.get(EXTENSIBLE) for schema in self.schemas.values())

    @property
    def listed(self) -> dict[bytes, Any]:
        """The values that its enumerations list, by their canonical text."""
        lists = (schema.get("enum", ()) for schema in self.schemas.values())
        return {canonical_json(value): value for values in lists for value in values}

    @property
    def formats(self) -> frozenset[str]:
        """The formats that it names."""
        return frozenset(str(schema["format"]) for schema in self.schemas.values() if "format" in schema)

    @property
    def likeness(self) -> str:
        """A text that is equal for members that are described alike, annotations aside."""
        return json.dumps([_bare(schema) for schema in self.schemas.values()], sort_keys=True, default=str)

    def holding(self, keyword: str) -> Pointer:
        """Where a keyword is written, else where the member is first described."""
        return next(((*at, keyword) for at, schema in self.schemas.items() if keyword in schema), self.at)


def members(links: Links, name: str) -> dict[Path, Member]:
    """Each declared path of a schema; the data itself is `()`."""
    found: dict[Path, Member] = {}
    waiting: list[tuple[Path, Pointer]] = [((), (name,))]
    while waiting and len(found) < MAX_MEMBERS:
        path, pointer = waiting.pop()
        schema = links.schema(pointer)
        member = found.setdefault(path, Member())
        if isinstance(schema, dict) and pointer not in member.schemas and len(path) <= MAX_DEPTH:
            member.schemas[pointer] = schema
            waiting += reversed(list(_inside(links, path, pointer)))
    return {path: member for path, member in found.items() if member.schemas}


def _inside(links: Links, path: Path, pointer: Pointer) -> Iterator[tuple[Path, Pointer]]:
    for keyword, inner in links.inside(pointer):
        if keyword == "$ref" or REACH.get(keyword) is Reach.HERE:
            yield path, inner
        elif keyword == "properties":
            yield (*path, str(inner[-1])), inner
        elif keyword in _STEPS:
            yield (*path, _STEPS[keyword]), inner


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {keyword: value for keyword, value in schema.items() if keyword not in _ANNOTATIONS}


def shown(path: Path) -> str:
    """The path as people write it: `lines[].sku`."""
    text = "".join(step if step in (ELEMENTS, ANY_NAME) else f".{step}" for step in path)
    return text.removeprefix(".") or "the data"


def pointer_text(steps: Pointer) -> str:
    """The JSON pointer, as the fragment of a URI would say it: `#/properties/total`."""
    return "#" + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
