"""The pages of R001 to R028 and P001 to P020: what they show before is that problem, and what they show after is none."""

import re
from pathlib import Path

import pytest

from bridge.core.change import NAMES
from bridge.core.pattern import compile_pattern
from bridge.core.yamltree import read_yaml
from bridge.errors import ProjectInvalid

ROOT = Path(__file__).parents[2] / "bridge"
SECTION = re.compile(r"^## ((?:R0[012]|P0)\d+) .*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
PAGES = {
    match[1]: match[0] for name in ("R", "P") for match in SECTION.finditer((ROOT / f"codes/{name}.md").read_text())
}


def sides(code):
    """Before and after, of the page's diff."""
    block = re.search(r"^```diff\n(.*?)^```", PAGES[code], re.MULTILINE | re.DOTALL)
    lines = block[1].splitlines() if block else []
    return ["\n".join(line[2:] for line in lines if line[0] in kept) + "\n" for kept in ("- ", "+ ")]


def read(text):
    tree = read_yaml(text.encode(), "page.yaml")
    when = tree.get("when")
    return tree if when is None else compile_pattern(when, NAMES)


EXAMPLES = [code for code in PAGES if "```diff" in PAGES[code] and code != "R003"]


@pytest.mark.parametrize("code", EXAMPLES)
def test_what_a_page_shows_before_is_its_problem(code):
    with pytest.raises(ProjectInvalid) as refused:
        read(sides(code)[0])
    assert code in {problem.code for problem in refused.value.problems}


@pytest.mark.parametrize("code", EXAMPLES)
def test_what_a_page_shows_after_is_right(code):
    assert read(sides(code)[1])


def test_every_code_of_yaml_and_patterns_has_its_page_and_no_page_is_left_over():
    files = [*(ROOT / "core/yamltree").glob("*.py"), *(ROOT / "core/pattern").glob("*.py")]
    raised = {code for file in files for code in re.findall(r'"([RP]\d{3})"', file.read_text())}
    assert raised == PAGES.keys()


@pytest.mark.parametrize("code", PAGES)
def test_a_page_says_what_why_and_how_to_mend(code):
    assert [f"**{part}**" in PAGES[code] for part in ("What.", "Why.", "How to mend.")] == [True] * 3
