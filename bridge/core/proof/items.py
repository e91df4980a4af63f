"""Items worth trying: a small one, one with everything, and each attribute at its edges in both."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.contain.hints import Hints
from bridge.core.contain.samples import Samples
from bridge.core.proof.shapes import Branch, Shape, schema_of, values_of

#: Most values of one attribute that are tried.
MAX_VALUES: Final = 32


def items(shape: Shape, names: Collection[str], hints: Hints) -> Iterator[Value]:
    """Items of a shape, small ones first, with the members that are required or named, and no others."""
    for branch in shape:
        if values_of(branch) is not None or branch.get("type") != "object":
            continue
        yield from _objects(branch, names, hints)


def _objects(branch: Branch, names: Collection[str], hints: Hints) -> Iterator[Value]:
    required = list(branch.get("required", ()))
    members = {name: _values(_member(branch, name), hints) for name in _wanted(branch, names)}
    if any(not members.get(name) for name in required):
        return
    base = {name: members[name][0] for name in required}
    full = base | {name: values[-1] for name, values in members.items() if values}
    yield base
    yield full
    yield from ({other: full[other] for other in full if other != name} for name in full if name not in required)
    for index in range(max(map(len, members.values()), default=0)):
        for name, values in members.items():
            if index < len(values):
                yield base | {name: values[index]}
                yield full | {name: values[index]}


def _wanted(branch: Branch, names: Collection[str]) -> list[str]:
    own = {*branch.get("required", ()), *(name for name in branch.get("properties", ()) if name in names)}
    free = names if branch.get("additionalProperties", True) is True else ()
    return sorted({*own, *free})


def _member(branch: Branch, name: str) -> Any:
    return branch.get("properties", {}).get(name, branch.get("additionalProperties", True))


def _values(schema: Any, hints: Hints) -> list[Value]:
    """Few values of a schema: its own first ones, and where there are many some of those further on."""
    whole = schema if isinstance(schema, Mapping) else ({} if schema else {"not": {}})
    found = list(islice(Samples(whole, hints).of(whole, 1), 200))
    if len(found) <= MAX_VALUES:
        return found
    half = MAX_VALUES // 2
    return [*found[:half], *found[half :: max(1, (len(found) - half) // half)][:half]]


def first_of(shape: Shape, hints: Hints) -> Value:
    """One value of a shape; None where none was found."""
    schema = schema_of(shape)
    return next(iter(Samples(schema, hints).of(schema)), None)
