"""What a pattern tells of the change document that it matches, as JSON Schemas of its names.

A pattern that has chosen one of several alternatives gives several cases. A list in the document matches by any of its
elements, so of a value that may be a list nothing is told; and what no schema can say (a folded case, a block of
addresses) tells the type alone.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from bridge.core.pattern import Pattern
from bridge.core.proof.text.pattern import escaped
from bridge.core.proof.world import World

#: Most cases that one pattern is followed in; beyond, its alternatives tell nothing.
MAX_CASES: Final = 16

#: A name of the document: what its value satisfies, and whether it may be absent as well.
Told = tuple[Any, bool]
Case = Mapping[str, Told]

#: What folds to a letter of ASCII beside its two cases: dotless i, long s, the sign for Kelvin.
ALSO_FOLDED: Final = {"i": "\u0131", "s": "\u017f", "k": "\u212a"}

_LIST: Final = {"type": "array"}
_TEXT: Final = {"type": "string"}


def matching(world: World, pattern: Pattern | None) -> list[World]:
    """The world once for each way in which the pattern matches; none where it cannot."""
    if pattern is None:
        return [world]
    return [found for case in _cases(pattern.source) if (found := _applied(world, case)) is not None]


def _applied(world: World, case: Case) -> World | None:
    found: World | None = world
    for name, (schema, absent) in case.items():
        if found is not None:
            asked = {"anyOf": [{"type": "null"}, schema]} if absent else {"allOf": [{"not": {"type": "null"}}, schema]}
            found = found.narrowed((name,), asked)
            found = found and _in_images(found, name, schema)
    return found


def _in_images(world: World, name: str, schema: Any) -> World | None:
    """What is told of `keys` is told of the images, and of an inserted item everything counts as changed."""
    found: World | None = world
    for image in ("new", "old"):
        if found is not None and name == "keys" and image in world.roots:
            found = found.narrowed((image,), _held(schema)) or found
    names = _exact(schema)
    images = [image for image in ("new", "old") if image in world.roots]
    if found is not None and name == "changed" and names and len(images) == 1:
        found = found.narrowed((images[0],), {"anyOf": [{"required": [each]} for each in names]})
    return found


def _held(schema: Any) -> Any:
    """What an image has of the key: what a key attribute lacks, it may have as any attribute."""
    if "allOf" in schema:
        return {"allOf": [_held(each) for each in schema["allOf"]]}
    ways = [each for each in schema.get("anyOf", ()) if each.get("type") == "object"]
    kept = [
        {**each, "properties": {name: each["properties"][name] for name in each.get("required", ())}} for each in ways
    ]
    return {"anyOf": kept} if kept else {}


def _exact(schema: Any) -> list[str]:
    """The texts of which a list must have one, where it asks for such."""
    return list(schema.get("x-any", ())) if isinstance(schema, dict) else []


def _cases(source: Mapping[str, Any]) -> list[Case]:
    """Every way to satisfy the fields of the document; several where `$or` leaves a choice."""
    own = {name: _field(value) for name, value in source.items() if name != "$or"}
    choices = [_cases(each) for each in source.get("$or", ())]
    ways = [case for cases in choices for case in cases] or [{}]
    made = [_both(own, way) for way in ways]
    return made if len(made) <= MAX_CASES else [own]


def _both(one: Case, other: Case) -> Case:
    made = {**one, **other}
    for name in one.keys() & other.keys():
        made[name] = ({"allOf": [one[name][0], other[name][0]]}, one[name][1] and other[name][1])
    return made


def _field(value: Any) -> Told:
    """What a field's value satisfies where there is one, and whether there may be none."""
    return _object(value) if isinstance(value, Mapping) else _leaf(value)


def _object(source: Mapping[str, Any]) -> Told:
    ways, absent = [], False
    for case in _cases(source):
        properties = {name: schema for name, (schema, _) in case.items()}
        required = [name for name, (_, may_lack) in case.items() if not may_lack]
        ways.append({"type": "object", "properties": properties, **({"required": required} if required else {})})
        absent = absent or not required
    others = [{"not": {"type": "object"}}] if absent else [_LIST]
    return {"anyOf": [*ways, *others]}, absent


