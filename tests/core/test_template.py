"""Templates behave as tests/compliance/templates.yaml says."""

from pathlib import Path

import pytest

from bridge.core.change import NAMES
from bridge.core.map import ABSENT, said
from bridge.core.same import differences
from bridge.core.template import Scope, compile_template, holes
from bridge.core.yamltree import read_yaml
from bridge.errors import UnmappableChange, Where

FILE = Path(__file__).parents[1] / "compliance" / "templates.yaml"
CASES = read_yaml(FILE.read_bytes(), FILE.name).plain()


def _compiled(text):
    problems = []
    made = compile_template(read_yaml(text.encode(), "t.yaml"), Scope(NAMES), problems)
    return made, sorted(problems)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["comment"])
def test_template(case):
    made, problems = _compiled(case["template"])
    if "invalid" in case:
        found = [f"{p.code} {p.where.line}:{p.where.column}" for p in problems]
        assert len(found) == len(case["invalid"]), found
        for want, got in zip(case["invalid"], found, strict=True):
            assert got.startswith(want[0]), got
            assert got.endswith(want.split()[1]), got
        assert all(p.where.file == "t.yaml" and p.fix for p in problems)
        return
    assert problems == []
    if "problem" in case:
        with pytest.raises(UnmappableChange) as refused:
            said(made, case["given"], Where(file="t.yaml", line=1, column=1), "")
        problem = refused.value.problems[0]
        assert f"{problem.code} {problem.where.path}".strip() == case["problem"]
        assert problem.where.line
        return
    result = made.say(case["given"])
    assert list(differences(case["result"], result)) == []


def test_a_single_expression_that_comes_to_null_is_absent():
    made, _ = _compiled("${new.coupon}")
    assert made.say({"new": {}}) is ABSENT
    assert made.vanishes({"new": {}})


def test_a_literal_never_vanishes():
    made, _ = _compiled("web")
    assert not made.vanishes({})


def test_a_template_knows_the_names_that_it_reads():
    made, _ = _compiled("{a: '${new.x} ${old.y}', b: [{$each: '${keys.l}', c: '${it.d} ${table}'}], l: 1}")
    assert made.reads == {"new", "old", "keys", "table"}


@pytest.mark.parametrize("text", ["", "a", "${", "${a", "$${", "${a}${b}", "x${'}'}y", "${`}`}", '${"}"}', "${a\\"])
def test_pieces_of_a_text_cover_it(text):
    assert all(hole.text or hole.is_expression for hole in holes(text))
