"""Time: no call begins unless what is left also covers remembering and parking all that is in flight.

An invocation that Lambda stops has published without remembering, so that its events repeat.
Hence every publish is granted its seconds out of what is left after a reserve, and the reserve grows with
each delivery that is not yet remembered and each record that may have to be parked.
A call in flight was granted under a smaller reserve than the one that a later call needs; `floor` is what
will be left when the longest one ends, and no call begins whose reserve is above it.
The reserve never takes more than half of the whole time, else a batch of much poison would publish nothing for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bridge.errors import Problem, StoreUnavailable, Where
from bridge.ports import Clock

# Seconds. Reserves are what a call to DynamoDB or S3 takes on a bad day, not its usual 5 to 30 ms.
ANSWER = 0.5  #: kept for logs, metrics, and the answer itself
REMEMBER = 0.5  #: a write to the ledger …
REMEMBER_EACH = 0.002  #: … and what each delivery adds to it
PARK = 0.5  #: a write to the quarantine …
PARK_EACH = 0.02  #: … and what each parcel adds, several being written side by side
LEAST = 0.2  #: a call with less than this is not begun
CALL = 5.0  #: a call that takes longer is given up: 100 times the usual

# Retries: exponential, half of each pause random, so that throttled callers spread and a pause is never nothing.
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0

NO_TIME = Problem(
    Where(),
    "B094",
    "the time of this invocation did not suffice",
    "none needed, it comes again; if this lasts, give the function more time or smaller batches",
)

T = TypeVar("T")


@dataclass(slots=True)
class Budget:
    """The time that the invocation has, and how it may be spent."""

    remaining: Callable[[], float]  #: seconds until Lambda stops us
    clock: Clock
    whole: float = field(init=False)  #: seconds that there were at first

    def __post_init__(self) -> None:
        self.whole = self.remaining()

    def left(self, deliveries: int = 0, parcels: int = 0) -> float:
        """Seconds until only the reserve is left, for so many deliveries to remember and parcels to park."""
        return self.remaining() - self.reserve(deliveries, parcels)

    def reserve(self, deliveries: int, parcels: int) -> float:
        """Seconds that remembering, parking and answering may take."""
        remember = REMEMBER + REMEMBER_EACH * deliveries if deliveries else 0.0
        park = PARK + PARK_EACH * parcels if parcels else 0.0
        return min(ANSWER + remember + park, self.whole / 2)

    def grant(self, deliveries: int, parcels: int, floor: float) -> float:
        """Seconds that a publish beginning now may take; 0 where it must not begin.

        `deliveries` and `parcels` include what is in flight; `floor` is what will be left when all of that has ended.
        Half of what is left at most, so that others may begin beside it and it may be tried again.
        """
        enough = self.reserve(deliveries, parcels) <= floor
        return _useful(self.left(deliveries, parcels) / 2) if enough else 0.0

    def spare(self, parcels: int = 0) -> float:
        """Seconds that a call to a store may take when only parcels and the answer come after it; 0 for none."""
        return _useful(self.left(parcels=parcels))

    def pause(self, failures: int, jitter: float) -> float:
        """How long to wait after so many failures (1 or more); jitter in [0, 1)."""
        longest: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 10))
        return longest * (1 + jitter) / 2


def patiently(call: Callable[[float], T], budget: Budget, parcels: int = 0) -> T:
    """What the call to a store gives, tried again while the time suffices. It is given the seconds it may take.

    Raises `StoreUnavailable`: the last failure, or B094 where the time did not suffice for one attempt.
    """
    error, failures = StoreUnavailable(NO_TIME), 0
    while seconds := budget.spare(parcels):
        try:
            return call(seconds)
        except StoreUnavailable as failure:
            error, failures = failure, failures + 1
        pause = budget.pause(failures, budget.clock.jitter())
        if budget.left(parcels=parcels) < pause + LEAST:
            break
        budget.clock.sleep(pause)
    raise error


def _useful(seconds: float) -> float:
    return min(CALL, seconds) if seconds >= LEAST else 0.0
