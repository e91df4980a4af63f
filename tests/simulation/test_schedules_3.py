"""Seeds 1000 to 1499: whatever goes wrong, nothing is lost, doubled, out of order or stuck."""

import pytest

from tests.simulation.seeds import hold, stretches


@pytest.mark.parametrize("seeds", stretches(2), ids=str)
def test_every_law_holds_in_every_schedule(seeds):
    hold(seeds)
