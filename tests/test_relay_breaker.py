"""A target that takes nothing is probed, not hammered, and nobody else waits for it."""

from dataclasses import dataclass

import pytest

from bridge.breaker import BEFORE, ENOUGH, SIDE_BY_SIDE, Breaker
from bridge.budget import Budget
from bridge.local.memory import MemoryClock
from bridge.ports import DELIVERED
from bridge.relay import relay
from tests.local.world import REFUSED, UNAVAILABLE, World, asked_for, record, states

HOUR = 3600.0


@pytest.fixture
def world():
    return World()


def many(count, says="topic", **more):
    return [record(number, f"I{number}", says=says, **more) for number in range(1, count + 1)]


@dataclass
class Calls:
    """Counts a target's calls; it takes nothing until so many seconds have passed."""

    clock: MemoryClock
    back: float = float("inf")
    times: list = None

    def __post_init__(self):
        self.times, self.start = [], self.clock.now()

    def of(self, target, most=1):
        target.calls = lambda events: [list(events[i : i + most]) for i in range(0, len(events), most)]
        inner = target.publish

        async def publish(events, seconds):
            self.times.append(self.clock.now() - self.start)
            return await inner(events, seconds)

        target.publish = publish
        target.script = lambda _: DELIVERED if self.clock.now() - self.start >= self.back else UNAVAILABLE
        return self


class Open(type(World().topic)):
    """Whose methods a test may replace."""


def opened(world, name="topic"):
    target = Open(name, ordered=name == "topic")
    setattr(world, name, target)
    return target


def test_a_dead_target_is_asked_a_score_of_times_and_then_ever_more_rarely(world):
    calls = Calls(world.clock).of(opened(world))
    report = world.relay(*many(200), seconds=60.0)
    assert ENOUGH <= sum(time == 0 for time in calls.times) <= BEFORE
    rests = [later - before for before, later in zip(calls.times, calls.times[1:], strict=False)]
    assert max(rests) <= 5.0
    assert len(calls.times) < BEFORE + 33
    assert asked_for(report) == "1001"
    assert set(states(report)) == {"unfinished"}


def test_what_was_not_sent_to_it_says_why(world):
    Calls(world.clock).of(opened(world))
    report = world.relay(*many(200), seconds=10.0)
    codes = [outcome.problems[0].code for outcome in report.outcomes]
    assert (codes[0], codes[-1]) == ("B010", "B097")
    assert report.not_begun == 0
    assert report.unavailable == {"topic": 200}


def test_once_it_takes_one_call_all_go(world):
    calls = Calls(world.clock, back=2.0).of(opened(world))
    report = world.relay(*many(200), seconds=30.0)
    assert asked_for(report) is None
    assert len(world.topic.ids) == 200
    assert sum(time < 2.0 for time in calls.times) < BEFORE + 13


def test_the_other_target_goes_on_at_full_speed(world):
    Calls(world.clock).of(opened(world))
    world.relay(*many(100, says="bus topic"), seconds=10.0)
    assert len(world.bus.ids) == 100


def test_a_few_items_that_are_not_taken_leave_the_rest_its_way(world):
    """More of them than it takes to open the breaker, each in a call of its own and before all others."""
    topic = opened(world)
    Calls(world.clock).of(topic)
    sick = {f"e{number}/a" for number in range(1, BEFORE + 12)}
    topic.script = lambda event: UNAVAILABLE if event.id in sick else DELIVERED
    world.relay(*many(100), seconds=30.0)
    assert set(topic.ids) == {f"e{number}/a" for number in range(1, 101)} - sick


def test_a_target_that_refuses_is_there(world):
    topic = opened(world)
    calls = Calls(world.clock).of(topic)
    topic.script = lambda _: REFUSED
    world.relay(*many(50), seconds=10.0)
    assert len(calls.times) == 50


def test_what_is_old_is_given_up_though_it_was_not_sent(world):
    Calls(world.clock).of(opened(world))
    report = world.relay(*many(50, age=13 * HOUR), seconds=10.0)
    assert set(states(report)) == {"refused"}
    assert len(world.quarantine.parked) == 50
    assert asked_for(report) is None


def test_a_backlog_is_not_given_up_where_the_target_took_something_before_it_was_gone(world):
    topic = opened(world)
    Calls(world.clock).of(topic)
    topic.script = lambda event: DELIVERED if event.id == "e1/a" else UNAVAILABLE
    report = world.relay(*many(100, age=13 * HOUR), seconds=10.0)
    assert states(report)[0] == "done"
    assert "B094" in {problem.code for outcome in report.outcomes for problem in outcome.problems}
    assert asked_for(report) is not None


def test_a_later_event_of_an_item_never_overtakes_one_that_was_not_sent(world):
    Calls(world.clock).of(opened(world))
    batch = [*many(50), record(99, "I50", says="topic")]
    report = world.relay(*batch, seconds=10.0)
    assert [outcome.problems[0].code for outcome in report.outcomes[-2:]] == ["B097", "B091"]


def test_time_that_runs_out_ends_it_though_a_probe_is_due(world):
    """A ledger and calls that take their time leave none for a probe: it ends, and does not spin."""
    topic = opened(world)
    Calls(world.clock).of(topic)
    inner = topic.publish

    async def publish(events, seconds):
        world.clock.sleep(seconds)
        return await inner(events, seconds)

    topic.publish = publish
    report = relay({"Records": many(30)}, world.bridge, world.clock.countdown(3.0))
    assert asked_for(report) == "1001"


def test_the_breaker_by_itself():
    clock = MemoryClock()
    budget, breaker = Budget(clock.countdown(60.0), clock), Breaker()
    for _ in range(ENOUGH - 1):
        breaker.hear([UNAVAILABLE, UNAVAILABLE], budget, 0.0)
    assert (breaker.room(3, clock.now()), breaker.is_open) == (SIDE_BY_SIDE - 3, False)
    breaker.hear([UNAVAILABLE], budget, 0.0)
    assert (breaker.is_dead, breaker.room(0, clock.now()), breaker.room(0, breaker.until)) == (True, 0, 1)
    assert breaker.room(1, breaker.until) == 0
    breaker.hear([UNAVAILABLE, DELIVERED], budget, 0.0)
    assert (breaker.is_open, breaker.is_dead, breaker.room(0, clock.now())) == (False, False, SIDE_BY_SIDE)
