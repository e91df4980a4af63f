"""`when` as JSON Schema: the change document's names, and the operators."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from bridge.core.change import Kind
from bridge.core.editor.vocabulary import Vocabulary
from bridge.core.pattern.operators import COMPARISONS, OPERATORS

#: The names of the change document, with what each is.
DOCUMENT: Final[Mapping[str, str]] = {
    "change": "insert, modify, remove, expire (deleted by the table's TTL) or snapshot (read by a backfill)",
    "table": "the table that it happened in",
    "region": "the region that it happened in",
    "account": "the account that it happened in",
    "keys": "the item's primary key",
    "new": "the item after the change; absent for remove and expire",
    "old": "the item before the change; absent for insert and snapshot",
    "item": "`new`, else `old`",
    "changed": "names of the top-level attributes that differ; all of them unless `change` is modify",
    "changes": "`[{name, old, new}]` in name order",
    "id": "the stream's eventID",
    "at": "the time of the change, RFC 3339 in UTC",
    "sequence": "the stream's sequence number",
}
#: The names whose values are items: what is asked of their attributes nests.
IMAGES: Final = ("keys", "new", "old", "item")

_TEXT: Final = {"type": "string"}
#: The operators, with what each asks and what it takes.
ABOUT: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "prefix": ("text that begins so; `{equals-ignore-case: …}` within for either case", {"type": ["string", "object"]}),
    "suffix": ("text that ends so; `{equals-ignore-case: …}` within for either case", {"type": ["string", "object"]}),
    "equals-ignore-case": ("the text in either case", _TEXT),
    "wildcard": ("text of this form: `*` stands for any run of characters", _TEXT),
    "anything-but": (
        "there, and none of these: a value, a list, or one of prefix, suffix, equals-ignore-case, wildcard",
        {"type": ["string", "number", "array", "object"]},
    ),
    "numeric": (
        "a number in these bounds, such as `['>', 0, '<=', 10]`",
        {"type": "array", "minItems": 2, "maxItems": 4, "items": {"type": ["string", "number"]}},
    ),
    "cidr": ("an IP address in this block, such as `10.0.0.0/24`", _TEXT),
    "exists": ("whether it is there at all", {"type": "boolean"}),
}


def pattern_definitions(words: Vocabulary) -> dict[str, Any]:
    """The definitions `pattern`, `asked` (of one field), `test` (an entry of its list), `operator`."""
    test = {"type": ["string", "number", "boolean", "null", "object"]}
    return {"pattern": _pattern(words), "asked": _asked(), "operator": _operator(), "test": _operator() | test}


def _pattern(words: Vocabulary) -> dict[str, Any]:
    """A pattern over the change document."""
    properties: dict[str, Any] = {
        name: {"$ref": "#/definitions/asked", "description": about} for name, about in DOCUMENT.items()
    }
    kinds = {"anyOf": [{"title": "kind of change", "enum": list(get_args(Kind))}, {"$ref": "#/definitions/operator"}]}
    properties["change"] = _list("change", kinds)
    properties["table"] = _list("table", {"$ref": "#/definitions/test", "examples": list(words.tables)})
    alternatives = {"type": "array", "minItems": 2, "items": {"$ref": "#/definitions/pattern"}}
    properties["$or"] = alternatives | {"description": "one of several mappings must match"}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _list(name: str, items: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "array",
        "minItems": 1,
        "description": DOCUMENT[name],
        "items": items,
    }


def _asked() -> dict[str, Any]:
    """What is asked of a field: a list of alternatives, or of an object's fields a mapping."""
    return {
        "type": ["array", "object"],
        "minItems": 1,
        "items": {"$ref": "#/definitions/test"},
        "additionalProperties": {"$ref": "#/definitions/asked"},
        "defaultSnippets": [
            {"label": "[value, …]", "description": "one of these values", "body": ["$1"]},
            {"label": "[{prefix: …}]", "description": ABOUT["prefix"][0], "body": [{"prefix": "$1"}]},
            {"label": "[{exists: true}]", "description": ABOUT["exists"][0], "body": [{"exists": True}]},
        ],
    }


def _operator() -> dict[str, Any]:
    """A mapping with one operator."""
    operators = {name: dict(takes) | {"description": about} for name, (about, takes) in ABOUT.items()}
    assert operators.keys() == OPERATORS.keys() | {"exists"}, "each operator is described"
    operators["numeric"]["items"] = {"anyOf": [{"enum": list(COMPARISONS)}, {"type": "number"}]}
    return {
        "type": "object",
        "title": "operator",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": operators,
    }
