"""What is measured, each as a function of a bench."""

import statistics
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Load:
    """What is carried in each round."""

    records: int = 1000  #: of a batch
    batches: int = 1  #: one after the other, of one stream
    repeats: int = 5  #: rounds
    latency: float = 0.0  #: of the service, seconds
    rate: int | None = None  #: changes a second; all in one where None
    scale: int = 1  #: how many times as large the images are


def side_by_side(bench, names, load, **environment):
    """Rounds: in each every pipeline carries the same events, in turn. Of each round a `Sample` by name."""
    with bench.workers(*names, **environment) as workers:
        return [
            {name: mean([_carry(bench, workers[name], load, seed) for seed in _seeds(load, number)]) for name in names}
            for number in range(load.repeats)
        ]


def _seeds(load, number):
    return range(number * load.batches, (number + 1) * load.batches)


def _carry(bench, worker, load, seed):
    return bench.carry(worker, bench.work(load.records, seed, load.scale, load.rate), load.latency)


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
