"""Publishing with real threads: what hangs, hangs alone."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.aws.clock import SystemClock
from bridge.breaker import SIDE_BY_SIDE
from bridge.lanes import lanes_of
from bridge.local.memory import MemoryTarget
from bridge.loop import Aside
from bridge.loop import run as here
from bridge.ports import DELIVERED, Delivery
from bridge.relay import relay
from tests.local.world import NOW, UNAVAILABLE, World, an_event, asked_for, failing, record, states


@pytest.fixture
def world():
    return World(clock=SystemClock(), pool=ThreadPoolExecutor)


@pytest.fixture
def gate():
    """Opened at the end, so that no thread outlives its test."""
    gate = threading.Event()
    yield gate
    gate.set()


def run(world, *records, seconds):
    end = time.monotonic() + seconds
    return relay({"Records": list(records)}, world.bridge, lambda: end - time.monotonic())


def young(*arguments, **more):
    return record(*arguments, age=NOW - time.time(), **more)


class Threaded(MemoryTarget):
    """Is called in threads, as boto3 is."""

    async def publish(self, events, seconds):
        return await Aside(lambda: here(MemoryTarget.publish(self, events, seconds)))


class Hanging(Threaded):
    """Does not keep to the time that it is given."""

    gate = None

    async def publish(self, events, seconds):
        await Aside(lambda: self.gate.wait(10))
        return await MemoryTarget.publish(self, events, seconds)


def test_a_target_that_hangs_stops_no_other_and_the_answer_is_in_time(world, gate):
    world.topic = Hanging("topic", ordered=True)
    Hanging.gate = gate
    began = time.monotonic()
    report = run(world, young(1), young(2), young(3, "B"), seconds=2.0)
    assert time.monotonic() - began < 2.0
    assert sorted(world.bus.ids) == ["e1/a", "e2/a", "e3/a"]
    assert asked_for(report) == "1001"
    assert [problem.code for problem in report.outcomes[0].problems] == ["B092"]
    assert (report.unavailable, report.held_back) == ({"topic": 2}, 1)
    assert world.ledger.entries == {Delivery(name, "bus") for name in world.bus.ids}


def test_so_many_calls_and_no_more_are_in_flight_toward_a_target(world):
    aloft, most, full, lock = 0, 0, threading.Event(), threading.Lock()

    def script(_):
        nonlocal aloft, most
        with lock:
            aloft += 1
            most = max(most, aloft)
            if aloft == SIDE_BY_SIDE:
                full.set()
        full.wait(10)
        time.sleep(0.005)
        with lock:
            aloft -= 1
        return DELIVERED

    world.bus = Threaded("bus", script=script, most=1)
    report = run(world, *(young(number, str(number), says="bus") for number in range(40)), seconds=20)
    assert set(states(report)) == {"done"}
    assert most == SIDE_BY_SIDE


def test_a_rest_ends_while_another_call_is_still_on_its_way(world, gate):
    """The lane that rested goes on; nobody waits for the call that hangs."""
    seen = threading.Event()

    def script(event):
        if event.id == "e1/a":
            return failing_once(event)
        seen.wait(10)
        return DELIVERED

    ready = failing(e1=1)

    def failing_once(event):
        verdict = ready(event)
        if verdict is DELIVERED:
            seen.set()
        return verdict

    world.topic = Threaded("topic", ordered=True, script=script, most=1)
    report = run(world, young(1, "A", says="topic"), young(2, "B", says="topic"), seconds=20)
    assert world.topic.ids == ["e1/a", "e2/a"]
    assert asked_for(report) is None


def test_a_throttled_lane_stops_alone_under_threads(world):
    world.bus = Threaded("bus")
    world.topic = Threaded("topic", True, lambda event: UNAVAILABLE if event.id == "e3/a" else DELIVERED)
    report = run(world, *(young(number, "ABC"[number % 3]) for number in range(12)), seconds=2.0)
    names = {f"e{number}/a" for number in range(12)}
    assert set(world.bus.ids) == names
    assert set(world.topic.ids) == names - {f"e{number}/a" for number in (3, 6, 9)}
    assert (asked_for(report), report.held_back) == ("1003", 2)


def test_what_is_on_its_way_when_a_target_raises_is_waited_for_and_remembered(world):
    def script(event):
        if event.id == "e1/a":
            raise LookupError
        time.sleep(0.05 * int(event.id[1]))
        return DELIVERED

    world.bus = Threaded("bus", script=script, most=1)
    with pytest.raises(LookupError):
        run(world, *(young(number, str(number), says="bus") for number in (1, 2, 4)), seconds=20)
    assert world.bus.ids == ["e2/a", "e4/a"]
    assert world.ledger.entries == {Delivery("e2/a", "bus"), Delivery("e4/a", "bus")}


def test_parking_that_hangs_leaves_its_record_unfinished_in_time(world, gate):
    class Stuck(type(world.quarantine)):
        def park(self, parcel, seconds):
            gate.wait(10)

    world.quarantine = Stuck()
    report = run(world, young(1, poison="yes"), young(2, "B"), seconds=1.5)
    assert states(report) == ["unfinished", "done"]
    assert [problem.code for problem in report.outcomes[0].problems] == ["B094", "M001"]


def test_toward_an_ordered_target_a_lane_is_an_item_and_toward_others_an_event():
    bus, topic = MemoryTarget("bus"), MemoryTarget("topic", ordered=True)
    one, two, other = an_event(1), an_event(2), an_event(3, "B")
    lanes = lanes_of([(event, target) for event in (one, two, other) for target in (topic, bus)])
    assert [(lane.target.name, [event.id for event in lane.events]) for lane in lanes] == [
        ("topic", [one.id, two.id]), ("bus", [one.id]), ("bus", [two.id]), ("topic", [other.id]), ("bus", [other.id]),
    ]  # fmt: skip


def _event(number, item, group):
    return an_event(number, item)._replace(partitionkey=group)


@pytest.mark.parametrize(
    ("shipped", "lanes"),
    [
        ([(1, "A", "A"), (2, "B", "B"), (3, "A", "A")], [[1, 3], [2]]),
        ([(1, "m1", "order 7"), (2, "m2", "order 8"), (3, "m3", "order 7")], [[1, 3], [2]]),
        ([(1, "A", "x"), (2, "B", "y"), (3, "A", "y"), (4, "C", "z")], [[1, 2, 3], [4]]),
    ],
)
def test_events_of_one_item_or_of_one_group_share_a_lane_toward_a_target_that_keeps_order(shipped, lanes):
    topic = MemoryTarget("topic", ordered=True)
    made = lanes_of((_event(*each), topic) for each in shipped)
    assert [[int(event.id[1]) for event in lane.events] for lane in made] == lanes


def test_toward_a_target_without_order_each_event_is_a_lane():
    bus = MemoryTarget("bus", ordered=False)
    assert len(lanes_of((_event(n, "A", "A"), bus) for n in (1, 2, 3))) == 3
