"""A target whose large events go by claim check: the data into a store first, then the event that names it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bridge.budget import NO_TIME
from bridge.core.claim import DATAREF, claimed
from bridge.core.event import Event
from bridge.errors import Problem
from bridge.frozen import frozen
from bridge.loop import Aside
from bridge.ports import Carrier, Claims, Clock, Target, Verdict

#: What a target counts of an event besides its body, at most: the same texts once more as attributes, and so many
#: bytes of names, types and an ARN. An event whose double is within the room need not be measured.
BESIDES = 4096


@frozen
class Claiming:
    """Implements `ports.Target` around one. What the target carries whole, it carries as it is."""

    target: Carrier
    claims: Claims
    clock: Clock

    @property
    def name(self) -> str:
        """The target's."""
        return self.target.name

    @property
    def ordered(self) -> bool:
        """As the target is."""
        return self.target.ordered

    @property
    def room(self) -> int:
        """The most bytes that one event may take, the data of a large one aside."""
        return self.target.room

    def size(self, event: Event) -> int:
        """The bytes that the event takes at the target."""
        return self.target.size(self._carried(event))

    def objection(self, event: Event) -> Problem | None:
        """Why the target could never carry the event, nor the claim that stands for it."""
        problem = self.target.objection(self._carried(event))
        return replace(problem, fix=_fix(event)) if problem and problem.code == "B001" else problem

    def calls(self, events: Sequence[Event]) -> list[list[Event]]:
        """The events in order, cut as the target cuts what it is sent."""
        following = iter(events)
        cut = self.target.calls([self._carried(event) for event in events])
        return [list(islice(following, len(call))) for call in cut]

    async def publish(self, events: Sequence[Event], seconds: float) -> list[Verdict]:
        """Store what is large, then send. An event whose data could not be stored is unavailable, and is not sent."""
        until = self.clock.monotonic() + seconds
        carried = [self._carried(event) for event in events]
        large = [event for event, sent in zip(events, carried, strict=True) if sent is not event]
        hindered = await Aside(lambda: self._store(large, until)) if large else {}
        ready = [sent for sent in carried if sent.id not in hindered]
        left = until - self.clock.monotonic()
        if left <= 0:  # the process stood still meanwhile
            return [hindered.get(event.id, Verdict("unavailable", NO_TIME)) for event in events]
        verdicts = iter(await self.target.publish(ready, left) if ready else ())
        return [hindered[event.id] if event.id in hindered else next(verdicts) for event in events]

    def _store(self, events: Sequence[Event], until: float) -> dict[str, Verdict]:
        """What could not be stored, by id. Half of the time that is left is kept for sending, so for each of them."""
        hindered = {}
        for event in events:
            problem = self.claims.store(event, (until - self.clock.monotonic()) / 2)
            if problem:
                hindered[event.id] = Verdict("unavailable", problem)
        return hindered

    def whole(self, event: Event) -> int | None:
        """The bytes that an event would take whole which goes by claim check; None where it goes whole."""
        return None if self._carried(event) is event else self.target.size(event)

    def _carried(self, event: Event) -> Event:
        """The event itself where the target has room for it, else the claim that stands for it."""
        if 2 * len(event.body) + BESIDES <= self.room or self.target.size(event) <= self.room:
            return event
        return event if DATAREF in event.extensions else claimed(event, self.claims.reference(event))


def _fix(event: Event) -> str:
    """What to do about an event that is too large although there are claim checks."""
    if DATAREF in event.extensions:
        return "say less in `data`; by claim check goes only an event whose rule gives it no `dataref`"
    return "say less besides `data`: without it the event is too large as well"


def whole_size(target: Target, event: Event) -> int | None:
    """The bytes that an event would take whole which goes to a target by claim check; None where it goes whole."""
    return target.whole(event) if isinstance(target, Claiming) else None
