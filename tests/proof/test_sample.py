"""The sample project is proven whole."""

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
