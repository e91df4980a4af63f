"""Each mistake of mistakes.yaml, planted in the sample project: what lint finds of it, and whether its edits mend it."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml

import bridge.core.rules.load
import bridge.core.schemas
from bridge.core.mend import mended
from bridge.core.schemas import compile_schemas
from bridge.core.yamltree import read_tree
from bridge.pages import pages
from bridge.review import review

ROOT = Path(__file__).parents[2]
MISTAKES = yaml.safe_load(Path(__file__).with_name("mistakes.yaml").read_text())


@pytest.fixture(scope="module", autouse=True)
def _read_once():
    """What a mistake leaves unchanged is read once for all: the tests are many, and the files the same."""
    patch = pytest.MonkeyPatch()
    compiled, trees = {}, {}

    def compile_once(files, folder):
        key = (folder, tuple(sorted(files.items())))
        if key not in compiled:
            compiled[key] = compile_schemas(files, folder)
        return compiled[key]

    def read_once(data, file, problems):
        if (data, file) not in trees:
            found = []
            trees[data, file] = read_tree(data, file, found), found
        node, found = trees[data, file]
        problems += found
        return node

    patch.setattr(bridge.core.schemas, "compile_schemas", compile_once)
    patch.setattr(bridge.core.rules.load, "read_tree", read_once)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A copy of the sample project, put back after each mistake."""
    folder = tmp_path_factory.mktemp("shop")
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "bridge.yaml", folder)
    return folder


@pytest.fixture
def plant(shop):
    """Plants a mistake; gives the texts before and after, and where they part."""
    planted = {}

    def change(mistake):
        path = shop / mistake["file"]
        before = planted[path] = path.read_text()
        assert mistake["find"] in before, "the sample has changed: plant the mistake elsewhere"
        path.write_text(before.replace(mistake["find"], mistake["replace"], 1))
        return before, path.read_text(), before.index(mistake["find"])

    yield change
    for path, text in planted.items():
        path.write_text(text)


def expected(found, mistake, shop, after, start):
    """The first line that lint prints of a problem."""
    file = found.get("in", mistake["file"])
    text = after if file == mistake["file"] else (shop / file).read_text()
    begin = 0 if found.get("above") or file != mistake["file"] else start
    at = text.find(found["at"], begin)
    at = text.index(found["at"]) if at < 0 else at
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    path = f" {found['path']}" if "path" in found else ""
    says = re.sub(r"\{line of (.*?)\}(?!\})", lambda m: str(text[: text.index(m[1])].count("\n") + 1), found["says"])
    return f"{file}:{line}:{column}{path}: {says}", found.get("level", "error")


@pytest.mark.parametrize("mistake", [pytest.param(each, id=each["mistake"]) for each in MISTAKES])
def test_a_planted_mistake_is_found_at_its_place_and_its_fix_works(mistake, shop, plant):
    before, after, start = plant(mistake)
    problems = review(shop).problems
    said = [(str(problem).splitlines()[0], problem.level) for problem in problems]
    assert sorted(said) == sorted(expected(found, mistake, shop, after, start) for found in mistake["found"])
    assert all(problem.fix for problem in problems)

    edits = [problem.edit for problem in problems if problem.edit and problem.where.file == mistake["file"]]
    healed, made = mended(after, edits)
    if mistake["fix"] == "none":
        assert made == []
    elif mistake["fix"] == "back":
        assert healed == before
    else:
        (shop / mistake["file"]).write_text(healed)
        left = [problem.code for problem in review(shop).problems]
        assert (left == []) is (mistake["fix"] == "mends")


def test_the_sample_in_which_mistakes_are_planted_has_none(shop):
    assert review(shop).problems == []


def test_no_mistake_stands_twice_in_the_list():
    assert [name for name, count in Counter(each["mistake"] for each in MISTAKES).items() if count > 1] == []


def test_every_check_of_lint_is_seen_at_work():
    """Each code that only lint says is found in some planted mistake, or by a test beside this one."""
    elsewhere = {"L001", "L007", "L012", "L024", "L039", "L050"}
    planted = {found["says"].split()[0] for each in MISTAKES for found in each["found"]}
    assert {code for code in pages() if code[0] == "L"} - planted <= elsewhere
