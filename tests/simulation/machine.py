"""Virtual time: tasks that run one at a time, each until it waits, in an order that the schedule alone decides.

The relay is plain blocking code with threads of its own, and runs here as it is. So each task is a real thread, but
only the one that holds the baton runs; waiting hands the baton back, and the clock leaps to whatever comes next.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ALL_COMPLETED, Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import ClassVar, NamedTuple

#: So often may somebody wait without that any time passes, before it is plain that nothing gets on.
STANDSTILL = 20_000


class Standstill(BaseException):
    """Tasks wait again and again, and no time passes."""


class Killed(BaseException):
    """Unwinds the tasks of a process that is no more; whatever they still call does nothing but raise it again."""


@dataclass(eq=False, slots=True)
class Process:
    """What lives and dies together: one invocation, or one run of a command."""

    dead: bool = False
    paused_until: float = 0.0
    tasks: set["Task"] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Task:
    process: Process
    work: Callable[[], object]
    worker: "Worker | None" = None
    turn: int = 0  #: grows each time it resumes, so that wake-ups of before are known to be stale


class Worker(threading.Thread):
    """A thread that runs one task after another."""

    idle: ClassVar[list["Worker"]] = []

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.go, self.back = threading.Semaphore(0), threading.Semaphore(0)
        self.task: Task | None = None
        self.start()

    def run(self) -> None:
        while True:
            self.go.acquire()
            assert self.task is not None
            with suppress(Killed):
                self.task.work()
            self.task.process.tasks.discard(self.task)
            self.task = None
            Worker.idle.append(self)
            self.back.release()


class Waited(NamedTuple):
    """What `concurrent.futures.wait` gives, in a stable order."""

    done: list[Future]
    not_done: list[Future]


class Machine:
    """The clock and what is due."""

    def __init__(self) -> None:
        self.now = 0.0
        self.current: Task | None = None
        self._due: list[tuple[float, int, Task, int]] = []
        self._count = 0
        self._waiting: dict[Task, list[Future]] = {}
        self._failure: BaseException | None = None
        self._stood: tuple[float, int] = (0.0, 0)  # since when no time passed, and how often somebody waited since

    def spawn(self, process: Process, work: Callable[[], object]) -> Task:
        """Begin a task now."""
        task = Task(process, lambda: self._guarded(work))
        process.tasks.add(task)
        self._push(self.now, task)
        return task

    def run(self) -> None:
        """Until nothing is due any more. Raises what a task raised."""
        while self._due:
            time, _, task, turn = heappop(self._due)
            if task.turn != turn:
                continue
            if task.process.paused_until > time and not task.process.dead:
                self._push(task.process.paused_until, task)
                continue
            self.now = max(self.now, time)
            self._resume(task)
            if self._failure:
                failure, self._failure = self._failure, None
                raise failure

    def sleep(self, seconds: float) -> None:
        """Let time pass for the task that calls it."""
        task = self._running()
        self._get_on()
        until = self.now + max(0.0, seconds)
        if (not self._due or self._due[0][0] > until) and task.process.paused_until <= self.now:
            self.now = until
            return
        self._push(until, task)
        self._hand_back(task)

    def wait(self, futures: Iterable[Future], timeout: float | None = None, return_when: str = ALL_COMPLETED) -> Waited:
        """`concurrent.futures.wait`, in virtual time."""
        every = list(futures)
        until = None if timeout is None else self.now + timeout
        while True:
            self._get_on()
            waited = Waited([f for f in every if f.done()], [f for f in every if not f.done()])
            enough = not waited.not_done or (return_when != ALL_COMPLETED and waited.done)
            if enough or (until is not None and self.now >= until):
                return waited
            task = self._running()
            self._waiting[task] = waited.not_done
            if until is not None:
                self._push(until, task)
            self._hand_back(task)

    def kill(self, process: Process) -> None:
        """The process stops where it is. A task that kills its own process goes on to its next wait, and raises there."""
        process.dead = True
        for task in list(process.tasks):
            if task is not self.current:
                self._push(self.now, task)

    def resolved(self, future: Future) -> None:
        """Wake whoever waits for it."""
        for task, futures in list(self._waiting.items()):
            if future in futures:
                del self._waiting[task]
                self._push(self.now, task)

    def alive(self) -> None:
        """Raise `Killed` in a task whose process is no more."""
        if self._running().process.dead:
            raise Killed

    def _get_on(self) -> None:
        since, waits = self._stood
        self._stood = (self.now, waits + 1 if since == self.now else 0)
        if waits > STANDSTILL:
            raise Standstill

    def _running(self) -> Task:
        assert self.current is not None, "only tasks wait"
        return self.current

    def _push(self, time: float, task: Task) -> None:
        self._count += 1
        heappush(self._due, (time, self._count, task, task.turn))

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            self.alive()
            work()
        except Killed:
            raise
        except BaseException as error:  # noqa: BLE001 -- raised again by `run`
            self._failure = error

    def _resume(self, task: Task) -> None:
        task.turn += 1
        self._waiting.pop(task, None)
        before, self.current = self.current, task
        if task.worker is None:
            task.worker = Worker.idle.pop() if Worker.idle else Worker()
            task.worker.task = task
        worker = task.worker
        worker.go.release()
        worker.back.acquire()
        self.current = before

    def _hand_back(self, task: Task) -> None:
        assert task.worker is not None
        task.worker.back.release()
        task.worker.go.acquire()
        if task.process.dead:
            raise Killed


@dataclass(eq=False, slots=True)
class Pool(Executor):
    """The relay's threads, as tasks of the process that made it."""

    machine: Machine
    width: int

    def submit(self, fn: Callable, /, *args: object, **kwargs: object) -> Future:
        future: Future = Future()
        self.machine.alive()

        def work() -> None:
            try:
                result = fn(*args, **kwargs)
            except Killed:
                raise
            except BaseException as error:  # noqa: BLE001 -- an executor hands on whatever was raised
                future.set_exception(error)
            else:
                future.set_result(result)
            self.machine.resolved(future)

        self.machine.spawn(self.machine.current.process, work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing to release."""
