"""Publishing: lanes side by side, each in its own order, out of one thread.

A call takes the first event of each lane that is ready, so that it never holds two of one lane. What comes next
in a lane is sent when the one before it was taken or refused; while it is unavailable the lane rests and the
others go on, and what still waits behind it at the end was held back.

At most `SIDE_BY_SIDE` calls are on their way toward each target (`loop.py`), so that one that hangs keeps none of the
others waiting; then it waits for the first answer, or for the first rest to end. A target that takes nothing is probed
by one call at a time (`breaker.py`), whose turn each waiting call has in order. A round for all targets with a barrier
at its end would be simpler, but the slowest call would set the pace.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from heapq import heappop, heappush
from itertools import chain, count

from bridge.book import Book
from bridge.breaker import SIDE_BY_SIDE, Breaker
from bridge.budget import MEANWHILE
from bridge.frozen import frozen
from bridge.lanes import Lane
from bridge.loop import Loop, Task
from bridge.ports import Delivery, Target, Verdict
from bridge.unsent import HELD_BACK, NO_ANSWER, NOT_ASKED


@frozen
class Flight:
    """A call on its way: the first event of each of these lanes."""

    target: Target
    lanes: Sequence[Lane]
    floor: float  #: what `remaining()` will say when it ends at the latest


def publish(lanes: Sequence[Lane], book: Book, pool: Executor, parcels: int) -> None:
    """Send all that the time suffices for, and write into the book what came of it.

    `parcels` are already to be parked. Whatever a target raises is a bug: nothing more is sent, what is in flight
    is waited for, and it is raised.
    """
    dispatch = Dispatch(book, pool, parcels)
    dispatch.add(lanes)
    try:
        while dispatch.step():
            pass
    finally:
        dispatch.drain()
    dispatch.leave()
    _hold_back(lanes, book)
    if dispatch.errors:
        raise dispatch.errors[0]


class Dispatch:
    """The calls of one batch: cut, in flight, or resting after a failure."""

    def __init__(self, book: Book, pool: Executor, parcels: int) -> None:
        self.errors: list[BaseException] = []
        self._book, self._budget, self._parcels = book, book.budget, parcels
        self._loop = Loop(pool)
        self._calls: defaultdict[str, deque[Sequence[Lane]]] = defaultdict(deque)  # by target, not begun
        self._flights: dict[Task[list[Verdict]], Flight] = {}
        self._counts: defaultdict[str, int] = defaultdict(int)  # of them, by target
        self._asked = 0  # deliveries that they carry
        self._resting: list[tuple[float, int, Lane]] = []  # a heap by when the rest ends
        self._turn = count()
        self._breakers: defaultdict[str, Breaker] = defaultdict(Breaker)  # by target
        self._is_late = False  # whether the time did not suffice for a call that might begin

    def add(self, lanes: Iterable[Lane]) -> None:
        """Cut the first events of these lanes into calls."""
        ready: defaultdict[str, list[Lane]] = defaultdict(list)
        for lane in lanes:
            ready[lane.target.name].append(lane)
        for name, group in ready.items():
            following = iter(group)
            for call in group[0].target.calls([lane.events[0] for lane in group]):
                self._calls[name].append([next(following) for _ in call])

    def step(self) -> bool:
        """Begin what may begin, then wait for what comes first. False when there is nothing to wait for."""
        if self.errors:
            return False
        self._wake(self._budget.clock.monotonic())
        self._begin()
        return self._land() if self._flights else self._rest()

    def drain(self) -> None:
        """Wait for what is in flight, as long as the time allows; what never answered is unavailable."""
        while self._flights:
            self._settle(self._loop.wait(self._left()))
            if self._left() <= 0:
                break
        self._loop.close()
        for flight in self._flights.values():
            for lane in flight.lanes:
                self._book.note(lane.delivery, NO_ANSWER)

    def leave(self) -> None:
        """What was kept from a target that took nothing at all is unavailable, and not merely too late."""
        for name, calls in self._calls.items():
            for lane in chain.from_iterable(calls if self._breakers[name].is_dead else ()):
                self._book.verdicts.setdefault(lane.delivery, NOT_ASKED)

    def _begin(self) -> None:
        now, self._is_late = self._budget.clock.monotonic(), False
        for name, calls in self._calls.items():
            for _ in range(min(len(calls), self._breakers[name].room(self._aloft(name), now))):
                if not self._launch(calls[0]):
                    self._is_late = True
                    return
                calls.popleft()

    def _aloft(self, name: str) -> int:
        return self._counts[name]

    def _launch(self, lanes: Sequence[Lane]) -> bool:
        floor = min([flight.floor for flight in self._flights.values()], default=self._budget.whole)
        seconds = self._budget.grant(*self._owed(len(lanes)), floor)
        if seconds:
            target, events = lanes[0].target, [lane.events[0] for lane in lanes]
            flight = Flight(target, lanes, self._budget.remaining() - seconds)
            self._flights[self._loop.begin(target.publish(events, seconds))] = flight
            self._counts[target.name] += 1
            self._asked += len(lanes)
        return bool(seconds)

    def _owed(self, more: int = 0) -> tuple[int, int]:
        """Deliveries to remember and parcels to park, if all in flight comes out either way."""
        asked = self._asked + more
        return len(self._book.pending) + asked, self._parcels + asked + len(self._resting) + self._kept()

    def _kept(self) -> int:
        """What open breakers keep may be given up: some at least must find the time to be parked, else none ever does.

        Not all of them, for that would take the time from targets that are well.
        """
        kept = [len(calls) for name, calls in self._calls.items() if calls and self._breakers[name].is_open]
        return sum(min(count, SIDE_BY_SIDE) for count in kept)

    def _left(self) -> float:
        return self._budget.left(*self._owed())

    def _land(self) -> bool:
        timeout, until = self._left(), self._next()
        if until is not None:
            self._remember()
            timeout = min(timeout, until - self._budget.clock.monotonic())
        done = self._loop.wait(timeout)
        self._settle(done)
        return bool(done) or self._left() > 0

    def _settle(self, done: Sequence[Task[list[Verdict]]]) -> None:
        for task in sorted(done, key=list(self._flights).index) if len(done) > 1 else done:
            flight = self._flights.pop(task)
            self._counts[flight.target.name] -= 1
            self._asked -= len(flight.lanes)
            if task.error:
                self.errors.append(task.error)
                continue
            try:
                self._hear(flight, task.result or [])
            except Exception as error:  # noqa: BLE001 -- raised at the end, once the others that ended with it are heard
                self.errors.append(error)

    def _hear(self, flight: Flight, verdicts: Sequence[Verdict]) -> None:
        jitter = self._budget.clock.jitter()  # one for the whole call, so that its lanes come again together
        following = []
        if len(verdicts) != len(flight.lanes):
            self.errors.append(ValueError(f"{flight.target.name} gave {len(verdicts)} verdicts of {len(flight.lanes)}"))
        self._breakers[flight.target.name].hear(verdicts, self._budget, jitter)
        for lane, verdict in zip(flight.lanes, verdicts, strict=False):
            self._book.note(lane.delivery, verdict)
            if verdict.said == "unavailable":
                self._lay_to_rest(lane, jitter)
                continue
            self._parcels += verdict.said == "refused"
            lane.failures = 0
            del lane.events[0]
            if lane.events:
                following.append(lane)
        self.add(following)

    def _remember(self) -> None:
        self._book.remember(min(MEANWHILE, self._left() / 2))

    def _lay_to_rest(self, lane: Lane, jitter: float) -> None:
        lane.failures += 1
        until = self._budget.clock.monotonic() + self._budget.pause(lane.failures, jitter)
        heappush(self._resting, (until, next(self._turn), lane))

    def _wake(self, now: float) -> None:
        rested = []
        while self._resting and self._resting[0][0] <= now:
            rested.append(heappop(self._resting)[2])
        self.add(rested)

    def _rest(self) -> bool:
        """Sleep until the first lane has rested, having told the ledger what is done; False without time for more."""
        until = self._next()
        if until is None or self._is_late:
            return False
        self._remember()
        pause = max(0.0, until - self._budget.clock.monotonic())
        if self._left() <= pause:
            return False
        self._budget.clock.sleep(pause)
        self._wake(until)
        return True

    def _next(self) -> float | None:
        """When the first rest ends, of a lane or of a target that calls wait for; None where nothing rests."""
        waiting = [name for name, calls in self._calls.items() if calls and not self._aloft(name) and not self._is_late]
        ends = [self._breakers[name].until for name in waiting]
        return min([*ends, *(until for until, _, _ in self._resting[:1])], default=None)


def _hold_back(lanes: Iterable[Lane], book: Book) -> None:
    for lane in lanes:
        first = book.verdicts.get(lane.delivery) if lane.events else None
        if first and first.said == "unavailable":
            for event in lane.events[1:]:
                book.note(Delivery(event.id, lane.target.name), HELD_BACK)
