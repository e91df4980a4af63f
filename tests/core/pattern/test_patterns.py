"""Patterns behave as tests/compliance/patterns.yaml says."""

from pathlib import Path

import pytest

from bridge.core.change import NAMES
from bridge.core.pattern import compile_pattern
from bridge.core.yamltree import read_yaml
from bridge.errors import ProjectInvalid

FILE = Path(__file__).parents[2] / "compliance" / "patterns.yaml"
CASES = read_yaml(FILE.read_bytes(), FILE.name).plain()
#: Letters stand for any name where a case is about something else.
ANY = NAMES | set("abc")


def pattern(text, names=ANY):
    return compile_pattern(read_yaml(text.encode(), "p.yaml"), names)


def _documents(outcome):
    for case in CASES:
        for number, document in enumerate(case.get(outcome, ()), 1):
            yield pytest.param(case["pattern"], document, id=f"{case['comment']} {number}")


@pytest.mark.parametrize(("text", "document"), [*_documents("matches")])
def test_matches(text, document):
    made = pattern(text)
    assert made.matches(document) is True
    assert made.first_false(document) is None


@pytest.mark.parametrize(("text", "document"), [*_documents("misses")])
def test_misses(text, document):
    made = pattern(text)
    assert made.matches(document) is False
    assert made.first_false(document) is not None


@pytest.mark.parametrize("case", [c for c in CASES if "problems" in c], ids=lambda case: case["comment"])
def test_mistakes(case):
    with pytest.raises(ProjectInvalid) as refused:
        pattern(case["pattern"])
    problems = refused.value.problems
    assert [f"{p.code} {p.where.line}:{p.where.column}" for p in problems] == case["problems"]
    assert all(p.where.file == "p.yaml" and p.fix for p in problems)


def test_there_are_enough_cases_and_each_says_something():
    assert len(CASES) >= 120
    assert all({"matches", "misses", "problems"} & case.keys() for case in CASES)
    assert len({case["comment"] for case in CASES}) == len(CASES)
