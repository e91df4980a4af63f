"""A redrive of discarded batches that is killed at any step is taken up by the next one; nothing is lost, nothing doubled."""

from dataclasses import replace

import pytest

from tests.simulation.laws import broken
from tests.simulation.mapping import Settings
from tests.simulation.run import run
from tests.simulation.schedule import Fault, Row, Schedule

#: Two shards; a target is away until Lambda has discarded what they hold. One record is poison besides.
DISCARDED = Schedule(
    seed=-2, kinesis=False, parents=((), ()),
    rows=(
        Row(0, 0, "A", ("bus", "topic")), Row(1, 1, "B", ("topic",), shard=1), Row(2, 2, "A", ("topic",), "poison"),
        Row(3, 3, "B", ("both",), shard=1), Row(4, 4, "A", ("topic",)),
    ),
    faults=(Fault("topic", "outage", start=0.0, seconds=21.0),), mapping=Settings(batch=2, retries=1), timeout=6.0,
    latency=0.01, idle=0.0, most=10, groups=False,
)  # fmt: skip


def killed(step):
    """The same, and every redrive that is not the last stops before that step."""
    return replace(DISCARDED, faults=(*DISCARDED.faults, Fault("process", "kill", at=-1, many=step)))


def test_lambda_discards_all_of_it_and_a_redrive_brings_exactly_what_was_missing():
    history = run(DISCARDED)
    before = {act.delivery for act in history.edge.acts[: history.streamed]}
    redriven = [act.delivery for act in history.edge.acts[history.streamed :]]
    every = {delivery for each in history.every for delivery in each.deliveries}
    assert len(history.mapping.lost) == 3
    assert {delivery.target for delivery in before} == {"bus"}
    assert (sorted(redriven), broken(history)) == (sorted(every - before), [])


@pytest.mark.parametrize("step", range(17))
def test_a_redrive_that_is_killed_is_taken_up_by_the_next(step):
    history = run(killed(step))
    assert history.redrives[0][0].dead
    assert broken(history) == []
