"""Pipelines at work: each in its own process, given the same events in turn, everything that they send looked at."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import stub, workload

HERE = Path(__file__).parent
PYTHON = (sys.executable, "-m", "benchmarks.worker")
WARM = 50  # records of the first event, which is not counted


@dataclass(frozen=True)
class Pipeline:
    """How it is started, and what else its environment says."""

    about: str
    command: tuple
    environment: dict = field(default_factory=dict)
    there: Callable[[], bool] = lambda: True


def _node():
    return bool(shutil.which("node")) and (HERE / "node" / "node_modules").is_dir()


PIPELINES = {
    "one": Pipeline(
        "Powertools, jsonschema, cloudevents, boto3; an entry a call", (*PYTHON, "benchmarks.pipelines.naive:handle")
    ),
    "ten": Pipeline("the same, ten entries a call", (*PYTHON, "benchmarks.pipelines.naive:handle"), {"ENTRIES": "10"}),
    "node": Pipeline(
        "aws-lambda-stream on Node, ajv; no dedup",
        ("node", str(HERE / "node" / "worker.js")),
        {"NODE_NO_WARNINGS": "1"},
        _node,
    ),
    "bridge": Pipeline("Changebridge", (*PYTHON, "bridge.handler:handle")),
    "stages": Pipeline("the bridge, its stages timed", (*PYTHON, "benchmarks.pipelines.clocked:handle")),
    "boto3": Pipeline("import boto3 and one client", (*PYTHON, "benchmarks.pipelines.bare:handle")),
    "floor": Pipeline("the floor: no validation, no dedup", (*PYTHON, "benchmarks.pipelines.floor:handle")),
}


@dataclass(frozen=True)
class Sample:
    """What a batch took, per record where it is CPU, in seconds."""

    runtime: float  #: CPU of reading the event, which Lambda's runtime does
    handler: float  #: CPU of the handler
    wall: float  #: of the batch, both
    answer: str  #: the handler's, as JSON
    peak: int  #: bytes, the highest of the process so far
    calls: dict  #: by operation
    read_units: int
    write_units: int
    largest: int  #: bytes of the largest item written

    @property
    def total(self):
        return self.runtime + self.handler


@dataclass(frozen=True)
class Work:
    """A Lambda event in a file, and the events that it must become."""

    path: Path
    records: int
    events: dict


class Bench:
    """A stub, and events in a folder that goes with it."""

    def __init__(self, remote, folder):
        self.stub, self.folder = remote, Path(folder)
        self.work = cache(self._work)

    def _work(self, records, seed, scale=1, rate=None):
        text = workload.batch(records, seed, scale=scale, rate=rate)
        path = self.folder / f"{records}-{seed}-{scale}-{rate}.json"
        path.write_text(text)
        return Work(path, records, workload.events(json.loads(text)["Records"]))

    @contextmanager
    def workers(self, cast):
        """The processes of a cast, by what each is called there, started and warm."""
        started = {called: Worker(*part, self.stub.url) for called, part in cast.items()}
        try:
            for worker in started.values():
                self.carry(worker, self.work(WARM, -1))
            yield started
        finally:
            for worker in started.values():
                worker.stop()

    def carry(self, worker, work, latency=0.0, *, fresh=True):
        """An event through a pipeline, by default past empty tables.

        Stops the benchmark where not exactly the right events arrive.
        """
        (self.stub.begin if fresh else self.stub.go_on)(latency)
        took = worker.run(work.path)
        report = self.stub.report()
        if wrong := stub.complaints(report, work.events):
            raise SystemExit(f"{worker.name}: {'; '.join(wrong)}")
        cpu = {part: took[part] / work.records for part in ("runtime", "handler")}
        counted = {name: report[name] for name in ("calls", "read_units", "write_units", "largest")}
        return Sample(**cpu, wall=took["wall"], peak=took["peak"], answer=took["answer"], **counted)


class Worker:
    """A pipeline's process."""

    def __init__(self, name, environment, url):
        pipeline, self.name = PIPELINES[name], name
        told = {**environ(url), **pipeline.environment, **environment}
        self.process = subprocess.Popen(
            pipeline.command, env=told, cwd=HERE.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.init = self._answer()["init"]

    def run(self, path):
        print(path, file=self.process.stdin, flush=True)
        return self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} has stopped")
        return json.loads(line)

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def environ(url):
    """As Lambda gives it, with the stub in AWS's place."""
    return {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "token",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "BRIDGE_PROJECT": str(workload.write_project(Path(_built().name))),
    }


@cache
def _built():
    """Where the project stands as a function has it; goes with this process."""
    return TemporaryDirectory(prefix="bench-project-")


@contextmanager
def bench():
    with stub.running() as remote, TemporaryDirectory(prefix="bench-") as folder:
        yield Bench(remote, folder)


def cast(*names, **environment):
    """Pipelines under their own names."""
    return {name: (name, environment) for name in names}


def there(names):
    """Those that can run here."""
    return [name for name in names if PIPELINES[name].there()]
