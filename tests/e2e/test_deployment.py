"""A function that cannot work is found when it is deployed, not by waiting for events that never come."""

from pathlib import Path

import pytest

from bridge.errors import Unavailable
from bridge.local.deployment import build, deploy
from bridge.local.ministack import INTERPRETER, ministack
from bridge.local.package import package

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


def test_a_function_without_its_project_is_a_problem_that_quotes_what_it_says():
    with ministack(ROOT / INTERPRETER) as cloud:
        shop = build(cloud)
        with pytest.raises(Unavailable) as raised:
            deploy(shop, package(ROOT, ()))
    (problem,) = raised.value.problems
    assert problem.code == "E004"
    assert "bridge.yaml" in problem.what
    assert problem.fix.startswith("run `changebridge lint`")
