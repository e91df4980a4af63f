"""`changebridge quarantine`, over a bridge in memory."""

import json
from dataclasses import dataclass, field

import pytest
from typer.testing import CliRunner

from bridge.cli.quarantine import app
from bridge.core.digest import digest_of_bytes
from bridge.local.memory import MemoryQuarantine, Trouble
from tests.local.world import REFUSED, World, failing, record

#: Of the record that has no identity.
DIGEST = digest_of_bytes(b'{"dynamodb":{}}')


@pytest.fixture
def world(monkeypatch):
    world = World()
    monkeypatch.setattr("bridge.wiring.connect", lambda _: world.bridge)
    monkeypatch.setattr("bridge.wiring.open_quarantine", lambda _: world.quarantine)
    world.relay(record(1, poison="yes"), record(2, "B", poison="yes"), {"dynamodb": {}})
    return world


def run(*arguments):
    return CliRunner().invoke(app, [*arguments, "--project", "."], catch_exceptions=False)


def key_of(world, record_id):
    return next(key for key, parcel in world.quarantine.parcels.items() if parcel.record_id == record_id)


def test_list_groups_by_reason(world):
    ran = run("list")
    group = key_of(world, "e1").split("/")[0]
    assert ran.exit_code == 0
    assert f"{group}  2 records  2027-01-15 to 2027-01-15\n    M001 the value comes to null\n" in ran.stdout
    assert ran.stderr == "3 records parked\n"
    told = json.loads(run("list", "--format", "json").stdout)
    assert {each["fingerprint"]: each["records"] for each in told} == {group: 2, key_of(world, DIGEST).split("/")[0]: 1}


def test_what_is_not_ours_or_gone_in_the_meantime_is_passed_over(world):
    first = key_of(world, "e1")
    listed = [*world.quarantine.keys(), "somebody-elses-object"]
    del world.quarantine.parcels[first]
    world.quarantine = Stale(world.quarantine.parcels, listed=listed)
    assert "2 records" in run("list").stdout
    assert run("show", "e1").stdout == ""


@dataclass(slots=True)
class Stale(MemoryQuarantine):
    """Lists what was there a moment ago."""

    listed: list = field(default_factory=list)

    def keys(self, prefix=""):
        return self.listed


def test_show_says_why_and_with_json_all_of_it(world):
    key = key_of(world, "e1")
    assert run("show", "e1").stdout.startswith(f"{key}\nrules/order.yaml:8:3 record e1 $.lines[3].sku: M001 ")
    (parcel,) = json.loads(run("show", key, "--format", "json").stdout)
    assert parcel["record"] == record(1, poison="yes")


def test_show_says_what_was_delivered(world):
    world.topic.script = failing(REFUSED, e7=-1)
    world.relay(record(7))
    assert run("show", "e7").stdout.endswith("    delivered: e7/a to bus\n")


def test_redrive_is_a_dry_run_first(world):
    world.mended = True
    ran = run("redrive", "e1")
    assert ran.exit_code == 0
    assert ran.stdout == f"ready      {key_of(world, 'e1')}\n    e1/a to bus\n    e1/a to topic\n"
    assert ran.stderr == "dry run: nothing was sent, --yes sends it\n"
    assert world.bus.sent == []


def test_redrive_by_fingerprint_sends_all_of_it(world):
    world.mended = True
    ran = run("redrive", key_of(world, "e1").split("/")[0], "--yes", "--format", "json")
    assert [result["state"] for result in json.loads(ran.stdout)] == ["done", "done"]
    assert (ran.exit_code, world.bus.ids, len(world.quarantine.parcels)) == (0, ["e1/a", "e2/a"], 1)


def test_what_is_still_refused_is_a_finding(world):
    ran = run("redrive", "e1", "--yes")
    assert ran.exit_code == 1
    assert "M001" in ran.stdout


def test_what_is_unavailable_is_exit_code_3(world):
    world.mended, world.bus.script = True, failing(e1=-1)
    assert run("redrive", "e1", "--yes").exit_code == 3


def test_a_ledger_that_cannot_be_asked_is_exit_code_3(world):
    world.mended, world.ledger.reading = True, Trouble(-1)
    ran = run("redrive", "e1", "--yes")
    assert (ran.exit_code, world.bus.sent) == (3, [])
    assert "B030" in ran.stdout


def test_a_name_that_nothing_has_is_said(world):
    ran = run("redrive", "e1", "e9")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == "nothing is parked as e9; see `changebridge quarantine list`\n"


def test_names_are_demanded(world):
    assert run("show").exit_code == 2


def test_every_command_has_an_example():
    for command in ("list", "show", "redrive"):
        assert "Example: changebridge quarantine" in run(command, "--help").stdout
