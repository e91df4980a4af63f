"""What the examples of a project show of its rules, and what they leave in the dark.

Every rule has points (`points.py`): each kind of change that its patterns leave possible, each field of a pattern seen
to hold and not to hold, each alternative of a field's list, both sides of `if`, each `?` key there and left out, each
type under `schemas`, each target. An example covers those that its change passes (`observe.py`). Nothing of this is
known to the compiled rules that records meet: fields of patterns are compiled once more, one by one, and values are
walked beside the rule.

What belongs to the whole entity (its `when`, the `?` keys of its `extensions`) is covered by examples of any event.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.core.coverage.observe import observed
from bridge.core.coverage.points import Point, points_of
from bridge.core.examples import Example, change_given
from bridge.core.rules.model import Entity
from bridge.errors import ProjectInvalid, RecordRefused

__all__ = ["Covered", "Point", "coverage"]


@dataclass(frozen=True, slots=True)
class Covered:
    """What the examples show of one entity or event."""

    subject: str  #: `order`, `order.placed`
    points: tuple[Point, ...]
    missing: tuple[Point, ...]


def coverage(
    entities: Sequence[Entity], examples: Sequence[Example], read_file: Callable[[str], bytes]
) -> list[Covered]:
    """Entity by entity: what belongs to it as a whole, then each of its events."""
    seen = {key for example in examples for key in _seen(example, read_file)}
    return [_covered(subject, points, seen) for entity in entities for subject, points in points_of(entity).items()]


def _seen(example: Example, read_file: Callable[[str], bytes]) -> set[Point]:
    try:
        change = change_given(example, read_file)
    except (ProjectInvalid, RecordRefused):
        return set()
    return observed(example.entity, example.rule, change)


def _covered(subject: str, points: Sequence[Point], seen: set[Point]) -> Covered:
    return Covered(subject, tuple(points), tuple(point for point in points if point not in seen))
