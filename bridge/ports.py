"""The edge of the bridge, as the protocols that the relay calls. `aws/` and `local/` implement them.

No port raises for what the outside world does: a target answers one verdict per event, and only stores
(ledger, quarantine) raise `StoreUnavailable`, since without them nothing may be called done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, NamedTuple, Protocol

from bridge.core.event import Event
from bridge.errors import Problem
from bridge.frozen import frozen


class Delivery(NamedTuple):
    """What the ledger remembers: this event was taken by this target."""

    event: str  #: CloudEvents id
    target: str  #: name of the target in bridge.yaml


#: When the change behind a delivery was made, as every retry of its record says it: whole seconds since the epoch, None
#: where the record says none.
Second = int | None


@frozen
class Verdict:
    """What a target said of one event."""

    said: Literal["delivered", "refused", "unavailable"]
    problem: Problem | None = None  #: the reason, unless delivered


DELIVERED = Verdict("delivered")


class Target(Protocol):
    """A bus or a topic."""

    @property
    def name(self) -> str:
        """Its name in bridge.yaml."""

    @property
    def ordered(self) -> bool:
        """Whether it keeps the order of what it is sent, so that a lane must not overtake itself."""

    def objection(self, event: Event) -> Problem | None:
        """Why this target could never carry the event (size, names, numbers); None when it could."""

    def calls(self, events: Sequence[Event]) -> list[list[Event]]:
        """The events in order, cut into calls that respect the service's limits by count and by bytes."""

    async def publish(self, events: Sequence[Event], seconds: float) -> list[Verdict]:
        """Send one call's events, within `seconds`. One verdict per event, in their order.

        Others go on while it waits, if it waits as `loop.py` has it. When it returns, or is closed, nothing of the call
        is on its way any more: a connection that is left open would send it later, when the sandbox thaws.
        """


class Carrier(Target, Protocol):
    """A target that says how much it carries."""

    @property
    def room(self) -> int:
        """The most bytes that one event may take."""

    def size(self, event: Event) -> int:
        """The bytes that the event takes, as the service counts them."""


class Claims(Protocol):
    """Keeps the data of events that are too large for their targets. What it keeps, subscribers fetch."""

    def reference(self, event: Event) -> str:
        """The URI under which the event's data lies once it is stored. Of one event always the same."""

    def store(self, event: Event, seconds: float) -> Problem | None:
        """Keep the event's data, within `seconds`. What hindered it; None once it can be fetched. Idempotent.

        Several threads call it at once.
        """


class Latest(Protocol):
    """Remembers of each item when its latest change was made that is done."""

    def times(self, items: Sequence[str], seconds: float) -> dict[str, str]:
        """By item, as text that sorts, within `seconds`; those of which nothing is known left out.

        Raises `StoreUnavailable`.
        """

    def advance(self, times: Mapping[str, str], seconds: float) -> None:
        """Keep these, where none is later, within `seconds`. Idempotent. Raises `StoreUnavailable`."""


class Ledger(Protocol):
    """Remembers which event was delivered where. One thread calls it at a time.

    Deliveries come with the second of their change: it tells where they lie, and is the same each time.
    """

    def seen(self, dated: Mapping[Delivery, Second], seconds: float) -> set[Delivery]:
        """Those that are remembered and not expired, within `seconds`. Raises `StoreUnavailable`."""

    def remember(self, dated: Mapping[Delivery, Second], seconds: float) -> None:
        """Remember them, within `seconds`. Idempotent. Raises `StoreUnavailable`."""


@frozen
class Parcel:
    """A refused record as the quarantine keeps it: whole, with the reason, and what already went out."""

    key: str  #: `<fingerprint>/<date of the change>/<record id>`: parking twice is parking once
    record: Any  #: the record as Lambda gave it, JSON values
    record_id: str  #: eventID, else the digest of the record's bytes
    problems: tuple[Problem, ...]
    fingerprint: str  #: equal for records refused for the same reason
    project: str  #: version of rules and schemas: a digest
    delivered: tuple[Delivery, ...] = ()
    shape: Mapping[str, Any] = field(default_factory=dict)  #: what is needed to read it again: source kind, ARN
    looked_up: bool = True  #: False where the ledger did not say what was delivered before: it may be more than this


class Quarantine(Protocol):
    """Keeps what was refused until somebody mends it."""

    def park(self, parcel: Parcel, seconds: float) -> None:
        """Keep it, within `seconds`. An object under the same key keeps the deliveries of both.

        Several threads call it at once. Raises `StoreUnavailable`.
        """

    def keys(self, prefix: str = "") -> Sequence[str]:
        """The keys of all parcels that start so, sorted. Raises `StoreUnavailable`."""

    def parcel(self, key: str) -> Parcel:
        """The parcel under a key.

        Raises `KeyError` where there is nothing, `UndecodableRecord` B095 where something else lies there,
        `ObjectWithheld` where this one cannot be had, and `StoreUnavailable` where none can.
        """

    def drop(self, key: str) -> None:
        """Forget a parcel whose every event is delivered. Raises `StoreUnavailable`."""


class Discarded(NamedTuple):
    """A batch that Lambda discarded, as it is listed where Lambda keeps those."""

    key: str  #: `aws/lambda/<mapping>/<shard>/2026/11/20/2026-11-20T09.30.00-<uuid>`
    at: str  #: when, UTC: `2026-11-20T09:30:00`
    size: int  #: bytes


class Discards(Protocol):
    """Keeps the batches that Lambda discarded: the on-failure destination of the event source mapping."""

    def place(self, key: str = "") -> str:
        """How a person names what lies under a key, or all of it: `s3://bucket/key`."""

    def batches(self) -> Sequence[Discarded]:
        """All of them, oldest first. Raises `StoreUnavailable`."""

    def document(self, key: str) -> bytes:
        """What Lambda wrote of one. Raises `StoreUnavailable`, and `KeyError` where there is none."""

    def drop(self, key: str) -> None:
        """Forget one of which everything is delivered or parked. Raises `StoreUnavailable`."""


class Clock(Protocol):
    """Time, so that tests can bend it."""

    def now(self) -> float:
        """Seconds since the epoch. It may leap, where somebody sets the clock."""

    def monotonic(self) -> float:
        """Seconds since some moment, which only pass: what durations are measured by."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    def jitter(self) -> float:
        """A number in [0, 1): spreads retries."""
