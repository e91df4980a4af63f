"""Runs a wire schedule: the simulation's mapping, operator and laws; below the relay all is real.

Targets, ledger and quarantine are those of `bridge.aws`, over the lean transport and over boto3, through real sockets
to an endpoint on 127.0.0.1. Only time is not: a call that meets silence waits a fifth of a second, and the clock that
the relay reads moves by what it was granted. So a seed has one history, and hours pass in milliseconds.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any
from unittest.mock import patch

from bridge import relay
from bridge.aws import custombus, eventbridge, latest, sns
from bridge.aws import ledger as ledger_package
from bridge.aws.claims import S3Claims
from bridge.aws.clients import Clients
from bridge.aws.custombus import CustomBus
from bridge.aws.eventbridge import EventBridge
from bridge.aws.ladder import LADDER
from bridge.aws.latest import DynamoLatest, _name
from bridge.aws.ledger import DynamoLedger
from bridge.aws.quarantine import S3Quarantine
from bridge.aws.sns import Topic
from bridge.core.event import Event
from bridge.errors import StoreUnavailable
from bridge.local.memory import Inline
from bridge.parcel import parcel_from_json
from bridge.ports import Delivery, Parcel, Verdict
from tests.faults.services import Services
from tests.faults.wire import Endpoint
from tests.simulation.edge import KEEP, Act, Call, Edge, Invocation
from tests.simulation.machine import Killed, Machine, Pool
from tests.simulation.options import BUCKET, claiming, guard
from tests.simulation.run import Run
from tests.simulation.run import run as simulate
from tests.simulation.schedule import Fault, Schedule
from tests.simulation.world import ROOM, expected, rules

V2 = f"arn:aws:events:eu-west-1:111122223333:event-busv2/simulated/{'a1' * 12}b"
FORGETS = 300.0  #: seconds after which the custom bus takes the same again
TOPIC = "arn:aws:sns:eu-west-1:111122223333:simulated.fifo"
#: Real seconds of a call that answers, and of one that does not.
PATIENT, SHORT = LADDER[-1], LADDER[0]
SILENT = {"stall", "stall-after", "drip"}
PORTS = {
    "put_events": "bus",
    "put_raw_events": "topic",
    "publish_batch": "topic",
    "batch_get_item": "seen",
    "batch_write_item": "remember",
    "update_item": "remember",
}
ENTRIES = {"half", "undone", "untold", "throttle", "wiped"}  #: kinds that hit parts of an answer
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@cache
def endpoint() -> Endpoint:
    """The process's own."""
    return Endpoint().start()


@cache
def clients(*, lean: bool) -> Clients:
    """Shared by all schedules of a process, connections that met a fault among them."""
    return Clients({**ENVIRON, "AWS_ENDPOINT_URL": endpoint().url} if lean else None)


class WireEdge(Edge):
    """The edge as it stands behind the wire: what the services hold, and what happened there."""

    def __init__(self, machine: Machine, schedule: Schedule) -> None:
        super().__init__(machine, schedule)
        self.services = Services(self.take)
        self.fault: Fault | None = None
        self.caller: Invocation | None = None
        self.events: dict[tuple[Invocation, Delivery], Event] = {}  # as the relay gave them to a target
        self.identities: dict[str, float] = {}  # since when the custom bus has known what it drops by
        self.told: dict[Delivery, Any] = {}  # what the ledger was told, as it was told it
        self.kept: set[Delivery] = set()  # and has said that it keeps, in words that only it has
        self.found: set[Delivery] = set()  # what it tells in the end

    @property
    def parcels(self) -> dict[str, Parcel]:
        return {key: parcel_from_json(body, key) for key, body in self.services.objects.items()}

    @parcels.setter
    def parcels(self, _: object) -> None:
        """What `Edge` begins with."""

    @property
    def claims(self) -> dict[str, bytes]:
        return self.services.claims

    @claims.setter
    def claims(self, _: object) -> None:
        """As above."""

    @property
    def latest(self) -> dict[str, str]:
        """By the lane that the digest in the key is of."""
        names = {_name(each.lane): each.lane for each in expected(self.schedule)}
        items = {name: item for name, item in self.services.items.items() if name in names}
        return {names[name]: item["latest"]["S"] for name, item in items.items()}

    @latest.setter
    def latest(self, _: object) -> None:
        """As above."""

    def take(self, target: str, name: str, index: int, identity: str = "") -> str | None:
        """An event has reached a service; `identity` is what a bus drops it by that has taken it a moment ago."""
        fault, delivery = self.fault, Delivery(name, target)
        hit = fault is not None and (not fault.mask or bool(fault.mask >> (index % 8) & 1))
        if self.lanes.get(name) in self.starving(target):
            self.caller.starved.add(delivery)
            return "InternalFailure"
        if hit and fault.kind == "throttle":
            return "ThrottlingException"
        if not self.mended and self.flaws.get(name) == "rejected":
            return "MalformedDetail" if target == "bus" else "InvalidParameter"
        until, now = self.ledger.get(delivery), self.now()
        known = until is not None and until > now and self.noted[delivery] < self.caller.start
        answered = fault is None or fault.kind in ("throttle", "undone")
        expired = until is not None and until <= now
        event = self.events[self.caller, delivery]
        self.look(event, delivery)
        if identity and self.identities.get(identity, -FORGETS) > self.machine.now - FORGETS:
            return "DEDUPLICATED"
        self.identities[identity] = self.machine.now
        self.acts.append(Act(self.machine.now, self.caller, delivery, event, answered, known, expired))
        return None

    def wipe(self) -> None:
        """Somebody deletes the ledger's items."""
        self.services.items.clear()
        self.ledger = dict.fromkeys(self.ledger, 0.0)


