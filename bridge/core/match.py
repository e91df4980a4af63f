"""Whether a change is what a pattern asks for, and the refusal to guess where the record cannot tell."""

from collections.abc import Collection, Mapping

from bridge.core.change import ORIGIN, Change, Value
from bridge.core.pattern import Pattern
from bridge.errors import Problem, UnmappableChange, Where


def holds(pattern: Pattern | None, change: Change, document: Mapping[str, Value], where: Where) -> bool:
    """Whether the pattern holds. Raises `UnmappableChange` M006 or M009 where that depends on what is unknown."""
    if pattern is None:
        return True
    unknown = change.unknown and pattern.reads & change.unknown
    if not unknown:
        return pattern.matches(document)
    answer = pattern.may_match(document, change.unknown)
    if answer is None:
        raise untold(unknown, "`when` asks for", where)
    return answer


def untold(unknown: Collection[str], asks: str, where: Where) -> UnmappableChange:
    """The refusal of what `asks` for unknown names: M009 for where the change happened, else M006 for images."""
    origin = sorted(ORIGIN.intersection(unknown))
    names = ", ".join(origin or sorted(unknown))
    if origin:
        what = f"{asks} '{names}', which the record does not tell"
        fix = "give the record its eventSourceARN, as Lambda and Pipes do, or ask only for what it tells"
        return UnmappableChange(Problem(where, "M009", what, fix))
    what = f"{asks} '{names}', which the stream's view type does not deliver"
    fix = "stream with view type NEW_AND_OLD_IMAGES, or ask only for what the stream delivers"
    return UnmappableChange(Problem(where, "M006", what, fix))
