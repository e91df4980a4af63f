"""What schemas become for generators of models: the cases of `tests/compliance/types.yaml`."""

from pathlib import Path

import pytest

from bridge.core.contain import contains
from bridge.core.export.speech import TOLERANT
from bridge.core.export.types import interfaces, shaped
from bridge.core.export.widen import widen
from bridge.core.yamltree import read_yaml
from tests.schemas.converting import bundled

FILE = Path(__file__).parents[1] / "compliance/types.yaml"
CASES = [pytest.param(case, id=case["comment"]) for case in read_yaml(FILE.read_bytes(), FILE.name).plain()]


def opened(case):
    return widen(bundled(case["schema"]).document, TOLERANT).document


def said(types):
    """Without what every document has."""
    return {keyword: value for keyword, value in types.items() if keyword not in ("$schema", "$id", "title")}


@pytest.mark.parametrize("case", CASES)
def test_a_schema_has_the_types_that_the_case_says(case):
    assert said(shaped(opened(case), "Whole")) == case["types"]


@pytest.mark.parametrize("case", CASES)
def test_it_has_the_interfaces_that_the_case_says(case):
    assert said(interfaces(shaped(opened(case), "Whole"))) == case.get("interfaces", case["types"])


@pytest.mark.parametrize("case", CASES)
def test_the_types_take_all_that_a_tolerant_reader_takes(case):
    assert contains(said(shaped(opened(case), "Whole")), opened(case)).answer == "yes"
