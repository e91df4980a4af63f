"""Items worth trying: a small one, one with everything, and each attribute at its edges in both."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.contain.hints import Hints
from bridge.core.contain.judge import compiled
from bridge.core.contain.samples import Samples
from bridge.core.proof.shapes import Branch, Shape, schema_of, values_of
from bridge.core.wire import canonical_json

#: Most values of one attribute that are tried.
MAX_VALUES: Final = 32


#: Of a value of which nothing is known: one of each type, and one that is empty.
SIMPLE: Final[tuple[Value, ...]] = ("x", 0, "", True, [], {}, -1, Decimal("0.5"), None)


@dataclass(slots=True)
class Values:
    """Values of schemas, made once for each."""

    hints: Hints
    _known: dict[bytes, list[Value]] = field(default_factory=dict)

    def of(self, schema: Any) -> list[Value]:
        """Few values: the schema's own first ones, and where there are many some of those further on."""
        whole = schema if isinstance(schema, Mapping) else ({} if schema else {"not": {}})
        key = canonical_json(whole)
        if key not in self._known:
            self._known[key] = self._made(whole) if whole else [*SIMPLE, *islice(self.hints.texts, MAX_VALUES)]
        return self._known[key]

    def _made(self, schema: Mapping[str, Any]) -> list[Value]:
        fits = compiled(schema).is_valid
        simple = [value for value in SIMPLE if fits(value)]
        found = [*simple, *islice(Samples(schema, self.hints).of(schema, 1), 200)]
        if len(found) <= MAX_VALUES:
            return found
        half = MAX_VALUES // 2
        return [*found[:half], *found[half :: max(1, (len(found) - half) // half)][:half]]


def items(shape: Shape, names: Collection[str], values: Values) -> Iterator[Value]:
    """Items of a shape, small ones first, with the members that are required or named, and no others."""
    for branch in shape:
        listed = values_of(branch)
        yield from _objects(branch, names, values) if listed is None else listed


def _objects(branch: Branch, names: Collection[str], values: Values) -> Iterator[Value]:
    required = list(branch.get("required", ()))
    members = {name: values.of(_member(branch, name)) for name in _wanted(branch, names)}
    if any(not members.get(name) for name in required):
        return
    base = {name: members[name][0] for name in required}
    full = base | {name: each[-1] for name, each in members.items() if each}
    yield base
    yield full
    yield from ({other: full[other] for other in full if other != name} for name in full if name not in required)
    for index in range(max(map(len, members.values()), default=0)):
        for name, each in members.items():
            if index < len(each):
                yield base | {name: each[index]}
                yield full | {name: each[index]}


def _wanted(branch: Branch, names: Collection[str]) -> list[str]:
    own = {*branch.get("required", ()), *(name for name in branch.get("properties", ()) if name in names)}
    free = names if branch.get("additionalProperties", True) is True else ()
    return sorted({*own, *free})


def _member(branch: Branch, name: str) -> Any:
    return branch.get("properties", {}).get(name, branch.get("additionalProperties", True))


def first_of(shape: Shape, hints: Hints) -> Value:
    """One value of a shape; None where none was found."""
    schema = schema_of(shape)
    return next(iter(Samples(schema, hints).of(schema)), None)
