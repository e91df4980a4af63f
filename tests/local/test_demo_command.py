"""The command around the play: exit codes, and what goes to which stream."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from bridge.cli import demo
from bridge.errors import ProjectInvalid
from bridge.local.demonstration import Stage, staged
from bridge.local.deployment import Answer
from bridge.local.listening import Arrival, Due, Listeners
from bridge.local.package import Package
from bridge.local.play import Redelivery, Scene
from bridge.local.story import Said, Step

TYPE = "com.example.shop.order.placed.v1"
DUE = Due("audit", TYPE, "7")
HEARD = Arrival(DUE, 10.25, {"id": "e7/order.placed"}, {}, ())
STEP = Step("she pays", (), (Said(TYPE, "7", ("domain-bus",)),))
RECORD = {"eventID": "e7", "eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "ORDER#7"}}}}
SCENE = Scene(1, "An act", STEP, [RECORD], 10.0, (DUE,), (HEARD,))


@dataclass
class FakePlay:
    """A play that has happened already."""

    told: list[Scene]
    listeners: Listeners
    shop = SimpleNamespace(cloud=SimpleNamespace(endpoint="http://127.0.0.1:1", environment=dict))

    def scenes(self, _acts):
        return iter(self.told)

    def redeliver(self, scenes):
        return Redelivery([RECORD], Answer({"batchItemFailures": []}, {"duplicates": len(scenes)}), (), ())


@pytest.fixture
def play(monkeypatch):
    fake = FakePlay([SCENE], Listeners([HEARD]))

    @contextmanager
    def stage(_folder, tell):
        tell("getting ready")
        yield Stage(fake, Package(b"", 1, 30_000_000), 0.5)

    monkeypatch.setattr(demo, "staged", stage)
    return fake


def run(*arguments):
    return CliRunner().invoke(demo.app, ["--project", ".", *arguments])


def test_when_every_check_holds_it_exits_0_with_the_show_on_stdout_and_progress_on_stderr(play):
    ran = run()
    assert ran.exit_code == 0
    assert "  1 she pays" in ran.stdout
    assert "  changebridge test " in ran.stdout
    assert ran.stderr == "demo: getting ready\n"


def test_when_something_expected_did_not_arrive_it_exits_1_and_json_says_what(play):
    play.told, play.listeners = [replace(SCENE, arrivals=())], Listeners()
    ran = run("--format", "json")
    told = json.loads(ran.stdout)
    assert (ran.exit_code, told["ok"], told["steps"][0]["ok"]) == (1, False, False)
    assert told["steps"][0]["missing"] == [{"subscriber": "audit", "type": TYPE, "subject": "7"}]


def test_when_an_event_arrives_twice_it_exits_1(play):
    play.listeners = Listeners([HEARD, HEARD])
    assert run().exit_code == 1


def test_ctrl_c_while_it_is_kept_exits_130(play, monkeypatch):
    class Interrupted:
        def wait(self):
            raise KeyboardInterrupt

    monkeypatch.setattr(demo, "threading", SimpleNamespace(Event=Interrupted))  # other tests' threads wait too
    ran = run("--keep")
    assert ran.exit_code == 130
    assert "  changebridge quarantine list\n" in ran.stderr
    assert ran.stderr.endswith("demo: stopped\n")


def test_another_project_than_the_sample_is_refused_before_anything_starts(tmp_path):
    root = Path(__file__).parents[2]
    for part in ("rules", "schemas"):
        (tmp_path / part).symlink_to(root / part)
    (tmp_path / "bridge.yaml").write_text((root / "bridge.yaml").read_text().replace("project: shop", "project: zoo"))
    with pytest.raises(ProjectInvalid) as raised, staged(tmp_path, print):
        pass
    assert str(raised.value) == (
        "bridge.yaml: E005 the demo plays with the sample shop, and this project is 'zoo'\n"
        "    fix: run it in the sample's folder, or see your own rules at work with `changebridge map FILE`"
    )
