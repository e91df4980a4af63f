"""The marks: what was promised, and what this run has reached. Every one is a figure that may be at most so much."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.everything import BATCHES, RECORDS, RULES
from benchmarks.measure import median, of_sums, ratio

MB = 1_000_000


def times(figure):
    return f"{figure:.2f}"


def share(figure):
    """Ratios far below one."""
    return f"1/{1 / figure:.3g}"


def megabytes(figure):
    return f"{figure / MB:.1f} MB"


def count(figure):
    return f"{figure:,}"


def units(figure):
    return f"{figure:.3f}"


@dataclass(frozen=True)
class Mark:
    """One line."""

    about: str
    most: float
    reached: float | None  #: None where it cannot be measured here
    form: Callable[[float], str] = times

    @property
    def holds(self):
        return self.reached is not None and self.reached <= self.most

    def row(self):
        if self.reached is None:
            return self.about, self.form(self.most), "not measured here", ""
        return self.about, self.form(self.most), self.form(self.reached), "yes" if self.holds else "**no**"


def marks(results):
    """In the order of the promise."""
    return [mark for part in (_speed, _init, _memory, _growth, _ledger, _artifact) for mark in part(results)]


def _speed(results):
    every, late, peer = results.every, results.late, "node" in results.every[0]
    wall = median(late, "bridge", "wall") / median(results.slow_late, "one", "wall")
    yield Mark("CPU per record, all in, against the floor", 1.5, ratio(results.sizes[1], "bridge", "floor", "total"))
    yield Mark("CPU of the handler against Powertools", 1 / 70, ratio(every, "bridge", "one", "handler"), share)
    cpu_of_peer, wall_of_peer = (
        (ratio(every, "bridge", "node", "total"), ratio(late, "bridge", "node", "wall")) if peer else (None, None)
    )
    yield Mark("CPU, all in, against aws-lambda-stream", 1 / 5, cpu_of_peer, share)
    yield Mark("wall of 1,000 records at 10 ms of latency, against Powertools", 1 / 130, wall, share)
    yield Mark("the same against aws-lambda-stream", 1.0, wall_of_peer)


def _init(results):
    yield Mark(
        "CPU of init against `import boto3` with one client", 0.7, ratio(results.starts, "bridge", "boto3", "init")
    )
    yield Mark("CPU of init against Powertools", 0.25, ratio(results.starts, "bridge", "one", "init"))


def _memory(results):
    peaks = results.peaks["bridge"]
    yield Mark("peak memory, 3 batches of 1,000 records", 70 * MB, peaks.young, megabytes)
    yield Mark("the same, 20 batches", 70 * MB, peaks.old, megabytes)
    yield Mark("peak memory, an event of 6 MB", 120 * MB, peaks.young_full, megabytes)
    yield Mark("the same, after 20 batches of 1,000 records", 120 * MB, peaks.old_full, megabytes)


def _growth(results):
    (few, many), (less, more) = RULES, RECORDS
    per_record = ratio(results.records, more, less, "total")
    per_batch = of_sums(results.batches, BATCHES, 1, "total")
    yield Mark("10 times the records in an event, CPU", 10.5, per_record * more / less)
    yield Mark("10 batches of a process, CPU against one of its early ones", 10.5, per_batch * BATCHES)
    yield Mark("30 times the rules, CPU per record", 1.3, ratio(results.rules, many, few, "total"))


def _ledger(results):
    first = results.thousands[0]
    reads = sum(calls for name, calls in first.calls.items() if name in READS)
    writes = sum(calls for name, calls in first.calls.items() if name in WRITES)
    yield Mark("ledger, 1,000 records of one second: read calls", 2, reads, count)
    yield Mark("write calls", 20, writes, count)
    yield Mark("write units", 40, first.write_units, count)
    yield Mark("write units a record, 10,000 of one second, by 1,000", 0.1, _units(results.thousands, 1000), units)
    yield Mark("the same, 1,000 of one second, by 100", 1.0, _units(results.hundreds, 100), units)


READS = ("GetItem", "BatchGetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "BatchWriteItem")


def _units(samples, records):
    return sum(sample.write_units for sample in samples) / (records * len(samples))


def _artifact(results):
    for architecture, made in results.artifacts.items():
        told = made or {}
        yield Mark(f"artifact for {architecture}, zipped", 12 * MB, told.get("zipped"), megabytes)
        yield Mark(f"artifact for {architecture}, unpacked", 35 * MB, told.get("unpacked"), megabytes)
