"""Each law is able to fail: a relay that is broken on purpose is found out, and its failure is reproduced and shrunk."""

from dataclasses import replace
from itertools import islice

import pytest

from tests.simulation.breakages import BREAKAGES, NEVER_GIVE_UP
from tests.simulation.laws import LAWS, broken
from tests.simulation.mapping import Settings
from tests.simulation.optional_breakages import OPTIONAL
from tests.simulation.options import draw
from tests.simulation.run import run
from tests.simulation.schedule import HOUR, ITEMS, Fault, Row, Schedule
from tests.simulation.shown import seeds
from tests.simulation.shrink import shrink
from tests.simulation.subtle_breakages import BESIDE_A_DEAD_TARGET, SUBTLE

#: Every breakage shows within so many schedules: 20 of the 2,000 in each file of schedules would find most.
ENOUGH = 500

#: A bus that is away for an hour, and a change that its stream forgets before.
LONG_OUTAGE = Schedule(
    seed=-1, kinesis=False, rows=(Row(0, 0, "A", ("bus",), age=23.5 * HOUR),), parents=((),),
    faults=(Fault("bus", "outage", start=0.0, seconds=HOUR),), mapping=Settings(), timeout=30.0, latency=0.01, idle=0.0,
    most=10, groups=False,
)  # fmt: skip


#: A bus that is away for long, or hangs, and many changes of which most are to go there.
DEAD_BUS = replace(
    LONG_OUTAGE, faults=(Fault("bus", "outage", start=0.0, seconds=300.0),), most=1,
    rows=tuple(Row(index, index, ITEMS[index % 5], ("bus", "lines") if index % 2 else ("bus",)) for index in range(80)),
)  # fmt: skip
HANGING_BUS = replace(DEAD_BUS, faults=(Fault("bus", "stall", 0, 20),))
OLD = replace(DEAD_BUS, rows=tuple(replace(row, age=13 * HOUR) for row in DEAD_BUS.rows))
OLD_BUT_ONE = replace(OLD, rows=tuple(replace(row, age=13 * HOUR * (row.index != 3)) for row in DEAD_BUS.rows))
OLD_LANE = replace(
    OLD,
    rows=tuple(replace(row, item="A") for row in OLD.rows[:4]),
    faults=(Fault("topic", "outage", 0, seconds=300.0, start=0.0, item="A"),),
)


def laws_of(schedule):
    return {said.split(":")[0] for said in broken(run(schedule))}


@pytest.mark.parametrize("breakage", [*BREAKAGES, *SUBTLE, *OPTIONAL], ids=lambda breakage: breakage.name)
def test_a_broken_relay_is_found_out(breakage):
    with breakage.applied():
        assert any(laws_of(draw(seed)) & set(breakage.laws) for seed in seeds(breakage.name, range(ENOUGH)))


@pytest.mark.parametrize("breakage", BESIDE_A_DEAD_TARGET, ids=lambda breakage: breakage.name)
def test_a_relay_that_is_broken_beside_a_dead_target_is_found_out(breakage):
    schedules = (DEAD_BUS, HANGING_BUS, OLD, OLD_BUT_ONE, OLD_LANE)
    assert [laws_of(schedule) for schedule in schedules] == [set()] * len(schedules)
    with breakage.applied():
        assert any(laws_of(schedule) & set(breakage.laws) for schedule in schedules)


def test_a_relay_that_never_gives_up_loses_what_its_stream_forgets():
    assert laws_of(LONG_OUTAGE) == set()
    with NEVER_GIVE_UP.applied():
        assert "nothing_is_lost" in laws_of(LONG_OUTAGE)


def test_every_law_is_broken_by_something():
    """Every law stands in the list of what must notice some breakage."""
    named = {
        law
        for breakage in (*BREAKAGES, *SUBTLE, *OPTIONAL, *BESIDE_A_DEAD_TARGET, NEVER_GIVE_UP)
        for law in breakage.laws
    }
    assert {law.__name__ for law in LAWS} <= named


def history(schedule):
    after = run(schedule)
    acts = [(act.time, act.who.order, act.delivery, act.answered) for act in after.edge.acts]
    return (
        acts,
        [(who.start, who.end, who.response, who.error) for who in after.invocations],
        sorted(after.edge.parcels),
    )


@pytest.mark.parametrize("seed", [3, 31, 119, 343])
def test_a_seed_has_one_history(seed):
    assert draw(seed) == draw(seed)
    assert history(draw(seed)) == history(draw(seed))


def test_a_failure_is_shrunk_to_what_it_takes():
    """What a dropped entry takes to be lost is little: of three failures one shrinks to a row or two, a fault or two."""
    (dropped,) = (each for each in BREAKAGES if each.name == "drop a failed entry")
    with dropped.applied():
        failing = (seed for seed in range(ENOUGH) if "nothing_is_lost" in laws_of(draw(seed)))
        shrunk = {seed: shrink(draw(seed), "nothing_is_lost") for seed in islice(failing, 3)}
        assert all("nothing_is_lost" in laws_of(smallest) for smallest in shrunk.values())
    assert any(1 <= len(each.rows) <= 2 and 1 <= len(each.faults) <= 2 for each in shrunk.values())
    sizes = [(len(each.rows) + len(each.faults), draw(seed)) for seed, each in shrunk.items()]
    assert all(size < len(drawn.rows) + len(drawn.faults) for size, drawn in sizes)
