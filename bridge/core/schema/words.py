"""What each fault against a schema is called, and how it is mended. Limits of the schema are told, values never."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from jsonschema_rs import ValidationError

from bridge.core.wire import to_exact, write_json

_SHOWN = 8  #: values of an enum, as many as a line holds
_LONGEST = 120  #: characters of a constant or a pattern that are shown

_KINDS: dict[type, str] = {
    str: "a string", bool: "a boolean", type(None): "null", list: "an array", dict: "an object", int: "an integer",
    Decimal: "a number with a fraction", float: "a number with a fraction",
}  # fmt: skip
_TYPES = {
    "string": "a string", "boolean": "a boolean", "null": "null", "array": "an array", "object": "an object",
    "integer": "an integer", "number": "a number",
}  # fmt: skip


class Words(NamedTuple):
    """A fault apart from its place."""

    code: str
    what: str
    fix: str


def words(error: ValidationError) -> Words:
    """What an error of the validator says, in our words. Undeclared and missing members are told elsewhere."""
    say = _SAYINGS.get(error.kind.name)
    return say(error.kind, error.instance) if say else Words("S059", error.message, "change the value or the schema")


def mistyped(types: Sequence[str], value: Any) -> Words:
    """A value of a type that is not among those wanted."""
    given, wanted = _KINDS.get(type(value), "a number"), _any_of([_TYPES[name] for name in types])
    return Words("S052", f"this is {given}, where the schema wants {wanted}", _conversion(types, value))


def unlisted(values: Sequence[Any]) -> Words:
    """A value that is none of those listed."""
    listed = _any_of([_shown(value) for value in values[:_SHOWN]] + ["others"] * (len(values) > _SHOWN))
    what = f"the schema allows {'only ' if len(values) == 1 else ''}{listed} here"
    return Words("S053", what, "map the item's value to what the schema lists, or list it there")


def unmatched(branches: int) -> Words:
    """A value that fits none of several alternatives."""
    what = f"the value fits none of the schema's {branches} alternatives"
    return Words("S059", what, "make it fit one of them: the alternatives stand under `oneOf` or `anyOf`")


def _conversion(types: Sequence[str], value: Any) -> str:
    if value is None:
        return "leave the member out with `?` where it is null, or allow null in the schema"
    if isinstance(value, list | dict):
        return "take the part of it that is wanted, or correct the schema"
    fixes = {"string": "text(...)", "number": "number(...)", "integer": "integer(...)"}
    return next((f"convert it with {fixes[name]}" for name in types if name in fixes), "correct the rule or the schema")


def _number(text: str) -> Callable[[Any, Any], Words]:
    def say(kind: Any, _: Any) -> Words:
        limit = _shown(next(iter(kind.as_dict().values())))
        return Words(
            "S054", f"the number must be {text} {limit}", "round or correct it in the rule, or widen the schema"
        )

    return say


def _size(code: str, text: str, unit: str) -> Callable[[Any, Any], Words]:
    def say(kind: Any, _: Any) -> Words:
        many = f"{kind.limit} {unit}{'' if kind.limit == 1 else 's'}"
        return Words(code, f"there must be {text} {many}", "correct the rule, or widen the schema")

    return say


def _fixed(code: str, what: str, fix: str) -> Callable[[Any, Any], Words]:
    return lambda _kind, _value: Words(code, what, fix)


def _pattern(kind: Any, _: Any) -> Words:
    return Words(
        "S055", f"the text must match {_cut(kind.pattern)}", "write it in that form, with split, replace or concat"
    )


def _format(kind: Any, _: Any) -> Words:
    advice = {
        "date-time": "write it with iso(...)",
        "uuid": "write it with uuid5(...)",
        "uri": "write it with uri(...)",
    }
    return Words("S056", f"the text is no {kind.format}", advice.get(kind.format, "write it in that format"))


def _name(kind: Any, _: Any) -> Words:
    inner = words(kind.error)
    return Words(
        "S058", f"a name in this object is not allowed: {inner.what}", "correct the names, or widen the schema"
    )


_SAYINGS: dict[str, Callable[[Any, Any], Words]] = {
    "type": lambda kind, value: mistyped(kind.types, value),
    "const": lambda kind, _: unlisted([kind.expected_value]),
    "enum": lambda kind, _: unlisted(kind.options),
    "minimum": _number("at least"),
    "maximum": _number("at most"),
    "exclusiveMinimum": _number("more than"),
    "exclusiveMaximum": _number("less than"),
    "multipleOf": _number("a multiple of"),
    "minLength": _size("S055", "at least", "character"),
    "maxLength": _size("S055", "at most", "character"),
    "pattern": _pattern,
    "format": _format,
    "minItems": _size("S057", "at least", "element"),
    "maxItems": _size("S057", "at most", "element"),
    "uniqueItems": _fixed("S057", "two elements are equal, which the schema forbids", "remove what is there twice"),
    "contains": _fixed("S057", "too few or too many elements fit `contains`", "correct the elements, or the schema"),
    "unevaluatedItems": _fixed("S057", "there are more elements than the schema describes", "leave out the rest"),
    "minProperties": _size("S058", "at least", "member"),
    "maxProperties": _size("S058", "at most", "member"),
    "propertyNames": _name,
    "not": _fixed("S059", "the value is what the schema forbids under `not`", "correct the rule, or the schema"),
    "falseSchema": _fixed("S059", "the schema allows nothing here", "leave it out, or describe it in the schema"),
    "oneOf": _fixed(
        "S059", "the value fits several alternatives of `oneOf`", "make the alternatives exclude each other"
    ),
}


def _any_of(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _shown(value: Any) -> str:
    return _cut(write_json(to_exact(value)).decode())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
