"""Proves containment where schemas lead back to themselves, such as trees: the algebra leaves that unknown.

A question is whether every value that satisfies all of some schemas of the writer satisfies one of the reader. It is
taken apart: what the reader says of members and elements becomes a question about these, and the rest, which leads
into no circle, is asked of the algebra with a writer that may be wider. A question about members that has been met
before is taken as answered. That is sound: values are finite, so a value in which it failed would hold a smaller one
in which it failed too, and there is no smallest one.

What cannot be taken apart so (`not`, `if`, `contains` and the like that lead into a circle for the reader) is not
proved. It never says no.

Rejected: to unroll the references so many times. It proves nothing about values that are deeper still.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from bridge.core.contain.endless import Document, Tangled
from bridge.core.contain.judge import compiled
from bridge.core.wire import canonical_json

#: Most questions to the algebra, and most of ours inside one another.
MAX_QUESTIONS: Final = 400
MAX_DEPTH: Final = 60

_TYPES: Final = ("array", "boolean", "null", "number", "object", "string")
#: What of the reader's may lead into a circle and is then a question of its own.
_HERE: Final = frozenset({"$ref", "allOf", "then", "else", "dependentSchemas"})
_BELOW: Final = frozenset({"properties", "patternProperties", "additionalProperties", "items", "prefixItems"})

Joined = list[dict[str, Any]]
#: Whether the algebra proves that a reader covers a writer.
Proves = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


def covers(reader: Mapping[str, Any], writer: Mapping[str, Any], proves: Proves) -> bool:
    """Whether it is proved that the reader takes all that the writer allows; false says nothing.

    Both are whole schemas of the latest draft. Those without circles are not looked at: the algebra has decided.
    """
    proof = _Proof(Document(reader), Document(writer), proves)
    try:
        circular = proof.reader.is_endless(proof.reader.top) and proof.writer.is_endless(proof.writer.top)
        return circular and proof.here([proof.writer.top], proof.reader.top)
    except Tangled:
        return False


@dataclass(slots=True)
class _Proof:
    reader: Document
    writer: Document
    proves: Proves
    left: int = MAX_QUESTIONS
    depth: int = 0
    #: Questions about members and elements that are taken as answered, each resting on those before it and on itself.
    known: list[tuple[frozenset[bytes], bytes]] = field(default_factory=list)

    def here(self, schemas: Iterable[Any], demand: Any) -> bool:
        """Whether what satisfies all these schemas satisfies the demand."""
        if self.depth >= MAX_DEPTH:
            raise Tangled
        schemas = list(schemas)
        wanted = self.reader.spelt(demand)
        if any(self.writer.spelt(schema) == wanted for schema in schemas):
            return True
        self.depth += 1
        holds = self._by_branch(self.writer.joined(schemas), demand)
        self.depth -= 1
        return holds

    def _by_branch(self, joined: Joined, demand: Any) -> bool:
        for index, each in enumerate(joined):
            word = next((word for word in ("anyOf", "oneOf") if word in each), None)
            if word is not None:  # at least one branch holds
                rest = [*joined[:index], *joined[index + 1 :], _without(each, word)]
                return all(self.here([*rest, branch], demand) for branch in each[word])
        return self._apart(joined, demand) or self._asked(False, joined)  # or nothing satisfies them

    def below(self, schemas: Iterable[Any], demand: Any) -> bool:
        """The same of a member or an element: of a smaller value."""
        schemas = [schema for schema in schemas if schema is not True]
        question = frozenset(map(canonical_json, schemas)), canonical_json(demand)
        if question in self.known:
            return True
        mark = len(self.known)
        self.known.append(question)
        holds = any(schema is False for schema in schemas) or self.here(schemas, demand)
        if not holds:
            del self.known[mark:]
        return holds

    def _apart(self, joined: Joined, demand: Any) -> bool:
        if not self.reader.is_endless(demand):
            return self._asked(demand, joined)
        circles = {word for word in demand if self.reader.is_endless({word: demand[word]})}
        looks = demand.keys() & {"unevaluatedProperties", "unevaluatedItems"}
        if looks or not circles <= {*_HERE, *_BELOW, "anyOf"} or not self._asked(self._rest(demand, circles), joined):
            return False
        if not all(self.here(joined, part) for part in self._parts_here(demand, circles)):
            return False
        if "anyOf" in circles and not self._any(joined, demand["anyOf"]):
            return False
        types = _types(joined)
        return ("object" not in types or self._members(joined, demand, circles)) and (
            "array" not in types or self._elements(joined, demand, circles)
        )

    def _rest(self, demand: Mapping[str, Any], circles: set[str]) -> dict[str, Any]:
        """What the demand says apart from its circles."""
        rest = {word: value for word, value in demand.items() if word not in circles or word in _BELOW}
        for word in circles & _BELOW:
            rest[word] = self._blank(rest[word], word)
        return rest

    def _blank(self, value: Any, word: str) -> Any:
        if word in ("items", "additionalProperties"):
            return True
        if isinstance(value, list):
            return [True if self.reader.is_endless(inner) else inner for inner in value]
        return {name: True if self.reader.is_endless(inner) else inner for name, inner in value.items()}

    def _parts_here(self, demand: Mapping[str, Any], circles: set[str]) -> Iterator[Any]:
        """What else the demand says of the value itself; a condition is taken as met."""
        if "$ref" in circles:
            yield self.reader.target(demand["$ref"])
        yield from demand["allOf"] if "allOf" in circles else ()
        yield from (demand[word] for word in ("then", "else") if word in circles and "if" in demand)
        yield from demand["dependentSchemas"].values() if "dependentSchemas" in circles else ()

    def _any(self, joined: Joined, branches: list[Any]) -> bool:
        """Whether one branch takes all; else, whether of each type one takes all."""
        if any(self.here(joined, branch) for branch in branches):
            return True
        types = _types(joined)
        return len(types) > 1 and all(self._any([*joined, {"type": name}], branches) for name in types)

    def _members(self, joined: Joined, demand: Mapping[str, Any], circles: set[str]) -> bool:
        names = {name for each in joined for name in each.get("properties", ())}
        own, shaped = demand.get("properties", {}), demand.get("patternProperties", {})
        for name in sorted(names | own.keys()):
            asked = [own[name]] if name in own else []
            asked += [inner for pattern, inner in shaped.items() if _fits(pattern, name)]
            asked = asked or [demand.get("additionalProperties", True)]
            if not all(self.below(_member(joined, name), each) for each in asked if self.reader.is_endless(each)):
                return False
        loose = [inner for inner in shaped.values() if self.reader.is_endless(inner)]
        loose += [demand["additionalProperties"]] if "additionalProperties" in circles else []
        return all(self._unnamed(joined, each) for each in loose)

    def _unnamed(self, joined: Joined, demand: Any) -> bool:
        """Whether members that no schema names satisfy a demand, whatever patterns their names have."""
        shaped = [inner for each in joined for inner in each.get("patternProperties", {}).values()]
        others = [each["additionalProperties"] for each in joined if "additionalProperties" in each]
        return self.below(others, demand) and all(self.below([inner], demand) for inner in shaped)

    def _elements(self, joined: Joined, demand: Mapping[str, Any], circles: set[str]) -> bool:
        first = demand.get("prefixItems", [])
        count = max(len(first), *(len(each.get("prefixItems", ())) for each in joined))
        for index in range(count):
            asked = first[index] if index < len(first) else demand.get("items", True)
            if self.reader.is_endless(asked) and not self.below(_element(joined, index), asked):
                return False
        return "items" not in circles or self.below(_element(joined, count), demand["items"])

    def _asked(self, demand: Any, joined: Joined) -> bool:
        """Whether the algebra proves a demand that leads into no circle, of a writer that leads into none."""
        self.left -= 1
        if self.left < 0:
            raise Tangled
        wider = {"allOf": [self.writer.wider(each) for each in joined]}
        return self.proves(self.reader.standing(demand), self.writer.standing(wider))


def _without(schema: dict[str, Any], word: str) -> dict[str, Any]:
    return {keyword: value for keyword, value in schema.items() if keyword != word}


def _types(joined: Joined) -> list[str]:
    """The types that a value may have; an integer is a number."""
    found = list(_TYPES)
    for each in joined:
        given = each.get("type", _TYPES)
        names = {"number" if name == "integer" else name for name in ([given] if isinstance(given, str) else given)}
        if "enum" in each or "const" in each:
            names &= {_type(value) for value in each.get("enum", [each.get("const")])}
        found = [name for name in found if name in names]
    return found


def _type(value: Any) -> str:
    """The name of a value's type; `bool` is looked at before the number that Python takes it for."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "null")


_KINDS: Final = ((bool, "boolean"), (str, "string"), (list, "array"), (dict, "object"), (int | Decimal, "number"))


def _member(joined: Joined, name: str) -> list[Any]:
    """What the schemas say of a member."""
    found: list[Any] = []
    for each in joined:
        own = [each["properties"][name]] if name in each.get("properties", ()) else []
        own += [inner for pattern, inner in each.get("patternProperties", {}).items() if _fits(pattern, name)]
        found += own or ([each["additionalProperties"]] if "additionalProperties" in each else [])
    return found


def _element(joined: Joined, index: int) -> list[Any]:
    """What the schemas say of an element."""
    found: list[Any] = []
    for each in joined:
        first = each.get("prefixItems", [])
        found += [first[index]] if index < len(first) else [each["items"]] if "items" in each else []
    return found


def _fits(pattern: str, name: str) -> bool:
    return bool(compiled({"pattern": pattern}).is_valid(name))
