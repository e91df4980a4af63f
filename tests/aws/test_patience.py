"""Asking again."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.aws.failure import NO_TIME_LEFT, Failure
from bridge.aws.ladder import LADDER
from bridge.aws.patience import persist
from tests.aws.conftest import BentClock

BUSY, LOST = Failure("Busy", passing=True), Failure("Lost")


def asked(answers, seconds, clock):
    lefts = []

    def step(left):
        lefts.append(left)
        return answers[min(len(lefts), len(answers)) - 1]

    return persist(step, clock, seconds), lefts


def test_success_at_once_waits_for_nothing(clock):
    assert asked([None], 5, clock) == (None, [5])
    assert clock.slept == []


def test_pauses_double_and_what_is_left_shrinks(clock):
    said, lefts = asked([BUSY, BUSY, BUSY, None], 5, clock)
    assert said is None
    assert [round(pause, 6) for pause in clock.slept] == [0.0375, 0.075, 0.15]
    assert lefts[0] > lefts[1] > lefts[2] > lefts[3]


def test_what_waiting_does_not_mend_is_not_asked_again(clock):
    assert asked([BUSY, LOST, None], 5, clock)[0] == LOST
    assert len(clock.slept) == 1


def test_less_time_than_the_shortest_call_takes_is_not_begun_with(clock):
    assert asked([None], LADDER[0] - 0.01, clock) == (NO_TIME_LEFT, [])
    assert asked([None], -3, clock) == (NO_TIME_LEFT, [])


@given(st.floats(LADDER[0], 30))
def test_it_never_sleeps_beyond_its_time_and_says_why_it_stopped(seconds):
    clock = BentClock()
    said, lefts = asked([BUSY], seconds, clock)
    assert said == BUSY
    assert sum(clock.slept) <= seconds
    assert all(left >= LADDER[0] for left in lefts)
    assert all(pause <= 2 for pause in clock.slept)
