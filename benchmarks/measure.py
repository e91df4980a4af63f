"""What is measured, each as a function of a bench."""

import json
import statistics
from dataclasses import dataclass, replace

from benchmarks.work import Worker


@dataclass(frozen=True)
class Load:
    """What is carried in each round."""

    records: int = 1000  #: of a batch
    batches: int = 1  #: one after the other, of one stream
    repeats: int = 5  #: rounds
    latency: float = 0.0  #: of the service, seconds
    rate: int | None = None  #: changes a second; all in one where None
    scale: int = 1  #: how many times as large the images are


def side_by_side(bench, cast, load):
    """Rounds: in each every pipeline carries the same events, in turn. Of each round a `Sample` by name."""
    with bench.workers(cast) as workers:
        return [
            {name: mean([_carry(bench, workers[name], load, seed) for seed in _seeds(load, number)]) for name in cast}
            for number in range(load.repeats)
        ]


def _seeds(load, number):
    return range(number * load.batches, (number + 1) * load.batches)


def _carry(bench, worker, load, seed):
    return bench.carry(worker, bench.work(load.records, seed, load.scale, load.rate), load.latency)


def in_turn(bench, name, counts, repeats=9):
    """Rounds: in each one process of the pipeline carries an event of each of these numbers of records."""
    with bench.workers({"it": (name, {})}) as workers:
        return [
            {count: bench.carry(workers["it"], bench.work(count, 100 * n + number)) for n, count in enumerate(counts)}
            for number in range(repeats)
        ]


#: Of the batches of a process, those that stand for one: the first pays for memory that the others find there.
EARLY = slice(1, 4)


def one_and_many(bench, name, many, repeats=9):
    """Rounds: in each a process of its own carries so many batches of 1,000 records. One of the early, and all."""
    return [_in_one_process(bench, name, many, number) for number in range(repeats)]


def _in_one_process(bench, name, many, number):
    with bench.workers({"it": (name, {})}) as workers:
        samples = [_carry(bench, workers["it"], Load(), (number + batch) % many) for batch in range(many)]
    return {1: mean(samples[EARLY]), many: mean(samples)}


@dataclass(frozen=True)
class Start:
    """CPU seconds of a cold start."""

    init: float
    first: float | None  #: of the first event, of one record: it pays for whatever init has put off

    @property
    def both(self):
        return self.init + self.first if self.first is not None else None


def starts(bench, cast, repeats=7):
    """Rounds of cold starts. The first is not counted: it may compile what it imports."""
    return [{name: _start(bench, part) for name, part in cast.items()} for _ in range(repeats + 1)][1:]


def _start(bench, part):
    worker = Worker(*part, bench.stub.url)
    first = None if worker.name == "boto3" else bench.carry(worker, bench.work(1, 0)).total
    worker.stop()
    return Start(worker.init, first)


@dataclass(frozen=True)
class Peaks:
    """Bytes: the highest memory of a process."""

    young: int  #: that has carried three batches of 1,000 records
    old: int  #: and then many more
    young_full: int  #: that has carried one event of 6 MB, and nothing before
    old_full: int  #: and after many batches of 1,000 records


def peaks(bench, part, full, batches=20):
    """Of a process that carries batches, then events of as many records as fill 6 MB; and of one that begins so."""
    with bench.workers({"it": part}) as workers:
        thousands = [_carry(bench, workers["it"], Load(), seed).peak for seed in range(batches)]
        last = max(bench.carry(workers["it"], bench.work(full, seed)).peak for seed in range(3))
    with bench.workers({"it": part}) as workers:
        first = bench.carry(workers["it"], bench.work(full, 0)).peak
    return Peaks(young=thousands[2], old=thousands[-1], young_full=first, old_full=last)


def one_second(bench, part, records, batches):
    """Samples of batches that lie in the same second, the ledger's table kept from one to the next."""
    with bench.workers({"it": part}) as workers:
        return [bench.carry(workers["it"], bench.work(records, seed), fresh=not seed) for seed in range(batches)]


def stages(bench, part, repeats=5):
    """Median seconds of CPU a record by stage, in the order of the stages."""
    with bench.workers({"it": part}) as workers:
        told = [json.loads(bench.carry(workers["it"], bench.work(1000, seed)).answer) for seed in range(repeats)]
    return {stage: statistics.median(each[stage] for each in told) / 1000 for stage in told[0]}


def mean(samples):
    """Of batches of the same size: CPU per record, the sum of the wall, calls, units and peak of the last."""
    cpu = {name: statistics.fmean(getattr(sample, name) for sample in samples) for name in ("runtime", "handler")}
    return replace(samples[-1], **cpu, wall=sum(sample.wall for sample in samples))


def median(rounds, name, figure):
    """A figure of a pipeline over the rounds."""
    return statistics.median(getattr(each[name], figure) for each in rounds)


def ratio(rounds, name, other, figure):
    """The median of the ratios within each round."""
    return statistics.median(getattr(each[name], figure) / getattr(each[other], figure) for each in rounds)


def of_sums(rounds, name, other, figure):
    """The ratio of the sums over all rounds: of single batches and many, whose medians would not be alike."""
    return sum(getattr(each[name], figure) for each in rounds) / sum(getattr(each[other], figure) for each in rounds)


def table(rounds):
    """For people who tune: µs of CPU per record, the wall of all batches in ms, the peak in MB, times `base`."""
    base = "floor" if "floor" in rounds[0] else next(iter(rounds[0]))
    heads = ("runtime", "handler", "total", "wall ms", "peak MB", f"/{base}", "handler")
    yield " " * 8 + "".join(f"{head:>10}" for head in heads)
    for name, sample in rounds[0].items():
        figures = [median(rounds, name, figure) * 1e6 for figure in ("runtime", "handler", "total")]
        figures += [median(rounds, name, "wall") * 1e3, median(rounds, name, "peak") / 2**20]
        figures += [ratio(rounds, name, base, figure) for figure in ("total", "handler")]
        yield f"{name:8}" + "".join(f"{figure:10.2f}" for figure in figures)
        yield f"{'':8}  {_calls(sample)}"


def _calls(sample):
    calls = ", ".join(f"{name} {count}" for name, count in sample.calls.items())
    units = f"{sample.read_units} read and {sample.write_units} write units, largest item {sample.largest} bytes"
    return f"a batch: {calls}; {units}"
