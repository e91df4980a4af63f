"""Who says what a value's members and elements are: the schemas that apply to one value, and what they hold.

Several schemas may describe one member: `allOf` joins a base and its refinement, `then` adds to what stands beside it.
Closing each by itself would refuse what the other declares. So the members that several describe are found here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

from jsonschema_rs import validator_for

from bridge.core.schema.dialect import REACH, Pointer, Reach
from bridge.core.schema.link import Links
from bridge.core.schema.strict import STRICT
from bridge.frozen import frozen

#: A choice on the way to a schema: where, between what, and which.
Choice = tuple[Pointer, str, str | int]

#: The one name that stands for all elements of an array, beside the names of members.
ELEMENTS = 0

_CHOICES = {"anyOf": "anyOf", "oneOf": "oneOf", "then": "if", "else": "if", "dependentSchemas": "", "dependencies": ""}
_EXCLUSIVE = frozenset({"oneOf", "if"})  # of whose branches never two apply together
_OF_ELEMENTS = frozenset({"items", "prefixItems", "additionalItems", "unevaluatedItems"})


@frozen
class Holder:
    """A schema that applies to a value, and under which choices."""

    pointer: Pointer
    choices: tuple[Choice, ...] = ()
    gathered: bool = False  #: asked what it declares, not whether it holds: its branch may not be the one taken
    owner: Pointer = ()  #: of a schema for a member or element: the one that holds it


@frozen
class Contest:
    """What several schemas describe at once."""

    parts: dict[str | int, list[Holder]]  #: by the member's name, or `ELEMENTS`
    left: frozenset[Pointer]  #: the schemas that must not be closed where they stand


def holders(links: Links, roots: Iterable[Holder]) -> list[Holder]:
    """The roots and all that applies to the same value with them, but what only asks (`if`, `not`)."""
    found: dict[tuple[Pointer, tuple[Choice, ...]], Holder] = {}
    waiting = list(roots)
    while waiting:
        holder = waiting.pop()
        if (holder.pointer, holder.choices) in found:
            continue
        found[holder.pointer, holder.choices] = holder
        for keyword, inner in links.inside(holder.pointer):
            if keyword == "$ref" or REACH[keyword] is Reach.HERE:
                taken = ((holder.pointer, _CHOICES[keyword], inner[-1]),) if keyword in _CHOICES else ()
                waiting.append(Holder(inner, holder.choices + taken, holder.gathered))
    return list(found.values())


def contest(links: Links, everyone: Iterable[Holder]) -> Contest:
    """The members that several of these schemas describe at once.

    A pattern or `additionalProperties` that shares a member with another schema stays open where it stands: which
    members it admits is known of named ones only. So do several patterns, which may share any member.
    """
    named, wild = _described(links, everyone)
    for name in list(named):
        if isinstance(name, str):
            named[name] += [replace(part, gathered=True) for part in wild if _covers(links, part, name, named[name])]
    parts = {name: found for name, found in named.items() if _is_disputed(links, found)}
    left = {part.pointer for found in parts.values() for part in found}
    patterns = {part.pointer for part in wild if "patternProperties" in part.pointer[-2:-1]}
    if len(patterns) > 1 or _is_disputed(links, wild) or any(part.pointer in left for part in wild):
        left |= {part.pointer for part in wild}
    return Contest(parts, frozenset(left))


def declares_members(schema: Any) -> bool:
    """Whether the schema by itself speaks of an object's members, if only to name none."""
    if not isinstance(schema, dict):
        return False
    kinds = schema.get("type", ())
    return (
        "properties" in schema or "patternProperties" in schema or "object" in ([kinds], kinds)[isinstance(kinds, list)]
    )


def _described(links: Links, everyone: Iterable[Holder]) -> tuple[dict[str | int, list[Holder]], list[Holder]]:
    named: dict[str | int, list[Holder]] = defaultdict(list)
    wild = []
    for holder in everyone:
        for keyword, inner in links.inside(holder.pointer):
            part = replace(holder, pointer=inner, owner=holder.pointer)
            if keyword == "properties":
                named[inner[-1]].append(part)
            elif keyword in _OF_ELEMENTS:
                named[ELEMENTS].append(part)
            elif keyword != "$ref" and REACH[keyword] is Reach.BELOW:
                wild.append(part)
    return named, wild


def _covers(links: Links, part: Holder, name: str, parts: Collection[Holder]) -> bool:
    """Whether a pattern matches the name; `additionalProperties` and its like cover what others name."""
    if "patternProperties" in part.pointer[-2:-1]:
        return _finds(str(part.pointer[-1]), name)
    return isinstance(links.schema(part.pointer), dict) and all(part.owner != other.owner for other in parts)


@cache
def _finds(pattern: str, name: str) -> bool:
    return validator_for({"pattern": pattern}, **STRICT).is_valid(name)


def _is_disputed(links: Links, parts: Collection[Holder]) -> bool:
    weighty = [part for part in parts if _could_be_closed(links, part.pointer)]
    return any(part.gathered for part in weighty) or any(
        one.owner != other.owner and not _exclude(one, other) for one, other in combinations(weighty, 2)
    )


def _could_be_closed(links: Links, pointer: Pointer) -> bool:
    return declares_members(links.schema(pointer)) or any(True for _ in links.inside(pointer))


def _exclude(one: Holder, other: Holder) -> bool:
    """Whether the two never apply together, being of different branches of one choice that takes one branch only."""
    for mine, its in zip(one.choices, other.choices, strict=False):
        if mine != its:
            return mine[:2] == its[:2] and mine[1] in _EXCLUSIVE
    return False
