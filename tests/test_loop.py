"""The loop over real sockets and threads: who waits keeps nobody, and nobody waits beyond their time."""

import select
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.local.memory import Inline
from bridge.loop import Aside, Loop, Ready, run, side_by_side


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def loop(pool):
    loop = Loop(pool)
    yield loop
    loop.close()


def soon(seconds=5.0):
    return time.monotonic() + seconds


async def heard(ours, until):
    await Ready(ours.fileno(), select.POLLIN, until)
    return ours.recv(99)


async def done_aside(work):
    return await Aside(work)


async def outcome(call):
    """What it comes to, or what it raises."""
    try:
        return await call
    except (OSError, LookupError) as error:
        return type(error)


def fails():
    raise LookupError


def ended(loop, task, seconds=5.0):
    until = soon(seconds)
    while time.monotonic() < until:
        if task in loop.wait(until - time.monotonic()):
            return task.result
    raise AssertionError("it has not ended")


@pytest.mark.parametrize("begin", [run, lambda call: ended(one := Loop(Inline()), one.begin(call))])
def test_a_call_goes_on_when_its_socket_or_its_work_is_ready(pair, begin):
    ours, theirs = pair
    theirs.send(b"hello")
    assert begin(heard(ours, soon())) == b"hello"
    assert begin(done_aside(lambda: 7)) == 7
    assert begin(outcome(done_aside(fails))) is LookupError
    assert begin(outcome(heard(ours, soon(0.02)))) is TimeoutError


def test_what_a_call_raises_is_told(loop, pair):
    with pytest.raises(LookupError):
        run(done_aside(fails))
    with pytest.raises(TimeoutError):
        run(heard(pair[0], soon(0.01)))
    task = loop.begin(done_aside(fails))
    ended(loop, task)
    assert isinstance(task.error, LookupError)


def test_a_call_that_waits_for_nothing_ends_at_once(loop):
    async def seven():
        return 7

    task = loop.begin(seven())
    assert (loop.wait(0), task.result) == ([task], 7)


def test_where_nothing_is_on_its_way_nobody_waits(loop):
    began = time.monotonic()
    assert loop.wait(60) == []
    assert time.monotonic() - began < 5


def test_nobody_waits_for_another(loop, pair):
    """Neither for a socket that stays silent, nor for a thread that hangs."""
    gate = threading.Event()
    quick, hung = socket.socketpair()
    quick.setblocking(False)
    with quick, hung:
        silent, stuck = loop.begin(heard(pair[0], soon(60))), loop.begin(done_aside(gate.wait))
        answered = loop.begin(heard(quick, soon(60)))
        hung.send(b"here")
        assert ended(loop, answered) == b"here"
        gate.set()
        assert ended(loop, stuck) is True
        pair[1].send(b"at last")
        assert ended(loop, silent) == b"at last"


def test_a_thread_that_is_done_ends_a_wait_for_sockets(loop, pair):
    gate = threading.Event()
    silent, first = loop.begin(heard(pair[0], soon(60))), loop.begin(done_aside(gate.wait))
    began = time.monotonic()
    threading.Timer(0.05, gate.set).start()
    assert ended(loop, first) is True
    assert ended(loop, loop.begin(done_aside(lambda: time.sleep(0.05)))) is None
    assert time.monotonic() - began < 5
    assert (silent.result, silent.error) == (None, None)


def test_a_wait_ends_with_its_time_and_tells_of_nobody(loop, pair):
    loop.begin(heard(pair[0], soon(60)))
    began = time.monotonic()
    assert loop.wait(0.05) == []
    assert loop.wait(-1.0) == []
    assert 0.04 < time.monotonic() - began < 5


def test_each_call_ends_with_its_own_time_whatever_others_do(loop, pair):
    other, end = socket.socketpair()
    other.setblocking(False)
    with other, end:
        late, busy = loop.begin(outcome(heard(pair[0], soon(0.05)))), loop.begin(heard(other, soon(60)))
        assert ended(loop, late) is TimeoutError
        end.send(b"x")
        assert ended(loop, busy) == b"x"


def test_what_has_come_in_time_counts_though_the_loop_looks_late(loop, pair):
    """Else an answer that lies there would be taken for silence, and what was sent would be sent again."""
    task = loop.begin(outcome(heard(pair[0], soon(0.02))))
    pair[1].send(b"in time")
    time.sleep(0.05)
    assert ended(loop, task) == b"in time"


def test_a_loop_that_closes_gives_up_each_call_which_cleans_up(pair, pool):
    loop, gate, cleaned = Loop(pool), threading.Event(), []

    async def tidy(name, call):
        try:
            await call
        finally:
            cleaned.append(name)

    waiting = [loop.begin(tidy("socket", heard(pair[0], soon(60)))), loop.begin(tidy("thread", done_aside(gate.wait)))]
    assert loop.wait(0.01) == []
    loop.close()
    gate.set()
    assert cleaned == ["socket", "thread"]
    assert [task.result for task in waiting] == [None, None]


def test_calls_side_by_side_are_so_many_at_most_and_come_to_what_each_comes_to(pool):
    aloft, most, lock = 0, 0, threading.Lock()

    def work(number):
        nonlocal aloft, most
        with lock:
            aloft += 1
            most = max(most, aloft)
        time.sleep(0.002)
        with lock:
            aloft -= 1
        return number

    calls = [lambda number=number: done_aside(lambda: work(number)) for number in range(20)]
    assert side_by_side(calls, 3, pool) == list(range(20))
    assert most == 3
    assert side_by_side([], 3, pool) == []


def test_of_calls_side_by_side_the_first_that_raises_lets_no_other_begin_and_those_that_had_begun_end(pool):
    ended, begun = [], []

    async def call(number):
        begun.append(number)
        await Aside(lambda: time.sleep(0.05 * (number != 1)))
        ended.append(number)
        if number in (0, 1):
            raise LookupError(number)

    with pytest.raises(LookupError, match="0"):
        side_by_side([lambda number=number: call(number) for number in range(20)], 3, pool)
    assert sorted(ended) == sorted(begun)
    assert len(begun) <= 4
