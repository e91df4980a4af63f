"""What is known of a value: a shape is the values that it may be, as JSON Schemas of one type each.

Every operation here gives a shape that allows what the real operation may come to, and maybe more; it never allows
less. A keyword that is not understood stays with a value that is taken whole, and is forgotten by whoever takes the
value apart: each keyword only narrows, so that forgetting one is safe.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from bridge.core.contain.simple import simplified, simplified_text
from bridge.core.wire import canonical_json

#: A schema of one JSON type, or of listed values.
Branch = Mapping[str, Any]
Shape = tuple[Branch, ...]

TYPES: Final = ("null", "boolean", "number", "string", "array", "object")
NULL: Final[Branch] = {"type": "null"}
#: A null that `nullable(…)` has let through.
LET: Final[Branch] = {"const": None}
#: A null that the expression itself put into a `{…}` or `[…]`: see `expression.nulls`.
HOLE: Final[Branch] = {"type": "null", "$comment": "a part that came to null"}
BOOLEAN: Final[Branch] = {"type": "boolean"}
NOTHING: Final[Shape] = ()
ANY: Final[Shape] = tuple({"type": name} for name in TYPES)

#: All values of the types that have few.
_FEW: Final[Mapping[str, list[Any]]] = {"boolean": [False, True], "null": [None]}
#: Most branches that a shape keeps apart. Beyond, those of one type become one that says the type alone.
MAX_BRANCHES: Final = 24

_NAMES: Final[Mapping[type, str]] = {
    type(None): "null", bool: "boolean", int: "number", float: "number", Decimal: "number", str: "string",
    list: "array", dict: "object",
}  # fmt: skip


def shape_of(schema: Any) -> Shape:
    """The shape of a schema that refers to nothing."""
    try:
        return split(simplified(schema))
    except ValueError:
        return ANY


def split(schema: Any) -> Shape:
    """The shape of a simplified schema."""
    if not isinstance(schema, dict):
        return ANY if schema else NOTHING
    if "const" in schema or "enum" in schema:
        return listed(schema["enum"] if "enum" in schema else [schema["const"]])
    if "anyOf" in schema:
        return joined(*(split(each) for each in schema["anyOf"]))
    if "type" not in schema:
        return NOTHING if schema == {"not": {}} else _spread(schema)
    if schema == HOLE:
        return (HOLE,)
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    rest = {keyword: value for keyword, value in schema.items() if keyword != "type"}
    return tuple(dict(NULL) if name == "null" else {"type": name, **rest} for name in names)


def _spread(schema: dict[str, Any]) -> Shape:
    """Of what joins schemas in a way that could not be worked out: any of `oneOf`, else anything."""
    if "oneOf" in schema:
        return joined(*(split(each) for each in schema["oneOf"]))
    return ANY


def listed(values: Iterable[Any]) -> Shape:
    """Exactly one of these values."""
    plain = list(values)
    others = [value for value in plain if value is not None]
    made: list[Branch] = [NULL] if len(others) < len(plain) else []
    if others:
        made.append({"const": others[0]} if len(others) == 1 else {"enum": others})
    return tuple(made)


def constant(value: Any) -> Shape:
    """Exactly this value."""
    return listed([value])


def joined(*shapes: Shape) -> Shape:
    """What may be any of them."""
    made: list[Branch] = []
    for shape in shapes:
        made.extend(branch for branch in shape if not any(_alike(branch, other) for other in made))
    if len(made) <= MAX_BRANCHES or is_marked(made) or LET in made:
        return tuple(made)
    return tuple({"type": name} for name in TYPES if name in types_of(tuple(made)))


def _alike(one: Branch, other: Branch) -> bool:
    """Whether they are the same. To Python false is 0 and true is 1."""
    return one == other and (one is other or repr(one) == repr(other))


def schema_of(shape: Shape) -> dict[str, Any]:
    """The schema of a shape."""
    if len(shape) == 1:
        return dict(shape[0])
    return {"anyOf": [dict(branch) for branch in shape]} if shape else {"not": {}}


def met(shape: Shape, schema: Any) -> Shape:
    """What of the shape satisfies the schema too; the shape itself where that cannot be worked out, or has marks."""
    text = canonical_json({"allOf": [schema_of(shape), schema]})
    if b'"$comment"' in text and is_marked(shape):
        return shape
    try:
        return split(simplified_text(text))
    except ValueError:
        return shape


def is_holed(value: Any) -> bool:
    """Whether a hole is anywhere in a shape or schema."""
    if isinstance(value, dict):
        return value == HOLE or any(map(is_holed, value.values()))
    return isinstance(value, list | tuple) and any(map(is_holed, value))


def is_marked(value: Any) -> bool:
    """Whether a shape or schema says in a comment what the algebra of schemas would forget."""
    if isinstance(value, dict):
        return "$comment" in value or any(map(is_marked, value.values()))
    return isinstance(value, list | tuple) and any(map(is_marked, value))


# Questions


def values_of(branch: Branch) -> list[Any] | None:
    """All values that it allows, where they are few; else None."""
    if "const" in branch:
        return [branch["const"]]
    if "enum" in branch:
        return list(branch["enum"])
    return _FEW.get(branch.get("type", ""))


def type_names(branch: Branch) -> frozenset[str]:
    """The types that it allows, in JMESPath's words."""
    if branch.get("type"):
        return frozenset({"number" if branch["type"] == "integer" else branch["type"]})
    return frozenset(_NAMES[type(value)] for value in values_of(branch) or ())


