"""Everything that a change must pass, with one summary and one exit code."""

import json
import subprocess

import pytest

from bridge.errors import Problem, Unavailable, Where

#: A git that asks for nothing and knows who commits.
GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")


def git(folder, *arguments):
    return subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(project):
    """The project, committed on main; the work is on a branch."""
    git(project, "init", "-q")
    commit(project)
    git(project, "checkout", "-q", "-b", "work")
    return project


def commit(folder):
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "a step")


def edit(folder, before, after, name="rules/order.yaml"):
    path = folder / name
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def schema(folder):
    return folder / "schemas" / "order" / "placed.v1.json"


def add(folder, **properties):
    """Declare more in the schema."""
    document = json.loads(schema(folder).read_text())
    schema(folder).write_text(json.dumps(document | {"properties": document["properties"] | properties}))


def verdicts(ran):
    return {part["name"]: part["verdict"] for part in ran.json["parts"]}


def test_a_branch_without_a_change_passes(run, repository):
    ran = run("ci")
    assert ran.code == 0
    base = git(repository, "rev-parse", "main")[:12]
    compared, lint, *others = ran.out.splitlines()[-5:]
    assert compared == f"compared with {base}"
    assert lint.startswith("lint     passed  1 rule file, 1 event: ")  # a warning is no finding
    assert others == [
        "test     passed  2 examples, 0 failed",
        f"schemas  passed  1 schema against {base}: no problem",
        f"diff     passed  2 records: the same events as at {base}",
    ]


def test_what_another_event_is_said_is_news_and_no_fault(run, repository):
    add(repository, note={"type": "string"})
    edit(repository, "      total: ${new.total}", "      total: ${new.total}\n      note: always")
    edit(repository, "says: {data: {id: A, total: 1.50}}", "says: {data: {id: A, total: 1.50, note: always}}")
    ran = run("ci", "--format", "json")
    assert verdicts(ran) == {"lint": "passed", "test": "passed", "schemas": "passed", "diff": "news"}
    assert (ran.code, ran.json["ok"], ran.json["parts"][3]["report"]["differing"]) == (0, True, 1)


def test_what_the_project_file_changes_for_subscribers_is_news_in_the_pull_request(run, repository):
    edit(repository, '{bus: "${env:TINY_BUS}"}', '{bus: "${env:TINY_BUS}", detail: data}', "bridge.yaml")
    ran = run("ci", "--format", "markdown")
    assert ran.code == 0
    assert "| diff | see below |" in ran.out
    assert "| `!` | targets.bus | subscribers |" in ran.out
    assert "subscribers get the bare data without the CloudEvent around it" in run("ci", "--format", "github").out


def test_a_schema_that_breaks_its_subscribers_is_a_finding(run, repository):
    document = json.loads(schema(repository).read_text())
    schema(repository).write_text(json.dumps(document | {"required": ["id"]}))
    commit(repository)
    ran = run("ci", "--format", "json")
    assert (ran.code, verdicts(ran)["schemas"]) == (1, "findings")


def test_an_example_that_fails_is_a_finding_in_every_form(run, repository):
    edit(repository, "says: {data: {id: A, total: 1.50}}", "says: {data: {id: B, total: 1.50}}")
    assert verdicts(run("ci", "--format", "json"))["test"] == "findings"
    text = run("ci")
    assert text.code == 1
    assert (
        'test\n----\nrules/order.yaml:14:9: order.placed: an order is announced\n    data.id: expected "B", said "A"'
        in text.out
    )
    says = "the example 'an order is announced' of order.placed does not hold"
    assert (
        f"::error file=rules/order.yaml,line=14,col=9,title=T001 An example that does not hold::{says}"
        in run("ci", "--format", "github").out
    )
    assert (
        f"#### test\n\n**1 error**\n\n| where | problem | fix |\n|---|---|---|\n| `rules/order.yaml:14:9` | **T001** {says}"
        in run("ci", "--format", "markdown").out
    )
    (found,) = run("ci", "--format", "sarif").json["runs"][1]["results"]
    assert (found["ruleId"], found["locations"][0]["physicalLocation"]["region"]["startLine"]) == ("T001", 14)


