"""Verdicts as data: tests/compliance/proof.yaml."""

from pathlib import Path

import pytest

from bridge.core.proof import prove
from bridge.core.yamltree import read_yaml
from tests.proof.projects import project

FILE = Path(__file__).parents[1] / "compliance/proof.yaml"
CASES = read_yaml(FILE.read_bytes(), FILE.name).plain()
RULE = ("when", "let", "if", "each", "key", "data")


@pytest.mark.parametrize("case", CASES, ids=[case["comment"] for case in CASES])
def test_a_place_of_an_event_is_proven_or_refuted_or_open(case):
    rules, schemas = project(case["item"], {name: case[name] for name in RULE if name in case}, case["event"])
    proof = prove(rules, schemas)
    refuted = {each.path: each.counterexample.problem.code for each in proof.verdicts if each.answer == "refuted"}
    still_open = [each.path for each in proof.verdicts if each.answer == "not proven"]
    reasons = {each.path: each.reason for each in proof.verdicts if each.answer != "proven"}
    assert (refuted, still_open) == (case.get("refuted", {}), case.get("not proven", [])), reasons
    assert len(proof.verdicts) > len(refuted) + len(still_open) or refuted or still_open
