"""Playing the story against a deployment: step by step, then the redelivery, then the reckoning.

It is a generator of what happened, so that one play feeds the show, the JSON document and the tests alike.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.local.deployment import Answer, Deployment, invoke, parcels
from bridge.local.listening import Arrival, Due, Listeners
from bridge.local.story import Act, Step, Subscriber
from bridge.local.tape import Tape, expired
from bridge.local.writing import write

#: Seconds of waiting in vain that a whole play may spend: a deployment that delivers nothing fails soon.
PATIENCE = 20.0
#: Seconds that one step waits at most.
STEP = 8.0
#: Seconds in which a message too many would have come; ministack delivers before the function returns.
SETTLE = 1.0


@dataclass(frozen=True, slots=True)
class Scene:
    """One step as it went."""

    number: int
    act: str
    step: Step
    records: Sequence[Mapping[str, Any]]  #: the stream's, in Lambda's shape
    since: float  #: `time.monotonic()` when it began
    due: Sequence[Due]
    arrivals: Sequence[Arrival]  #: what came meanwhile
    parked: Sequence[Mapping[str, Any]] = ()  #: of a poison step: the quarantine's objects

    @property
    def missing(self) -> list[Due]:
        """What should have come, and did not in time."""
        return list((Counter(self.due) - Counter(arrival.due for arrival in self.arrivals)).elements())

    @property
    def ok(self) -> bool:
        """Everything that was due has come, and what is poison is parked."""
        return not self.missing and (bool(self.parked) or not self.step.poison)


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of a scene, and who got it how long after the scene began."""

    type: str
    subject: str | None
    id: str | None
    milliseconds: Mapping[str, int]  #: by subscriber


@dataclass(frozen=True, slots=True)
class Redelivery:
    """The whole stream, given to the function once more."""

    records: Sequence[Mapping[str, Any]]
    answer: Answer
    arrivals: Sequence[Arrival]  #: none, if all goes well
    parked: Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Play:
    """A deployment, who listens, and the time still to be spent in waiting."""

    shop: Deployment
    listeners: Listeners
    subscribers: Sequence[Subscriber]
    tape: Tape
    patience: float = PATIENCE

    def scenes(self, acts: Sequence[Act]) -> Iterator[Scene]:
        """Every step, as it happens."""
        stories = [(act.title, step) for act in acts for step in act.steps]
        seen: list[Mapping[str, Any]] = []
        for number, (act, step) in enumerate(stories, start=1):
            scene = self._scene(number, act, step, seen)
            seen += scene.records
            yield scene

    def redeliver(self, scenes: Sequence[Scene]) -> Redelivery:
        """Give every record that the stream has had to the function again, as one batch."""
        before = len(self.listeners.arrivals)
        records = [record for scene in scenes for record in scene.records]
        answer = invoke(self.shop, records)
        time.sleep(SETTLE)
        return Redelivery(records, answer, tuple(self.listeners.arrivals[before:]), parcels(self.shop))

    def _scene(self, number: int, act: str, step: Step, seen: Sequence[Mapping[str, Any]]) -> Scene:
        before, since = len(self.listeners.arrivals), time.monotonic()
        records = self._by_hand(step, seen) if step.by_hand else self._written(step)
        due = tuple(self._due(step))
        arrivals = self._wait(Counter(due), before)
        return Scene(number, act, step, records, since, due, arrivals, self._parked(step))

    def _due(self, step: Step) -> Iterator[Due]:
        for said in step.says:
            for subscriber in self.subscribers:
                if subscriber.hears(said):
                    yield Due(subscriber.name, said.type, None if subscriber.form == "data" else said.subject)

    def _written(self, step: Step) -> list[dict[str, Any]]:
        write(self.shop, step.writes)
        return self.tape.read(len(step.writes))

    def _by_hand(self, step: Step, seen: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The TTL record of an item that was inserted before."""
        key = step.writes[0].key
        last = [record for record in seen if plain_keys(record) == key][-1]
        records = [expired(last, f"by-hand-{last['eventID']}")]
        invoke(self.shop, records)
        return records

    def _wait(self, due: Counter[Due], before: int) -> Sequence[Arrival]:
        started = time.monotonic()
        arrivals = self.listeners.wait(due, before, min(STEP, self.patience))
        if not due <= Counter(arrival.due for arrival in arrivals):
            self.patience -= time.monotonic() - started
        return arrivals

    def _parked(self, step: Step) -> Sequence[Mapping[str, Any]]:
        deadline = time.monotonic() + min(STEP, self.patience)
        found: Sequence[Mapping[str, Any]] = ()
        while step.poison and not found and time.monotonic() < deadline:
            found = parcels(self.shop)
        return found


def heard(scene: Scene) -> list[Heard]:
    """The scene's events in order of arrival. Bare data bears no id: it goes with the event of its type."""
    events: dict[str | None, list[Arrival]] = {}
    for arrival in scene.arrivals:
        events.setdefault(arrival.id or _event_of(arrival, scene), []).append(arrival)
    return [_heard(id_, arrivals, scene.since) for id_, arrivals in events.items()]


def _event_of(bare: Arrival, scene: Scene) -> str | None:
    return next((other.id for other in scene.arrivals if other.id and other.due.type == bare.due.type), None)


def _heard(id_: str | None, arrivals: Sequence[Arrival], since: float) -> Heard:
    due = next((arrival.due for arrival in arrivals if arrival.id), arrivals[0].due)
    milliseconds = {arrival.due.subscriber: round((arrival.at - since) * 1000) for arrival in arrivals}
    return Heard(due.type, due.subject, id_, milliseconds)


def plain_keys(record: Mapping[str, Any]) -> dict[str, str]:
    """The primary key of a record's item; the shop's keys are all text."""
    return {name: value["S"] for name, value in record["dynamodb"]["Keys"].items()}
