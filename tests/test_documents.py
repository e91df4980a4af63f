"""What the documents show is true: their blocks are run, their lists are complete."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.cli.app import COMMANDS
from bridge.core.decode import decode
from bridge.core.examples import read_examples, run_example
from bridge.core.expression import compile_expression
from bridge.core.intake import read_records
from bridge.core.pattern import compile_pattern
from bridge.core.rules import compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.yamltree import Mapping, Node, read_yaml
from bridge.errors import Problem, Where
from bridge.project import Project, load_project, read_project

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "rules/README.md", "schemas/README.md")
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, kind: str) -> list[Any]:
    """Each fenced block of a kind, named by its line."""
    text = (ROOT / document).read_text()
    found = [match for match in BLOCK.finditer(text) if match[1] == kind]
    return [pytest.param(match[2], id=f"{document}:{text.count(chr(10), 0, match.start()) + 1}") for match in found]


def only(document: str, kind: str) -> str:
    """The one block of a kind."""
    (block,) = blocks(document, kind)
    return str(block.values[0])


@pytest.fixture(scope="module")
def shop() -> Project:
    return load_project(ROOT)


def _failures(files: dict[str, bytes], project: Project) -> Iterator[Problem | tuple[str, ...]]:
    rules, problems = compile_rules(files, Surroundings(project.schemas, project.manifest.targets))
    examples = read_examples(rules.entities, problems)
    yield from problems
    assert examples, "the rule file has examples"
    yield from (failure.lines for example in examples if (failure := run_example(example, lambda _: b"")) is not None)


@pytest.mark.parametrize("block", [*blocks("rules/README.md", "yaml"), *blocks("README.md", "yaml")])
def test_every_rule_file_in_the_documents_compiles_and_its_examples_hold(block: str, shop: Project) -> None:
    assert list(_failures({"block.yaml": block.encode()}, shop)) == []


@pytest.mark.parametrize("block", [*blocks("rules/README.md", "yaml fragment"), *blocks("README.md", "yaml fragment")])
def test_every_fragment_in_the_documents_is_valid_yaml(block: str) -> None:
    assert read_yaml(block.encode(), "block.yaml").plain()


@pytest.mark.parametrize("block", blocks("rules/README.md", "yaml pattern"))
def test_every_pattern_in_the_notation_matches_what_it_says(block: str) -> None:
    said = read_yaml(block.encode(), "block.yaml")
    pattern = compile_pattern(_value(said, "when"))
    assert [pattern.matches(each) for each in _value(said, "matches").plain()] == [True] * _count(said, "matches")
    assert [pattern.matches(each) for each in _value(said, "does not match").plain()] == [False] * _count(said, "does not match")


@pytest.mark.parametrize("block", blocks("rules/README.md", "yaml expressions"))
def test_every_expression_in_the_notation_comes_to_what_it_says(block: str) -> None:
    for case in read_yaml(block.encode(), "block.yaml").plain():
        expression = compile_expression(case["expression"], lambda offset: Where(column=offset + 1))
        assert (case["expression"], expression.value(case["given"])) == (case["expression"], case["result"])


def _value(node: Node, name: str) -> Node:
    assert isinstance(node, Mapping)
    value = node.get(name)
    assert value is not None, f"the block has {name}"
    return value


def _count(node: Node, name: str) -> int:
    return len(_value(node, name).plain())


def test_the_change_that_leads_the_readme_becomes_the_event_beside_it(shop: Project) -> None:
    record = only("README.md", "json record").encode()
    (event,) = shop.rules.translate(decode(read_records(record, Where())[0])).events
    assert json.loads(event.body) == json.loads(only("README.md", "json event"))
    assert record == (ROOT / "rules/records/price-dropped.json").read_bytes()


def test_the_first_rule_of_the_readme_is_without_a_problem_and_its_examples_hold(tmp_path: Path) -> None:
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "bridge.yaml", tmp_path)
    (tmp_path / "rules/review.yaml").write_text(only("README.md", "yaml first-rule"))
    (tmp_path / "schemas/review").mkdir()
    (tmp_path / "schemas/review/written.v1.json").write_text(only("README.md", "json first-schema"))
    project, problems = read_project(tmp_path)
    assert (problems, project is not None) == ([], True)
    assert list(_failures({"review.yaml": only("README.md", "yaml first-rule").encode()}, load_project(tmp_path))) == []
    record = re.search(r"<<'END'\n(.*?)END\n", (ROOT / "README.md").read_text(), re.DOTALL)
    assert record is not None
    change = decode(read_records(record[1].encode(), Where())[0])
    assert [event.type for event in load_project(tmp_path).rules.translate(change).events] == [
        "com.example.shop.review.written.v1"
    ]


def test_the_schema_that_the_policy_shows_is_sound(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shutil.copy(ROOT / "bridge.yaml", tmp_path)
    shown = only("schemas/README.md", "json")
    (tmp_path / "schemas/stock/shown.v1.json").write_text(shown.replace("stock/ran-out.v1", "stock/shown.v1"))
    project, problems = read_project(tmp_path)
    assert (problems, project is not None) == ([], True)


def test_the_readme_lists_every_command() -> None:
    table = (ROOT / "README.md").read_text().partition("## Commands")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `changebridge (\w+)", table, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_between_the_documents_leads_somewhere(document: str) -> None:
    text = BLOCK.sub("", (ROOT / document).read_text())
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        if "://" not in target:
            path = (ROOT / document).parent / file if file else ROOT / document
            assert path.exists(), target
            assert not anchor or anchor in _anchors(path), target


def _anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", BLOCK.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
