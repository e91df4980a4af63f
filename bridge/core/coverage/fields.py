"""The fields of a pattern one by one, each as a pattern of its own, and each entry of a field's list."""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.core.pattern import Pattern, compile_pattern
from bridge.core.wire import write_json
from bridge.core.yamltree import Entry, Mapping, Node, Scalar, Sequence
from bridge.errors import Where

OR = "$or"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One entry of a list of what a field may be."""

    where: Where
    shown: str  #: as JSON
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Field:
    """What a pattern asks of one field."""

    path: str  #: `new.status`
    where: Where
    pattern: Pattern
    alternatives: tuple[Alternative, ...]  #: where there is more than one


def fields_of(when: Mapping) -> list[Field]:
    """Every field with a list, those within `$or` among them, in the order written."""
    return [_field(path, key, values) for path, key, values in _leaves(when, ())]


def _leaves(node: Mapping, path: tuple[Scalar, ...]) -> Iterator[tuple[tuple[Scalar, ...], Scalar, Sequence]]:
    for entry in node:
        if isinstance(entry.value, Mapping):
            yield from _leaves(entry.value, (*path, entry.key))
            continue
        assert isinstance(entry.value, Sequence), "a field of a pattern that compiles has a list"
        if entry.key.value != OR:
            yield path, entry.key, entry.value
            continue
        for alternative in entry.value:
            assert isinstance(alternative, Mapping), "an alternative of a pattern that compiles is a mapping"
            yield from _leaves(alternative, path)


def _field(path: tuple[Scalar, ...], key: Scalar, values: Sequence) -> Field:
    keys = (*path, key)
    several = len(values.items) > 1
    each = [(item, Sequence((item,), item.where)) for item in values.items] if several else []
    return Field(
        ".".join(str(name.value) for name in keys),
        values.where,
        _pattern(keys, values),
        tuple(Alternative(item.where, write_json(item.plain()).decode(), _pattern(keys, only)) for item, only in each),
    )


def _pattern(keys: tuple[Scalar, ...], values: Node) -> Pattern:
    """The pattern that asks for this field alone."""
    node = values
    for key in reversed(keys):
        node = Mapping((Entry(key, node),), key.where)
    return compile_pattern(node)
