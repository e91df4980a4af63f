"""What a schema's types say, for generators of models: members, lists, choices, texts and numbers.

A model is what a subscriber reads events with that were checked before they were sent, so it needs no second check, and
each that it makes in another way than JSON Schema is a risk: a regular expression that another engine reads otherwise,
a bound that is compared as a float. What a type cannot hold for certain is left out, so a model takes whatever the
tolerant reader's schema allows.

- Numbers are decimals where they may have a fraction (`format: decimal` for the generator), so that no digit is lost.
- `default` goes: in JSON Schema it fills nothing, in a model it would.
- A member that only `then`, `else` or `dependentSchemas` describes has a name and any type.
- Formats stay where every text of the format fits the type that they become: a moment, a day, a UUID.
"""

import re
from typing import Any, Final

from bridge.core.export.inline import inlined
from bridge.core.export.naming import class_name
from bridge.core.export.speech import rest_of_elements, types_of
from bridge.core.export.tree import joined, parts, rebuilt
from bridge.core.export.widen import Page, Speech, widen
from bridge.core.numbers import is_wide
from bridge.core.schema.dialect import Pointer

#: Formats that become types of their own.
_FORMATS: Final = frozenset({"date-time", "date", "uuid"})
#: Regular expressions that every engine reads alike: no classes by letter, no look-around, no sets within sets.
_SIGN = r"[^\\\[\](){}*+?]|\\[.\-/^$|+*?(){}\[\]]"
_SET = r"\[\^?(?:[A-Za-z0-9 _.,:;#@/+=!%<>]|[A-Za-z0-9]-[A-Za-z0-9]|-(?=\]))+\]"
_PORTABLE: Final = re.compile(rf"(?:{_SIGN}|{_SET}|[*+?]|\{{\d{{1,3}}(?:,\d{{0,3}})?\}}|\((?:\?:)?|\))*")
_WORDS: Final = frozenset({
    "$schema", "$id", "$ref", "$defs", "title", "description", "deprecated", "type", "enum", "const", "format",
    "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "required",
    "properties", "additionalProperties", "items", "allOf", "anyOf", "oneOf",
})  # fmt: skip
#: What makes a schema a type. The others only narrow one.
_SHAPE: Final = frozenset({
    "$ref", "type", "enum", "const", "properties", "additionalProperties", "items", "allOf", "anyOf", "oneOf",
})  # fmt: skip


def shaped(document: dict[str, Any], title: str) -> dict[str, Any]:
    """The types of a document that `TOLERANT` has opened; `title` is the name of the root's class."""
    made = inlined(widen(document, _TYPES).document)
    named = {name: _titled(part, top=True) for name, part in parts(made).items()}
    return {**joined(named), "title": title}


def interfaces(document: dict[str, Any]) -> dict[str, Any]:
    """The same types for a generator of TypeScript.

    It names an interface by its title alone, and makes a further one for each `$ref` that has words beside it.
    A schema that has no type of its own, such as a refinement under `allOf`, is of any.
    """
    return joined({name: _named(part, "") for name, part in parts(document).items()})


def _named(part: Any, name: str) -> Any:
    if not isinstance(part, dict):
        return part
    made = rebuilt(part, lambda _keyword, steps, inner: _named(inner, _called(name, steps)))
    if not _is_shape(made) and made.keys() - {"title", "description", "deprecated"}:
        made["tsType"] = "unknown"  # it only narrows, and the generator would take it for an object
    if name and "properties" in made:
        made.setdefault("title", name)
    if "$ref" in made and len(made) > 1:
        made["allOf"] = [{"$ref": made.pop("$ref")}, *made.get("allOf", ())]
    return made


def _called(name: str, steps: Pointer) -> str:
    """`lines` and `linesItem` for a member and its elements; what joins others has no name."""
    if steps[0] == "properties":
        return str(steps[1])
    return f"{name}Item" if steps[0] == "items" and name else ""


