"""The closed form of a schema: what the bridge may emit, which is what the schema declares and nothing more.

JSON Schema lets everything pass that is not spoken of. A subscriber cannot rely on what nobody declared, and whoever
later declares such a member breaks those who read it. So of each value that the schema describes as an object, the
closed form refuses the members that no schema applying to it declares, unless the schema says otherwise:

- `additionalProperties` or `unevaluatedProperties`, whatever their value, `propertyNames` without `properties`, and
  objects under `const` and `enum` say otherwise;
- a schema that stands alone gets `additionalProperties: false`;
- one that joins others (`$ref`, `allOf`, `anyOf`, `oneOf`, `then`, `dependentSchemas`) gets
  `unevaluatedProperties: false`, and the joined ones get nothing: each knows only a part of the members;
- what stands under `if`, `not`, `contains` and `propertyNames` asks rather than tells, and stays as it is;
- a member that several joined schemas describe is closed once, for what they declare together (see `holders`).
  Where one of them belongs to a branch that may not be taken, what it declares counts if it holds for the member
  alone: there the closed form is wider than it could be. It is never too narrow.

Closing a branch of `oneOf` could leave one match where there were two, so what satisfies the closed form must satisfy
the open one as well (`Forms.both`).

Both forms are written as one document of the latest draft that refers to nothing outside, whatever it was made of:
`items` lists become `prefixItems`, `dependencies` are split, what draft 7 and older ignore beside `$ref` is dropped.
Rejected: closing the documents as they stand. A schema that is closed where it is used alone and open where it is
joined cannot be one and the same text.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import field
from typing import Any

from bridge.core.change import Value
from bridge.core.schema.dialect import LATEST, REACH, Pointer, Reach
from bridge.core.schema.holders import ELEMENTS, Contest, Holder, contest, declares_members, holders
from bridge.core.schema.lift import assertions, placed, unseen
from bridge.core.schema.link import Links
from bridge.frozen import frozen, slotted

#: Most definitions that a form may need: far above any schema seen, and reached within a second by one made to explode.
MAX_DEFINITIONS = 2_500

#: The members that a joined schema leaves to the one that joins it; None where nothing is to be closed.
_Left = frozenset[Pointer] | None


class TooTangledError(Exception):
    """The form would need more than `MAX_DEFINITIONS`."""


@frozen
class Forms:
    """A schema in the latest draft, self-contained."""

    open: dict[str, Value]
    closed: dict[str, Value]
    both: bool  #: whether a value must be checked against both
    members: frozenset[str]  #: every name of a member that it declares, wherever


def forms(links: Links, pointer: Pointer) -> Forms:
    """Both forms of a schema. Raises `TooTangledError`."""
    closed, as_is = _Writer(links), _Writer(links)
    first = closed.definition("closed", frozenset({Holder(pointer)}))
    plain = as_is.definition("joined", pointer, None)
    return Forms(
        {"$schema": LATEST.uri, **plain, "$defs": as_is.finished()},
        {"$schema": LATEST.uri, **first, "$defs": closed.finished()},
        as_is.chooses,
        frozenset(as_is.members),
    )


@slotted
class _Writer:
    links: Links
    chooses: bool = False
    members: set[str] = field(default_factory=set)
    _names: dict[Hashable, str] = field(default_factory=dict)
    _waiting: list[tuple[str, Any]] = field(default_factory=list)
    _written: dict[str, Any] = field(default_factory=dict)

    def definition(self, *wanted: Any) -> dict[str, str]:
        """A reference to what `_closed` or `_joined` will write of these arguments."""
        if wanted not in self._names:
            if len(self._names) >= MAX_DEFINITIONS:
                raise TooTangledError
            self._names[wanted] = str(len(self._names))
            self._waiting.append((self._names[wanted], wanted))
        return {"$ref": f"#/$defs/{self._names[wanted]}"}

    def finished(self) -> dict[str, Any]:
        """All definitions, written out."""
        write: dict[str, Callable[..., Any]] = {"closed": self._closed, "joined": self._joined, "shut": self._shut}
        while self._waiting:
            name, (form, *arguments) = self._waiting.pop()
            self._written[name] = write[form](*arguments)
        return self._written

    def _closed(self, roots: frozenset[Holder]) -> Any:
        """What applies to one value, closed for what it declares together."""
        if len(roots) == 1:
            (root,) = roots
            if not root.gathered and self._only_refers(root.pointer):
                return self.definition("closed", frozenset({Holder(self.links.targets[root.pointer])}))
        everyone = holders(self.links, roots)
        contested = contest(self.links, everyone)
        if not contested.parts:
            return self._shut(roots, contested.left)
        return {"allOf": [self.definition("shut", roots, contested.left), self._settled(contested)]}

    def _shut(self, roots: frozenset[Holder], left: frozenset[Pointer]) -> Any:
        whole = self._join(roots, left)
        everyone = holders(self.links, roots)
        if isinstance(whole, bool) or not self._is_to_be_shut(whole, everyone):
            return whole
        alone = len(everyone) == 1 and not everyone[0].gathered and "if" not in whole
        return whole | {"additionalProperties" if alone else "unevaluatedProperties": False}

    def _join(self, roots: frozenset[Holder], left: frozenset[Pointer]) -> Any:
        if len(roots) == 1:
            (root,) = roots
            if not root.gathered:
                return self._joined(root.pointer, left)
        return {"allOf": [self._side(root, left) for root in sorted(roots, key=lambda root: str(root.pointer))]}

    def _side(self, root: Holder, left: frozenset[Pointer]) -> dict[str, Any]:
        if root.gathered:
            return {"anyOf": [self.definition("joined", root.pointer, None), True]}
        return self.definition("joined", root.pointer, left)

    def _settled(self, contested: Contest) -> dict[str, Any]:
        """The members that several describe, closed for what these declare together."""
        named = {name: self._together(parts) for name, parts in contested.parts.items()}
        elements = {"items": named.pop(ELEMENTS)} if ELEMENTS in named else {}
        return elements | {"properties": named}

    def _together(self, parts: Iterable[Holder]) -> dict[str, str]:
        sure = {part.pointer for part in parts if not part.choices and not part.gathered and self._is_for_all(part)}
        doubtful = {part.pointer for part in parts} - sure
        group = {Holder(pointer) for pointer in sure} | {Holder(pointer, gathered=True) for pointer in doubtful}
        return self.definition("closed", frozenset(group))

    def _is_for_all(self, part: Holder) -> bool:
        """Whether a schema is for every element, not for one place or the rest. Those of members always are."""
        one_place = isinstance(part.pointer[-1], int) or part.pointer[-1] in ("additionalItems", "unevaluatedItems")
        return not one_place and not (part.pointer[-1] == "items" and "prefixItems" in self.links.schema(part.owner))

    def _joined(self, pointer: Pointer, left: _Left) -> Any:
        """A schema whose own members are closed, but for those left to the one that joins it, and not itself."""
        schema = self.links.schema(pointer)
        if isinstance(schema, bool):
            return schema
        dialect = self.links.source(pointer).dialect
        written = {} if dialect.lone_reference and "$ref" in schema else assertions(schema, dialect)
        for keyword, inner in self.links.inside(pointer):
            if keyword == "$ref":
                written["$ref"] = self.definition("joined", inner, left)["$ref"]
            elif REACH[keyword] is not Reach.ASIDE:
                placed(written, schema, inner[len(pointer) :], self._inner(keyword, inner, left))
        if "contains" in written and dialect.age < LATEST.age:
            written = unseen(written)
        self.chooses = self.chooses or "oneOf" in written
        self.members.update(written.get("properties", ()))
        return written

    def _inner(self, keyword: str, inner: Pointer, left: _Left) -> Any:
        if left is None or REACH[keyword] is Reach.TEST or (REACH[keyword] is Reach.BELOW and inner in left):
            return self._joined(inner, None)
        return self._joined(inner, left) if REACH[keyword] is Reach.HERE else self._closed(frozenset({Holder(inner)}))

    def _only_refers(self, pointer: Pointer) -> bool:
        schema = self.links.schema(pointer)
        if pointer not in self.links.targets:
            return False
        dialect = self.links.source(pointer).dialect
        beside = {keyword for keyword, _ in self.links.inside(pointer) if REACH.get(keyword) is not Reach.ASIDE}
        return dialect.lone_reference or (beside == {"$ref"} and not assertions(schema, dialect))

    def _is_to_be_shut(self, whole: dict[str, Any], everyone: Iterable[Holder]) -> bool:
        sure = [self.links.schema(holder.pointer) for holder in everyone if not holder.choices and not holder.gathered]
        declared = any(declares_members(self.links.schema(holder.pointer)) for holder in everyone)
        own = "additionalProperties" in whole or "unevaluatedProperties" in whole
        return declared and not own and not any(map(_says_otherwise, sure))


def _says_otherwise(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    listed = [schema.get("const"), *schema.get("enum", ())]
    named = "properties" in schema or "patternProperties" in schema
    return any(isinstance(value, dict) for value in listed) or ("propertyNames" in schema and not named)
