"""The pre-commit hooks, run by pre-commit itself against a scratch repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import write_project

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
NAMES = ["changebridge-lint", "changebridge-test", "changebridge-schemas"]


def git(folder, *arguments):
    return subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder):
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "a step")


@pytest.fixture(scope="session")
def hooks(tmp_path_factory):
    """This checkout as a repository of hooks: what is in the work tree, committed."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in ("bridge", "requirements", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    git(folder, "init", "-q")
    commit(folder)
    return folder


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """Where pre-commit keeps the environments that it makes."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path, hooks):
    """A project whose commits the hooks look at."""
    write_project(tmp_path)
    uses = {"repo": str(hooks), "rev": git(hooks, "rev-parse", "HEAD"), "hooks": [{"id": name} for name in NAMES]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [uses]}))
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def run(repository, home):
    """Each hook's verdict, and all that was printed."""
    git(repository, "add", ".")
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color=never"],
        cwd=repository,
        env=os.environ | {"PRE_COMMIT_HOME": str(home), "PIP_NO_COMPILE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    return re.findall(
        r"^(changebridge [a-z ]+?)\.+(?:\(.*\))?(\w+)$", ran.stdout, re.MULTILINE
    ), ran.stdout + ran.stderr


def edit(folder, before, after, name):
    path = folder / name
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def test_a_good_change_passes_every_hook(repository, home):
    edit(repository, "an order is announced", "an order is said", "rules/order.yaml")
    verdicts, said = run(repository, home)
    assert verdicts == [
        ("changebridge lint", "Passed"), ("changebridge test", "Passed"), ("changebridge schemas check", "Passed"),
    ], said  # fmt: skip


def test_each_hook_finds_what_it_is_for(repository, home):
    edit(repository, "says: {data: {id: A, total: 1.50}}", "says: {data: {id: B, total: 1.50}}", "rules/order.yaml")
    edit(repository, '"required": ["id", "total"]', '"required": ["id"]', "schemas/order/placed.v1.json")
    verdicts, said = run(repository, home)
    assert [verdict for _, verdict in verdicts] == ["Passed", "Failed", "Failed"], said
    assert 'data.id: expected "B", said "A"' in said
    assert "schemas/order/placed.v1.json:1:" in said
    edit(repository, "to: [bus]", "to: [bux]", "rules/order.yaml")
    verdicts, said = run(repository, home)
    assert verdicts[0] == ("changebridge lint", "Failed"), said
    assert "R042 there is no target 'bux'" in said


def test_a_commit_that_touches_nothing_of_a_project_is_not_looked_at(repository, home):
    (repository / "notes.txt").write_text("a note")
    verdicts, said = run(repository, home)
    assert [verdict for _, verdict in verdicts] == ["Skipped"] * 3, said


def test_every_hook_runs_a_command_that_there_is():
    entries = [hook["entry"].split()[:2] for hook in HOOKS]
    assert [hook["id"] for hook in HOOKS] == NAMES
    assert entries == [["changebridge", "lint"], ["changebridge", "test"], ["changebridge", "schemas"]]
