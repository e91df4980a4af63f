"""Whatever is read of others gives a value or our own error, at once. `make soak` reads ten million inputs."""

import pytest

from tests.fuzz.fuzz import draw, failures
from tests.fuzz.targets import TARGETS

EACH = 600

#: Seeds whose input was once read badly, by target.
KEPT = {
    # A string that never ends: the search for brackets took exponential time.
    "json": (197,),
}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_any_input_gives_a_value_or_our_error(target):
    assert list(failures(target, range(EACH))) == []


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_what_was_once_read_badly_is_read_well(target):
    for seed in KEPT.get(target.name, ()):
        assert list(failures(target, range(seed, seed + 1))) == []


def test_a_seed_has_one_input():
    for target in TARGETS:
        assert [draw(target, seed) for seed in range(20)] == [draw(target, seed) for seed in range(20)]
