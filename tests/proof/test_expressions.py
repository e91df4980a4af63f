"""What the proof says of an expression holds of every item."""

import os

import pytest

from tests.proof.expressions import breaches

#: How many random items, each with about 24 expressions; more with `EXPRESSIONS=10000` in a long run.
COUNT = int(os.environ.get("EXPRESSIONS", "60"))


@pytest.mark.parametrize("part", range(3))
def test_every_random_expression_gives_what_is_said_of_it_and_refuses_only_what_is_told(part):
    assert [each for seed in range(part, COUNT, 3) for each in breaches(seed, 15)] == []
