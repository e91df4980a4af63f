"""What the targets say of an event: how much room it takes, whether it fits, and whether it went there already."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.consignment import second_of
from bridge.core.change import Change
from bridge.core.decode import Record, decode
from bridge.core.event import Event
from bridge.core.explain import EntityStory, explain
from bridge.errors import Problem, RecordRefused, Where
from bridge.ports import Delivery, Ledger
from bridge.rehearsal import Rehearsal

#: Seconds that the ledger is given for an answer.
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Way:
    """One event on its way to one target."""

    target: str
    size: int  #: bytes, as the service counts them
    room: int  #: the most that it takes
    objection: Problem | None
    sent: bool | None  #: None where the ledger was not asked
    whole: int | None  #: the bytes of the event whole, where it goes by claim check and `size` is the claim's


@dataclass(frozen=True, slots=True)
class Story:
    """All there is to say of one record."""

    record: Record
    change: Change | None  #: None where it cannot be decoded
    entities: tuple[EntityStory, ...]
    ways: Mapping[str, tuple[Way, ...]]  #: by event id
    problems: tuple[Problem, ...]
    silence: str = ""  #: why nothing is said of it, whatever the rules say

    @property
    def refused(self) -> bool:
        """Whether anything keeps the record from being carried."""
        rules = [rule for entity in self.entities for rule in entity.rules]
        found = [self.problems, *(each.problems for each in self.entities), *(each.problems for each in rules)]
        found += [scene.problems for rule in rules for scene in rule.scenes]
        return any(found) or any(way.objection for ways in self.ways.values() for way in ways)


def story(record: Record, bridge: Rehearsal, ledger: Ledger | None) -> Story:
    """The record's story. Raises `StoreUnavailable` where the ledger does not answer."""
    try:
        change = decode(record)
    except RecordRefused as error:
        problems = error.within(Where(record=record.record_id)).problems
        return Story(record, None, (), {}, problems)
    if silence := bridge.silence(change):
        return Story(record, change, (), {}, (), silence)
    entities = tuple(explain(bridge.project.rules.entities, change))
    events = [scene.event for each in entities for rule in each.rules for scene in rule.scenes if scene.event]
    ways = {event.id: _ways(event, change, bridge, ledger) for event in events}
    return Story(record, change, entities, ways, ())


def _ways(event: Event, change: Change, bridge: Rehearsal, ledger: Ledger | None) -> tuple[Way, ...]:
    seen = _seen(event, change, ledger)
    return tuple(_way(event, name, bridge, seen) for name in event.targets)


def _seen(event: Event, change: Change, ledger: Ledger | None) -> set[Delivery] | None:
    if ledger is None:
        return None
    second = second_of(change.age_from)
    return ledger.seen({Delivery(event.id, name): second for name in event.targets}, PATIENCE)


def _way(event: Event, name: str, bridge: Rehearsal, seen: set[Delivery] | None) -> Way:
    sent = None if seen is None else Delivery(event.id, name) in seen
    target, objection = bridge.targets[name], bridge.objection(event, name)
    return Way(name, target.size(event), target.room, objection, sent, bridge.claim(event, name))
