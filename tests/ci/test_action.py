"""The GitHub Action: its own steps, run as a runner runs them, in a scratch repository."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.ci.workflow import ACTION, ROOT, STEPS, Runner, value
from tests.cli.conftest import write_project

pytestmark = pytest.mark.e2e

GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
#: A stand-in for GitHub's own command: comments are kept in a file.
GH = """#!{python}
import json, os, sys
from pathlib import Path
kept = Path({kept!r})
arguments = sys.argv[1:]
assert arguments.pop(0) == "api" and os.environ["GH_TOKEN"] == "secret"
comments = json.loads(kept.read_text()) if kept.exists() else []
if arguments == ["user", "--jq", ".login"]:
    sys.exit(1)
if arguments[0] == "--paginate":
    assert arguments[1:3] == ["repos/a/shop/issues/7/comments", "--jq"]
    own = '(.user.type == "Bot" or .user.login == env.ME)'
    assert arguments[3] == f".[] | select({{own}} and (.body | startswith(env.MARKER))) | .id"
    marker = os.environ["MARKER"]
    ours = [each for each in comments if each.get("by", "Bot") == "Bot"]
    print("\\n".join(str(each["id"]) for each in ours if each["body"].startswith(marker)))
    sys.exit(int(Path({kept!r} + ".fails").exists()))
_, method, path, _, body, _ = arguments
text = Path(body.removeprefix("body=@")).read_text()
if method == "POST":
    assert path == "repos/a/shop/issues/7/comments"
    comments.append({{"id": len(comments) + 1, "body": text}})
else:
    number = int(path.removeprefix("repos/a/shop/issues/comments/"))
    comments[number - 1]["body"] = text
kept.write_text(json.dumps(comments))
"""


def git(folder, *arguments):
    return subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Where the action's own step has installed Changebridge."""
    temp = tmp_path_factory.mktemp("runner")
    runner = Runner(temp, temp, {}, {})
    runner.steps["python"] = {"outputs": {"python-path": sys.executable}}
    assert runner.named("Install Changebridge") == 0, runner.out
    return temp / "changebridge"


@pytest.fixture
def origin(tmp_path):
    """The scratch repository: a project in a folder, main, and a branch for the work."""
    folder = tmp_path / "origin"
    project = folder / "services" / "shop"
    write_project(project)
    git(tmp_path, "init", "-q", str(folder))
    commit(folder)
    git(folder, "checkout", "-q", "-b", "work")
    return folder


def commit(folder):
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "a step")


def edit(folder, before, after, name="rules/order.yaml"):
    path = folder / "services" / "shop" / name
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))
    commit(folder)


@pytest.fixture
def job(tmp_path, origin, installed):
    """A job of a pull request from `work` to main, its checkout as shallow as they are."""

    def checked_out(**github):
        workspace = tmp_path / "workspace"
        shutil.rmtree(workspace, ignore_errors=True)
        git(tmp_path, "clone", "-q", "--depth=1", "--branch=work", origin.as_uri(), str(workspace))
        temp = tmp_path / "temp"
        temp.mkdir(exist_ok=True)
        if not (temp / "changebridge").exists():
            (temp / "changebridge").symlink_to(installed)
        stand_in = tmp_path / "bin" / "gh"
        stand_in.parent.mkdir(exist_ok=True)
        stand_in.write_text(GH.format(python=sys.executable, kept=str(tmp_path / "comments.json")))
        stand_in.chmod(0o755)
        context = {
            "repository": "a/shop", "event_name": "pull_request", "base_ref": "main",
            "event": {"pull_request": {"number": 7, "head": {"repo": {"fork": False}}}},
        } | github  # fmt: skip
        inputs = {"project": "services/shop", "token": "secret"}
        return Runner(workspace, temp, inputs, context, path=str(stand_in.parent))

    return checked_out


def act(runner):
    """The shell steps after the installation, as far as none fails; the last one's exit code."""
    code = 0
    for step in STEPS[2:]:
        code = self_code = runner.run(step) if "run" in step else 0
        if self_code:
            break
    return code


