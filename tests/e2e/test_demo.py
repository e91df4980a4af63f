"""`changebridge demo` as a person and a program run it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bridge.local.shop import DAY, SUBSCRIBERS

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("demo")]

ROOT = Path(__file__).parents[2]
DEMO = [str(Path(sys.executable).with_name("changebridge")), "demo", "--project", str(ROOT)]


def run(*arguments, cwd=ROOT):
    return subprocess.run([*DEMO, *arguments], capture_output=True, text=True, check=False, timeout=60, cwd=cwd)


def test_it_prints_one_json_document_with_every_step_and_check_and_exits_0_within_30_seconds(tmp_path):
    began = time.monotonic()
    ran = run("--format", "json", cwd=tmp_path)
    assert time.monotonic() - began < 30
    told = json.loads(ran.stdout)
    assert [check for check in told["checks"] if not check["ok"]] == []
    assert (ran.returncode, told["ok"], len(told["checks"])) == (0, True, 7)
    steps = [step for act in DAY for step in act.steps]
    assert [step["title"] for step in told["steps"]] == [step.title for step in steps]
    assert sum(len(step["changes"]) for step in told["steps"]) == sum(len(step.writes) for step in steps) >= 40
    due = sum(subscriber.hears(said) for step in steps for said in step.says for subscriber in SUBSCRIBERS)
    assert sum(len(event["milliseconds"]) for step in told["steps"] for event in step["events"]) == due
    assert told["redelivery"]["arrivals"] == 0
    assert len(told["quarantine"]) == 1


def test_where_there_is_no_terminal_it_is_plain_text_that_shows_changes_events_and_arrivals_in_order():
    ran = run()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "\x1b" not in ran.stdout
    shown = ["Ada moves to Ireland", "CUSTOMER#C-42 PROFILE", "customer.moved.v1 C-42", "Second thoughts", "parked as"]
    places = [ran.stdout.index(text) for text in [*shown, "The same records once more", "The reckoning", "Next"]]
    assert places == sorted(places)
    assert "✗" not in ran.stdout


@pytest.mark.parametrize("until", ["starting the embedded AWS", "deploying the function", "stays up until Ctrl-C"])
def test_ctrl_c_stops_it_cleanly_with_130_whenever_it_comes(until):
    with subprocess.Popen([*DEMO, "--keep"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as demo:
        heard = []
        for line in demo.stderr:
            heard.append(line)
            if until in line:
                break
        else:
            pytest.fail("".join(heard))
        group = embedded(demo.pid)
        demo.send_signal(signal.SIGINT)
        rest = demo.stderr.read()
        assert demo.wait(10) == 130
    assert "Traceback" not in rest
    assert rest.endswith("demo: stopped\n")
    assert not [process for process in group if Path("/proc", process).exists()]


def test_without_the_embedded_aws_it_says_how_to_get_it_and_exits_3(tmp_path):
    for part in ("rules", "schemas", "bridge.yaml"):
        (tmp_path / part).symlink_to(ROOT / part)
    ran = subprocess.run(
        [*DEMO[:-1], str(tmp_path)], capture_output=True, text=True, check=False, timeout=60, env=dict(os.environ)
    )
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "E001 the embedded AWS is not installed" in ran.stderr
    assert "fix: run `make setup`" in ran.stderr


def test_in_another_project_it_says_that_it_plays_with_the_sample_shop(tmp_path):
    for part in ("rules", "schemas"):
        (tmp_path / part).symlink_to(ROOT / part)
    (tmp_path / "bridge.yaml").write_text((ROOT / "bridge.yaml").read_text().replace("project: shop", "project: zoo"))
    ran = subprocess.run([*DEMO[:-1], str(tmp_path)], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 1
    assert "bridge.yaml: E005 the demo plays with the sample shop, and this project is 'zoo'" in ran.stderr


def embedded(parent: int) -> list[str]:
    """The processes of the embedded AWS: children of the demo."""
    return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
