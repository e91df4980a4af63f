"""The wire schedules of `make test`, spread over files so that both cores have their share."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from tests.faults.laws import broken
from tests.faults.run import ENVIRON, endpoint, run
from tests.faults.schedule import draw

EACH = 20
FILE = 80


def stretches(part: int) -> list[range]:
    """The seeds of a file, so many to a test."""
    return [range(start, start + EACH) for start in range(part * FILE, (part + 1) * FILE, EACH)]


@contextmanager
def wired() -> Iterator[None]:
    """boto3 finds the endpoint, and no account."""
    nowhere = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), "/nonexistent")
    ours = {**ENVIRON, **nowhere, "AWS_ENDPOINT_URL": endpoint().url}
    rest = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with patch.dict(os.environ, rest | ours, clear=True):
        yield


def failures(seeds: range) -> list[tuple[int, list[str]]]:
    """Seeds that break a law, with every sentence."""
    with wired():
        found = ((seed, broken(run(draw(seed)))) for seed in seeds)
        return [(seed, said) for seed, said in found if said]


def hold(seeds: range) -> None:
    """Run them; those that break a law are told."""
    told = [f"python -m tests.faults {seed}\n" + "\n".join(said) for seed, said in failures(seeds)]
    assert not told, "\n".join(told)
