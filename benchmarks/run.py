"""How fast, how small, how cheap: the bridge beside what people write, a peer, and the floor.

    python -m benchmarks.run                                                    # all; writes RESULTS.md
    python -m benchmarks.run --only bridge,floor --records 1000 --repeats 3     # a part, printed
    python -m benchmarks.run --stages
    python -m benchmarks.run --init

All run in turn on the same events against the same stub, which checks what it gets. Absolute times are this machine's;
read the ratios, which are medians of those within each round.
"""

import argparse
import sys
import time

from benchmarks import chart, measure, report, work
from benchmarks.everything import everything
from benchmarks.workload import write_project

COMPARED = ("one", "ten", "node", "bridge", "floor")
STARTED = ("boto3", "one", "bridge", "floor")


def main():
    options = _options()
    with work.bench() as bench:
        if len(sys.argv) == 1:
            _all(bench)
        elif options.stages:
            _print(measure.stages(bench, ("stages", {}), options.repeats), 1e6, "µs of CPU a record")
        elif options.init:
            rounds = measure.starts(bench, work.cast(*STARTED), options.repeats)
            _print({name: measure.median(rounds, name, "init") for name in STARTED}, 1e3, "ms of CPU of init")
            _print(
                {name: measure.median(rounds, name, "both") for name in STARTED[1:]}, 1e3, "ms with the first record"
            )
        else:
            print(*measure.table(_part(bench, options)), sep="\n")


def _all(bench):
    began = time.monotonic()
    results = everything(bench, lambda about: print(f"{time.monotonic() - began:4.0f} s  {about}", file=sys.stderr))
    (work.HERE / "RESULTS.md").write_text(report.report(results))
    (work.HERE / "results.svg").write_text(chart.chart(results))
    print(report.marks_table(results))


def _part(bench, options):
    load = measure.Load(
        options.records, options.batches, options.repeats, options.latency / 1000, options.rate, options.scale
    )
    project = write_project(bench.folder / "project", options.rules)
    return measure.side_by_side(bench, work.cast(*options.only, BRIDGE_PROJECT=str(project)), load)


def _print(figures, unit, of):
    for name, figure in figures.items():
        print(f"{figure * unit:9.1f} {of}: {name}")


def _options():
    parser = argparse.ArgumentParser(
        "benchmarks.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    there = work.there(COMPARED)
    parser.add_argument("--only", type=_pipelines, default=there, help=f"some of {','.join(there)}")
    parser.add_argument("--records", type=int, default=1000, help="of a batch")
    parser.add_argument("--batches", type=int, default=1, help="one after the other, of one stream")
    parser.add_argument("--repeats", type=int, default=5, help="rounds")
    parser.add_argument("--latency", type=float, default=0.0, help="of the service, ms")
    parser.add_argument("--rate", type=int, help="changes a second; by default all in one second")
    parser.add_argument("--scale", type=int, default=1, help="how many times as large the images are")
    parser.add_argument("--rules", type=int, default=3, help="of the project")
    parser.add_argument("--stages", action="store_true", help="where the bridge's CPU goes")
    parser.add_argument("--init", action="store_true", help="the CPU of a cold start")
    return parser.parse_args()


def _pipelines(text):
    names = text.split(",")
    if wrong := set(names) - set(work.there(COMPARED)):
        sys.exit(f"not here: {', '.join(sorted(wrong))}")
    return names


if __name__ == "__main__":
    main()
