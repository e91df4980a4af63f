"""The whole way of a record that is given up: from bridge.yaml to the quarantine, and back by redrive."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.redrive import redrive
from bridge.relay import relay
from bridge.wiring import connect
from tests.local.world import UNAVAILABLE, World, asked_for, record, states
from tests.test_wiring import NAMES

ROOT = Path(__file__).parents[1]
MINUTE = 60.0


class Impatient(World):
    """A bridge that gives up after 90 minutes."""

    @property
    def bridge(self):
        return replace(World.bridge.fget(self), give_up=90 * MINUTE)


@pytest.fixture
def world():
    world = Impatient()
    world.topic.script = lambda _: UNAVAILABLE
    return world


def run(world, *records):
    return relay({"Records": list(records)}, world.bridge, world.clock.countdown(10.0))


def test_the_project_file_decides_when(tmp_path, monkeypatch):
    for name, value in NAMES.items():
        monkeypatch.setenv(name, value)
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "bridge.yaml").write_text((ROOT / "bridge.yaml").read_text() + "\ngive_up: 90m\n")
    assert connect(tmp_path).give_up == 90 * MINUTE
    assert connect(ROOT).give_up == 12 * 60 * MINUTE


@pytest.mark.parametrize(("minutes", "state"), [(89, "unfinished"), (91, "refused")])
def test_a_record_waits_so_long_and_no_longer(world, minutes, state):
    report = run(world, record(1, age=minutes * MINUTE))
    assert states(report) == [state]
    assert asked_for(report) == ("1001" if state == "unfinished" else None)


def test_what_is_given_up_is_parked_whole_and_redriven_to_the_target_that_lacks_it(world):
    given = record(1, age=91 * MINUTE)
    run(world, given)
    (key,) = world.quarantine.keys()
    parcel = world.quarantine.parcel(key)
    assert parcel.record == given
    assert [problem.code for problem in parcel.problems] == ["B090", "B010"]
    assert [delivery.target for delivery in parcel.delivered] == ["bus"]

    world.topic.script = World().topic.script
    (redriven,) = redrive([parcel], world.bridge, dry_run=False)
    assert redriven.state == "done"
    assert world.topic.ids == ["e1/a"]
    assert world.bus.ids == ["e1/a"]
    assert world.quarantine.keys() == []


def test_younger_records_behind_it_still_wait_and_find_it_gone(world):
    report = run(world, record(1, age=91 * MINUTE), record(2, "B", age=5 * MINUTE))
    assert asked_for(report) == "1002"
    world.topic.script = World().topic.script
    assert asked_for(run(world, record(2, "B", age=5 * MINUTE))) is None
    assert world.topic.ids == ["e2/a"]