def types_of(shape: Shape) -> frozenset[str]:
    """The types that a value may have."""
    return frozenset().union(*map(type_names, shape))


def may_be_null(shape: Shape) -> bool:
    """Whether it may come to null."""
    return "null" in types_of(shape)


def left_null(shape: Shape) -> Shape:
    """What becomes of its null inside an array or object that is made of it: a hole, unless it was let through."""
    null = may_be_null(tuple(branch for branch in shape if branch != LET))
    return joined((LET,) if LET in shape else NOTHING, (HOLE,) if null else NOTHING)


def without_null(shape: Shape) -> Shape:
    """The same, where it is not null."""
    return only(shape, "boolean", "number", "string", "array", "object")


def only(shape: Shape, *names: str) -> Shape:
    """The same, where it has one of these types."""
    return tuple(piece for branch in shape for piece in _of_types(branch, names))


def _of_types(branch: Branch, names: tuple[str, ...]) -> Iterator[Branch]:
    found = type_names(branch)
    if found <= set(names):
        yield branch
    elif found & set(names):  # only what is listed has several types
        yield from listed(value for value in values_of(branch) or () if _NAMES[type(value)] in names)


def may_be_true(shape: Shape) -> bool:
    """Whether JMESPath may take it for true."""
    return any(values is None or any(map(_is_true, values)) for values in map(values_of, shape))


def may_be_false(shape: Shape) -> bool:
    """Whether JMESPath may take it for false: null, false, or empty."""
    return any(_may_be_empty(branch) for branch in shape)


def _is_true(value: Any) -> bool:
    return bool(value) or (isinstance(value, int | float | Decimal) and not isinstance(value, bool))


def _may_be_empty(branch: Branch) -> bool:
    values = values_of(branch)
    if values is not None:
        return not all(map(_is_true, values))
    keyword = _LEAST.get(branch["type"])
    return keyword is not None and not branch.get(keyword)


#: What says of a type with empty values that none is meant.
_LEAST: Final = {"string": "minLength", "array": "minItems", "object": "required"}


def true_only(shape: Shape) -> Shape:
    """The same, where JMESPath takes it for true."""
    return tuple(piece for branch in shape for piece in _true(branch))


def _true(branch: Branch) -> Shape:
    values = values_of(branch)
    if values is not None:
        return listed(value for value in values if _is_true(value))
    keyword = {"string": "minLength", "array": "minItems", "object": "minProperties"}.get(branch["type"])
    return ({**branch, keyword: max(1, branch.get(keyword, 0))},) if keyword else (branch,)
