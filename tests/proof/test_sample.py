"""The sample project is proven whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.core.proof import prove
from bridge.project import load_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shop():
    return load_project(ROOT)


def test_every_place_of_every_event_of_an_entity_with_an_item_schema_is_proven(shop):
    proof = prove(shop.rules, shop.schemas)
    assert [(each.rule, each.path, each.reason) for each in proof.verdicts if each.answer != "proven"] == []
    assert proof.summary == f"{len(proof.verdicts)} places proven"
    assert {each.rule for each in proof.verdicts} == {
        rule.name for entity in shop.rules.entities if entity.item_schema for rule in entity.rules
    }


def test_only_the_outbox_has_no_item_schema(shop):
    problems = prove(shop.rules, shop.schemas).problems
    assert [(each.code, each.where.file) for each in problems] == [("F003", "rules/outbox.yaml")]


#: Numbers its languages at random, which stands for whatever was proven before: they are sorted by their numbers.
OTHERWISE = """
import random, sys
from pathlib import Path
from bridge.core.proof.text import language

language._numbers = iter(random.Random(int(sys.argv[1])).random, None)
from bridge.core.proof import prove
from bridge.project import load_project

shop = load_project(Path(sys.argv[2]))
print(sum(each.answer != "proven" for each in prove(shop.rules, shop.schemas).verdicts))
"""


@pytest.mark.parametrize("seed", [1, 2, 6])
def test_what_was_proven_before_does_not_matter(seed):
    command = [sys.executable, "-c", OTHERWISE, str(seed), str(ROOT)]
    assert subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout == "0\n"