def comments(runner):
    path = runner.temp.parent / "comments.json"
    return [each["body"] for each in json.loads(path.read_text())] if path.exists() else []


def test_a_pull_request_that_changes_nothing_passes_and_is_told_so(job):
    runner = job()
    assert act(runner) == 0, runner.out
    (comment,) = comments(runner)
    assert comment.startswith("<!-- changebridge services/shop -->\n### Changebridge\n\nCompared with `")
    assert "| lint | passed | 1 rule file, 1 event: " in comment
    assert "| diff | passed | 2 records: the same events as at " in comment
    assert (runner.temp / "summary.md").read_text() == comment.split("\n", 1)[1]


def test_a_pull_request_that_breaks_a_schema_fails_after_everything_is_reported(job, origin):
    edit(origin, '"required": ["id", "total"]', '"required": ["id"]', "schemas/order/placed.v1.json")
    runner = job()
    assert act(runner) == 1
    assert "::error file=services/shop/schemas/order/placed.v1.json,line=" in runner.out
    assert "| schemas | **findings** |" in comments(runner)[0]
    sarif = json.loads(Path(runner.steps["check"]["outputs"]["sarif"]).read_text())
    (found,) = (run for run in sarif["runs"] if run["automationDetails"]["id"] == "changebridge/services/shop/schemas/")
    assert found["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "services/shop/schemas/order/placed.v1.json"
    )


def test_the_comment_is_written_anew_and_not_again(job, origin):
    assert act(job()) == 0
    edit(origin, "says: {data: {id: A, total: 1.50}}", "says: {data: {id: B, total: 1.50}}")
    runner = job()
    assert act(runner) == 1
    (comment,) = comments(runner)
    assert "**T001** the example 'an order is announced'" in comment


def test_comments_of_others_and_of_other_projects_are_left_alone(job):
    runner = job()
    others = [{"id": 1, "body": "Nice!"}, {"id": 2, "body": "<!-- changebridge other -->\nkept"}]
    (runner.temp.parent / "comments.json").write_text(json.dumps(others))
    assert act(runner) == 0
    assert [text.split("\n")[0] for text in comments(runner)] == [
        "Nice!", "<!-- changebridge other -->", "<!-- changebridge services/shop -->",
    ]  # fmt: skip


def test_a_comment_of_somebody_else_that_begins_like_ours_is_not_written_over(job):
    runner = job()
    others = [{"id": 1, "by": "User", "body": "<!-- changebridge services/shop -->\nall is well"}]
    (runner.temp.parent / "comments.json").write_text(json.dumps(others))
    assert act(runner) == 0
    assert [text.split("\n")[1] for text in comments(runner)] == ["all is well", "### Changebridge"]


def test_a_merge_is_compared_with_the_base_that_it_merged(job, origin):
    edit(origin, "total: ${new.total}", "total: ${new.total}  # the price")
    git(origin, "checkout", "-q", "main")
    base = git(origin, "rev-parse", "HEAD")
    git(origin, "checkout", "-q", "-b", "merge")
    git(origin, "merge", "-q", "--no-ff", "-m", "merged", "work")
    merged = git(origin, "rev-parse", "HEAD")
    git(origin, "branch", "-q", "-f", "work", merged)
    git(origin, "checkout", "-q", "main")
    git(origin, "commit", "-q", "--allow-empty", "-m", "the base moves on")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    runner = job(sha=merged)
    assert runner.named("Find what to compare with") == 0, runner.out
    assert runner.steps["base"]["outputs"]["against"] == base


def test_two_projects_of_a_job_keep_their_reports_apart(job):
    first, second = job(), job()
    assert (act(first), act(second)) == (0, 0)
    assert first.steps["check"]["outputs"]["report"] != second.steps["check"]["outputs"]["report"]


def test_a_token_that_may_not_write_comments_fails_nothing_and_is_said(job):
    runner = job()
    (runner.temp.parent / "comments.json.fails").write_text("")
    assert act(runner) == 0
    assert "::warning::the report could not be written into a comment" in runner.out


