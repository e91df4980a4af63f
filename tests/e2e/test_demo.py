"""`changebridge demo` as a person and a program run it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from bridge.local.shop import DAY, SUBSCRIBERS

pytestmark = pytest.mark.e2e

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


@contextmanager
def kept(until):
    """A demo that stays, interrupted once it has said this; the rest of what it says is in what it yields."""
    with tempfile.TemporaryFile("w+") as shown, subprocess.Popen([*DEMO, "--keep"], **TEXT, stdout=shown) as demo:
        told = []
        for line in demo.stderr:
            told.append(line)
            if until in line:
                break
        embedded = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
        demo.send_signal(signal.SIGINT)
        code = _ended(demo)
        told += demo.stderr
        shown.seek(0)
        yield code, "".join(told), shown.read()
        # Interrupted while the process was being made, it ends by itself, as soon as it sees that nobody holds it.
        deadline = time.monotonic() + 5
        while (
            left := [process for process in embedded if Path("/proc", process).exists()]
        ) and deadline > time.monotonic():
            time.sleep(0.02)
        assert left == []


def _ended(demo):
    try:
        return demo.wait(10)
    finally:
        demo.kill()  # else the test would wait for it for ever


TEXT = {"stderr": subprocess.PIPE, "text": True}


@pytest.mark.parametrize("until", ["starting the embedded AWS", "deploying the function"])
def test_ctrl_c_stops_it_cleanly_with_130_however_early_it_comes(until):
    with kept(until) as (code, told, _):
        assert (code, told.splitlines()[-1]) == (130, "demo: stopped")
        assert "Traceback" not in told


def test_where_there_is_no_terminal_it_is_plain_text_in_order_and_keep_stays_until_ctrl_c():
    with kept("changebridge quarantine list") as (code, told, shown):
        assert (code, told.splitlines()[-1]) == (130, "demo: stopped")
        assert "  export AWS_ENDPOINT_URL=http://127.0.0.1:" in told
        assert "\x1b" not in shown
        assert "✗" not in shown
        order = ["Ada moves to Ireland", "CUSTOMER#C-42 PROFILE", "customer.moved.v1 C-42", "Second thoughts"]
        order += ["parked as", "rules/order.yaml", "M001", "The same records once more", "The reckoning", "Next"]
        place = 0
        for text in order:
            place = shown.index(text, place)


def test_without_the_embedded_aws_it_says_how_to_get_it_and_exits_3(tmp_path):
    for part in ("rules", "schemas", "bridge.yaml"):
        (tmp_path / part).symlink_to(ROOT / part)
    ran = subprocess.run(
        [*DEMO[:-1], str(tmp_path)], capture_output=True, text=True, check=False, timeout=60, env=dict(os.environ)
    )
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "E001 the embedded AWS is not installed" in ran.stderr
    assert "fix: run `make setup`" in ran.stderr
