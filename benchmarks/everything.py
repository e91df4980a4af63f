"""All that the results tell of, measured in one run."""

import json
import subprocess
import sys
from dataclasses import dataclass

from benchmarks import measure, work
from benchmarks.measure import Load
from benchmarks.work import HERE, cast
from benchmarks.workload import PROJECT, write_project

SLOW = ("one", "ten")
QUICK = ("node", "bridge", "floor")
LATENCY = 0.010
ROUNDS = 10
MACHINES = ("arm64", "x86_64")
FULL = 2100  #: records of 2.85 KB on average: 6 MB, the most that Lambda takes
RECORDS = (200, 2000)  #: in an event
BATCHES = 10
RULES = (10, 300)
SCALES = {1: 1000, 4: 400, 16: 100}  #: how large images are, and how many records fit a Lambda event then


@dataclass(frozen=True)
class Results:
    """Rounds (`measure.side_by_side`) and what else was measured, in seconds and bytes."""

    every: list  #: all pipelines, rounds of a batch of 1,000 records: all of them together are 10,000
    late: list  #: the same at 10 ms of latency, without those of Powertools
    slow_late: list  #: and those, one round
    records: list  #: the bridge by the number of records in an event
    batches: list  #: and of batches, of one process: an early one, and all
    rules: list  #: and of rules
    sizes: dict  #: rounds of the bridge and the floor alone, by how many times as large images are
    starts: list
    peaks: dict  #: by pipeline
    thousands: list  #: samples of batches of 1,000 in one second
    hundreds: list  #: and of 100
    stages: dict
    artifacts: dict  #: by architecture; None where its dependencies cannot be had


def everything(bench, tell):
    """In an order that puts what is compared side by side. `tell` hears what comes next."""
    quick = cast(*work.there(QUICK))

    def rounds(about, parts, **load):
        tell(about)
        return measure.side_by_side(bench, parts, Load(**load))

    return Results(
        every=rounds("1,000 records, ten times: two minutes", {**cast(*SLOW), **quick}, repeats=ROUNDS),
        late=rounds("10 ms of latency", quick, latency=LATENCY, repeats=ROUNDS),
        slow_late=rounds("10 ms of latency, Powertools: a minute", cast(*SLOW), latency=LATENCY, repeats=1),
        records=_then(tell, "growth with records", lambda: measure.in_turn(bench, "bridge", RECORDS)),
        batches=_then(tell, "growth with batches", lambda: measure.one_and_many(bench, "bridge", BATCHES)),
        rules=rounds("growth with rules", _by_rules(bench)),
        sizes={scale: _size(rounds, scale, records) for scale, records in SCALES.items()},
        starts=_then(tell, "init", lambda: measure.starts(bench, cast("boto3", "one", "bridge", "floor"))),
        peaks=_then(tell, "memory", lambda: _peaks(bench, "one", "bridge", "floor")),
        thousands=_then(tell, "the ledger", lambda: measure.one_second(bench, ("bridge", {}), 1000, 10)),
        hundreds=measure.one_second(bench, ("bridge", {}), 100, 10),
        stages=_then(tell, "stages", lambda: measure.stages(bench, ("stages", {}))),
        artifacts=_then(tell, "the artifact", lambda: {each: _artifact(bench.folder, each) for each in MACHINES}),
    )


def _then(tell, about, do):
    tell(about)
    return do()


def _by_rules(bench):
    folders = {rules: write_project(bench.folder / f"rules-{rules}", rules) for rules in RULES}
    return {rules: ("bridge", {"BRIDGE_PROJECT": str(folder)}) for rules, folder in folders.items()}


def _size(rounds, scale, records):
    about, repeats = f"images {scale} times as large", ROUNDS if scale == 1 else 5
    return rounds(about, cast("bridge", "floor"), records=records, scale=scale, repeats=repeats)


def _peaks(bench, *names):
    return {name: measure.peaks(bench, (name, {}), FULL) for name in names}


def _artifact(folder, architecture):
    """What `changebridge build` says of the project; None where dependencies cannot be had."""
    build = ("-c", "from bridge.cli import main; main()", "build", "--project", str(PROJECT), "--format", "json")
    ran = subprocess.run(
        [sys.executable, *build, "--arch", architecture, "--out", str(folder / "function.zip")],
        cwd=HERE.parent,
        capture_output=True,
        check=False,
    )
    return json.loads(ran.stdout) if ran.returncode == 0 else None
