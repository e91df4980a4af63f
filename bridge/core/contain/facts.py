"""Tells the algebra of schemas what it cannot see by itself: which texts belong to which.

To it every regular expression and every format is a set of its own, so that `^[a-z]{3}$` within `^[a-z]+$` is unknown,
and so is either within `maxLength: 3`. Where automata prove that whatever a part of the writer allows also satisfies a
demand of the reader, that demand is written into the part. The writer allows then what it allowed before, and the
algebra finds the same demand on both sides. Where they find a text that does not satisfy it, the search gets it.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from bridge.core.contain.automaton import Automaton, outside
from bridge.core.contain.regex import Chars, Choice, Edge, Part, Row, Times, Unfollowed, others, parse
from bridge.core.schema.dialect import LATEST

#: Most parts of a writer and most demands of a reader that are compared: their product is what it costs.
MAX_PARTS: Final = 300
MAX_DEMANDS: Final = 40
#: Longest list of texts that is compared with an expression.
MAX_LISTED: Final = 200

#: A keyword and its value, as text so that it can be looked up: `("pattern", '"^a"')`.
Demand = tuple[str, str]

_DEMANDS: Final = frozenset({"pattern", "minLength", "maxLength", "enum", "const"})
#: RFC 3986 and 3987 define each of these as one case of the other.
_WIDER_FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    "uri": ("uri-reference", "iri", "iri-reference"),
    "uri-reference": ("iri-reference",),
    "iri": ("iri-reference",),
}
_START, _END, _ANY = Edge(start=True), Edge(start=False), Chars(others(()))
#: What no text satisfies: whatever satisfies the rest is outside of it.
_NOTHING: Final[Demand] = ("nothing", "true")


@dataclass(slots=True)
class Facts:
    """A writer that says more of what it already meant, and texts that tell both schemas apart."""

    writer: dict[str, Any]
    texts: list[str] = field(default_factory=list)


def with_facts(reader: Mapping[str, Any], writer: Mapping[str, Any]) -> Facts:
    """The same writer, with every demand of the reader's texts that it satisfies anyway."""
    demands = list(dict.fromkeys(demand for part in _parts(reader) for demand in _demands(part)))[:MAX_DEMANDS]
    formats = {str(part["format"]) for part in _parts(reader) if isinstance(part.get("format"), str)}
    shapes = list(dict.fromkeys(shape for part in _parts(reader) for shape in part.get("patternProperties", ())))
    copy = deepcopy(dict(writer))
    facts = Facts(copy)
    for part in list(_parts(copy))[:MAX_PARTS]:
        known = [*_implied(part, demands, facts.texts), *_wider(part, formats)]
        if known:
            part["allOf"] = [*part.get("allOf", ()), *known]
        facts.texts += _names(part, demands, shapes[:MAX_DEMANDS])
    return facts


def _names(part: Mapping[str, Any], demands: list[Demand], shapes: list[str]) -> list[str]:
    """Names of members that a pattern allows and a demand refuses, or that are of a shape as well."""
    patterns = [frozenset({("pattern", json.dumps(pattern))}) for pattern in part.get("patternProperties", ())]
    found = [_outside(own, demand) for own in patterns for demand in demands]
    of_shapes = [frozenset({("pattern", json.dumps(shape))}) for shape in shapes]
    found += [_outside(own | shape, _NOTHING) for own in [*patterns, frozenset[Demand]()] for shape in of_shapes]
    return [text for text in found if isinstance(text, str)]


def _parts(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every schema in a document that is an object."""
    waiting: list[Any] = [document]
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, dict):
            yield schema
            waiting += [inner for _, _, inner in LATEST.schemas_in(schema)]


def _demands(part: Mapping[str, Any]) -> list[Demand]:
    return (
        [(keyword, json.dumps(part[keyword])) for keyword in sorted(_DEMANDS & part.keys())]
        if _is_of_text(part)
        else []
    )


def _is_of_text(part: Mapping[str, Any]) -> bool:
    listed = [*part.get("enum", ()), *([part["const"]] if "const" in part else ())]
    return len(listed) <= MAX_LISTED and all(isinstance(value, str) for value in listed)


def _implied(part: Mapping[str, Any], demands: list[Demand], texts: list[str]) -> Iterator[dict[str, Any]]:
    own = frozenset(_conjoined(part))
    if not any(keyword == "pattern" for keyword, _ in own):
        demands = [demand for demand in demands if demand[0] == "pattern"] if _may_be_text(part) else []
    if _outside(own, _NOTHING) is None:  # no text satisfies all that is demanded
        yield {"not": {"type": "string"}}
        return
    only_text = part.get("type") == "string"
    for demand in demands:
        if demand not in own and (only_text or demand[0] not in ("enum", "const")):
            found = _outside(own, demand)
            if found is None:
                yield {demand[0]: json.loads(demand[1])}
            elif found is not Unfollowed:
                texts.append(str(found))


def _may_be_text(part: Mapping[str, Any]) -> bool:
    types = part.get("type", "string")
    return "string" in ([types] if isinstance(types, str) else types)


def _conjoined(part: Mapping[str, Any]) -> Iterator[Demand]:
    yield from _demands(part)
    for inner in part.get("allOf", ()):
        if isinstance(inner, dict):
            yield from _demands(inner)


@lru_cache(maxsize=2_048)  # the same money and identifiers stand in every schema
def _outside(own: frozenset[Demand], demand: Demand) -> str | type[Unfollowed] | None:
    """A shortest text that satisfies all but the demand. None: there is none. `Unfollowed`: not known."""
    try:
        return outside([_automaton(each) for each in sorted(own)], _automaton(demand))
    except Unfollowed:
        return Unfollowed


def within(one: str, other: str) -> bool:
    """Whether it is proved that every text that fits one pattern fits the other."""
    first, second = (("pattern", json.dumps(pattern)) for pattern in (one, other))
    return first == second or _outside(frozenset({first}), second) is None


def disjoint(one: str, other: str) -> bool:
    """Whether it is proved that no text fits both patterns."""
    both = frozenset({("pattern", json.dumps(one)), ("pattern", json.dumps(other))})
    return _outside(both, _NOTHING) is None


def shortest(part: Mapping[str, Any]) -> str | None:
    """A shortest text that satisfies the demands of a part, where automata can tell."""
    found = _outside(frozenset(_conjoined(part)), _NOTHING)
    return found if isinstance(found, str) else None


@lru_cache(maxsize=512)
def _automaton(demand: Demand) -> Automaton:
    keyword, value = demand[0], json.loads(demand[1])
    return Automaton.of(_TREES[keyword](value))


def _listed(texts: list[str]) -> Part:
    return Row((_START, Choice(tuple(Row(tuple(Chars(((ord(sign),) * 2,)) for sign in text)) for text in texts)), _END))


def _long(least: int, most: int | None) -> Part:
    if max(least, most or 0) > 1_000:
        raise Unfollowed("a length that is too large")
    return Row((_START, Times(_ANY, least, most), _END))


_TREES: Final[Mapping[str, Any]] = {
    "nothing": lambda _: Choice(()),
    "pattern": parse,
    "enum": _listed,
    "const": lambda text: _listed([text]),
    "minLength": lambda count: _long(int(count), None),
    "maxLength": lambda count: _long(0, int(count)),
}


def _wider(part: Mapping[str, Any], formats: set[str]) -> Iterator[dict[str, Any]]:
    for wider in _WIDER_FORMATS.get(str(part.get("format")), ()):
        if wider in formats:
            yield {"format": wider}
