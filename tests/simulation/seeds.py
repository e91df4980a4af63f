"""The schedules of `make test`, spread over files so that both cores have their share."""

from tests.simulation.laws import broken
from tests.simulation.options import draw
from tests.simulation.run import run
from tests.simulation.shrink import shrink

EACH = 50
FILE = 500


def stretches(part: int) -> list[range]:
    """The seeds of a file, so many to a test."""
    return [range(start, start + EACH) for start in range(part * FILE, (part + 1) * FILE, EACH)]


def hold(seeds: range) -> None:
    """Run them; the first that breaks a law is shrunk and told."""
    for seed in seeds:
        if said := broken(run(draw(seed))):
            smallest = shrink(draw(seed), said[0].split(":")[0])
            raise AssertionError(f"python -m tests.simulation {seed}\n{broken(run(smallest))}\n{smallest}")
