"""The languages that schemas are exported to: what a tolerant reader demands, Draft 4, OpenAPI 3.0, and types."""

from typing import Any, Final

from bridge.core.export.widen import Page, Speech, either

_ANNOTATIONS = ("title", "description", "default")
_VALUES = ("type", "enum", "const", "format")
_NUMBERS = ("multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum")
_SIZES = ("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties")
_SHAPES = ("required", "properties", "additionalProperties", "items")
_JOINS = ("$ref", "$defs", "allOf", "anyOf", "oneOf", "not")
_COMMON = frozenset({*_ANNOTATIONS, *_VALUES, *_NUMBERS, *_SIZES, *_SHAPES, *_JOINS, "x-"})

#: The formats that Draft 4 defines; others are read as mere words.
_DRAFT4_FORMATS: Final = frozenset({"date-time", "email", "hostname", "ipv4", "ipv6", "uri"})


def _open(page: Page) -> None:
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if page.said.get(keyword) is False:
            page.lose("that there are no further properties: whoever reads must ignore those that are added", keyword)


def _extensible(page: Page) -> None:
    listed = page.said.get("enum")
    if not page.said.get("x-extensible-enum") or not listed:
        return
    page.lose("that the value is one of those listed: `x-extensible-enum` announces others", "enum")
    page.said["x-extensible-enum"] = listed
    page.said.setdefault("type", types_of(listed))


def types_of(values: list[Any]) -> Any:
    """The type or types of the values."""
    names = sorted({_type(value) for value in values})
    return names[0] if len(names) == 1 else names


_KINDS: Final[dict[type, str]] = {
    bool: "boolean", str: "string", type(None): "null", list: "array", dict: "object", int: "integer",
}  # fmt: skip


def _type(value: Any) -> str:
    return _KINDS.get(type(value), "number")


def _conditions(page: Page) -> None:
    """`if C then T else E` is (not C, or T) and (C, or E)."""
    said = page.said
    condition, then, otherwise = said.pop("if", None), said.pop("then", True), said.pop("else", True)
    if condition is None:
        return
    if then is not True:
        page.also({"anyOf": [{"not": condition}, then]})
    if otherwise is not True:
        page.also({"anyOf": [condition, otherwise]})


def _contained(page: Page) -> None:
    """Of an array, `contains` is: not all elements fail it."""
    said = page.said
    if said.get("minContains", 1) == 0:
        said.pop("contains", None)
        del said["minContains"]
    if "contains" in said and said.get("type") == "array" and "contains" not in page.inexact:
        unwanted = {"not": {"items": {"not": said.pop("contains")}}}
        if "not" in said:
            page.also(unwanted)
        else:
            said |= unwanted


def _formats(page: Page) -> None:
    name = page.said.get("format")
    if name is not None and name not in _DRAFT4_FORMATS:
        page.lose(f"that the text is of the format `{name}`, which Draft 4 does not know and only mentions")


def _deprecated(page: Page) -> None:
    if page.said.pop("deprecated", False) is True:
        page.said["description"] = f"Deprecated. {page.said.get('description', '')}".rstrip()


def rest_of_elements(page: Page) -> None:
    """Without a word for places, each element may be what any place allows."""
    if "prefixItems" not in page.said:
        return
    rest = page.said.pop("items", True)
    places = page.said.pop("prefixItems")
    page.lose("which element stands at which place")
    parts = list(places) if rest is False else [*places, rest]
    if True not in parts and {} not in parts:
        page.said["items"] = {"anyOf": [part for at, part in enumerate(parts) if part not in parts[:at]]}


def _named_members(page: Page) -> None:
    """Without patterns of names, what holds for the rest would hold for the members that patterns name."""
    if "patternProperties" in page.said:
        page.lose(
            "what `patternProperties` demands of members by their names", "patternProperties", "additionalProperties"
        )


def _example(page: Page) -> None:
    examples = page.said.pop("examples", None)
    if isinstance(examples, list) and examples:
        page.said["example"] = examples[0]
        if len(examples) > 1:
            page.lose("all `examples` but the first", harmless=True)


def _alone(page: Page) -> None:
    """Older notations ignore what stands beside `$ref`."""
    if "$ref" not in page.said or len(page.said) == 1:
        return
    beside = [keyword for keyword in page.said if keyword in _ANNOTATIONS or keyword.startswith(("x-", "example"))]
    if beside:
        page.lose(f"{_listed(beside)} beside `$ref`", *beside, harmless=True)
    if len(page.said) > 1:
        page.also({"$ref": page.said.pop("$ref")})


def _listed(words: list[str]) -> str:
    return " and ".join(f"`{word}`" for word in words)


_LACKS: Final = {
    "contains": "that some elements fit `contains`",
    "minContains": "how many elements at least fit `contains`",
    "maxContains": "how many elements at most fit `contains`",
    "propertyNames": "what names the members may have",
    "unevaluatedProperties": "what holds for members that nothing else describes",
    "unevaluatedItems": "what holds for elements that nothing else describes",
    "if": "the condition `if` with what follows from it",
    "then": "the condition `if` with what follows from it",
    "else": "the condition `if` with what follows from it",
    "dependentRequired": "which members must come together",
    "dependentSchemas": "what must hold where a member is present",
}

#: What a reader demands who ignores what it does not know. Without what keeps unknown members out, two alternatives
#: of `oneOf` may fit, which does not trouble a reader.
TOLERANT: Final = Speech(frozenset(), {}, (_open, either, _extensible))

#: As exact as Draft 4 can be, for validators. `$schema` and `$id` are the document's own.
DRAFT4: Final = Speech(
    _COMMON | {"$schema", "$id", "prefixItems", "patternProperties", "dependentRequired", "dependentSchemas"},
    _LACKS,
    (_conditions, _contained, _formats, _deprecated),
)

#: For generators of code, which read no rewritten conditions: what OpenAPI has no word for is left out.
OPENAPI: Final = Speech(
    _COMMON | {"$schema", "$id", "deprecated", "readOnly", "writeOnly", "example"},
    _LACKS,
    (rest_of_elements, _named_members, _example),
)

#: No words less, but nothing beside `$ref`.
LONE_REFERENCES: Final = Speech(frozenset(), {}, (_alone,))
