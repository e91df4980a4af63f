"""`python -m tests.fuzz TARGET SEED` prints an input and how it is read; `COUNT` reads so many of all, on every core."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.fuzz.fuzz import complaint, draw, failures
from tests.fuzz.targets import TARGETS

FIRST = 600  # `make test` has those before
STRETCH = 5_000


def stretch(place: tuple[int, int, int]) -> list[tuple[str, int, str]]:
    index, start, stop = place
    return [(TARGETS[index].name, seed, said) for seed, said in failures(TARGETS[index], range(start, stop))]


def many(count: int) -> int:
    """So many inputs, shared out among the targets; 1 where one is read badly."""
    last = FIRST + count // len(TARGETS)
    starts = range(FIRST, last, STRETCH)
    places = [(index, start, min(start + STRETCH, last)) for start in starts for index in range(len(TARGETS))]
    bad = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done, found in enumerate(pool.map(stretch, places), start=1):
            for name, seed, said in found:
                bad += 1
                print(f"python -m tests.fuzz {name} {seed}: {said}", flush=True)
            if not done % 40:
                print(f"{done * STRETCH:,} of {count:,} inputs", file=sys.stderr, flush=True)
    print(f"{count:,} inputs, {bad} failures")
    return int(bad > 0)


def main(arguments: list[str]) -> int:
    if len(arguments) == 1:
        return many(int(arguments[0]))
    (target,) = (each for each in TARGETS if each.name == arguments[0])
    data = draw(target, int(arguments[1]))
    print(data)
    print(said := complaint(target, data))
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
