"""The ports in memory: what tests and dry runs stand on. Time passes only where somebody waits or works."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import ParamSpec, TypeVar

from bridge.core.event import Event
from bridge.errors import Problem, StoreUnavailable, Where
from bridge.ports import DELIVERED, Delivery, Discarded, Parcel, Second, Verdict

P = ParamSpec("P")
T = TypeVar("T")

DOWN = Problem(Where(), "B030", "this store is down", "wait until the test lets it up again")


@dataclass(slots=True)
class MemoryClock:
    """A clock that stands still until somebody sleeps."""

    time: float = 1_800_000_000.0
    spread: float = 0.0  #: what `jitter` says

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def jitter(self) -> float:
        return self.spread

    def countdown(self, seconds: float) -> Callable[[], float]:
        """Seconds left of so many that begin now: what Lambda's context says."""
        end = self.time + seconds
        return lambda: end - self.time


class Inline(Executor):
    """Runs each call where it is submitted, so that one run is like the next."""

    def __init__(self, _: int = 1) -> None: ...

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The result, which is there already."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 -- an executor hands on whatever was raised
            future.set_exception(error)
        return future


def takes_all(_: Event) -> Verdict:
    """The script of a target that is well."""
    return DELIVERED


@dataclass(slots=True)
class MemoryTarget:
    """Keeps what it takes. `script` gives its verdict on an event each time it is sent; it may raise."""

    name: str
    ordered: bool = False
    script: Callable[[Event], Verdict] = takes_all
    objects: Callable[[Event], Problem | None] = lambda _: None
    most: int = 10  #: events in a call
    taken: list[Event] = field(default_factory=list)
    sent: list[list[str]] = field(default_factory=list)  #: ids of each call

    def objection(self, event: Event) -> Problem | None:
        return self.objects(event)

    def calls(self, events: Sequence[Event]) -> list[list[Event]]:
        return [list(events[start : start + self.most]) for start in range(0, len(events), self.most)]

    async def publish(self, events: Sequence[Event], seconds: float) -> list[Verdict]:  # noqa: ARG002 -- it is instant
        self.sent.append([event.id for event in events])
        verdicts = [self.script(event) for event in events]
        self.taken += [event for event, verdict in zip(events, verdicts, strict=True) if verdict.said == "delivered"]
        return verdicts

    @property
    def ids(self) -> list[str]:
        """Ids of what it took, in order."""
        return [event.id for event in self.taken]

    @property
    def calls_made(self) -> Counter[str]:
        """How often each id was sent."""
        return Counter(name for call in self.sent for name in call)


@dataclass(slots=True)
class Trouble:
    """What a store is in for: so many calls fail before one succeeds; -1 for all."""

    calls: int = 0

    def strike(self) -> None:
        """Raise `StoreUnavailable` while there is any left."""
        if self.calls:
            self.calls -= 1
            raise StoreUnavailable(DOWN)


@dataclass(slots=True)
class MemoryLedger:
    """A set."""

    entries: set[Delivery] = field(default_factory=set)
    reading: Trouble = field(default_factory=Trouble)
    writing: Trouble = field(default_factory=Trouble)
    writes: list[tuple[Delivery, ...]] = field(default_factory=list)

    def seen(self, dated: Mapping[Delivery, Second], seconds: float) -> set[Delivery]:  # noqa: ARG002 -- it is instant
        self.reading.strike()
        return self.entries & set(dated)

    def remember(self, dated: Mapping[Delivery, Second], seconds: float) -> None:  # noqa: ARG002 -- it is instant
        self.writing.strike()
        self.writes.append(tuple(dated))
        self.entries.update(dated)


@dataclass(slots=True)
class MemoryLatest:
    """The latest change of each item."""

    known: dict[str, str] = field(default_factory=dict)
    trouble: Trouble = field(default_factory=Trouble)

    def times(self, items: Sequence[str], _seconds: float) -> dict[str, str]:
        """Those that are known."""
        self.trouble.strike()
        return {item: self.known[item] for item in items if item in self.known}

    def advance(self, times: Mapping[str, str], _seconds: float) -> None:
        """Never back."""
        self.trouble.strike()
        self.known |= {item: max(time, self.known.get(item, "")) for item, time in times.items()}


@dataclass(slots=True)
class MemoryQuarantine:
    """A mapping."""

    parcels: dict[str, Parcel] = field(default_factory=dict)
    parking: Trouble = field(default_factory=Trouble)
    parked: list[str] = field(default_factory=list)  #: the key of each parking

    def park(self, parcel: Parcel, seconds: float) -> None:  # noqa: ARG002 -- it is instant
        self.parking.strike()
        self.parked.append(parcel.key)
        before = self.parcels.get(parcel.key)
        self.parcels[parcel.key] = merged(before, parcel) if before else parcel

    def keys(self, prefix: str = "") -> Sequence[str]:
        return sorted(key for key in self.parcels if key.startswith(prefix))

    def parcel(self, key: str) -> Parcel:
        return self.parcels[key]

    def drop(self, key: str) -> None:
        self.parcels.pop(key, None)


@dataclass(slots=True)
class MemoryDiscards:
    """Documents by key; each was discarded in the second that its key begins with."""

    documents: dict[str, bytes] = field(default_factory=dict)
    trouble: Trouble = field(default_factory=Trouble)  #: in reading and dropping

    def place(self, key: str = "") -> str:
        """`memory:key`."""
        return f"memory:{key}"

    def batches(self) -> Sequence[Discarded]:
        """In the order of their keys."""
        return [Discarded(key, key[:19], len(data)) for key, data in sorted(self.documents.items())]

    def document(self, key: str) -> bytes:
        """As it was given."""
        self.trouble.strike()
        return self.documents[key]

    def drop(self, key: str) -> None:
        self.trouble.strike()
        self.documents.pop(key, None)


def merged(before: Parcel, after: Parcel) -> Parcel:
    """The later parcel with the deliveries of both: what went out stays known."""
    return replace(after, delivered=tuple(dict.fromkeys(before.delivered + after.delivered)))
