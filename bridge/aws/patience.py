"""Ask again, with backoff and jitter, while there is time."""

from collections.abc import Callable
from functools import partial

from bridge.aws.failure import NO_TIME_LEFT, Failure
from bridge.aws.ladder import LADDER
from bridge.loop import Aside, Call, run
from bridge.ports import Clock

#: Seconds before the second attempt; doubled before each later one.
FIRST = 0.05
LONGEST = 2.0


async def patient(step: Callable[[float], Call[Failure | None]], clock: Clock, seconds: float) -> Failure | None:
    """Call `step(seconds left)` until it gives None, a failure that waiting does not mend, or the time is up.

    Gives the last failure, None where the step succeeded. Waits half to the whole of a pause that doubles. Less time
    than the shortest call takes is not begun with: so it is for what had to wait for its turn.
    """
    if seconds < LADDER[0]:
        return NO_TIME_LEFT
    until, pause = clock.monotonic() + seconds, FIRST
    while (failure := await step(until - clock.monotonic())) and failure.passing:
        wait = pause * (1 + clock.jitter()) / 2
        if clock.monotonic() + wait + LADDER[0] > until:
            break
        await Aside(partial(clock.sleep, wait))
        pause = min(2 * pause, LONGEST)
    return failure


def persist(step: Callable[[float], Failure | None], clock: Clock, seconds: float) -> Failure | None:
    """The same in this thread, with a step that blocks."""

    async def blocking(left: float) -> Failure | None:
        return step(left)

    return run(patient(blocking, clock, seconds))