def _leaf(items: Iterable[Any]) -> Told:
    plain = list(items)
    exists = [each["exists"] for each in plain if isinstance(each, Mapping) and "exists" in each]
    if True in exists:
        return {}, False in exists
    exact = [each for each in plain if not isinstance(each, Mapping)]
    tests = [_operator(each) for each in plain if isinstance(each, Mapping) and "exists" not in each]
    ways = [*([{"enum": exact}] if exact else []), *tests]
    if not ways:
        return False, True  # `exists: false` alone
    names = {"x-any": exact} if exact and not tests and False not in exists else {}
    return {"anyOf": [*ways, _LIST], **names}, False in exists


def asked(alternative: Any) -> Any:
    """What a value satisfies that matches an alternative of a list; None where it may be absent, or is null."""
    if not isinstance(alternative, Mapping):
        return None if alternative is None or isinstance(alternative, list) else {"const": alternative}
    known = len(alternative) == 1 and next(iter(alternative)) in _OPERATORS
    return _operator(alternative) if known else None


def _operator(source: Mapping[str, Any]) -> Any:
    ((name, operand),) = source.items()
    return _OPERATORS[name](operand)


def _prefix(operand: Any) -> Any:
    text, sign = _cased(operand)
    return _text("^", text, "", sign)


def _suffix(operand: Any) -> Any:
    text, sign = _cased(operand)
    return _text("", text, "$", sign)


def _cased(operand: Any) -> tuple[str, Callable[[str], str | None]]:
    """The operand's text, and how it is written as a pattern: as it is, or in any case."""
    return (operand, escaped) if isinstance(operand, str) else (operand["equals-ignore-case"], _folded)


def _same_folded(operand: str) -> Any:
    return _text("^", operand, "$", _folded)


def _text(before: str, operand: str, behind: str, sign: Callable[[str], str | None]) -> Any:
    """Of a text that is so; any text where a pattern cannot say it."""
    inner = sign(operand)
    return _TEXT if inner is None else {**_TEXT, "pattern": before + inner + behind}


def _folded(text: str) -> str | None:
    """The pattern of the texts that differ in case alone; None beyond ASCII, whose case has no such short list."""
    return "".join(map(_either_case, text)) if text.isascii() else None


def _either_case(char: str) -> str:
    return f"[{char.lower()}{char.upper()}{ALSO_FOLDED.get(char.lower(), '')}]" if char.isalpha() else escaped(char)


def _wildcard(operand: str) -> Any:
    signs = iter(operand)
    pieces = [r"[\s\S]*" if sign == "*" else escaped(next(signs) if sign == "\\" else sign) for sign in signs]
    return {**_TEXT, "pattern": f"^{''.join(pieces)}$"}


_BOUNDS: Final = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}


def _numeric(operand: list[Any]) -> Any:
    schema: dict[str, Any] = {"type": "number"}
    for sign, bound in zip(operand[::2], operand[1::2], strict=True):
        schema |= {"const": bound} if sign == "=" else {_BOUNDS[sign]: bound}
    return schema


def _anything_but(operand: Any) -> Any:
    scalar = {"type": ["null", "boolean", "number", "string"]}
    if not isinstance(operand, Mapping):
        return {**scalar, "not": {"enum": operand if isinstance(operand, list) else [operand]}}
    ((name, inner),) = operand.items()
    tests = [_OPERATORS[name](each) for each in (inner if isinstance(inner, list) else [inner])]
    told = [test for test in tests if test != _TEXT]  # of the others nothing is known, so nothing is excluded
    return {**scalar, "not": {"anyOf": told}} if told else scalar


_OPERATORS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
    "equals-ignore-case": _same_folded,
    "cidr": lambda _: _TEXT,
    "numeric": _numeric,
    "anything-but": _anything_but,
}


def exact_kinds(patterns: Iterable[Pattern | None]) -> set[str] | None:
    """The changes that patterns ask for by name, where they do; None where any may match."""
    asked = [pattern.source.get("change") for pattern in patterns if pattern is not None]
    named = [set(names) for names in asked if names and all(isinstance(name, str) for name in names)]
    return set.intersection(*named) if named else None


def keys_of(patterns: Iterable[Pattern | None]) -> list[str]:
    """The key attributes that patterns name."""
    found = [pattern.source.get("keys", {}) for pattern in patterns if pattern is not None]
    return sorted({name for keys in found if isinstance(keys, Mapping) for name in keys if name != "$or"})
