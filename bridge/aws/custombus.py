"""EventBridge's custom event bus (V2): `PutRawEvents`, each entry a CloudEvent in JSON.

It keeps the order of an event group, and drops what it has taken within the last 5 minutes under the same
deduplication id, which it calls a success. Subscribers choose the transformer RAW and get the CloudEvent itself.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from bridge.aws import sending
from bridge.aws.clients import Clients, answered
from bridge.aws.failure import NO_ANSWER, Failure, entry_failure
from bridge.aws.sns import token
from bridge.core.address import CUSTOM_BUS, demand
from bridge.core.event import Event
from bridge.core.services import CUSTOM_BUS_ROOM as ROOM
from bridge.errors import Problem
from bridge.frozen import frozen
from bridge.ports import DELIVERED, Clock, Verdict

SERVICE: Final = "eventbridgev2"
#: Entries of a call (botocore 1.44.5, eventbridgev2 PutRawEvents: `Entries` 1..100).
ENTRIES: Final = 100
#: The bus takes this and Avro, Protobuf and bytes alone; `application/cloudevents+json` is refused entry by entry
#: (AWS's guide to CloudEvents on a custom event bus).
CONTENT_TYPE: Final = "application/json"
#: Bytes of an entry besides its data, at most: two tokens of 128 characters, and the content type.
BESIDES: Final = 300
#: Codes by which an event is refused for what it says (the same model: `InvalidInputException`, "A request parameter
#: is missing or not valid"; of entries AWS documents `VALIDATION_ERROR` as not to be retried). All else is unavailable.
REFUSED: Final = frozenset(
    {"VALIDATION_ERROR", "InvalidInput", "InvalidInputException", "ValidationException", "413", "RequestEntityTooLarge"}
)


@frozen
class CustomBus:
    """Implements `ports.Target`. Raises `ProjectInvalid` where `arn` is no custom event bus's."""

    name: str
    arn: str
    clients: Clients
    clock: Clock

    def __post_init__(self) -> None:
        demand(f"target '{self.name}'", "eventbridgev2", self.arn)

    @property
    def ordered(self) -> bool:
        """It keeps the order of an event group."""
        return True

    @property
    def room(self) -> int:
        """The most bytes of an entry."""
        return ROOM

    def objection(self, event: Event) -> Problem | None:
        """Why the bus could never carry the event: only its size."""
        size = self.size(event)
        return sending.too_large(self.name, size, ROOM) if size > ROOM else None

    def calls(self, events: Sequence[Event]) -> list[list[Event]]:
        """At most `ENTRIES` and `ROOM` bytes a call, in order."""
        return sending.cut(events, self.size, ENTRIES, ROOM)

    async def publish(self, events: Sequence[Event], seconds: float) -> list[Verdict]:
        """One PutRawEvents; several only where it is refused as a whole."""
        return await sending.publish(events, seconds, self.clock, self._send, self._verdict)

    def size(self, event: Event) -> int:
        """Bytes of the entry, at most."""
        return len(event.body) + BESIDES

    def _entry(self, event: Event) -> dict[str, Any]:
        system = {
            "ContentType": CONTENT_TYPE,
            "EventGroupId": token(event.partitionkey),
            "DeduplicationId": token(event.id),
        }
        return {"Data": event.body, "SystemMetadata": system}

    async def _send(self, events: Sequence[Event], seconds: float) -> list[Verdict] | Failure:
        entries = [self._entry(event) for event in events]
        region = CUSTOM_BUS.fullmatch(self.arn)["region"]  # type: ignore[index]  # __post_init__ saw it match
        client = partial(self.clients.client, SERVICE, seconds, region)
        answer = await answered(client, "put_raw_events", EventBusArn=self.arn, Entries=entries)
        if isinstance(answer, Failure):
            return answer
        told = sending.entries(answer, "Entries")[: len(events)]
        return [self._of_entry(entry) for entry in told + [{}] * (len(events) - len(told))]

    def _of_entry(self, entry: dict[str, Any]) -> Verdict:
        """`PUBLISHED` and `DEDUPLICATED` are both there."""
        if entry.get("ErrorCode"):
            return self._verdict(entry_failure(entry["ErrorCode"], entry.get("ErrorMessage")))
        return DELIVERED if entry.get("SuccessCode") else sending.unavailable(self.name, NO_ANSWER)

    def _verdict(self, failure: Failure) -> Verdict:
        # Where AWS complains of the bus's ARN, it is the project that is wrong, and no event of it.
        blames_event = failure.code in REFUSED and "eventbusarn" not in failure.message.lower()
        return (sending.refused if blames_event else sending.unavailable)(self.name, failure)
