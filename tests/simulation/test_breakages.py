"""Each law is able to fail: a relay that is broken on purpose is found out, and its failure is reproduced and shrunk."""

import pytest

from tests.simulation.breakages import BREAKAGES, NEVER_GIVE_UP
from tests.simulation.laws import LAWS, broken
from tests.simulation.mapping import Settings
from tests.simulation.run import run
from tests.simulation.schedule import HOUR, Fault, Row, Schedule, draw
from tests.simulation.shrink import shrink

#: Every breakage shows within so many schedules: 20 of the 2,000 in each file of schedules would find most.
ENOUGH = 500

#: A bus that is away for an hour, and a change that its stream forgets before.
LONG_OUTAGE = Schedule(
    seed=-1, kinesis=False, rows=(Row(0, 0, "A", ("bus",), age=23.5 * HOUR),), parents=((),),
    faults=(Fault("bus", "outage", start=0.0, seconds=HOUR),), mapping=Settings(), timeout=30.0, latency=0.01, idle=0.0,
    most=10, groups=False,
)  # fmt: skip


def laws_of(schedule):
    return {said.split(":")[0] for said in broken(run(schedule))}


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.name)
def test_a_broken_relay_is_found_out(breakage):
    with breakage.applied():
        assert any(laws_of(draw(seed)) & set(breakage.laws) for seed in range(ENOUGH))


def test_a_relay_that_never_gives_up_loses_what_its_stream_forgets():
    assert laws_of(LONG_OUTAGE) == set()
    with NEVER_GIVE_UP.applied():
        assert "nothing_is_lost" in laws_of(LONG_OUTAGE)


def test_every_law_is_broken_by_something():
    """Every law stands in the list of what must notice some breakage."""
    named = {law for breakage in (*BREAKAGES, NEVER_GIVE_UP) for law in breakage.laws}
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
    """What a dropped entry takes to be lost is little: a row or two, a fault or two."""
    (dropped,) = (each for each in BREAKAGES if each.name == "drop a failed entry")
    with dropped.applied():
        seed = next(seed for seed in range(ENOUGH) if "nothing_is_lost" in laws_of(draw(seed)))
        smallest = shrink(draw(seed), "nothing_is_lost")
    assert 1 <= len(smallest.rows) <= 2
    assert 1 <= len(smallest.faults) <= 2
    assert len(smallest.rows) + len(smallest.faults) < len(draw(seed).rows) + len(draw(seed).faults)
