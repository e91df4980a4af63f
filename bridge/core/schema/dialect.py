"""What each draft of JSON Schema calls things, and where a keyword's value holds further schemas."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from bridge.frozen import frozen

#: A schema in a file: the file's name, then the steps of the JSON pointer.
Pointer = tuple[str | int, ...]


class Reach(Enum):
    """To what the schemas under a keyword apply."""

    HERE = "the same value, as an assertion"
    TEST = "the same value or a part of it, as a question whose answer may be no"
    BELOW = "members and elements of the value"
    ASIDE = "nothing, until they are referred to"


@frozen
class Dialect:
    """A draft of JSON Schema."""

    age: int  #: 4, 6, 7, 19 or 20
    uri: str
    id: str = "$id"

    def knows(self, keyword: str) -> bool:
        """Whether the keyword means anything in this draft."""
        first, last = _SPAN.get(keyword, (4, 20))
        return first <= self.age <= last

    @property
    def lone_reference(self) -> bool:
        """Whether `$ref` makes everything beside it be ignored."""
        return self.age <= 7

    def schemas_in(self, schema: Mapping[str, Any]) -> Iterator[tuple[str, Pointer, Any]]:
        """Each schema directly under a keyword: the keyword, the steps to the schema, the schema."""
        if self.lone_reference and "$ref" in schema:
            keywords = [keyword for keyword in schema if REACH.get(keyword) is Reach.ASIDE]
        else:
            keywords = [keyword for keyword in schema if keyword in REACH and self.knows(keyword)]
        for keyword in keywords:
            yield from ((keyword, steps, inner) for steps, inner in _held(keyword, schema[keyword]))


LATEST = Dialect(20, "https://json-schema.org/draft/2020-12/schema")
_DIALECTS = (
    Dialect(4, "http://json-schema.org/draft-04/schema", "id"),
    Dialect(6, "http://json-schema.org/draft-06/schema"),
    Dialect(7, "http://json-schema.org/draft-07/schema"),
    Dialect(19, "https://json-schema.org/draft/2019-09/schema"),
    LATEST,
)
#: By the value of `$schema`, without the empty fragment that some write.
DIALECTS = {dialect.uri: dialect for dialect in _DIALECTS}

#: First and last draft that know a keyword, where not all do.
_SPAN = {
    **dict.fromkeys(("const", "contains", "propertyNames"), (6, 20)),
    **dict.fromkeys(("if", "then", "else"), (7, 20)),
    **dict.fromkeys(("dependentSchemas", "dependentRequired", "minContains", "maxContains"), (19, 20)),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems", "$defs", "$anchor"), (19, 20)),
    **dict.fromkeys(("prefixItems", "$dynamicRef", "$dynamicAnchor"), (20, 20)),
    "$recursiveRef": (19, 19),
    "contentSchema": (19, 20),
    "dependencies": (4, 7),
    "additionalItems": (4, 19),
}

REACH: Mapping[str, Reach] = {
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas", "dependencies"), Reach.HERE),
    **dict.fromkeys(("if", "not", "contains", "propertyNames"), Reach.TEST),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"), Reach.BELOW),
    **dict.fromkeys(("items", "prefixItems", "additionalItems", "unevaluatedItems"), Reach.BELOW),
    **dict.fromkeys(("$defs", "definitions", "contentSchema"), Reach.ASIDE),
}
_NAMED = frozenset(
    {"dependentSchemas", "dependencies", "properties", "patternProperties", "$defs", "definitions"},
)


def _held(keyword: str, value: Any) -> Iterator[tuple[Pointer, Any]]:
    if keyword in _NAMED:
        pairs = value.items() if isinstance(value, dict) else ()
        yield from (((keyword, name), inner) for name, inner in pairs if isinstance(inner, dict | bool))
    elif isinstance(value, list):
        yield from (((keyword, index), inner) for index, inner in enumerate(value))
    else:
        yield (keyword,), value
