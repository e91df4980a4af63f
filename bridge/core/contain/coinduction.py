"""Proves containment where schemas lead back to themselves, or describe members by patterns of their names.

The algebra of schemas leaves both unknown. A question is whether every value that satisfies all of some schemas of the
writer satisfies one of the reader. It is taken apart: what the reader says of members and elements becomes a question
about these, and the rest, which leads into no circle, is asked of the algebra with a writer that may be wider.
A question about members that has been met before is taken as answered. That is sound: values are finite, so a value in
which it failed would hold a smaller one in which it failed too, and there is no smallest one.

What cannot be taken apart so (`not`, `if`, `contains` and the like that lead into a circle for the reader) is not
proved. It never says no.

Rejected: to unroll the references so many times. It proves nothing about values that are deeper still.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.core.contain.endless import Document, Tangled
from bridge.core.contain.facts import disjoint, within
from bridge.core.contain.joined import Joined, blank, demanded, element, member, rests, shapes, types, without
from bridge.core.wire import canonical_json

#: Most questions to the algebra, and most of ours inside one another.
MAX_QUESTIONS: Final = 200
MAX_DEPTH: Final = 60

#: What of the reader's may lead into a circle and is then a question of its own.
_HERE: Final = frozenset({"$ref", "allOf", "then", "else", "dependentSchemas"})
_BELOW: Final = frozenset({"properties", "patternProperties", "additionalProperties", "items", "prefixItems"})

#: Whether the algebra proves that a reader covers a writer.
Proves = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]


def covers(reader: Mapping[str, Any], writer: Mapping[str, Any], proves: Proves) -> bool:
    """Whether it is proved that the reader takes all that the writer allows; false says nothing.

    Both are whole schemas of the latest draft. A reader with nothing to be taken apart is not looked at.
    """
    proof = _Proof(Document(reader), Document(writer), proves)
    try:
        return proof.reader.is_apart(proof.reader.top) and proof.here([proof.writer.top], proof.reader.top)
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
                rest = [*joined[:index], *joined[index + 1 :], without(each, word)]
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
        if not self.reader.is_endless(demand) and self._asked(demand, joined):
            return True
        words = self._words(demand)
        if not words or not self._asked(self._rest(demand, words), joined):
            return False
        if not all(self.here(joined, part) for part in self._parts_here(demand, words)):
            return False
        if "anyOf" in words and not self._any(joined, demand["anyOf"]):
            return False
        kinds = types(joined)
        return ("object" not in kinds or self._members(joined, demand, words)) and (
            "array" not in kinds or self._elements(joined, demand, words)
        )

    def _words(self, demand: Any) -> set[str]:
        """The words that become questions of their own; none where what leads into a circle cannot."""
        if not isinstance(demand, dict) or demand.keys() & {"unevaluatedProperties", "unevaluatedItems"}:
            return set()
        apart = {word for word in demand if self.reader.is_apart({word: demand[word]})}
        others = apart - {*_HERE, *_BELOW, "anyOf"}
        return set() if any(self.reader.is_endless({word: demand[word]}) for word in others) else apart - others

    def _rest(self, demand: Mapping[str, Any], words: set[str]) -> dict[str, Any]:
        """What the demand says besides."""
        rest = {word: value for word, value in demand.items() if word not in words or word in _BELOW}
        for word in words & _BELOW:
            rest[word] = blank(rest[word], word)
        return rest

    def _parts_here(self, demand: Mapping[str, Any], words: set[str]) -> Iterator[Any]:
        """What else the demand says of the value itself; a condition is taken as met."""
        if "$ref" in words:
            yield self.reader.target(demand["$ref"])
        yield from demand["allOf"] if "allOf" in words else ()
        yield from (demand[word] for word in ("then", "else") if word in words and "if" in demand)
        yield from demand["dependentSchemas"].values() if "dependentSchemas" in words else ()

    def _any(self, joined: Joined, branches: list[Any]) -> bool:
        """Whether one branch takes all; else, whether of each type one takes all."""
        if any(self.here(joined, branch) for branch in branches):
            return True
        names = types(joined)
        return len(names) > 1 and all(self._any([*joined, {"type": name}], branches) for name in names)

    def _members(self, joined: Joined, demand: Mapping[str, Any], words: set[str]) -> bool:
        shaped = demand.get("patternProperties", {})
        names = {name for each in joined for name in each.get("properties", ())} | demand.get("properties", {}).keys()
        for name in sorted(names):
            if not all(self.below(member(joined, name), each) for each in demanded(demand, name, words)):
                return False
        if "patternProperties" in words and not all(self._shaped(joined, *each) for each in shaped.items()):
            return False
        return "additionalProperties" not in words or self._others(joined, demand["additionalProperties"], shaped)

    def _shaped(self, joined: Joined, pattern: str, demand: Any) -> bool:
        """Whether members that no schema names satisfy a demand, where their names are of a pattern."""
        all_of_it = [inner for own, inner in shapes(joined) if within(pattern, own)]
        if all_of_it and self.below(all_of_it, demand):
            return True
        touching = [inner for own, inner in shapes(joined) if not disjoint(own, pattern)]
        return self.below(rests(joined), demand) and all(self.below([inner], demand) for inner in touching)

    def _others(self, joined: Joined, demand: Any, patterns: Iterable[str]) -> bool:
        """Whether members that no schema names satisfy a demand, where their names are of none of the patterns."""
        touching = [inner for own, inner in shapes(joined) if not any(within(own, each) for each in patterns)]
        return self.below(rests(joined), demand) and all(self.below([inner], demand) for inner in touching)

    def _elements(self, joined: Joined, demand: Mapping[str, Any], words: set[str]) -> bool:
        first = demand.get("prefixItems", [])
        count = max(len(first), *(len(each.get("prefixItems", ())) for each in joined))
        for index in range(count):
            word, asked = ("prefixItems", first[index]) if index < len(first) else ("items", demand.get("items", True))
            if word in words and not self.below(element(joined, index), asked):
                return False
        return "items" not in words or self.below(element(joined, count), demand["items"])

    def _asked(self, demand: Any, joined: Joined) -> bool:
        """Whether the algebra proves a demand that leads into no circle, of a writer that leads into none."""
        self.left -= 1
        if self.left < 0:
            raise Tangled
        wider = {"allOf": [self.writer.wider(each) for each in joined]}
        return self.proves(self.reader.standing(demand), self.writer.standing(wider))
