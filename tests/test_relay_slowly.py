"""Rules that take long: what is ready in time is sent, and the rest comes again."""

import pytest

from tests.local.world import World, asked_for, record, states


def slow(seconds):
    """A world in which each record takes so long to translate."""
    world = World()
    said = world.translate

    def slowly(change):
        world.clock.sleep(seconds)
        return said(change)

    world.translate = slowly
    return world


def test_a_batch_that_takes_long_is_carried_part_by_part():
    """Else each invocation would be stopped before anything is sent, and the same batch would come for ever."""
    world, left, carried = slow(1.0), [record(number) for number in range(40)], []
    while left:
        report = world.relay(*left, seconds=10.0)
        carried.append(report.count("done"))
        first = asked_for(report)
        left = [each for each in left if first and each["dynamodb"]["SequenceNumber"] >= first]
    assert carried == [6, 6, 6, 6, 6, 6, 4]
    assert world.bus.ids == [f"e{number}/a" for number in range(40)]


def test_the_first_record_is_translated_however_long_it_takes():
    world = slow(8.0)
    assert asked_for(world.relay(record(1), record(2), seconds=10.0)) == "1002"
    assert world.bus.ids == ["e1/a"]


@pytest.mark.parametrize("age", [60.0, 99_999.0])
def test_what_is_left_for_want_of_time_comes_again_however_old(age):
    report = slow(8.0).relay(record(1, age=age), record(2, age=age), seconds=10.0)
    assert states(report) == ["done", "unfinished"]
    assert [problem.code for problem in report.outcomes[1].problems] == ["B094"]


def test_poison_before_is_parked_and_poison_behind_waits():
    world = slow(3.0)
    report = world.relay(*(record(number, poison="yes") for number in range(1, 5)), seconds=10.0)
    assert states(report) == ["refused", "refused", "unfinished", "unfinished"]
    assert asked_for(report) == "1003"
    assert [key.split("/")[-1] for key in world.quarantine.parked] == ["e1", "e2"]
