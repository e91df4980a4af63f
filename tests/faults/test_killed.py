"""A process that is killed by signal at a call, whichever, and whose batch comes again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from bridge.parcel import parcel_from_json
from tests.faults.run import endpoint
from tests.faults.seeds import wired
from tests.faults.services import Services
from tests.simulation.schedule import draw
from tests.simulation.world import deliveries, expected, raw

SEEDS = range(24)


@dataclass(slots=True)
class Killer:
    """Serves, and kills who calls at one call: before the service acts on it, or after."""

    at: int
    after: bool
    pid: int = 0
    calls: int = 0
    killed: bool = False
    again: bool = False
    came: Counter = field(default_factory=Counter)
    doubtful: Counter = field(default_factory=Counter)  #: what the killed one sent
    services: Services = field(init=False)

    def __post_init__(self):
        self.services = Services(self.take)

    def take(self, target, name, index):
        self.came[name, target] += 1
        if not self.again:  # what is on its way when it is killed arrives all the same
            self.doubtful[name, target] += 1

    def serve(self, request):
        due = self.calls == self.at
        self.calls += 1
        if due and not self.after:
            self.kill()
        answer = self.services.serve(request)
        if due and self.after:
            self.kill()
        return answer

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.killed = True


@contextmanager
def victims():
    command = [sys.executable, "-m", "tests.faults.victim"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait(20)


def send(process, event, killer):
    print(json.dumps(event), file=process.stdin, flush=True)
    killer.pid = json.loads(process.stdout.readline())["pid"]
    return json.loads(process.stdout.readline())


def wait_for_what_it_sent(wire, others):
    """Until its connections have been read to their ends, those that nobody had taken yet among them."""
    until, quiet = time.monotonic() + 20, 0
    while quiet < 3 and time.monotonic() < until:
        time.sleep(0.02)
        quiet = quiet + 1 if wire.open <= others else 0


@pytest.fixture(scope="module")
def process():
    with wired(), victims() as one:
        yield one


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_is_killed_at_any_call_loses_nothing(process, seed):
    """All arrives; only what the killed one sent may arrive twice; what is refused is parked once and whole."""
    random = Random(f"kill/{seed}")
    schedule = replace(draw(seed), kinesis=False)
    rows = tuple(
        replace(row, index=i, change=i, flaw="poison" * (row.flaw == "poison")) for i, row in enumerate(schedule.rows)
    )
    schedule = replace(schedule, rows=rows)
    killer, wire = Killer(random.randrange(8), random.random() < 0.5), endpoint()
    wire.serve, wire.kind = killer.serve, ""
    event, others = {"Records": [raw(row, schedule) for row in rows]}, wire.open
    answers = [send(process, event, killer)]
    assert (answers[0]["status"] == signal.SIGKILL) == killer.killed
    if killer.killed:
        wait_for_what_it_sent(wire, others)
        killer.again = True
        answers.append(send(process, event, killer))
    assert answers[-1]["response"] == {"batchItemFailures": []}
    every = expected(schedule)
    wanted = {tuple(each) for each in deliveries([each for each in every if not each.row.flaw])}
    assert set(killer.came) == wanted
    assert {each for each, count in killer.came.items() if count > 1} <= set(killer.doubtful)
    assert max(killer.came.values(), default=0) <= 2
    parcels = [parcel_from_json(body, key) for key, body in killer.services.objects.items()]
    poison = [each for each in every if each.row.flaw and each.deliveries]
    assert sorted(parcel.record_id for parcel in parcels) == sorted(each.record_id for each in poison)
    assert killer.services.complaints == []
