"""A circuit breaker for a target: once it takes nothing, it is asked by one call at a time, until it takes something.

A target that is gone answers each call by failing, often slowly: hundreds of calls in vain would take the time of the
invocation, and keep down a service that is about to stand up again. What counts is a call of which nothing is taken;
where it takes some of a call, or refuses an event for what it says, it is there.
"""

from collections.abc import Sequence

from bridge.budget import Budget
from bridge.frozen import slotted
from bridge.ports import Verdict

#: Calls in flight toward one target. Where a call takes 10 ms, a batch of 1,000 records takes a quarter less time than
#: with eight; more gain little. AWS's own clients hold 10 connections (boto3) or 50 (its SDK for JavaScript).
SIDE_BY_SIDE = 16
#: Calls in a row of which it takes nothing before it is probed. As many as must fail by chance alone to be rare.
ENOUGH = 5
#: Calls that can have failed before the first probe: the last of those that trip it had so many beside it.
BEFORE = ENOUGH + SIDE_BY_SIDE - 1


@slotted
class Breaker:
    """What is known of a target in this invocation."""

    failures: int = 0  #: calls in a row of which it took nothing
    answered: bool = False  #: whether it ever took or refused something
    until: float = 0.0  #: when the next probe may be sent, once it is open

    @property
    def is_open(self) -> bool:
        """Whether it is only probed."""
        return self.failures >= ENOUGH

    @property
    def is_dead(self) -> bool:
        """Whether it is, and never said anything else."""
        return self.is_open and not self.answered

    def hear(self, verdicts: Sequence[Verdict], budget: Budget, jitter: float) -> None:
        """Learn from what came of a call."""
        if any(verdict.said != "unavailable" for verdict in verdicts):
            self.failures, self.answered = 0, True
            return
        self.failures += 1
        if self.is_open:
            self.until = budget.clock.monotonic() + budget.pause(max(1, self.failures - BEFORE), jitter)

    def room(self, aloft: int, now: float) -> int:
        """How many calls may begin beside those that are in flight."""
        if self.is_open:
            return 1 - aloft if now >= self.until else 0
        return SIDE_BY_SIDE - aloft
