"""What schemas become for EventBridge's registry: the cases of `tests/compliance/export.yaml`."""

from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from bridge.core.contain import contains
from bridge.core.export.registry import for_readers
from bridge.core.yamltree import read_yaml
from tests.schemas.converting import bundled, converted

FILE = Path(__file__).parents[1] / "compliance/export.yaml"
CASES = read_yaml(FILE.read_bytes(), FILE.name).plain()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["comment"]) for case in CASES])
def test_a_schema_becomes_what_the_case_says_and_loses_what_it_says(case):
    assert converted(case["schema"], case["form"]) == (case["converted"], case.get("lost", {}))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["comment"]) for case in CASES])
def test_nothing_valid_becomes_invalid(case):
    given = bundled(case["schema"]).document
    assert contains(for_readers(given, case["form"]).document, given).answer == "yes"


@pytest.mark.parametrize("case", [pytest.param(case, id=case["comment"]) for case in CASES])
def test_what_is_made_for_draft_4_is_a_schema_of_draft_4(case):
    if case["form"] == "jsonschema":
        Draft4Validator.check_schema(converted(case["schema"], "jsonschema")[0])


def test_there_are_enough_cases():
    assert len(CASES) >= 40