@dataclass(frozen=True, slots=True)
class WireClients:
    """In place of `Clients`: asks them, with what goes wrong at this call."""

    edge: WireEdge
    lean: bool

    def client(self, service: str, seconds: float, region: str | None = None) -> Any:
        if seconds < LADDER[0]:
            return clients(lean=self.lean).client(service, seconds, region)  # which says that it is too little
        return WireClient(self, service, seconds, region)


@dataclass(frozen=True, slots=True)
class WireClient:
    """A client of one call."""

    of: WireClients
    service: str
    seconds: float
    region: str | None

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return partial(self.call, operation)

    def get_paginator(self, operation: str) -> Any:
        return self

    def paginate(self, **asked: Any) -> list[Any]:
        return [self.call("list_objects_v2", **asked)]

    def call(self, operation: str, **asked: Any) -> Any:
        edge, port = self.of.edge, PORTS.get(operation, "park")
        port = "claims" if asked.get("Bucket") == BUCKET else port
        edge.step()
        fault = self._fault(port, asked)
        edge.fault, edge.caller = fault, edge.who
        wire, kind = endpoint(), fault.kind if fault else ""
        wire.serve, wire.kind = (
            edge.services.serve,
            "entries" if kind in ENTRIES else "503" if kind == "outage" else kind,
        )
        edge.services.entries = kind
        try:
            answer = self._real(kind in SILENT, operation, asked)
        except Exception as failure:  # noqa: BLE001 -- whatever it is, it took its time
            answer = failure
        edge.machine.sleep(self._takes(kind))
        edge.step()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _fault(self, port: str, asked: Mapping[str, Any]) -> Fault | None:
        fault = self.of.edge.strike(port)
        if fault is None:
            return None
        self.of.edge.who.strikes.append((port, fault.kind))
        if fault.kind == "wiped":
            self.of.edge.wipe()
        entries = asked.get("Entries") or asked.get("PublishBatchRequestEntries") or ()
        alone = fault.kind == "413" and len(entries) < 2  # else nothing would ever be told to be too much
        return Fault(fault.port, "503") if alone else fault

    def _real(self, silent: bool, operation: str, asked: Mapping[str, Any]) -> Any:
        client = clients(lean=self.of.lean).client(self.service, SHORT if silent else PATIENT, self.region)
        answer = getattr(client, operation)(**asked)
        if "Body" in answer and hasattr(answer["Body"], "read"):
            answer["Body"] = Read(answer["Body"].read())
        return answer

    def _takes(self, kind: str) -> float:
        return self.seconds if kind in SILENT else min(self.seconds, self.of.edge.schedule.latency)


@dataclass(frozen=True, slots=True)
class Read:
    """A body that has come."""

    body: bytes

    def read(self) -> bytes:
        return self.body


@dataclass(frozen=True, slots=True)
class Watched:
    """A target, and what the relay was told by it."""

    target: Any
    edge: WireEdge

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)

    async def publish(self, events: Collection[Event], seconds: float) -> list[Verdict]:
        who = self.edge.who
        self.edge.sent.append(call := Call(who, self.target.name, tuple(events), [], self.edge.machine.now))
        self.edge.events |= {(who, Delivery(each.id, self.target.name)): each for each in events}
        verdicts = await self.target.publish(events, seconds)
        call.said.extend(verdict.said for verdict in verdicts)
        told = zip(events, verdicts, strict=True)
        who.knew |= {Delivery(each.id, self.target.name) for each, verdict in told if verdict.said == "delivered"}
        return verdicts