def _titled(part: Any, *, top: bool = False) -> Any:
    """Titles where they name a class, and nowhere else."""
    if not isinstance(part, dict):
        return part
    made = rebuilt(part, lambda _keyword, _steps, inner: _titled(inner))
    title = class_name(str(made.pop("title", "")))
    names = top or {"properties", "anyOf", "oneOf", "allOf"} & made.keys()
    return {"title": title, **made} if names and title else made


def _texts(page: Page) -> None:
    said = page.said
    if said.get("format") not in _FORMATS:
        said.pop("format", None)
    if not _PORTABLE.fullmatch(str(said.get("pattern", ""))):
        del said["pattern"]
    if "format" in said:  # no text any more, but a moment
        for keyword in ("pattern", "minLength", "maxLength"):
            said.pop(keyword, None)


def _numbers(page: Page) -> None:
    said = page.said
    for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if keyword in said and (not isinstance(said[keyword], int) or is_wide(said[keyword])):
            del said[keyword]
    types = [said["type"]] if isinstance(said.get("type"), str) else said.get("type", ())
    if "number" in types and not {"string", "integer"} & set(types):
        said["format"] = "decimal"


def _choices(page: Page) -> None:
    """Only texts can be listed in a type in every language; other values are known by their type."""
    said = page.said
    listed = [said["const"]] if "const" in said else said.get("enum")
    if listed is None:
        return
    if not all(isinstance(value, str) for value in listed):
        page.lose("which values are allowed", "const", "enum")
        said.setdefault("type", types_of(listed))
    else:
        said["type"] = "string"
        for keyword in ("format", "pattern", "minLength", "maxLength"):
            said.pop(keyword, None)


def _known_values(page: Page) -> None:
    """Of an enumeration that may grow, a person is told what is known."""
    known = page.said.pop("x-extensible-enum", None)
    if isinstance(known, list):
        told = ", ".join(str(value) for value in known)
        about = page.said.get("description", "")
        page.said["description"] = f"{about} Known so far: {told}; others may come.".strip()


def _possible_members(page: Page) -> None:
    """What is described under a condition has a name; its type, without the condition, may be any."""
    said = page.said
    branches = [said.pop(keyword, None) for keyword in ("then", "else")]
    branches += (said.pop("dependentSchemas", None) or {}).values()
    said.pop("if", None)
    members = [each for branch in branches if isinstance(branch, dict) for each in branch.get("properties", {}).items()]
    if members:
        said["properties"] = {**{name: _untyped(member) for name, member in members}, **said.get("properties", {})}


def _untyped(member: Any) -> Any:
    return {"description": member["description"]} if isinstance(member, dict) and "description" in member else {}


def _members(page: Page) -> None:
    said = page.said
    if "properties" in said:
        said["properties"] = {name: member for name, member in said["properties"].items() if member is not False}
    if "patternProperties" in said:
        page.lose("what names demand of their members", "patternProperties", "additionalProperties")
    if said.get("properties") and isinstance(said.get("additionalProperties"), dict):
        del said["additionalProperties"]


def _joins(page: Page) -> None:
    """A branch that only narrows, as one that only requires members, is no type."""
    said = page.said
    for keyword in ("anyOf", "oneOf"):
        if keyword in said and not all(_is_shape(branch) for branch in said[keyword]):
            del said[keyword]
    if "allOf" in said:
        needed = [name for branch in said["allOf"] if isinstance(branch, dict) for name in branch.get("required", ())]
        if needed and not any(_is_shape(branch) for branch in said["allOf"]):
            said["required"] = list(dict.fromkeys([*said.get("required", ()), *needed]))
        said["allOf"] = [branch for branch in said["allOf"] if _is_shape(branch)]
        if not said["allOf"]:
            del said["allOf"]


def _is_shape(branch: Any) -> bool:
    return isinstance(branch, dict) and not _SHAPE.isdisjoint(branch)


#: What its rewrites drop need not be accounted for: of a tolerant document, nothing is left that a loss could turn.
_TYPES: Final = Speech(
    _WORDS,
    {},
    (rest_of_elements, _possible_members, _members, _known_values, _choices, _texts, _numbers, _joins),
)
