"""Runs a schedule: the stream through the mapping and the real relay, then redrives of what is parked and discarded."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from bridge import book, discards, loop, parking, redrive, relay
from bridge.core.change import Change
from bridge.errors import BridgeError
from bridge.report import Report
from tests.simulation.discards import SimulatedDiscards
from tests.simulation.discards import discards as discarded
from tests.simulation.edge import Edge, Invocation, PortBroke, SimulatedTarget
from tests.simulation.machine import Machine, Pool, Process, Standstill
from tests.simulation.mapping import Answer, Mapping, Streamed
from tests.simulation.options import SimulatedClaims, SimulatedLatest, claiming, guard, spared
from tests.simulation.schedule import Schedule
from tests.simulation.world import ROOM, Expected, expected, number, rules, shards

#: More invocations than any schedule needs: what goes on longer never ends.
ENDLESS = 600
REDRIVES = 4  # under the faults that are left; then one without


class Endless(Exception):
    """The mapping sends the same again and again."""


@dataclass(slots=True)
class Run:
    """A schedule's history. What handles a batch may be another than the relay: the benchmarks compare it so."""

    schedule: Schedule
    machine: Machine
    edge: Edge
    mapping: Mapping
    every: list[Expected]
    invocations: list[Invocation] = field(default_factory=list)
    redrives: list[tuple[Invocation, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    #: with the parcels and the discarded batches at its start
    parked: dict[str, Any] = field(default_factory=dict)  #: the parcels when the stream was empty
    discards: SimulatedDiscards | None = None  #: once the stream is empty
    streamed: int = 0  #: acts until the stream was empty
    endless: bool = False

    @property
    def bridge(self) -> relay.Bridge:
        edge, schedule = self.edge, self.schedule

        def translate(change: Change) -> object:
            self.machine.sleep(schedule.dear)
            return rules(mended=edge.mended).translate(change)

        room = ROOM if "claims" in schedule.options else 1 << 20
        bus = SimulatedTarget("bus", False, schedule.most, edge, room)
        topic = SimulatedTarget("topic", True, 10, edge, room)
        return relay.Bridge(
            translate=translate,
            targets=claiming(schedule, edge, SimulatedClaims(edge), {"bus": bus, "topic": topic}),
            ledger=edge,
            quarantine=edge,
            clock=edge,
            project="simulation",
            guard=guard(schedule, edge, SimulatedLatest(edge)),
            pool=lambda width: Pool(self.machine, width),
        )

    def invoke(self, records: Sequence[Streamed]) -> Answer:
        """What the mapping is answered. Blocks."""
        order = len(self.invocations)
        if order >= ENDLESS:
            raise Endless
        events = [fault.kind for fault in self.edge.faults("invoke") if fault.at <= order < fault.at + fault.many]
        if "throttled" in events:
            self.invocations.append(
                Invocation(name="throttled", order=order, strikes=[("invoke", "throttled")], end=0.0)
            )
            return Answer("throttled")
        if "twin" in events:
            self.machine.spawn(Process(), lambda: self.twin(records))
        who, ended = self.begin(records, [("invoke", kind) for kind in events])
        self.machine.wait([ended], timeout=self.schedule.timeout)
        if who.end is None:
            self.time_out(who)
        if who.error or "again" in events:
            return Answer("error")
        return Answer("response", who.response)

    def twin(self, records: Sequence[Streamed]) -> None:
        """A second poller's invocation, whose answer nobody hears."""
        who, ended = self.begin(records, [("invoke", "twin")])
        self.machine.wait([ended], timeout=self.schedule.timeout)
        if who.end is None:
            self.time_out(who)

    def time_out(self, who: Invocation) -> None:
        """Lambda stops it; a zombie runs on."""
        who.error = "timeout"
        who.strikes.append(("process", "timeout"))
        if ("process", "zombie") not in who.strikes:
            who.end = self.machine.now
            self.machine.kill(who)

    def begin(self, records: Sequence[Streamed], strikes: Sequence[tuple[str, str]]) -> tuple[Invocation, Future]:
        """Start the relay on a batch, with all that Lambda does around it."""
        indices = {number(row): row.index for row in self.schedule.rows}
        who = Invocation(
            name="invocation",
            order=len(self.invocations),
            rows=tuple(indices[each.number] for each in records),
            start=self.machine.now,
            strikes=list(strikes),
        )
        if self.schedule.dear * len(records) > self.schedule.timeout / 3:
            who.strikes.append(("rules", "dear"))
        self.invocations.append(who)
        deadline = self.edge.now() + self.schedule.timeout
        event = {"Records": [each.raw for each in records]}

        def work() -> None:
            response = self.handle(event, lambda: deadline - self.edge.now())
            self.edge.step()
            who.response, who.done = response, frozenset(who.knew | who.kept)

        return who, self.launch(who, work)

    def handle(self, event: dict[str, Any], remaining: Callable[[], float]) -> object:
        """What the function answers."""
        return self.told(relay.relay(event, self.bridge, remaining))

    def told(self, report: Report) -> object:
        """The answer of a report, which is kept."""
        self.edge.who.report = report
        return report.response

    def launch(self, who: Invocation, work: Callable[[], None]) -> Future:
        """Run it as a process of its own; the future tells when it ended, however it did."""
        ended: Future = Future()

        def guarded() -> None:
            try:
                work()
            except (BridgeError, PortBroke) as error:
                who.error = type(error).__name__
            finally:
                if who.dead:
                    who.error = who.error or "killed"
                if who.end is None:
                    who.end = self.machine.now
                if not ended.done():
                    ended.set_result(None)
                    self.machine.resolved(ended)

        self.machine.spawn(who, guarded)
        return ended

    def jump(self) -> None:
        """Move the wall clock when its faults are due."""
        for fault in sorted(self.edge.faults("clock"), key=lambda fault: fault.start):
            self.machine.sleep(fault.start - self.machine.now)
            self.edge.offset += fault.seconds
            for who in self.invocations:
                if who.end is None:
                    who.strikes.append(("clock", "jump"))

    def redrive(self) -> None:
        """Send what the quarantine and the on-failure destination hold, as an operator does, once."""
        assert self.discards
        who = Invocation(name="redrive", order=-1, start=self.machine.now)
        if self.edge.calm:
            who.name = "last redrive"
        before, store = dict(self.edge.parcels), self.discards
        batches = {key: self.discards.lost[key] for key in sorted(self.discards.lost)}
        self.redrives.append((who, before, batches))

        def work() -> None:
            parcels = list(before.values())
            if batches:
                list(discards.resend(store.batches(), parcels, store, self.bridge, dry_run=False))
            else:
                redrive.redrive(parcels, self.bridge, dry_run=False)

        self.machine.wait([self.launch(who, work)])

    def operate(self) -> None:
        """What happens once the stream is empty: the rule is mended, and everything sent that is missing.

        What Lambda discarded is sent once before that, since nobody knows what is wrong with it.
        """
        self.discards = discarded(self.edge, self.mapping.lost)
        self.parked, self.streamed = dict(self.edge.parcels), len(self.edge.acts)
        if self.discards.lost:
            self.redrive()
        self.edge.calm = True
        self.edge.mended = True
        self.machine.sleep(self.schedule.idle)
        self.edge.calm = False
        for _ in range(REDRIVES):
            if self.discards.lost or any(each.problems[0].code[0] != "D" for each in self.edge.parcels.values()):
                self.redrive()
        self.edge.calm = True
        self.redrive()


@contextmanager
def simulated(schedule: Schedule, machine: Machine) -> Iterator[None]:
    """The relay waits in virtual time, and asks the ledger in as large waves as the schedule says."""
    with ExitStack() as stack:
        for module in (loop, parking):
            stack.enter_context(patch.object(module, "wait", machine.wait))
        for name in ("LOOK_UP_WAVE", "REMEMBER_WAVE"):
            stack.enter_context(patch.object(book, name, min(schedule.wave, getattr(book, name))))
        yield


def run(schedule: Schedule, kind: type[Run] = Run, world: type[Edge] = Edge) -> Any:
    """The history of a schedule, of that kind. The same schedule has the same history, always."""
    machine = Machine()
    edge = world(machine, schedule)
    every = expected(schedule)
    edge.flaws = {delivery.event: each.row.flaw for each in every for delivery in each.deliveries}
    edge.lanes = {delivery.event: each.row.item for each in every for delivery in each.deliveries}
    mapping = Mapping(machine, schedule.mapping, lambda part: history.invoke(part))  # noqa: PLW0108 -- it is not made yet
    history = kind(schedule, machine, edge, mapping, spared(schedule, every))
    with simulated(schedule, machine):
        machine.spawn(Invocation(name="clock", order=-2), history.jump)
        history.mapping.start(shards(schedule))
        try:
            machine.run()
            machine.spawn(Invocation(name="operator", order=-2), history.operate)
            machine.run()
        except (Endless, Standstill):
            history.endless = True
    return history
