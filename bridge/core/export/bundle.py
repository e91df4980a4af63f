"""One file of a schema and of all that it refers to, for readers in any language.

Every schema that is referred to becomes a definition of the file, named after where it came from, and every `$ref`
leads to one. Titles, descriptions and the author's order stay; definitions that nobody refers to go.

Rejected: embedding each file with its `$id`, as the specification's own bundling does. It keeps the references as they
were written, and most generators of code read them wrongly or not at all. Rejected too: the compiled forms of
`bridge.core.schemas`, which are for validators and say nothing to people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.export.tree import to_definition
from bridge.core.schema.dialect import LATEST, REACH, Pointer, Reach
from bridge.core.schema.lift import ASSERTIONS, assertions, placed
from bridge.core.schema.link import Links

#: Keywords that say where a schema is, not what.
_IDENTITY: Final = frozenset({"$schema", "$id", "$ref", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef",
                              "$recursiveAnchor", "$vocabulary"})  # fmt: skip
#: Annotations whose value is data, in which `$ref` is a name like any other.
_DATA: Final = frozenset({"examples", "example", "default"})
_STRANGE: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_SUFFIX: Final = re.compile(r"(\.v[0-9]+)?\.json$")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A schema in one file, in the latest draft."""

    document: dict[str, Value]
    origins: Mapping[str, Pointer]  #: by definition's name, "" for the root: the file and the steps in it

    def origin(self, steps: Pointer) -> Pointer:
        """Where what stands at these steps of the document came from, as the latest draft calls it."""
        if len(steps) > 1 and steps[0] == "$defs":
            return self.origins.get(str(steps[1]), self.origins[""]) + steps[2:]
        return self.origins[""] + steps


def bundle(links: Links, name: str) -> Bundle:
    """The schema of this name, whose references must all be resolved in `links`."""
    writer = _Writer(links, (name,))
    root = writer.written((name,))
    body = root if isinstance(root, dict) else {"allOf": [root]}
    source = links.sources[name]
    definitions = writer.definitions()
    document = {"$schema": LATEST.uri, "$id": source.document[source.dialect.id], **body}
    if definitions:
        document["$defs"] = definitions
    return Bundle(document, writer.origins())


@dataclass(slots=True)
class _Writer:
    links: Links
    root: Pointer
    _names: dict[Pointer, str] = field(default_factory=dict)
    _waiting: list[Pointer] = field(default_factory=list)

    def written(self, pointer: Pointer) -> Any:
        """A schema in the latest draft, its references leading to definitions."""
        schema = self.links.schema(pointer)
        if not isinstance(schema, dict):
            return schema
        dialect = self.links.source(pointer).dialect
        alone = dialect.lone_reference and "$ref" in schema
        made = {} if alone else assertions(schema, dialect)
        for keyword, inner in self.links.inside(pointer):
            if keyword == "$ref":
                made["$ref"] = to_definition(self._name(inner))
            elif REACH[keyword] is not Reach.ASIDE:
                placed(made, schema, inner[len(pointer) :], self.written(inner))
        made |= {keyword: value for keyword, value in schema.items() if _is_annotation(keyword, value, dialect.id)}
        return {keyword: made[keyword] for keyword in (*schema, *made) if keyword in made}

    def definitions(self) -> dict[str, Any]:
        """Every definition that is needed, by name."""
        made = {}
        while self._waiting:
            pointer = self._waiting.pop(0)
            made[self._names[pointer]] = self.written(pointer)
        return dict(sorted(made.items()))

    def origins(self) -> dict[str, Pointer]:
        """Where each definition came from."""
        return {"": self.root, **{name: pointer for pointer, name in self._names.items()}}

    def _name(self, pointer: Pointer) -> str:
        if pointer == self.root:
            return ""
        if pointer not in self._names:
            self._names[pointer] = _unused(_called(pointer), self._names.values())
            self._waiting.append(pointer)
        return self._names[pointer]


def _called(pointer: Pointer) -> str:
    """`sku` for `common/ids.json#/$defs/sku`, `money` for `common/money.json`."""
    last = pointer[-1]
    words = [str(step) for step in pointer[-2:]] if isinstance(last, int) else [str(last)]
    if len(pointer) == 1:
        words = [_SUFFIX.sub("", str(last).rpartition("/")[2])]
    return _STRANGE.sub("-", "-".join(words)).strip("-.") or "definition"


def _unused(name: str, taken: Any) -> str:
    names = {each.lower() for each in taken}  # file systems and some generators do not tell cases apart
    number = 2
    free = name
    while free.lower() in names:
        free, number = f"{name}-{number}", number + 1
    return free


def _is_annotation(keyword: str, value: Any, identity: str) -> bool:
    if keyword in _IDENTITY or keyword in REACH or keyword in ASSERTIONS or keyword == identity:
        return False
    return keyword in _DATA or not _refers(value)


def _refers(value: Any) -> bool:
    """Whether an annotation of the author's own holds schemas that refer: they would lead nowhere."""
    if isinstance(value, dict):
        return "$ref" in value or any(map(_refers, value.values()))
    return isinstance(value, list) and any(map(_refers, value))
