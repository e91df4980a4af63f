"""What a schema promises, in the two forms that are compared: what may be said, and what a tolerant reader takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.core.change import Value
from bridge.core.contain import Containment, contains
from bridge.core.schema.close import TooTangledError, forms
from bridge.core.schema.dialect import LATEST
from bridge.core.schema.link import Links
from bridge.core.schema.source import Source
from bridge.core.schema.tolerant import asked, read_form
from bridge.core.wire import canonical_json
from bridge.errors import ProjectInvalid


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of one schema, ready to be compared."""

    name: str  #: relative to the schemas folder
    links: Links  #: it and all that it refers to, as written
    said: Mapping[str, Value]  #: the closed form: what the bridge may emit
    stated: Mapping[str, Value] | None  #: the open form, where what is emitted must satisfy it too
    read: Mapping[str, Value]  #: what a tolerant reader takes
    promise: bytes  #: all three as text, equal where the same is promised in the same words

    @property
    def source(self) -> Source:
        """Its file."""
        return self.links.sources[self.name]

    @property
    def id(self) -> str:
        """Its `$id`."""
        return str(self.source.document[self.source.dialect.id])

    def is_same_as(self, other: "Contract") -> bool:
        """Whether both promise the same by their very words, annotations aside."""
        return self.promise == other.promise


def contract(links: Links, name: str) -> Contract:
    """The contract of a schema. Raises `ProjectInvalid` S017 where it is too tangled to be closed."""
    try:
        made = forms(links, (name,))
        read = read_form(links, name, made)
    except TooTangledError:
        what, fix = "the schema joins others in too many ways to be closed", "say each member in one place"
        raise ProjectInvalid(links.sources[name].problem((), "S017", what, fix)) from None
    stated = made.open if made.both else None
    return Contract(name, links, made.closed, stated, read, canonical_json([made.closed, stated, read]))


def understands(reader: Contract, writer: Contract, tried: Sequence[Value] = ()) -> Containment:
    """Whether a tolerant reader of one version takes everything that is said by another.

    `tried` are events that are known to break a similar reader.
    """
    if reader.is_same_as(writer):
        return Containment("yes")  # the closed form is the open one made narrower
    found = contains(reader.read, writer.said, tried)
    if found.answer == "yes" or writer.stated is None:
        return found
    return contains(reader.read, _both(writer.said, writer.stated), tried)


def _both(said: Mapping[str, Value], stated: Mapping[str, Value]) -> dict[str, Any]:
    """One document of what satisfies two."""
    parts: list[Any] = []
    definitions: dict[str, Any] = {}
    for suffix, document in ((".said", said), (".stated", stated)):
        inner = {keyword: value for keyword, value in document.items() if keyword not in ("$defs", "$schema")}
        parts.append(asked(inner, suffix))
        definitions |= {f"{name}{suffix}": asked(value, suffix) for name, value in document.get("$defs", {}).items()}
    return {"$schema": LATEST.uri, "allOf": parts, "$defs": definitions}
