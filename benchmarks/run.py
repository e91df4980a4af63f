"""How fast, how small, how cheap: the bridge beside what people write, a peer, and the floor.

    python -m benchmarks.run --only bridge,floor --records 1000 --repeats 3

All run in turn on the same events against the same stub, which checks what it gets. Absolute times are this machine's;
read the ratios, which are medians of those within each round.
"""

import argparse
import sys

from benchmarks import measure, work
from benchmarks.workload import write_project


def main():
    options = _options()
    load = measure.Load(
        options.records, options.batches, options.repeats, options.latency / 1000, options.rate, options.scale
    )
    with work.bench() as bench:
        project = write_project(bench.folder / "project", options.rules)
        rounds = measure.side_by_side(bench, options.only, load, BRIDGE_PROJECT=str(project))
    print(*measure.table(rounds), sep="\n")


def _options():
    parser = argparse.ArgumentParser(
        "benchmarks.run", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", type=_pipelines, default=work.there(work.PIPELINES), help=", ".join(work.PIPELINES))
    parser.add_argument("--records", type=int, default=1000, help="of a batch")
    parser.add_argument("--batches", type=int, default=1, help="one after the other, of one stream")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--latency", type=float, default=0.0, help="of the service, ms")
    parser.add_argument("--rate", type=int, help="changes a second; by default all in one second")
    parser.add_argument("--scale", type=int, default=1, help="how many times as large the images are")
    parser.add_argument("--rules", type=int, default=3)
    return parser.parse_args()


def _pipelines(text):
    names = text.split(",")
    if wrong := set(names) - set(work.there(work.PIPELINES)):
        sys.exit(f"not here: {', '.join(sorted(wrong))}")
    return names


if __name__ == "__main__":
    main()
