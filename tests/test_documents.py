"""What the documents show is true: their blocks are run, their lists are complete."""

import json
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.cli.app import COMMANDS
from bridge.core.decode import decode
from bridge.core.examples import read_examples, run_example
from bridge.core.expression import compile_expression
from bridge.core.intake import read_records
from bridge.core.manifest import read_manifest
from bridge.core.pattern import compile_pattern
from bridge.core.yamltree import Mapping, Node, read_yaml
from bridge.errors import Problem, Where
from bridge.project import Project, load_project, read_project
from tests.function_table import PAGE, with_table

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


def _copy(folder: Path) -> Path:
    """The sample project, to be changed."""
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "bridge.yaml", folder)
    return folder


def _failures(folder: Path) -> Iterator[Problem | tuple[str, ...]]:
    """Every problem of a project, warnings among them, and every example that does not hold."""
    project, problems = read_project(folder)
    assert project is not None, problems
    examples = read_examples(project.rules.entities, problems)
    yield from problems
    assert examples, "the rules have examples"
    read = [run_example(example, lambda name: (folder / name).read_bytes()) for example in examples]
    yield from (failure.lines for failure in read if failure is not None)


@pytest.mark.parametrize("block", [*blocks("rules/README.md", "yaml"), *blocks("README.md", "yaml")])
def test_every_rule_file_in_the_documents_compiles_and_its_examples_hold(block: str, tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    shutil.rmtree(folder / "rules")
    (folder / "rules").mkdir()
    (folder / "rules/block.yaml").write_text(block)
    assert list(_failures(folder)) == []


@pytest.mark.parametrize("block", [*blocks("rules/README.md", "yaml fragment"), *blocks("README.md", "yaml fragment")])
def test_every_fragment_in_the_documents_is_valid_yaml(block: str) -> None:
    assert read_yaml(block.encode(), "block.yaml").plain()


@pytest.mark.parametrize("block", blocks("README.md", "yaml project"))
def test_every_part_of_a_project_file_in_the_documents_is_right(block: str) -> None:
    """It takes the place of what the sample project says under the same names."""
    names = read_yaml(block.encode(), "block.yaml").plain()
    assert isinstance(names, dict)
    own = re.split(r"^(?=\w)", (ROOT / "bridge.yaml").read_text(), flags=re.MULTILINE)
    kept = "".join(part for part in own if part.partition(":")[0] not in names)
    problems: list[Problem] = []
    read_manifest(f"{kept}\n{block}".encode(), "bridge.yaml", problems)
    assert problems == []


@pytest.mark.parametrize("block", blocks("rules/README.md", "yaml pattern"))
def test_every_pattern_in_the_notation_matches_what_it_says(block: str) -> None:
    said = read_yaml(block.encode(), "block.yaml")
    pattern = compile_pattern(_value(said, "when"))
    assert [change for change in _listed(said, "matches") if not pattern.matches(change)] == []
    assert [change for change in _listed(said, "does not match") if pattern.matches(change)] == []


@pytest.mark.parametrize("block", blocks("rules/README.md", "yaml expressions"))
def test_every_expression_in_the_notation_comes_to_what_it_says(block: str) -> None:
    for case in _cases(read_yaml(block.encode(), "block.yaml")):
        expression = compile_expression(case["expression"], lambda offset: Where(column=offset + 1))
        assert (case["expression"], expression.value(case["given"])) == (case["expression"], case["result"])


def _value(node: Node, name: str) -> Node:
    assert isinstance(node, Mapping)
    value = node.get(name)
    assert value is not None, f"the block has {name}"
    return value


def _listed(node: Node, name: str) -> list[dict[str, Any]]:
    return _cases(_value(node, name))


def _cases(node: Node) -> list[dict[str, Any]]:
    cases: Any = node.plain()
    assert cases, "the list has entries"
    return list(cases)


def test_the_table_of_functions_is_up_to_date() -> None:
    assert PAGE.read_text() == with_table(PAGE.read_text()), "run: python -m tests.function_table"


def test_the_change_that_leads_the_readme_becomes_the_event_beside_it(shop: Project) -> None:
    record = only("README.md", "json record").encode()
    (event,) = shop.rules.translate(decode(read_records(record, Where())[0])).events
    assert json.loads(event.body) == json.loads(only("README.md", "json event"))
    assert record == (ROOT / "rules/records/price-dropped.json").read_bytes()


def test_the_first_rule_of_the_readme_is_without_a_problem_and_its_examples_hold(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "rules/review.yaml").write_text(only("README.md", "yaml first-rule"))
    (folder / "schemas/review").mkdir()
    (folder / "schemas/review/written.v1.json").write_text(only("README.md", "json first-schema"))
    assert list(_failures(folder)) == []
    record = re.search(r"<<'END'\n(.*?)END\n", (ROOT / "README.md").read_text(), re.DOTALL)
    assert record is not None
    change = decode(read_records(record[1].encode(), Where())[0])
    types = [event.type for event in load_project(folder).rules.translate(change).events]
    assert types == ["com.example.shop.review.written.v1"]


def test_the_schema_that_the_policy_shows_is_sound(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    shown = only("schemas/README.md", "json")
    (folder / "schemas/stock/shown.v1.json").write_text(shown.replace("stock/ran-out.v1", "stock/shown.v1"))
    assert list(_failures(folder)) == []


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


def test_the_rule_that_leads_the_readme_is_the_sample_projects(shop: Project) -> None:
    shown: Any = read_yaml(only("README.md", "yaml fragment").encode(), "README.md").plain()
    actual: Any = read_yaml((ROOT / "rules/product.yaml").read_bytes(), "product.yaml").plain()
    rule = actual["events"]["price-dropped"]
    assert shown == {"price-dropped": {name: rule[name] for name in shown["price-dropped"]}}


@pytest.mark.parametrize("block", blocks("rules/README.md", "yaml fragment"))
def test_every_fragment_of_a_rule_compiles(block: str, tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    shutil.rmtree(folder / "rules")
    (folder / "rules").mkdir()
    (folder / "rules/block.yaml").write_text(_completed(block))
    project, problems = read_project(folder)
    assert ([problem for problem in problems if problem.level == "error"], project is not None) == ([], True)


#: Keys of an entity, of an event, and what stands for those that a fragment does not write.
ENTITY = ("without", "let")
EVENT = ("if", "data", "examples")
LACKING = {"data": "data: {}\n"}
EVENT_HEAD = "    type: com.example.shop.stock.ran-out.v1\n    schema: stock/ran-out.v1.json\n"


def _completed(fragment: str) -> str:
    """A fragment as part of a rule file: at the place where its first key belongs."""
    parts = {part.partition(":")[0]: part for part in re.split(r"^(?=\S)", fragment, flags=re.MULTILINE) if part}
    entity = "".join(parts.pop(name) for name in ENTITY if name in parts)
    if "events" in parts:
        events = parts.pop("events") + EVENT_HEAD + "    data: {}\n"
    else:
        said = {**LACKING, **{name: parts.pop(name) for name in EVENT if name in parts}}
        if parts:
            said["data"] = "data:\n" + textwrap.indent("".join(parts.values()), "  ")
        events = "events:\n  said:\n" + EVENT_HEAD + textwrap.indent("".join(said.values()), "    ")
    return f"entity: shown\nsource: /shown\nto: [domain-bus]\n{entity}{events}"
