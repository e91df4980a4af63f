"""A hundred invocations side by side on one ledger, over the wire."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bridge.aws.clock import SystemClock
from bridge.aws.eventbridge import EventBridge
from bridge.aws.ledger import DynamoLedger
from bridge.aws.quarantine import S3Quarantine
from bridge.relay import Bridge, relay
from tests.faults.run import Endpoint, clients, endpoint
from tests.faults.seeds import wired
from tests.faults.services import Services
from tests.simulation.mapping import Settings
from tests.simulation.schedule import Row, Schedule
from tests.simulation.world import raw, rules

INVOCATIONS, EACH = 100, 8
SCHEDULE = Schedule(
    seed=0, kinesis=False, rows=(), parents=((),), faults=(), mapping=Settings(), timeout=30.0, latency=0.0, idle=0.0,
    most=10, groups=False,
)  # fmt: skip


@dataclass(slots=True)
class World:
    """All changes are of one second, so that they meet in the same items."""

    came: Counter[str] = field(default_factory=Counter)
    services: Services = field(init=False)

    def __post_init__(self):
        self.services = Services(self.take)

    def take(self, target, name, index):
        self.came[name] += 1

    def invoke(self, number):
        """A sandbox of its own, with its own memory of the ledger."""
        ways, clock = clients(lean=True), SystemClock()
        bridge = Bridge(
            translate=rules(mended=False).translate,
            targets={"bus": EventBridge("bus", "simulated", ways, clock)},
            ledger=DynamoLedger("simulated", ways, clock),
            quarantine=S3Quarantine("simulated", ways, clock),
            clock=clock,
            project="simulation",
        )
        rows = [Row(i, i, "ABCDE"[i % 5], ("bus",)) for i in range(number * EACH, (number + 1) * EACH)]
        return relay({"Records": [raw(row, SCHEDULE) for row in rows]}, bridge, lambda: 60.0).response

    def round(self):
        gate = threading.Barrier(INVOCATIONS)

        def one(number):
            gate.wait(30)
            return self.invoke(number)

        with ThreadPoolExecutor(INVOCATIONS) as pool:
            return list(pool.map(one, range(INVOCATIONS)))


def test_a_hundred_invocations_lose_nothing_of_what_they_remember_at_once():
    """They write the same items of the ledger at the same time; afterwards it knows every delivery of each."""
    world, wire = World(), endpoint()
    assert isinstance(wire, Endpoint)
    with wired():
        wire.serve, wire.kind = world.services.serve, ""
        first = world.round()
        assert first == [{"batchItemFailures": []}] * INVOCATIONS
        assert len(world.came) == INVOCATIONS * EACH
        assert set(world.came.values()) == {1}
        again = world.round()
    assert again == first
    assert set(world.came.values()) == {1}, "the ledger had forgotten some"
    assert world.services.complaints == []
