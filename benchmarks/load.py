"""A million records through the real handler, batch after batch in one warm process: does anything grow?

    python -m benchmarks.load                      # 1,000,000 records; prints a table, 1 where something grows
    python -m benchmarks.load --records 20000 --batch 200

The process is the benchmark's (worker.py): Lambda's environment, the handler with its garbage collector off, real
clients, the stub in AWS's place. After each batch it is looked at from outside: resident memory, descriptors,
threads, CPU. Memory must be flat: that of the last tenth within 5 % of the second tenth. The stub counts the events.
"""

import argparse
import json
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from benchmarks import work, workload

#: Connections that may still be opened late: as many as calls are ever side by side (`breaker.py`, SIDE_BY_SIDE).
CONNECTIONS = 16
GROWTH = 0.05
#: CPU of a record in the last tenth, against the second: machines are noisy.
SLOWER = 0.25
TENTHS = 10
DRAWN = 8  # batches that are drawn; then their changes get other names and times
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Look:
    """The process after a batch."""

    memory: int  #: resident bytes
    descriptors: int
    threads: int
    seconds: float  #: CPU of the batch
    taken: int  #: events that the stub took of it
    refused: int  #: records that the answer asks for again


def run(records, batch):
    """A look after each batch."""
    with work.bench() as bench:
        drawn = [workload.batch(batch, seed) for seed in range(DRAWN)]
        worker = work.Worker("bridge", {}, bench.stub.url)
        try:
            bench.stub.begin()
            path = bench.folder / "event.json"
            for turn in range(records // batch):
                path.write_text(renamed(drawn[turn % DRAWN], turn))
                yield look(bench, worker, path)
        finally:
            worker.stop()


def renamed(text, turn):
    """The same changes by other names, a second later each time."""
    text = text.replace('"eventID":"', f'"eventID":"{turn:08x}')
    return re.sub(r'(?<="ApproximateCreationDateTime":)[\d.]+', f"{workload.START + turn}.0", text)


def look(bench, worker, path):
    bench.stub.go_on()
    took = worker.run(path)
    process = Path(f"/proc/{worker.process.pid}")
    return Look(
        memory=int((process / "statm").read_text().split()[1]) * PAGE,
        descriptors=len(list((process / "fd").iterdir())),
        threads=lasting_threads(process),
        seconds=took["runtime"] + took["handler"],
        taken=sum(body.count('"Detail":') for body in bench.stub.report()["put_events"]),
        refused=len(json.loads(took["answer"])["batchItemFailures"]),
    )


def lasting_threads(process):
    """A pool's threads end by themselves, a moment after the handler has returned."""
    for _ in range(50):
        if (count := len(list((process / "task").iterdir()))) == 1:
            break
        time.sleep(0.004)
    return count


def tenths(looks):
    size = len(looks) // TENTHS
    return [looks[start * size : (start + 1) * size] for start in range(TENTHS)]


def complaints(looks, batch):
    """What grew, slowed down or was lost."""
    parts = tenths(looks)
    second, last = parts[1], parts[-1]
    before, after = (mean(look.memory for look in part) for part in (second, last))
    if after > before * (1 + GROWTH):
        yield f"memory grew from {before / 1e6:.1f} MB to {after / 1e6:.1f} MB"
    for what, more in (("descriptors", CONNECTIONS), ("threads", 0)):
        usual, now = (median(getattr(look, what) for look in part) for part in (second, last))
        if now > usual + more:
            yield f"{what} grew from {usual} to {now}"
    slow, fast = (median(look.seconds for look in part) for part in (last, second))
    if slow > fast * (1 + SLOWER):
        yield f"a batch took {fast * 1e3:.0f} ms of CPU, and {slow * 1e3:.0f} ms in the end"
    if missing := sum(batch - look.taken for look in looks):
        yield f"{missing} events too few or too many came"
    if refused := sum(look.refused for look in looks):
        yield f"{refused} batches were not done"


def table(looks, batch):
    yield "| tenth | resident MB | descriptors | threads | µs of CPU a record |"
    yield "|--:|--:|--:|--:|--:|"
    for number, part in enumerate(tenths(looks), start=1):
        memory, cpu = mean(look.memory for look in part) / 1e6, median(look.seconds for look in part) / batch * 1e6
        descriptors, threads = (median(getattr(look, what) for look in part) for what in ("descriptors", "threads"))
        yield f"| {number} | {memory:.1f} | {descriptors:.0f} | {threads:.0f} | {cpu:.0f} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=1000)
    options = parser.parse_args()
    looks = []
    for each in run(options.records, options.batch):
        looks.append(each)
        if not len(looks) % 100:
            print(f"{len(looks) * options.batch:,} records, {each.memory / 1e6:.1f} MB", file=sys.stderr, flush=True)
    print(*table(looks, options.batch), sep="\n")
    told = list(complaints(looks, options.batch))
    print(*told or ["Nothing grows, nothing is lost."], sep="\n")
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main())