def test_sarif_has_a_run_of_its_own_for_each_part_that_finds_problems(run, repository):
    runs = run("ci", "--format", "sarif").json["runs"]
    assert [each["automationDetails"]["id"] for each in runs] == [
        "changebridge/lint/", "changebridge/test/", "changebridge/schemas/",
    ]  # fmt: skip
    assert {each["tool"]["driver"]["name"] for each in runs} == {"changebridge"}


def test_a_project_that_cannot_be_loaded_is_told_once(run, repository):
    edit(repository, "to: [bus]", "to: [bux]")
    for form, times in (("github", "::error "), ("markdown", "**R042**"), ("text", ": R042 ")):
        ran = run("ci", "--format", form)
        assert (ran.code, ran.out.count(times)) == (1, 1)
    ran = run("ci", "--format", "json")
    assert verdicts(ran) == {
        "lint": "findings",
        "test": "not possible",
        "schemas": "passed",
        "diff": "not possible",
    }
    assert ran.json["parts"][1]["says"] == "the project has problems, see lint"


def test_without_a_repository_it_says_what_it_could_not_do(run, project):
    ran = run("ci")
    assert ran.code == 0
    assert "no commit to compare with\n" in ran.out
    assert "diff     not possible  there is no commit to compare with: name one with --against" in ran.out
    assert "schemas  passed        1 schema against released: 1 problem" in ran.out
    assert "K036" in ran.out


def test_without_git_too(run, project, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "diff     not possible" in run("ci").out


def test_a_commit_that_was_named_and_is_not_there_is_a_finding(run, repository):
    ran = run("ci", "--against", "nowhere")
    assert ran.code == 1
    assert "diff     findings  1 problem" in ran.out
    assert ran.out.count("C030") == 2


def test_a_project_that_is_new_has_nothing_to_be_compared_with(run, project):
    git(project, "init", "-q")
    git(project, "commit", "-q", "--allow-empty", "-m", "nothing yet")
    ran = run("ci", "--format", "json")
    assert (ran.code, verdicts(ran)["diff"]) == (0, "not possible")


def test_released_is_for_schemas_alone(run, repository):
    ran = run("ci", "--against", "released", "--format", "json")
    assert verdicts(ran) == {"lint": "passed", "test": "passed", "schemas": "passed", "diff": "not possible"}


def test_another_folder_may_be_compared_with(run, repository, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    git(repository, "--work-tree", str(other), "checkout", "-q", "main", "--", ".")
    assert run("ci", "--against", other).code == 0


def test_what_is_unavailable_is_no_finding(run, repository, monkeypatch):
    def down(folder):
        raise Unavailable(Problem(Where(), "E004", "it is down", "wait"))

    monkeypatch.setattr("bridge.cli.lint.review", down)
    ran = run("ci", "--format", "json")
    assert (ran.code, verdicts(ran)["lint"], ran.json["parts"][0]["says"]) == (3, "unavailable", "E004 it is down")


def test_a_long_report_is_cut_for_a_comment_at_the_end_of_a_line(run, repository, monkeypatch):
    monkeypatch.setattr("bridge.cli.ci.markdown.LONGEST", 60)
    edit(repository, "to: [bus]", "to: [bux, bax, bix]")
    out = run("ci", "--format", "markdown").out
    assert out.endswith("\n\n*and more: run `changebridge ci` to see all of it*\n")
    assert len(out.partition("#### lint\n\n")[2]) < 150


def test_rules_without_an_example_leave_nothing_to_compare(run, repository):
    rule = repository / "rules" / "order.yaml"
    rule.write_text(rule.read_text().partition("    examples:")[0])
    commit(repository)
    git(repository, "branch", "-f", "main")
    ran = run("ci", "--format", "json")
    assert (ran.code, verdicts(ran)["diff"]) == (0, "not possible")
    assert ran.json["parts"][3]["says"] == "there is no example to compare with"


def test_what_stops_a_part_is_told_in_it(run, repository):
    (repository / "schemas" / "released" / "order").mkdir(parents=True)
    (repository / "schemas" / "released" / "order" / "placed.v1.jsonl").write_text("{\n")
    commit(repository)
    ran = run("ci", "--against", "released", "--format", "json")
    assert (ran.code, verdicts(ran)["schemas"]) == (1, "findings")
    assert ran.json["parts"][2]["problems"][0]["code"] == "K035"
    assert "K035" in run("ci", "--against", "released").out
