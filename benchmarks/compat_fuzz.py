"""Asks about random pairs of schemas in both directions, and tries to refute the answers with a second validator.

    python benchmarks/compat_fuzz.py [PAIRS] [FIRST SEED] [circles]

With `circles` the schemas lead back to themselves, and each answer is held against every small value.
Prints how many answers were of which kind. An answer that is refuted ends it with the seed.
"""

import sys
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.compat import circles
from tests.compat.refuting import examine


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    ask = _in_circles if sys.argv[3:] == ["circles"] else examine
    start = time.perf_counter()
    told: Counter[str] = Counter()
    with Pool(2) as pool:
        for number, (answers, _) in enumerate(pool.imap_unordered(ask, range(first, first + pairs), 50), 1):
            told += answers
            if number % 2_000 == 0:
                print(f"{number} pairs, {time.perf_counter() - start:.0f} s", file=sys.stderr)
    print(f"{pairs} pairs, {told.total()} questions, none refuted, in {time.perf_counter() - start:.0f} s")
    for kind, many in told.most_common():
        print(f"{many:7} {many / told.total():6.1%}  {kind}")


def _in_circles(seed: int) -> tuple[Counter[str], int]:
    return circles.examine(seed), seed


if __name__ == "__main__":
    main()