@dataclass(frozen=True, slots=True)
class WatchedLedger:
    """The ledger, and what the relay was told by it."""

    ledger: DynamoLedger
    edge: WireEdge

    def seen(self, asked: Any, seconds: float) -> set[Delivery]:
        found = self.ledger.seen(asked, seconds)
        self.edge.who.asked = True
        self.edge.who.knew |= found
        return found

    def remember(self, told: Any, seconds: float) -> None:
        began = self.edge.now()  # the clock may leap while it is written
        try:
            self.ledger.remember(told, seconds)
        except StoreUnavailable:  # it reads before it writes: what struck the reading kept it from being told
            strikes = self.edge.who.strikes
            strikes.extend(("remember", kind) for port, kind in list(strikes) if port == "seen")
            raise
        self.edge.told |= told if isinstance(told, dict) else dict.fromkeys(told)
        self.edge.kept.update(told)
        for each in told:
            self.edge.ledger[each] = min(began, self.edge.now()) + KEEP
            self.edge.noted[each] = self.edge.machine.now


@dataclass(frozen=True, slots=True)
class WatchedQuarantine:
    """The quarantine, and what was parked."""

    quarantine: S3Quarantine
    edge: WireEdge

    def __getattr__(self, name: str) -> Any:
        return getattr(self.quarantine, name)

    def park(self, parcel: Parcel, seconds: float) -> None:
        self.quarantine.park(parcel, seconds)
        self.edge.who.kept.add(parcel.record_id)
        self.edge.parkings.append((self.edge.who, parcel, self.edge.now()))


@dataclass(slots=True)
class WireRun(Run):
    """A wire schedule's history. Sandboxes are kept warm from one invocation to the next."""

    rested: list[relay.Bridge] = field(default_factory=list)

    @property
    def lean(self) -> bool:
        return self.schedule.seed % 2 == 0

    @property
    def bridge(self) -> relay.Bridge:
        edge = self.edge
        ways = WireClients(edge, self.lean)
        bus, topic = EventBridge("bus", "simulated", ways, edge), Topic("topic", TOPIC, ways, edge)
        if "v2" in self.schedule.options:
            topic = CustomBus("topic", V2, ways, edge)
        targets = {"bus": Watched(bus, edge), "topic": Watched(topic, edge)}
        return relay.Bridge(
            translate=lambda change: rules(mended=edge.mended).translate(change),
            targets=claiming(self.schedule, edge, S3Claims(BUCKET, ways, edge), targets),
            ledger=WatchedLedger(DynamoLedger("simulated", ways, edge, KEEP), edge),
            quarantine=WatchedQuarantine(S3Quarantine("simulated", ways, edge), edge),
            clock=edge,
            project="simulation",
            guard=guard(self.schedule, edge, DynamoLatest("simulated", ways, edge, KEEP)),
            pool=lambda width: Pool(self.machine, width),
        )

    def operate(self) -> None:
        Run.operate(self)
        self.edge.found = self.bridge.ledger.ledger.seen(self.edge.told, 60.0) if self.edge.told else set()

    def handle(self, event: dict[str, Any], remaining: Callable[[], float]) -> object:
        bridge = self.rested.pop() if self.rested else self.bridge
        try:
            response = self.told(relay.relay(event, bridge, remaining))
        except Killed:
            raise
        except BaseException:
            self.rested.append(bridge)
            raise
        self.rested.append(bridge)
        return response


def run(schedule: Schedule) -> WireRun:
    """The history of a schedule. AWS_ENDPOINT_URL must be the endpoint's, for boto3 to find it."""
    with ExitStack() as stack:
        if "claims" in schedule.options:  # smaller than AWS's, so that a schedule is not megabytes
            for module in (eventbridge, sns, custombus):
                stack.enter_context(patch.object(module, "ROOM", ROOM))
        for module in (ledger_package, getattr(ledger_package, "store", None), latest):
            if hasattr(module, "ThreadPoolExecutor"):  # its threads would be none of the machine's
                stack.enter_context(patch.object(module, "ThreadPoolExecutor", Inline))
        return simulate(schedule, WireRun, WireEdge)
