"""A record made ready: all of its events made and measured before the first is sent, or the reason why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from math import inf, isfinite
from traceback import walk_tb
from typing import Any, Protocol

from bridge.core.change import Change
from bridge.core.decode import Record, decode
from bridge.core.event import Event
from bridge.core.wants import Wanted, everything
from bridge.errors import Problem, RecordRefused, Where
from bridge.frozen import frozen
from bridge.ports import Delivery, Second, Target


class Translated(Protocol):
    """What the rules make of a change; `bridge.core.translate.Translation` is one."""

    @property
    def events(self) -> Sequence[Event]:
        """In the order of the rules; none where no rule speaks of the change."""


Translate = Callable[[Change], Translated]

#: Records that are decoded before the first of them is translated.
TOGETHER = 100


@frozen
class Consignment:
    """One record with its events. With problems it is refused, and none of its events is sent."""

    record: Record
    at: str = ""  #: the change's time, RFC 3339; "" where it has none or could not be decoded
    age_from: float = inf  #: the same in epoch seconds; infinity where unknown
    order: str = ""  #: its place in its stream, as text that sorts
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    rule: str = ""  #: `<entity>.<event>` that the first problem is about, where known
    deliveries: Mapping[Delivery, Event] = field(init=False)  #: every event toward every target of it, in order

    def __post_init__(self) -> None:
        deliveries = {Delivery(event.id, target): event for event in self.events for target in event.targets}
        object.__setattr__(self, "deliveries", deliveries)

    @property
    def dated(self) -> dict[Delivery, Second]:
        """Every delivery with the second of the change: what the ledger finds it by."""
        return dict.fromkeys(self.deliveries, second_of(self.age_from))


def second_of(age_from: float) -> Second:
    """The second in which a change was made, by its time, as every retry of its record says it."""
    return int(age_from) if isfinite(age_from) else None


def consign(
    records: Sequence[Record],
    translate: Translate,
    targets: Mapping[str, Target],
    wanted: Wanted = everything,
    is_late: Callable[[], bool] | None = None,
) -> list[Consignment]:
    """Decode, translate, and ask every target of every event. Raises nothing: an exception here would come again.

    What no `RecordRefused` explains is a bug of ours. The record is refused with code `bug`, for a retry says the same.
    Each step is done for many records before the next, since a core's caches hold one step's code; not for all,
    since the images of a batch are large. Once `is_late`, those that are translated suffice, the first at least.
    """
    made: list[Consignment] = []
    for start in range(0, len(records), TOGETHER):
        some = records[start : start + TOGETHER]
        changes = [_attempt(decode, record, wanted) for record in some]
        said: list[Any] = []
        for change in changes:
            if is_late and (made or said) and is_late():
                break
            said.append(change if _is_refused(change) else _attempt(_events, translate, change))
        made += [_consignment(*each, targets) for each in zip(some, changes, said, strict=False)]
        if len(said) < len(some):
            break
    return made


def _attempt(step: Callable[..., Any], *given: Any) -> Any:
    """What the step comes to, else a list of the problems why not."""
    try:
        return step(*given)
    except RecordRefused as error:
        return list(error.problems) or [_bug(error)]
    except Exception as error:  # noqa: BLE001 -- see `consign`
        return [_bug(error)]


def _is_refused(made: Any) -> bool:
    return type(made) is list


def _events(translate: Translate, change: Change) -> tuple[Event, ...]:
    return tuple(translate(change).events)


def _consignment(record: Record, change: Any, events: Any, targets: Mapping[str, Target]) -> Consignment:
    if _is_refused(change):
        return Consignment(record, problems=_placed(change, record))
    known = (record, change.at, change.age_from, change.order)
    if _is_refused(events):
        return Consignment(*known, problems=_placed(events, record))
    objections = _attempt(_objections, events, targets)
    problems, rule = (objections, "") if _is_refused(objections) else objections
    return Consignment(*known, events, _placed(problems, record), rule)


def objected(each: Consignment, targets: Mapping[str, Target]) -> Consignment:
    """The same after every target of every event was asked again: the events are others than before."""
    return _consignment(each.record, each, each.events, targets)


def _objections(events: Sequence[Event], targets: Mapping[str, Target]) -> tuple[tuple[Problem, ...], str]:
    """What the targets of the first event that cannot go have against it, and its rule."""
    for event in events:
        objections = [targets[name].objection(event) for name in event.targets]
        problems = tuple(problem for problem in objections if problem)
        if problems:
            return problems, event.rule
    return (), ""


def _placed(problems: Sequence[Problem], record: Record) -> tuple[Problem, ...]:
    if not problems:
        return ()
    place = Where(record=record.record_id)
    return tuple(problem.within(place) for problem in problems)


def _bug(error: Exception) -> Problem:
    """Where it happened and its type. Its message may hold item data, which must not reach the logs."""
    frames = [(frame.f_globals.get("__name__", ""), line) for frame, line in walk_tb(error.__traceback__)]
    module, line = next((at for at in reversed(frames) if at[0].startswith("bridge.")), frames[-1])
    what = f"{type(error).__name__} where none was expected: this is a mistake of the bridge, not of the record"
    fix = "report it with this place and the record, and redrive the record once it is mended"
    return Problem(Where(file=module, line=line), "bug", what, fix)
