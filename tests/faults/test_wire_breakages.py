"""Each law is able to fail over the wire too: clients that are broken on purpose are found out."""

from dataclasses import replace

import pytest

from tests.faults.breakages import BREAKAGES, IGNORE_UNPROCESSED, OVERWRITE
from tests.faults.laws import LAWS, broken
from tests.faults.run import run
from tests.faults.schedule import KINDS, draw
from tests.faults.seeds import wired
from tests.simulation.schedule import HOUR, Fault, Row
from tests.simulation.test_breakages import LONG_OUTAGE

#: Every breakage shows within so many schedules.
ENOUGH = 400


def laws_of(seed):
    return {said.split(":")[0] for said in broken(run(draw(seed)))}


def seeds_near(port):
    """Seeds of schedules in which that port fails."""
    return (seed for seed in range(ENOUGH) if not port or any(fault.port == port for fault in draw(seed).faults))


@pytest.mark.parametrize(("port", "breakage"), BREAKAGES, ids=lambda given: getattr(given, "name", ""))
def test_a_broken_client_is_found_out(port, breakage):
    with wired(), breakage.applied():
        assert any(laws_of(seed) & set(breakage.laws) for seed in seeds_near(port))


def test_a_ledger_whose_unprocessed_keys_are_ignored_repeats_what_it_knew():
    again, half = Fault("invoke", "again", 0, 1), Fault("seen", "half", 1, 1)
    schedule = replace(LONG_OUTAGE, rows=tuple(Row(i, i, "A", ("bus",)) for i in range(4)), faults=(again, half))
    with wired():
        assert broken(run(schedule)) == []
        with IGNORE_UNPROCESSED.applied():
            assert any("although the ledger knew it" in said for said in broken(run(schedule)))


def test_a_quarantine_that_overwrites_forgets_what_was_delivered():
    """Given up with one of two targets done, heard by nobody, and given up again while the ledger is away."""
    faults = (
        Fault("topic", "outage", start=0.0, seconds=300.0),
        Fault("invoke", "again"),
        Fault("seen", "outage", start=20.0, seconds=300.0),
    )
    schedule = replace(LONG_OUTAGE, rows=(Row(0, 0, "A", ("both",), age=13 * HOUR),), faults=faults)
    with wired():
        assert broken(run(schedule)) == []
        with OVERWRITE.applied():
            assert {said.split(":")[0] for said in broken(run(schedule))} >= set(OVERWRITE.laws)


def test_every_law_of_the_wire_is_broken_by_something():
    named = {law for breakage in (OVERWRITE, *(each for _, each in BREAKAGES)) for law in breakage.laws}
    assert {law.__name__ for law in LAWS} <= named


def test_every_kind_of_fault_is_drawn_soon():
    drawn = {(fault.port, fault.kind) for seed in range(2 * ENOUGH) for fault in draw(seed).faults}
    assert {(port, kind) for port, kinds in KINDS.items() for kind in kinds} <= drawn


@pytest.mark.parametrize("seed", [11, 64, 119])
def test_a_seed_has_one_history_over_the_wire_too(seed):
    def history():
        after = run(draw(seed))
        acts = [(act.time, act.who.order, act.delivery, act.answered) for act in after.edge.acts]
        return acts, [(who.start, who.end, who.response, who.error) for who in after.invocations], after.edge.parcels

    with wired():
        assert history() == history()
