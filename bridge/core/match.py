"""Whether a change is what a pattern asks for, and the refusal to guess where the record cannot tell."""

from collections.abc import Mapping

from bridge.core.change import Change, Value
from bridge.core.pattern import Pattern
from bridge.errors import Problem, UnmappableChange, Where


def holds(pattern: Pattern | None, change: Change, document: Mapping[str, Value], where: Where) -> bool:
    """Whether the pattern holds. Raises `UnmappableChange` M006 where that depends on an image not delivered."""
    if pattern is None:
        return True
    if not (pattern.reads & change.unknown):
        return pattern.matches(document)
    answer = pattern.may_match(document, change.unknown)
    if answer is None:
        unknown = ", ".join(sorted(pattern.reads & change.unknown))
        what = f"`when` asks for '{unknown}', which the stream's view type does not deliver"
        fix = "stream with view type NEW_AND_OLD_IMAGES, or ask only for what the stream delivers"
        raise UnmappableChange(Problem(where, "M006", what, fix))
    return answer
