"""`FilterCriteria` of Lambda's event source mapping: what rules can want, in at most five patterns, never narrower.

Where the wishes come to more than fits, they are widened in steps: images are no longer looked at, then keys, then
everything passes. Several wishes share a pattern by `$or` only where there are more than five.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from bridge.core.change import Value
from bridge.core.infra.wishes import CHANGES, Place, Wish, simplified, wishes
from bridge.core.rules.translate import Rules
from bridge.core.wire import write_json

Source = Literal["dynamodb", "kinesis"]

#: Filters of a mapping and characters of a pattern (AWS Lambda developer guide, "Control which events Lambda sends").
MAX_FILTERS: Final = 5
MAX_LENGTH: Final = 4096
#: Steps of widening: which fields of a record may be looked at.
_STEPS: Final = (
    frozenset({"StreamViewType", "Keys", "NewImage", "OldImage"}),
    frozenset({"StreamViewType", "Keys"}),
    frozenset({"StreamViewType"}),
)


def filters(rules: Rules, source: Source = "dynamodb") -> list[str]:
    """The patterns, each as JSON text. None at all where every record may be wanted."""
    wanted = wishes(rules)
    return next(
        said for fields in _STEPS if (said := _said(wanted, fields, source)) is not None
    )  # the last always fits


def criteria(rules: Rules, source: Source = "dynamodb") -> dict[str, Value]:
    """The same as a mapping takes them."""
    return {"Filters": [{"Pattern": pattern} for pattern in filters(rules, source)]}


def _said(wanted: Sequence[Wish], fields: Iterable[str], source: Source) -> list[str] | None:
    """The patterns that look at these fields alone; None where they do not fit."""
    kept = simplified([_looking_at(fields, wish) for wish in wanted])
    if any(not wish.places and len(wish.operations) == len(CHANGES) for wish in kept):
        return []
    return _packed([_pattern(wish) for wish in kept], source)


def _looking_at(fields: Iterable[str], wish: Wish) -> Wish:
    return replace(wish, places={place: allowed for place, allowed in wish.places.items() if place[0] in fields})


def _pattern(wish: Wish) -> dict[str, Value]:
    pattern: dict[str, Value] = {}
    if len(wish.operations) < len(CHANGES):
        pattern["eventName"] = sorted(wish.operations)
    if wish.places:
        pattern["dynamodb"] = _nested(wish.places)
    return pattern


def _nested(places: Mapping[Place, Sequence[Value]]) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for place in sorted(places):
        *way, last = filter(None, place)
        inner = made
        for name in way:
            inner = inner.setdefault(name, {})
        inner[last] = list(places[place])
    return made


def _packed(patterns: Sequence[Mapping[str, Value]], source: Source) -> list[str] | None:
    """One text a pattern, else several joined by `$or`, filled one after the other; None where they do not fit."""
    alone = [_text(pattern, source) for pattern in patterns]
    if any(len(text) > MAX_LENGTH for text in alone):
        return None
    packed = alone if len(alone) <= MAX_FILTERS else list(_joined(patterns, source))
    return packed if len(packed) <= MAX_FILTERS else None


def _joined(patterns: Sequence[Mapping[str, Value]], source: Source) -> Iterator[str]:
    group: list[Mapping[str, Value]] = []
    for pattern in patterns:
        if group and len(_text(_either([*group, pattern]), source)) > MAX_LENGTH:
            yield _text(_either(group), source)
            group = []
        group.append(pattern)
    yield _text(_either(group), source)


def _either(patterns: Sequence[Mapping[str, Value]]) -> Mapping[str, Value]:
    return {"$or": patterns} if len(patterns) > 1 else patterns[0]


def _text(pattern: Mapping[str, Value], source: Source) -> str:
    """Kinesis carries the change as JSON in `data`."""
    return write_json({"data": pattern} if source == "kinesis" else pattern).decode()
