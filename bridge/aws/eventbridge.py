"""EventBridge's (classic) custom bus: `PutEvents`.

It promises no order and is not idempotent. A missing bus cannot be seen here: PutEvents takes events for a bus
that does not exist and drops them, which is why `changebridge doctor` looks for it.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from bridge.aws import sending
from bridge.aws.clients import Clients, answered
from bridge.aws.failure import NO_ANSWER, Failure, entry_failure
from bridge.core.address import BUS, demand
from bridge.core.event import Event
from bridge.core.services import BUS_ROOM as ROOM
from bridge.core.services import BUS_SOURCE as SOURCE
from bridge.core.services import DETAIL_TYPE
from bridge.core.services import RESERVED_SOURCE as RESERVED
from bridge.errors import Problem, Where
from bridge.frozen import frozen
from bridge.ports import DELIVERED, Clock, Verdict

#: Entries of a call (botocore 1.44.5, events PutEvents: `Entries` 1..10).
ENTRIES = 10
#: What `Time` counts in the size of an entry (EventBridge user guide, "Calculating PutEvents event entry size").
TIME = 14

#: Codes by which EventBridge refuses an event for what it says (botocore 1.44.5, events PutEvents
#: `ErrorCode`, those "non-retryable" that blame neither the caller's account nor its permissions).
#: Whatever is not listed here is no verdict on the event: it counts as unavailable.
REFUSED_ENTRY = frozenset(
    {
        "InvalidArgument",
        "MalformedDetail",
        "NotAuthorizedForSourceException",
        "NotAuthorizedForDetailTypeException",
        "RedactionFailure",
    }
)
#: Codes by which a whole call is refused for what one of its entries says: the size (also as plain HTTP 413,
#: whose body is empty) and the shape.
REFUSED_CALL = frozenset({"ValidationException", "413", "RequestEntityTooLarge", "RequestEntityTooLargeException"})


@frozen
class EventBridge:
    """Implements `ports.Target`. Raises `ProjectInvalid` where `bus` is no name or ARN of a bus."""

    name: str
    bus: str  #: name or ARN
    clients: Clients
    clock: Clock
    bare: bool = False  #: `detail: data`: the data alone in place of the whole CloudEvent

    def __post_init__(self) -> None:
        demand(f"target '{self.name}'", "eventbridge", self.bus)

    @property
    def ordered(self) -> bool:
        """EventBridge promises no order."""
        return False

    @property
    def room(self) -> int:
        """The most bytes of an entry."""
        return ROOM

    def objection(self, event: Event) -> Problem | None:
        """Why the bus could never carry the event."""
        return (
            _name_is_wrong(self.name, event.source, event.type)
            or _number_is_wide(self, event)
            or _data_is_no_object(self, event)
            or _entry_is_large(self, event)
        )

    def calls(self, events: Sequence[Event]) -> list[list[Event]]:
        """At most `ENTRIES` and `ROOM` bytes a call, in order."""
        return sending.cut(events, self.size, ENTRIES, ROOM)

    async def publish(self, events: Sequence[Event], seconds: float) -> list[Verdict]:
        """One PutEvents; several only where it is refused as a whole."""
        return await sending.publish(events, seconds, self.clock, self._send, self._of_call)

    def size(self, event: Event) -> int:
        """Bytes of the entry, as AWS counts them."""
        detail = event.data_bytes if self.bare else event.body
        return _besides(event.source, event.type, event.stream) + len(detail)

    def _entry(self, event: Event) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "EventBusName": self.bus,
            "Source": event.source,
            "DetailType": event.type,
            "Detail": (event.data_bytes if self.bare else event.body).decode(),
        }
        if event.time:
            entry["Time"] = _epoch(event.time)
        if event.stream:
            entry["Resources"] = [event.stream]
        return entry

    async def _send(self, events: Sequence[Event], seconds: float) -> list[Verdict] | Failure:
        entries = [self._entry(event) for event in events]
        region = BUS.fullmatch(self.bus)["region"]  # type: ignore[index]  # __post_init__ saw it match
        client = partial(self.clients.client, "events", seconds, region)
        answer = await answered(client, "put_events", Entries=entries)
        if isinstance(answer, Failure):
            return answer
        told = sending.entries(answer, "Entries")[: len(events)]
        return [self._of_entry(entry) for entry in told + [{}] * (len(events) - len(told))]

    def _of_entry(self, entry: dict[str, Any]) -> Verdict:
        if entry.get("ErrorCode"):
            return self._verdict(entry_failure(entry["ErrorCode"], entry.get("ErrorMessage")), REFUSED_ENTRY)
        return DELIVERED if entry.get("EventId") else sending.unavailable(self.name, NO_ANSWER)

    def _of_call(self, failure: Failure) -> Verdict:
        return self._verdict(failure, REFUSED_CALL)

    def _verdict(self, failure: Failure, codes: frozenset[str]) -> Verdict:
        # Where AWS complains of the bus's name, it is the project that is wrong, and no event of it.
        blames_event = failure.code in codes and "eventbusname" not in failure.message.lower()
        return (sending.refused if blames_event else sending.unavailable)(self.name, failure)


@lru_cache(maxsize=1024)
def _epoch(time: str) -> float:
    """Seconds since the epoch. Of the changes of one second it is one."""
    moment = datetime.fromisoformat(time).timestamp()
    return int(moment) if moment.is_integer() else moment


@lru_cache(maxsize=1024)
def _besides(source: str, kind: str, stream: str) -> int:
    """Bytes that an entry takes besides its detail."""
    return TIME + len(source.encode()) + len(kind.encode()) + len(stream.encode())


@lru_cache(maxsize=1024)
def _name_is_wrong(target: str, source: str, kind: str) -> Problem | None:
    return _type_is_long(target, kind) or _source_is_reserved(target, source) or _source_is_long(target, source)


def _type_is_long(target: str, kind: str) -> Problem | None:
    if len(kind) <= DETAIL_TYPE:
        return None
    what = f"the event's type has {len(kind)} characters, and target '{target}' carries {DETAIL_TYPE}"
    return Problem(Where(path="$.type"), "B002", what, "shorten `type`: EventBridge carries it as DetailType")


def _source_is_reserved(target: str, source: str) -> Problem | None:
    if not source.startswith(RESERVED):
        return None
    what = f"the event's source begins with '{RESERVED}', which target '{target}' keeps for AWS itself"
    return Problem(Where(path="$.source"), "B003", what, "name your own system in `source`, for example /shop/orders")


def _source_is_long(target: str, source: str) -> Problem | None:
    if len(source) <= SOURCE:
        return None
    what = f"the event's source has {len(source)} characters, and target '{target}' carries {SOURCE}"
    return Problem(Where(path="$.source"), "B004", what, "shorten `source`")


def _number_is_wide(bus: EventBridge, event: Event) -> Problem | None:
    if event.wide is None:
        return None
    what = f"target '{bus.name}' refuses integers beyond 64 bits"
    return Problem(Where(path=event.wide), "B005", what, "publish it as text: ${text(…)}")


def _data_is_no_object(bus: EventBridge, event: Event) -> Problem | None:
    if not bus.bare or event.data_bytes.startswith(b"{"):
        return None
    what = f"target '{bus.name}' sends the bare data, which must be an object"
    return Problem(Where(path="$.data"), "B006", what, "make `data` a mapping, or leave `detail: data` out")


def _entry_is_large(bus: EventBridge, event: Event) -> Problem | None:
    size = bus.size(event)
    return sending.too_large(bus.name, size, ROOM, bare=bus.bare) if size > ROOM else None
