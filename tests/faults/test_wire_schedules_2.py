"""Wire seeds 80 to 159: whatever goes wrong on the wire, nothing is lost, doubled, out of order or stuck."""

import pytest

from tests.faults.seeds import hold, stretches


@pytest.mark.parametrize("seeds", stretches(1), ids=str)
def test_every_law_holds_over_real_clients(seeds):
    hold(seeds)
