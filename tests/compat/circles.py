"""Random pairs of schemas that lead back to themselves, and every small value: an oracle that leaves nothing small out."""

import copy
import random
from collections import Counter
from functools import cache
from itertools import product
from typing import Any

from jsonschema_rs import RegexOptions, validator_for

from bridge.core.contain import contains

NAMES = ("a", "b")
LEAVES: tuple[Any, ...] = (0, 1, 2, "x", "xy", None, True)


class Circles:
    """Draws from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pair(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A reader and a writer: one mostly the other with something changed."""
        first = self.document()
        second = copy.deepcopy(first)
        for _ in range(self.random.randint(1, 2)):
            name = self.random.choice(sorted(second["$defs"]))
            second["$defs"][name] = self.changed(second["$defs"][name])
        return (first, second) if self.random.random() < 0.5 else (second, first)

    def document(self) -> dict[str, Any]:
        """Definitions that lead to each other by way of members and elements."""
        return {"$ref": "#/$defs/m", "$defs": {"m": self.node(), "n": self.node()}}

    def node(self) -> dict[str, Any]:
        """What stands in a definition: nothing leads on to another one without going deeper."""
        kind = self.random.randrange(8)
        if kind == 0:
            return {"type": "array", "items": self.inner(), **self.some(minItems=1, maxItems=2, uniqueItems=True)}
        if kind == 1:
            return {"type": "array", "prefixItems": [self.inner(), self.inner()], **self.some(items=self.inner())}
        if kind == 2:
            return {self.random.choice(("anyOf", "oneOf")): [self.leaf(), self.thing(), self.thing()]}
        if kind == 3:
            return {"allOf": [self.thing(), self.thing()], **self.some(unevaluatedProperties=False)}
        if kind == 4:
            return {
                **self.thing(),
                **self.some(**{"not": self.thing()}),
                **self.some(**{"if": self.leaf()}, then=self.thing()),
            }
        return self.thing()

    def thing(self) -> dict[str, Any]:
        """An object."""
        made: dict[str, Any] = {"properties": {name: self.inner() for name in NAMES if self.random.random() < 0.6}}
        made |= self.some(type=self.random.choice(("object", "object", ["object", "null"], ["array", "object"])))
        made |= self.some(
            required=[self.random.choice(NAMES)], additionalProperties=self.random.choice((False, self.inner()))
        )
        return made | (
            self.some(patternProperties={"^a": self.inner()}, dependentSchemas={"a": self.thing()})
            if self.random.random() < 0.2
            else {}
        )

    def inner(self) -> Any:
        """What stands in a member."""
        leaf, to = self.leaf(), {"$ref": f"#/$defs/{self.random.choice('mn')}"}
        return self.random.choice(
            (
                to,
                to,
                to,
                leaf,
                {"anyOf": [to, leaf]},
                {"oneOf": [leaf, to]},
                {**to, **leaf},
                True,
                {"type": "array", "items": to},
            )
        )

    def leaf(self) -> dict[str, Any]:
        """What leads nowhere."""
        return copy.deepcopy(self.random.choice((
            {"type": "integer"}, {"type": "integer", "minimum": 1}, {"type": "string"}, {"type": "string", "maxLength": 1},
            {"type": "null"}, {"enum": [0, "x", None]}, {"const": 1}, {"type": ["integer", "object"]}, {},
        )))  # fmt: skip

    def changed(self, schema: Any) -> Any:
        """The schema with one thing changed somewhere."""
        if not isinstance(schema, dict) or not schema or self.random.random() < 0.1:
            return self.inner() if self.random.random() < 0.5 else self.leaf()
        word = self.random.choice(sorted(schema))
        value = schema[word]
        if isinstance(value, dict) and word in ("properties", "patternProperties") and value:
            name = self.random.choice(sorted(value))
            return {**schema, word: {**value, name: self.changed(value[name])}}
        if isinstance(value, list) and word in ("anyOf", "oneOf", "allOf", "prefixItems"):
            index = self.random.randrange(len(value))
            return {**schema, word: [*value[:index], self.changed(value[index]), *value[index + 1 :]]}
        if isinstance(value, dict) and word in ("items", "additionalProperties", "not"):
            return {**schema, word: self.changed(value)}
        if self.random.random() < 0.5:
            return {other: inner for other, inner in schema.items() if other != word} or {"type": "object"}
        return {**schema, **self.thing()}

    def some(self, **words: Any) -> dict[str, Any]:
        """About half of these."""
        return {word: value for word, value in words.items() if self.random.random() < 0.5}


@cache
def small_values() -> list[Any]:
    """Every value of the leaves, up to two members or elements, three deep; of the deepest a part."""
    found: list[Any] = list(LEAVES)
    for level in (len(LEAVES), 14):
        inner = found[:level] + found[len(found) - level :: 7]
        made: list[Any] = [{}, []]
        made += [{name: value} for name in (*NAMES, "ab") for value in found]
        made += [[value] for value in found] + [[one, other] for one, other in product(inner, inner)]
        made += [{"a": one, "b": other} for one, other in product(inner, inner)]
        found = [*LEAVES, *made]
    return found


def examine(seed: int) -> Counter[str]:
    """Ask about one random pair, and look for a small value that refutes the answer. Raises `AssertionError`."""
    reader, writer = Circles(seed).pair()
    found = contains(reader, writer)
    reads, writes = (validator_for(each, pattern_options=RegexOptions()) for each in (reader, writer))
    breaking = next((value for value in small_values() if writes.is_valid(value) and not reads.is_valid(value)), ...)
    assert found.answer != "yes" or breaking is ..., f"seed {seed}: {breaking!r} is in {writer} and not in {reader}"
    if found.answer == "unknown":
        return Counter(["unknown, broken" if breaking is not ... else "unknown"])
    return Counter([found.answer])
