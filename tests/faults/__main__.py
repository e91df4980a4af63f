"""`python -m tests.faults SEED` tells the story of one wire schedule; `FIRST LAST` runs many, on every core."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.faults.laws import broken
from tests.faults.run import run
from tests.faults.schedule import draw
from tests.faults.seeds import failures, wired
from tests.simulation.__main__ import story

STRETCH = 100  # seeds that a worker does at once


def many(first: int, last: int) -> int:
    """Run the seeds on every core; 1 where one breaks a law."""
    stretches = [range(start, min(start + STRETCH, last)) for start in range(first, last, STRETCH)]
    count = 0
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for done, found in enumerate(pool.map(failures, stretches), start=1):
            for seed, said in found:
                count += 1
                print(f"seed {seed}: {said[0]}", flush=True)
            if not done % 10:
                print(f"{min(done * STRETCH, last - first):,} of {last - first:,} wire schedules", file=sys.stderr)
    print(f"{last - first:,} wire schedules, {count} failures")
    return int(count > 0)


def main(arguments: list[str]) -> int:
    """One seed is told; two are a range."""
    if len(arguments) == 2:
        return many(int(arguments[0]), int(arguments[1]))
    with wired():
        history = run(draw(int(arguments[0])))
    print(story(history), *broken(history), sep="\n")
    return int(bool(broken(history)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