def test_a_push_is_compared_with_what_was_there_before(job, origin):
    before = git(origin, "rev-parse", "HEAD")
    edit(origin, "      total: ${new.total}", "      total: ${add(new.total, `1`)}")
    edit(origin, "says: {data: {id: A, total: 1.50}}", "says: {data: {id: A, total: 2.50}}")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub serves what it has
    runner = job(event_name="push", base_ref="", event={"before": before})
    assert act(runner) == 0
    assert runner.steps["base"]["outputs"]["against"] == before
    assert comments(runner) == []
    assert "| diff | see below |" in (runner.temp / "summary.md").read_text()


@pytest.mark.parametrize("before", ["0" * 40, ""])
def test_a_first_push_has_nothing_to_be_compared_with(job, before):
    runner = job(event_name="push", base_ref="", event={"before": before})
    assert runner.named("Find what to compare with") == 0
    assert runner.steps["base"]["outputs"]["against"] == ""


def test_what_cannot_be_fetched_is_said(job):
    runner = job(base_ref="nowhere")
    assert act(runner) == 0
    assert "::warning::what to compare with could not be fetched" in runner.out


def test_what_to_compare_with_may_be_named(job):
    runner = job()
    runner.inputs["against"] = "released"
    assert act(runner) == 0
    assert "compared with released" in runner.out


def test_a_branch_may_be_called_anything(job):
    runner = job(base_ref="$(touch hacked)`touch hacked`;touch hacked")
    act(runner)
    assert not (runner.workspace / "hacked").exists()


def test_what_github_says_reaches_the_shell_through_variables_only():
    assert [step["name"] for step in STEPS if "${{" in step.get("run", "")] == []


def test_what_it_uses_of_others_is_of_one_version_each_and_gets_inputs_that_there_are():
    used = {step["uses"]: step["with"] for step in STEPS if "uses" in step}
    assert set(used) == {"actions/setup-python@v6", "github/codeql-action/upload-sarif@v4"}
    assert set(used["actions/setup-python@v6"]) == {"python-version", "update-environment"}
    assert used["github/codeql-action/upload-sarif@v4"] == {"sarif_file": "${{ steps.check.outputs.sarif }}"}


def test_every_step_has_a_name_and_every_shell_step_its_shell():
    assert all(step["name"] for step in STEPS)
    assert all(step["shell"] == "bash" for step in STEPS if "run" in step)


def test_expressions_name_only_what_there_is():
    text = yaml.safe_dump(ACTION)
    ids = {step["id"] for step in STEPS if "id" in step}
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert set(re.findall(r"steps\.([\w-]+)\.", text)) <= ids
    assert set(re.findall(r"steps\.check\.outputs\.(\w+)", text)) == set(ACTION["outputs"])


@pytest.mark.parametrize(
    ("github", "inputs", "uploads"),
    [
        ({}, {}, True),
        ({}, {"sarif": "false"}, False),
        ({"event": {"pull_request": {"number": 7, "head": {"repo": {"fork": True}}}}}, {}, False),
        ({"event_name": "push", "event": {}}, {}, True),
    ],
)
def test_findings_are_uploaded_unless_that_is_not_wanted_or_not_allowed(tmp_path, github, inputs, uploads):
    runner = Runner(
        tmp_path, tmp_path, inputs, {"event": {"pull_request": {"head": {"repo": {"fork": False}}}}} | github
    )
    (step,) = (step for step in STEPS if step["name"] == "Upload the findings")
    assert runner.wants(step) is uploads


def test_the_stand_in_for_expressions_says_what_github_says():
    contexts = {"a": {"b": "x", "no": False}, "e": ""}
    assert value("a.b == 'x' && !a.no", contexts) is True
    assert value("a.c || a.b", contexts) == "x"
    assert value("a.b.c || e", contexts) == ""


def test_the_lock_of_the_command_line_is_that_of_development():
    def pins(name):
        return set(re.findall(r"^([a-z0-9._-]+==\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    assert pins("cli.txt") - pins("dev.txt") == set()
    names = {pin.partition("==")[0] for pin in pins("cli.txt")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["cli"]]
    needed = [*wanted, *project["build-system"]["requires"]]
    assert {re.match(r"[\w-]+", each)[0].lower() for each in needed} - names == set()
