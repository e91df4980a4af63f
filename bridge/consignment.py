"""A record made ready: all of its events made and measured before the first is sent, or the reason why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from traceback import walk_tb
from typing import Protocol

from bridge.core.change import Change
from bridge.core.decode import Record, decode
from bridge.core.event import Event
from bridge.errors import Problem, RecordRefused, Where
from bridge.ports import Delivery, Target


class Translated(Protocol):
    """What the rules make of a change; `bridge.core.translate.Translation` is one."""

    @property
    def events(self) -> Sequence[Event]:
        """In the order of the rules; none where no rule speaks of the change."""


Translate = Callable[[Change], Translated]


@dataclass(frozen=True, slots=True)
class Consignment:
    """One record with its events. With problems it is refused, and none of its events is sent."""

    record: Record
    change: Change | None = None  #: None where it could not be decoded
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    rule: str = ""  #: `<entity>.<event>` that the first problem is about, where known

    @property
    def deliveries(self) -> dict[Delivery, Event]:
        """Every event toward every target of it, in order."""
        return {Delivery(event.id, target): event for event in self.events for target in event.targets}


def consign(record: Record, translate: Translate, targets: Mapping[str, Target]) -> Consignment:
    """Decode, translate, and ask every target of every event. Raises nothing: an exception here would come again.

    What no `RecordRefused` explains is a bug of ours. The record is refused with code `bug`, for a retry says the same.
    """
    change: Change | None = None
    events: tuple[Event, ...] = ()
    try:
        change = decode(record)
        events = tuple(translate(change).events)
        problems, rule = _objections(events, targets)
    except RecordRefused as error:
        problems, rule = error.problems or (_bug(error),), ""
    except Exception as error:  # noqa: BLE001 -- see the docstring
        problems, rule = (_bug(error),), ""
    return Consignment(record, change, events, _placed(problems, record), rule)


def _objections(events: Sequence[Event], targets: Mapping[str, Target]) -> tuple[tuple[Problem, ...], str]:
    """What the targets of the first event that cannot go have against it, and its rule."""
    for event in events:
        objections = [targets[name].objection(event) for name in event.targets]
        problems = tuple(problem for problem in objections if problem)
        if problems:
            return problems, event.rule
    return (), ""


def _placed(problems: tuple[Problem, ...], record: Record) -> tuple[Problem, ...]:
    place = Where(record=record.record_id)
    return tuple(problem.within(place) for problem in problems)


def _bug(error: Exception) -> Problem:
    """Where it happened and its type. Its message may hold item data, which must not reach the logs."""
    frames = [(frame.f_globals.get("__name__", ""), line) for frame, line in walk_tb(error.__traceback__)]
    module, line = next((at for at in reversed(frames) if at[0].startswith("bridge.")), frames[-1])
    what = f"{type(error).__name__} where none was expected: this is a mistake of the bridge, not of the record"
    fix = "report it with this place and the record, and redrive the record once it is mended"
    return Problem(Where(file=module, line=line), "bug", what, fix)
