"""Ask again, with backoff and jitter, while there is time."""

from collections.abc import Callable

from bridge.aws.failure import NO_TIME_LEFT, Failure
from bridge.aws.ladder import LADDER
from bridge.ports import Clock

#: Seconds before the second attempt; doubled before each later one.
FIRST = 0.05
LONGEST = 2.0


def persist(step: Callable[[float], Failure | None], clock: Clock, seconds: float) -> Failure | None:
    """Call `step(seconds left)` until it gives None, a failure that waiting does not mend, or the time is up.

    Gives the last failure, None where the step succeeded. Waits half to the whole of a pause that doubles. Less time
    than the shortest call takes is not begun with: so it is for what had to wait for its turn.
    """
    if seconds < LADDER[0]:
        return NO_TIME_LEFT
    until, pause = clock.monotonic() + seconds, FIRST
    while (failure := step(until - clock.monotonic())) and failure.passing:
        wait = pause * (1 + clock.jitter()) / 2
        if clock.monotonic() + wait + LADDER[0] > until:
            break
        clock.sleep(wait)
        pause = min(2 * pause, LONGEST)
    return failure
