"""The ports in virtual time, and what goes wrong at them.

| port | kind | what happens |
|---|---|---|
| bus, topic | throttle | the masked entries are refused for now |
| | reset | the masked entries are taken, then the connection breaks: the call is unavailable as a whole |
| | stall | no answer in time; the masked entries, if any, were taken |
| | slow | takes `seconds` |
| | raise | the port breaks its contract |
| seen, remember, park | fail | unavailable |
| | reset | done, then the connection breaks |
| | half | a half is done (`UnprocessedItems`), then unavailable |
| | stall, slow | as above |
| all of these | outage | unavailable from `start` on for `seconds`; of a target for one item alone where one is named |
| process | kill | gone before its `many`-th step (a call's begin and end are steps) |
| | pause, zombie | stands still there for `seconds`; what runs into its timeout is killed, or runs on beside its successor |
| clock | jump | the wall clock moves by `seconds` |
| invoke | again | the answer is lost on its way to the mapping |
| | twin | a second poller sends the same batch at the same time |
| | throttled | Lambda does not begin it |
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bridge.core.claim import DATAREF
from bridge.core.event import Event
from bridge.errors import Problem, StoreUnavailable, Where
from bridge.local.memory import DOWN, merged
from bridge.loop import Aside
from bridge.ports import DELIVERED, Delivery, Parcel, Second, Verdict
from bridge.report import Report
from tests.simulation.machine import Machine, Process
from tests.simulation.schedule import HOUR, Fault, Schedule

EPOCH = 1_800_000_000.0
KEEP = 48 * HOUR
UNAVAILABLE = Verdict("unavailable", Problem(Where(), "B010", "throttled", "wait"))
REJECTED = Verdict("refused", Problem(Where(), "B020", "rejected", "mend the event"))


class PortBroke(Exception):
    """What no port may raise."""


@dataclass(eq=False, slots=True)
class Invocation(Process):
    """One run of the relay, and what is known of it afterwards."""

    name: str = ""
    order: int = 0
    rows: tuple[int, ...] = ()  #: indices of its records
    start: float = 0.0
    end: float | None = None  #: None while it runs
    steps: int = 0
    strikes: list[tuple[str, str]] = field(default_factory=list)  #: port and kind of each fault that it met
    starved: set[Delivery] = field(default_factory=set)  #: unavailable entry by entry
    knew: set[Delivery] = field(default_factory=set)  #: what it was told is delivered
    asked: bool = False  #: whether the ledger answered it
    latest: dict[str, str] | None = None  #: what it was told of the latest change of each item
    kept: set[str] = field(default_factory=set)  #: ids of records of which it was told that they are parked
    report: Report | None = None  #: what the relay gave
    done: frozenset[Delivery | str] = frozenset()  #: `knew` and `kept` when it answered
    response: object = None
    error: str = ""  #: how it failed


class Act(NamedTuple):
    """A target took an event."""

    time: float
    who: Invocation
    delivery: Delivery
    event: Event
    answered: bool  #: whether the one who sent it was told so
    known: bool  #: whether the ledger held it when the one who sent it began
    expired: bool  #: whether the ledger had held it, and forgot it


class Call(NamedTuple):
    """A call to a target."""

    who: Invocation
    target: str
    events: tuple[Event, ...]
    said: list[str]  #: of each event, once it has answered
    time: float  #: when it began


@dataclass(slots=True)
class Edge:
    """All that stands around the relay, and the history of what happened there."""

    machine: Machine
    schedule: Schedule
    offset: float = 0.0  #: of the wall clock
    mended: bool = False
    calm: bool = False  #: no faults any more
    calls: Counter[str] = field(default_factory=Counter)
    acts: list[Act] = field(default_factory=list)
    sent: list[Call] = field(default_factory=list)
    ledger: dict[Delivery, float] = field(default_factory=dict)  #: until when it is kept
    places: set[tuple[Delivery, Second]] = field(default_factory=set)  #: where: under which second of its change
    noted: dict[Delivery, float] = field(default_factory=dict)  #: since when, in virtual time
    parcels: dict[str, Parcel] = field(default_factory=dict)
    parkings: list[tuple[Invocation, Parcel, float]] = field(default_factory=list)
    flaws: Mapping[str, str] = field(default_factory=dict)  #: event id to the flaw of its record
    lanes: Mapping[str, str] = field(default_factory=dict)  #: event id to item
    running: list[Invocation] = field(default_factory=list)
    claims: dict[str, bytes] = field(default_factory=dict)  #: what lies in the claims' store
    latest: dict[str, str] = field(default_factory=dict)  #: what the order guard keeps
    unbacked: list[Delivery] = field(default_factory=list)  #: claims that arrived before what they name lay there

    def look(self, event: Event, delivery: Delivery) -> None:
        """Whether what the event names is there as it arrives."""
        named = event.extensions.get(DATAREF)
        if named is not None and named.removeprefix("s3://claims/") not in self.claims:
            self.unbacked.append(delivery)

    def is_dropped(self, delivery: Delivery) -> bool:
        """Whether the bus drops it as one that it took a moment ago (AWS: within five minutes)."""
        before = [act.time for act in self.acts if act.delivery == delivery]
        return "v2" in self.schedule.options and delivery.target == "topic" and before[-1:] > [self.machine.now - 300]

    # the clock port

    def now(self) -> float:
        return EPOCH + self.machine.now + self.offset

    def monotonic(self) -> float:
        return self.machine.now

    def sleep(self, seconds: float) -> None:
        self.machine.sleep(seconds)

    def jitter(self) -> float:
        self.calls["jitter"] += 1
        return self.calls["jitter"] * 0.618 % 1

    # faults

    @property
    def who(self) -> Invocation:
        process = self.machine.current.process
        assert isinstance(process, Invocation)
        return process

    def step(self) -> None:
        """A point at which the process may be killed or stand still."""
        self.machine.alive()
        who = self.who
        for fault in self.faults("process"):
            if (fault.at, fault.many) == (who.order, who.steps):
                who.strikes.append(("process", fault.kind))
                if fault.kind == "kill":
                    self.machine.kill(who)
                else:
                    who.paused_until = self.machine.now + fault.seconds
        who.steps += 1
        self.machine.sleep(0)
        self.machine.alive()

    def faults(self, port: str) -> list[Fault]:
        return [] if self.calm else [fault for fault in self.schedule.faults if fault.port == port]

    def strike(self, port: str) -> Fault | None:
        """What strikes this call of the port, if anything."""
        index = self.calls[port]
        self.calls[port] += 1
        for fault in self.faults(port):
            if fault.kind == "outage":
                if not fault.item and fault.start <= self.machine.now < fault.start + fault.seconds:
                    return fault
            elif fault.at <= index < fault.at + fault.many:
                return fault
        return None

    def starving(self, target: str) -> set[str]:
        """Items of which the target takes nothing now."""
        now = self.machine.now
        outages = [fault for fault in self.faults(target) if fault.kind == "outage" and fault.item]
        return {fault.item for fault in outages if fault.start <= now < fault.start + fault.seconds}

    def store(self, port: str, seconds: float) -> Fault | None:
        """What strikes a store's call. Time passes; raises where nothing is to be done any more."""
        assert seconds > 0
        self.step()
        fault = self.strike(port)
        if fault:
            self.who.strikes.append((port, fault.kind))
        if fault and (fault.kind == "stall" or (fault.kind == "slow" and fault.seconds > seconds)):
            self.machine.sleep(seconds)
            raise StoreUnavailable(DOWN)
        self.machine.sleep(fault.seconds if fault and fault.kind == "slow" else min(seconds, self.schedule.latency))
        self.machine.alive()
        if fault and fault.kind in ("fail", "outage"):
            raise StoreUnavailable(DOWN)
        return fault

    # the ledger port

    def seen(self, dated: Mapping[Delivery, Second], seconds: float) -> set[Delivery]:
        fault = self.store("seen", seconds)
        if fault and fault.kind in ("reset", "half"):
            raise StoreUnavailable(DOWN)
        there = self.places & dated.items()
        found = {each for each, _ in there if self.ledger[each] > self.now()}
        self.who.asked = True
        self.step()
        self.who.knew |= found
        return found

    def remember(self, dated: Mapping[Delivery, Second], seconds: float) -> None:
        fault = self.store("remember", seconds)
        kept = list(dated)
        if fault and fault.kind == "half":
            kept = kept[: len(kept) // 2]
        for each in kept:
            self.places.add((each, dated[each]))
            self.ledger[each] = self.now() + KEEP
            self.noted[each] = self.machine.now
        self.step()
        if fault and fault.kind in ("reset", "half"):
            raise StoreUnavailable(DOWN)

    # the quarantine port

    def park(self, parcel: Parcel, seconds: float) -> None:
        fault = self.store("park", seconds)
        if fault and fault.kind == "half":
            raise StoreUnavailable(DOWN)
        before = self.parcels.get(parcel.key)
        self.parcels[parcel.key] = merged(before, parcel) if before else parcel
        self.parkings.append((self.who, parcel, self.now()))
        self.step()
        if fault and fault.kind == "reset":
            raise StoreUnavailable(DOWN)
        self.who.kept.add(parcel.record_id)

    def keys(self, prefix: str = "") -> Sequence[str]:
        return sorted(key for key in self.parcels if key.startswith(prefix))

    def parcel(self, key: str) -> Parcel:
        return self.parcels[key]

    def drop(self, key: str) -> None:
        self.step()
        self.parcels.pop(key, None)
        self.step()


@dataclass(frozen=True, slots=True)
class SimulatedTarget:
    """A target of the schedule."""

    name: str
    ordered: bool
    most: int
    edge: Edge
    room: int = 1 << 20

    def objection(self, event: Event) -> Problem | None:
        return None

    def size(self, event: Event) -> int:
        return len(event.body)

    def calls(self, events: Sequence[Event]) -> list[list[Event]]:
        return [list(events[start : start + self.most]) for start in range(0, len(events), self.most)]

    async def publish(self, events: Sequence[Event], seconds: float) -> list[Verdict]:
        return await Aside(lambda: self.say(events, seconds))

    def say(self, events: Sequence[Event], seconds: float) -> list[Verdict]:
        """What it says of a call that waits for it."""
        edge, machine = self.edge, self.edge.machine
        assert seconds > 0
        edge.step()
        who, fault = edge.who, edge.strike(self.name)
        edge.sent.append(call := Call(who, self.name, tuple(events), [], machine.now))
        if fault:
            who.strikes.append((self.name, fault.kind))
        kind = fault.kind if fault else ""
        if kind == "raise":
            raise PortBroke
        takes = fault.seconds if kind == "slow" else edge.schedule.latency
        if takes > seconds:
            kind = "outage"
        machine.sleep(min(takes, seconds))
        machine.alive()
        masked = (
            [not fault.mask or bool(fault.mask >> (i % 8) & 1) for i in range(len(events))]
            if fault
            else [True] * len(events)
        )
        verdicts = self._act(who, events, kind, masked)
        if kind == "stall":
            machine.sleep(seconds - min(takes, seconds))
        edge.step()
        call.said.extend(verdict.said for verdict in verdicts)
        who.knew |= {self._delivery(e) for e, v in zip(events, verdicts, strict=True) if v.said == "delivered"}
        return verdicts

    def _act(self, who: Invocation, events: Sequence[Event], kind: str, masked: Sequence[bool]) -> list[Verdict]:
        """What the service does, and what it says."""
        starving, verdicts = self.edge.starving(self.name), []
        for index, event in enumerate(events):
            hit = kind and masked[index]
            verdict, acts = DELIVERED, True
            if kind == "outage" or (kind == "throttle" and hit):
                verdict, acts = UNAVAILABLE, False
            elif kind in ("reset", "stall"):
                verdict, acts = UNAVAILABLE, bool(hit) and not (kind == "stall" and all(masked))
            if self.edge.lanes.get(event.id) in starving:
                verdict, acts = UNAVAILABLE, False
                who.starved.add(self._delivery(event))
            if not self.edge.mended and self.edge.flaws.get(event.id) == "rejected" and verdict.said == "delivered":
                verdict, acts = REJECTED, False
            if acts:
                self._take(who, event, verdict.said == "delivered")
            verdicts.append(verdict)
        return verdicts

    def _take(self, who: Invocation, event: Event, answered: bool) -> None:
        delivery = self._delivery(event)
        self.edge.look(event, delivery)
        if self.edge.is_dropped(delivery):
            return
        until, now = self.edge.ledger.get(delivery), self.edge.now()
        known = until is not None and until > now and self.edge.noted[delivery] < who.start
        expired = until is not None and until <= now
        self.edge.acts.append(Act(self.edge.machine.now, who, delivery, event, answered, known, expired))

    def _delivery(self, event: Event) -> Delivery:
        return Delivery(event.id, self.name)
