"""Many calls on their way at once, out of one thread.

A call is a coroutine: it is written in the order in which it happens, and says `await` where it waits, for a socket
(`Ready`) or for what only a thread can do (`Aside`). The loop goes on with whichever has what it waits for. So a call
needs no thread of its own, and its answer wakes none.

To send 15 KB and hear 500 bytes takes 10 µs of CPU so, eight at once. With a thread for each it takes 32, and
more where threads take the interpreter from each other; with asyncio's sockets 19, with its streams 40, and 20 ms for
asyncio itself, a seventh of a function's start.
"""

import contextlib
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from math import ceil
from typing import Any, Generic, TypeVar

T = TypeVar("T")

#: Seconds: whatever is waited for ends earlier.
_LONG = 3600.0

#: What comes to a T.
Call = Coroutine["Waits", Any, T]


class Ready:
    """Waits until a socket may be read or written (`select.POLLIN`, `select.POLLOUT`).

    Raises `TimeoutError` where it is not by `until` (of `time.monotonic`). What has come when the loop looks
    counts, for it may look late.
    """

    __slots__ = ("event", "number", "until")

    def __init__(self, number: int, event: int, until: float) -> None:
        self.number, self.event, self.until = number, event, until

    def __await__(self) -> Generator["Ready", None, None]:
        yield self

    def here(self) -> None:
        """The same, in this thread."""
        poll = select.poll()
        poll.register(self.number, self.event)
        if not poll.poll(_milliseconds(self.until - time.monotonic())):
            raise TimeoutError


class Aside(Generic[T]):
    """Waits for a function that blocks, in a thread of the loop's pool."""

    __slots__ = ("work",)

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work

    def __await__(self) -> Generator["Aside[T]", T, T]:
        return (yield self)

    def here(self) -> T:
        """The same, in this thread."""
        return self.work()


Waits = Ready | Aside[Any]


def run(call: Call[T]) -> T:
    """What a call comes to, in this thread and nothing beside it. Raises what the call raises."""
    come: Any = None
    error: BaseException | None = None
    while True:
        try:
            waits = call.throw(error) if error else call.send(come)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # a coroutine ends with its T
        try:
            come, error = waits.here(), None
        except BaseException as raised:  # noqa: BLE001 -- the call is where it is handled
            error = raised


class Task(Generic[T]):
    """A call that a loop has begun."""

    __slots__ = ("call", "error", "result")

    def __init__(self, call: Call[T]) -> None:
        self.call = call
        self.error: BaseException | None = None  #: what it raised
        self.result: T | None = None  #: what it came to

    def outcome(self) -> T:
        """What it came to, once it has ended. Raises what it raised."""
        if self.error:
            raise self.error
        return self.result  # type: ignore[return-value]  # it has ended


class Loop:
    """Calls on their way. One thread begins them and waits for them."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._poll = select.poll()
        self._sockets: dict[int, tuple[Task[Any], Ready]] = {}  # by the number of the socket
        self._works: dict[Future[Any], Task[Any]] = {}
        self._ended: list[Task[Any]] = []
        self._bell: _Bell | None = None

    def begin(self, call: Call[T]) -> Task[T]:
        """Go with a call as far as it goes before it waits."""
        task = Task(call)
        self._go_on(task)
        return task

    def wait(self, seconds: float) -> list[Task[Any]]:
        """The tasks that have ended since the last time, once there is one.

        None where nothing came within so many seconds, or what came did not end one.
        """
        if not self._ended:
            if self._sockets:
                self._wait_for_sockets(seconds)
            elif self._works:
                wait(self._works, timeout=max(0.0, seconds), return_when=FIRST_COMPLETED)
            self._finish_works()
        ended, self._ended = self._ended, []
        return ended

    def close(self) -> None:
        """Give up whatever is on its way: each call cleans up after itself, and what threads still do is not heard."""
        left = [*(task for task, _ in self._sockets.values()), *self._works.values()]
        self._sockets, self._works = {}, {}
        for task in left:
            task.call.close()
        if self._bell:
            self._bell.close()

    def _go_on(self, task: Task[Any], come: object = None, error: BaseException | None = None) -> None:
        try:
            waits = task.call.throw(error) if error else task.call.send(come)
        except StopIteration as end:
            task.result = end.value
        except BaseException as raised:  # noqa: BLE001 -- whoever began it is told
            task.error = raised
        else:
            self._hold(task, waits)
            return
        self._ended.append(task)

    def _hold(self, task: Task[Any], waits: Waits) -> None:
        if isinstance(waits, Ready):
            self._sockets[waits.number] = task, waits
            self._poll.register(waits.number, waits.event)
            return
        future = self._pool.submit(waits.work)
        self._works[future] = task
        if self._bell:
            future.add_done_callback(self._bell.ring)

    def _wait_for_sockets(self, seconds: float) -> None:
        if self._works and not self._bell:
            self._hang_bell()
        now = time.monotonic()
        first = min(waits.until for _, waits in self._sockets.values())
        for number, _ in self._poll.poll(_milliseconds(min(seconds, first - now))):
            if self._bell and number == self._bell.number:
                self._bell.hush()
            else:
                self._go_on(self._let_go(number))
        if first <= now:
            self._end_late(now)

    def _let_go(self, number: int) -> Task[Any]:
        self._poll.unregister(number)
        return self._sockets.pop(number)[0]

    def _end_late(self, now: float) -> None:
        """Those whose time was up before the last look, which showed nothing."""
        for number in [number for number, (_, waits) in self._sockets.items() if waits.until <= now]:
            self._go_on(self._let_go(number), error=TimeoutError())

    def _finish_works(self) -> None:
        for future in [future for future in self._works if future.done()]:
            task, error = self._works.pop(future), future.exception()
            self._go_on(task, None if error else future.result(), error)

    def _hang_bell(self) -> None:
        """From now on it also wakes a wait for sockets that a thread is done."""
        self._bell = _Bell()
        self._poll.register(self._bell.number, select.POLLIN)
        for future in self._works:
            future.add_done_callback(self._bell.ring)


def side_by_side(calls: Iterable[Callable[[], Call[T]]], most: int, pool: Executor) -> list[T]:
    """What the calls come to, at most so many at once; each is made when its turn has come.

    Raises what the first of them raised, once those that had begun have ended.
    """
    loop, due = Loop(pool), deque(calls)
    tasks: list[Task[T]] = []
    ended = 0
    try:
        while due or ended < len(tasks):
            while due and len(tasks) - ended < most:
                tasks.append(loop.begin(due.popleft()()))
            some = loop.wait(_LONG)
            ended += len(some)
            if any(task.error for task in some):
                due.clear()
    finally:
        loop.close()
    return [task.outcome() for task in tasks]


class _Bell:
    """By which threads wake a wait for sockets."""

    def __init__(self) -> None:
        self._ear, self._hand = socket.socketpair()
        for end in (self._ear, self._hand):
            end.setblocking(False)
        self.number = self._ear.fileno()

    def ring(self, _: object) -> None:
        """From any thread. It may have been rung already, or nobody listens any more."""
        with contextlib.suppress(OSError):
            self._hand.send(b".")

    def hush(self) -> None:
        """It may be rung again."""
        with contextlib.suppress(BlockingIOError):
            self._ear.recv(4096)

    def close(self) -> None:
        """Nobody listens any more."""
        self._ear.close()
        self._hand.close()


def _milliseconds(seconds: float) -> int:
    return max(0, ceil(1000 * seconds))
