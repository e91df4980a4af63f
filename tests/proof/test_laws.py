"""What is proven holds for every item; what is refuted is refuted by the item that is shown."""

from pathlib import Path

import pytest

from bridge.core.yamltree import read_yaml
from bridge.project import load_project
from tests.proof.laws import breaches
from tests.proof.projects import project

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests/compliance/proof.yaml"
CASES = read_yaml(FILE.read_bytes(), FILE.name).plain()
RULE = ("when", "let", "if", "each", "key", "data", "type", "schemas", "source", "subject", "extensions")


def test_no_random_item_breaks_what_is_proven_of_the_sample():
    shop = load_project(ROOT)
    found, said = breaches(shop.rules, shop.schemas, 500)
    assert found == []
    assert min(said.values()) > 30, said


@pytest.mark.parametrize("case", CASES, ids=[case["comment"] for case in CASES])
def test_no_random_item_breaks_what_is_proven_and_every_counterexample_breaks(case):
    rules, schemas = project(case["item"], {name: case[name] for name in RULE if name in case}, case["event"])
    found, _ = breaches(rules, schemas, 60)
    assert found == []
