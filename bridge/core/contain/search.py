"""Looks for the smallest value that a writer allows and a reader refuses."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from bridge.core.contain.answer import NO_WITNESS
from bridge.core.contain.hints import Hints
from bridge.core.contain.judge import Judge
from bridge.core.contain.samples import Samples
from bridge.core.wire import canonical_json

#: Most steps in which a witness is made smaller.
MAX_STEPS: Final = 400
#: As many witnesses as are compared by size; the schemas give their simplest first.
_ENOUGH: Final = 6


def find_witness(judge: Judge, writer: Mapping[str, Any], breaking: Mapping[str, Any] | None, hints: Hints) -> Any:
    """A value that the judge finds to break, as small as it could be made; `NO_WITNESS` where none was found.

    The schema of all that breaks suggests best; the writer, at the edges that either schema mentions, next.
    """
    sources = [schema for schema in (breaking, writer) if schema is not None]
    for source in sources:
        found = list(islice(filter(judge.breaks, Samples(source, hints).each()), _ENOUGH))
        if found:
            return _smaller(judge, min(found, key=size))
    return NO_WITNESS


def size(value: Any) -> tuple[int, bytes]:
    """The order in which witnesses are better: shorter first."""
    text = canonical_json(value)
    return len(text), text


def _smaller(judge: Judge, value: Any) -> Any:
    """The value with everything left out that it breaks without."""
    steps = MAX_STEPS
    shrunk = True
    while shrunk and steps > 0:
        shrunk = False
        for other in _simpler(value):
            steps -= 1
            if size(other) < size(value) and judge.breaks(other):
                value, shrunk = other, True
                break
            if steps <= 0:
                break
    return value


def _simpler(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        yield from (inner for inner in inside if isinstance(inner, dict | list))
        yield from (other for inner in inside if isinstance(inner, list) for other in inner if isinstance(other, dict))
    if isinstance(value, dict):
        for name in value:
            yield {other: inner for other, inner in value.items() if other != name}
        for name, inner in value.items():
            yield from (value | {name: other} for other in _simpler(inner))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
        for index, inner in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in _simpler(inner))
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield from (0, 1, -1, int(value), int(value) // 2)
    elif isinstance(value, str) and value:
        yield from ("", "x", value[: len(value) // 2], value[:-1])
