"""Time: no call begins unless what is left also covers remembering and parking all that is in flight.

An invocation that Lambda stops has published without remembering, so that its events repeat.
Hence every publish is granted its seconds out of what is left after a reserve, and the reserve grows with
each delivery that is not yet remembered and each record that may have to be parked.
A call in flight was granted under a smaller reserve than the one that a later call needs; `floor` is what
will be left when the longest one ends, and no call begins whose reserve is above it.
Making events ready takes time too, where rules are dear and CPU is scarce. Half of the whole time may go there; what is
not ready by then is left for the next invocation, else a batch that takes longer than that would come again for ever.
The reserve never takes more than half of the whole time, else a batch of much poison would publish nothing for ever.

What many deliveries need of the ledger is asked in waves, each as much as the ledger does side by side, or in a few
rounds. Every wave is granted its own seconds and counts once it is done: a ledger that is slow gets on, where a single
call for all would be cut off at the same place again and again.
"""

from collections.abc import Callable
from dataclasses import field
from math import ceil, inf
from typing import TypeVar

from bridge.errors import Problem, StoreUnavailable, Where
from bridge.frozen import slotted
from bridge.ports import Clock

# Seconds. Reserves are what a call to DynamoDB or S3 takes on a bad day, not its usual 5 to 30 ms.
ANSWER = 0.5  #: kept for logs, metrics, and the answer itself
REMEMBER = 0.5  #: a wave of writes to the ledger
PARK = 0.5  #: a write to the quarantine …
PARK_EACH = 0.02  #: … and what each parcel adds, several being written side by side
LEAST = 0.2  #: a call with less than this is not begun
LAST = 2 * LEAST  #: for telling the ledger something when no time is left by the clock
CALL = 5.0  #: a call that takes longer is given up: 100 times the usual
MEANWHILE = 1.0  #: the most that the ledger may hold up a lane that has rested, once; then it is told at the end
CLOSING = 2 * CALL  #: a ledger that takes nothing for so long at the end is not waited for: its events may repeat

# Seconds whose changes a wave holds. At worst each is an item of its own (`aws/ledger`): 8 calls of 100 keys side by
# side, or 13 rounds of 16 updates. A reserve counts as if each delivery were of a second of its own.
LOOK_UP_WAVE = 800
REMEMBER_WAVE = 200

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


@slotted
class Budget:
    """The time that the invocation has, and how it may be spent."""

    remaining: Callable[[], float]  #: seconds until Lambda stops us
    clock: Clock
    whole: float = field(init=False)  #: seconds that there were at first
    kept: float = 0.0  #: seconds of the reserve for what somebody does at the end, who takes them back then

    def __post_init__(self) -> None:
        self.whole = self.remaining()

    def is_half_over(self) -> bool:
        """Whether what is made ready by now had better be sent: the other half is for that."""
        return self.remaining() < self.whole / 2

    def left(self, deliveries: int = 0, parcels: int = 0) -> float:
        """Seconds until only the reserve is left, for so many deliveries to remember and parcels to park."""
        return self.remaining() - self.reserve(deliveries, parcels)

    def reserve(self, deliveries: int, parcels: int) -> float:
        """Seconds that remembering, parking and answering may take."""
        remember = REMEMBER * ceil(deliveries / REMEMBER_WAVE)
        park = PARK + PARK_EACH * parcels if parcels else 0.0
        return min(ANSWER + self.kept + remember + park, self.whole / 2)

    def grant(self, deliveries: int, parcels: int, floor: float) -> float:
        """Seconds that a publish beginning now may take; 0 where it must not begin.

        `deliveries` and `parcels` include what is in flight; `floor` is what will be left when all of that has ended.
        Half of what is left at most, so that others may begin beside it and it may be tried again.
        """
        enough = self.reserve(deliveries, parcels) <= floor
        return _useful(self.left(deliveries, parcels) / 2) if enough else 0.0

    def pause(self, failures: int, jitter: float) -> float:
        """How long to wait after so many failures (1 or more); jitter in [0, 1)."""
        longest: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 10))
        return longest * (1 + jitter) / 2


def patiently(call: Callable[[float], T], budget: Budget, parcels: int = 0, most: float = inf) -> T:
    """What the call to a store gives, tried again while the time suffices. It is given the seconds it may take.

    `most` bounds the seconds of all attempts together. Raises `StoreUnavailable`: the last failure, or B094 where
    the time did not suffice for one attempt.
    """
    error, failures, until = StoreUnavailable(NO_TIME), 0, budget.clock.monotonic() + most

    def left() -> float:
        return min(budget.left(parcels=parcels), until - budget.clock.monotonic())

    while seconds := _useful(left()):
        try:
            return call(seconds)
        except StoreUnavailable as failure:
            error, failures = failure, failures + 1
        pause = budget.pause(failures, budget.clock.jitter())
        if left() < pause + LEAST:
            break
        budget.clock.sleep(pause)
    raise error


def _useful(seconds: float) -> float:
    """So many seconds as a call may be granted out of these; 0 where they are too few to begin."""
    return min(CALL, seconds) if seconds >= LEAST else 0.0
