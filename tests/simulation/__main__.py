"""`python -m tests.simulation SEED` tells the story of one schedule; `FIRST LAST` runs many, on every core."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.laws import broken
from tests.simulation.options import draw
from tests.simulation.run import Run, run
from tests.simulation.shrink import shrink

STRETCH = 250  # seeds that a worker does at once


def story(history: Run) -> str:
    """What is in the schedule, and what happened, line by line."""
    schedule = history.schedule
    lines = [
        f"seed {schedule.seed}: {schedule.mapping}",
        f"  {'kinesis' if schedule.kinesis else 'dynamodb'}, timeout {schedule.timeout} s",
    ]
    lines += [f"  {row}" for row in schedule.rows] + [f"  {fault}" for fault in schedule.faults]
    told = [
        (
            who.start,
            f"{who.start:9.2f} {who.name} {who.order} of {list(who.rows)} until {who.end}: {who.error or who.response} {who.strikes}",
        )
        for who in [*history.invocations, *(who for who, _, _ in history.redrives)]
    ]
    told += [
        (
            act.time,
            f"{act.time:9.2f}     {act.who.name} {act.who.order} -> {act.delivery.target}: {act.delivery.event}{'' if act.answered else ' (answer lost)'}",
        )
        for act in history.edge.acts
    ]
    told += [
        (wall - 1.8e9, f"{wall - 1.8e9:9.2f}     {who.name} {who.order} parks {parcel.key}")
        for who, parcel, wall in history.edge.parkings
    ]
    return "\n".join(
        lines
        + [line for _, line in sorted(told, key=lambda pair: pair[0])]
        + [f"BROKEN {said}" for said in broken(history)]
    )


def failures(seeds: tuple[int, ...]) -> list[tuple[int, str]]:
    """Seeds that break a law, with the first sentence."""
    found = ((seed, broken(run(draw(seed)))) for seed in seeds)
    return [(seed, said[0]) for seed, said in found if said]


def many(first: int, last: int) -> int:
    """Run the seeds on every core; 1 where one breaks a law."""
    stretches = [tuple(range(start, min(start + STRETCH, last))) for start in range(first, last, STRETCH)]
    count = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done, found in enumerate(pool.map(failures, stretches), start=1):
            for seed, said in found:
                count += 1
                print(f"seed {seed}: {said}", flush=True)
            if not done % 40:
                print(
                    f"{min(done * STRETCH, last - first):,} of {last - first:,} schedules, {count} failures",
                    file=sys.stderr,
                    flush=True,
                )
    print(f"{last - first:,} schedules, {count} failures")
    return int(count > 0)


def main(arguments: list[str]) -> int:
    """One seed is told, shrunk where it fails; two are a range."""
    if len(arguments) == 2:
        return many(int(arguments[0]), int(arguments[1]))
    schedule = draw(int(arguments[0]))
    said = broken(run(schedule))
    print(story(run(shrink(schedule, said[0].split(":")[0]) if said else schedule)))
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
