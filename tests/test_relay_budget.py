"""The time that a relay has, and what it may be spent on."""

import pytest

from bridge.budget import CALL, LEAST, LONGEST_PAUSE, REMEMBER_WAVE, Budget, patiently
from bridge.errors import StoreUnavailable
from bridge.local.memory import DOWN, MemoryClock

FAR = float("inf")


@pytest.fixture
def clock():
    return MemoryClock()


def budget(clock, seconds):
    return Budget(clock.countdown(seconds), clock)


def test_with_plenty_of_time_a_call_gets_its_usual_seconds(clock):
    assert budget(clock, 900).grant(10, 10, FAR) == CALL


def test_a_call_gets_half_of_what_is_left_after_the_reserve(clock):
    given = budget(clock, 6.0)
    assert given.grant(10, 0, FAR) == (6.0 - given.reserve(10, 0)) / 2


def test_no_call_begins_that_leaves_no_time_to_remember(clock):
    given = budget(clock, 60)
    clock.time += 60 - given.reserve(10, 10) - LEAST
    assert given.grant(10, 10, FAR) == 0.0


def test_no_call_begins_whose_reserve_what_is_in_flight_may_use_up(clock):
    given = budget(clock, 60)
    assert given.grant(10, 0, floor=given.reserve(10, 0) - 0.01) == 0.0
    assert given.grant(10, 0, floor=given.reserve(10, 0)) == CALL


def test_the_reserve_grows_with_what_is_to_be_remembered_and_parked(clock):
    given = budget(clock, 900)
    assert (
        given.reserve(0, 0)
        < given.reserve(1, 0)
        < given.reserve(REMEMBER_WAVE + 1, 0)
        < given.reserve(REMEMBER_WAVE + 1, 1)
        < given.reserve(REMEMBER_WAVE + 1, 100)
    )


def test_much_poison_never_reserves_more_than_half_of_the_time(clock):
    """Else a batch of ten thousand poison records would let no other event out, invocation after invocation."""
    assert budget(clock, 60).reserve(10_000, 10_000) == 30
    assert budget(clock, 60).grant(10_000, 10_000, FAR) == CALL


def test_pauses_double_up_to_a_bound_and_half_of_each_is_random(clock):
    given = budget(clock, 60)
    assert [given.pause(failures, 1.0) for failures in (1, 2, 3, 9, 5000)] == [
        0.2,
        0.4,
        0.8,
        LONGEST_PAUSE,
        LONGEST_PAUSE,
    ]
    assert given.pause(3, 0.0) == 0.4


def test_patience_ends_with_the_time(clock):
    end = clock.time + 10
    calls = []

    def call(seconds):
        calls.append(seconds)
        raise StoreUnavailable(DOWN)

    with pytest.raises(StoreUnavailable, match="B030"):
        patiently(call, budget(clock, 10))
    assert len(calls) > 4
    assert max(calls) == CALL
    assert end - 6 < clock.time < end


def test_without_any_time_nothing_is_tried_and_the_reason_says_so(clock):
    with pytest.raises(StoreUnavailable, match="B094"):
        patiently(lambda _: pytest.fail("called"), budget(clock, 0.1))


def test_patience_may_be_bounded_below_the_time(clock):
    began = clock.time

    def call(seconds):
        assert seconds <= 2.0
        raise StoreUnavailable(DOWN)

    with pytest.raises(StoreUnavailable, match="B030"):
        patiently(call, budget(clock, 900), most=2.0)
    assert clock.time - began <= 2.0


def test_a_call_that_uses_up_the_time_is_the_last(clock):
    def call(seconds):
        clock.sleep(seconds)
        raise StoreUnavailable(DOWN)

    with pytest.raises(StoreUnavailable, match="B030"):
        patiently(call, budget(clock, 5.0))


def test_the_first_success_is_what_it_gives(clock):
    assert patiently(lambda seconds: f"within {seconds}", budget(clock, 2.0)) == "within 1.5"
