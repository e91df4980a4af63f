"""`changebridge test`: filters, reports, update, coverage, mutants."""

import json
from xml.etree import ElementTree as ET

import pytest

from bridge.cli.ink import Ink, ink
from bridge.cli.testing.failures import as_text
from bridge.core.examples import read_examples, run_example
from bridge.project import load_project

GOOD = "says: {data: {id: A, total: 1.50}}"
MISSING = [
    "rules/order.yaml:4:15: `table` always holds",
    "rules/order.yaml:9:11: no example sends anything to 'bus'",
]


@pytest.fixture
def edit(project):
    """Replaces text in the rule file."""

    def replaced(old, new):
        rule = project / "rules" / "order.yaml"
        assert old in rule.read_text()
        rule.write_text(rule.read_text().replace(old, new))
        return rule

    return replaced


def test_only_the_examples_that_are_asked_for_run(run, edit):
    edit(GOOD, "says: {data: {}}")
    assert run("test", "-k", "CHANGE is").err == "1 example, 0 failed\n"
    assert run("test", "-k", "order.placed: an order").code == 1


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("order.plaecd", "order.placed"),
        ("plaecd", "placed"),
        ("announcd", "announced"),
        ("Ordr.placed", "order.placed"),
        ("zzz", ""),
    ],
)
def test_what_no_example_holds_is_a_mistake_of_usage_and_no_success(run, asked, meant):
    for options in ([], ["--update"]):
        ran = run("test", "-k", asked, *options)
        said = " ".join(ran.err.replace("│", " ").split())
        assert (ran.code, ran.out) == (2, "")
        assert f"no example holds '{asked}'{f'; did you mean {meant!r}?' if meant else ''}" in said


def test_a_failure_in_json_carries_both_values_and_the_place_that_made_it(run, edit):
    edit(GOOD, "says: {data: {id: B, total: 1.5}}")
    (failed,) = run("test", "--format", "json").json["failed"]
    assert failed == {
        "example": "an order is announced", "of": "order.placed", "file": "rules/order.yaml", "line": 14, "column": 9,
        "differences": ['data.id: expected "B", said "A"'],
        "faults": [
            {
                "what": 'data.id: expected "B", said "A"', "path": "data.id", "expected": "B", "said": "A",
                "made": {"file": "rules/order.yaml", "line": 11, "column": 11, "by": "${new.id}"},
            }
        ],
    }  # fmt: skip


def test_a_value_that_is_not_said_has_no_value_in_json(run, edit):
    edit(GOOD, "says: {data: {id: A, total: 1.5, x: 1}}")
    (failed,) = run("test", "--format", "json").json["failed"]
    assert failed["faults"][0] == {
        "what": "data.x: expected 1, said nothing", "path": "data.x", "expected": 1,
        "made": {"file": "rules/order.yaml", "line": 11, "column": 7, "by": "{…}"},
    }  # fmt: skip


def test_junit_has_a_case_for_each_example(run, edit):
    edit(GOOD, 'says: {data: {id: "<B>", total: 1}}')
    edit("a change is not", '"a \\x08 change & <is> not"')
    ran = run("test", "--format", "junit")
    assert ran.code == 1
    (suite,) = ET.fromstring(ran.out)
    assert (suite.get("tests"), suite.get("failures"), suite.get("name")) == ("2", "1", "changebridge test")
    first, second = suite
    assert (first.get("classname"), first.get("file"), first.get("line")) == ("order.placed", "rules/order.yaml", "14")
    (failure,) = first
    assert failure.get("message") == 'data.id: expected "<B>", said "A"'
    assert failure.text == (
        'data.id: expected "<B>", said "A"\n    made at rules/order.yaml:11:11 by ${new.id}\n'
        "data.total: expected 1, said 1.50\n    made at rules/order.yaml:12:14 by ${new.total}"
    )
    assert (second.get("name"), list(second)) == ("a \ufffd change & <is> not", [])


def test_a_problem_of_a_value_is_told_with_the_line_that_made_it(run, edit):
    edit("new: {id: A, total: 1.50}", "new: {id: A, total: x}")
    assert run("test").out.splitlines() == [
        "rules/order.yaml:14:9: order.placed: an order is announced",
        "    rules/order.yaml:11:7 record example $.data.total: S052 this is a string, where the schema wants a number (order/placed.v1.json)",
        "        fix: convert it with number(...)",
        "        made at rules/order.yaml:12:14 by ${new.total}",
    ]


def test_colours_are_only_for_terminals(run, edit, project, monkeypatch):
    edit(GOOD, "says: {data: {id: B, total: 1.5}}")
    assert "\x1b" not in run("test").out
    (example, _) = read_examples(load_project(project).rules.entities, [])
    failure = run_example(example, dict)
    assert failure is not None
    assert as_text(failure, Ink(on=True)).splitlines() == [
        "\x1b[1mrules/order.yaml:14:9: order.placed: an order is announced\x1b[0m",
        '    \x1b[1mdata.id\x1b[0m: expected \x1b[32m"B"\x1b[0m, said \x1b[31m"A"\x1b[0m',
        "\x1b[2m        made at rules/order.yaml:11:11 by ${new.id}\x1b[0m",
    ]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert ink() == Ink(on=False)


def test_update_writes_what_is_said_and_shows_it(run, edit):
    rule = edit(GOOD, "says: # is said\n          data: {id: B, total: 1.5}")
    ran = run("test", "--update")
    assert (ran.code, ran.err) == (0, "2 examples, 1 updated, 0 not\n")
    assert ran.out.splitlines()[:2] == ["--- rules/order.yaml", "+++ rules/order.yaml"]
    assert "-          data: {id: B, total: 1.5}" in ran.out
    assert "+          data: {id: A, total: 1.5}" in ran.out
    assert "says: # is said\n          data: {id: A, total: 1.5}\n" in rule.read_text()
    again = run("test", "--update")
    assert (again.out, again.err, again.code) == ("", "2 examples, 0 updated, 0 not\n", 0)
    assert run("test").code == 0


def test_update_keeps_a_byte_order_mark_and_the_files_beside_the_rules(run, project, edit):
    rule = edit(f"        {GOOD}\n", "")
    rule.write_bytes(b"\xef\xbb\xbf" + rule.read_bytes())
    beside = project / "rules" / "order.examples.yaml"
    beside.write_text(
        "placed:\n  - name: beside\n    given: {change: insert, new: {id: B, total: 2}}\n    silent: true\n"
    )
    ran = run("test", "--update")
    assert (ran.code, ran.err) == (0, "3 examples, 2 updated, 0 not\n")
    assert rule.read_bytes().startswith(b"\xef\xbb\xbfentity: order\n")
    assert beside.read_text().endswith("    says:\n      data: {id: B, total: 2}\n")
    assert run("test").err == "3 examples, 0 failed\n"


def test_a_file_that_cannot_be_written_is_a_problem(run, edit, monkeypatch):
    edit(GOOD, "says: {data: {id: B, total: 1.5}}")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.write_bytes", refuse)
    ran = run("test", "--update")
    assert ran.code == 1
    assert "rules/order.yaml: R058 the file cannot be written: Permission denied\n    fix: make it writable" in ran.err


def test_update_leaves_problems_to_a_person(run, edit):
    rule = edit(GOOD, "problem: M001")
    before = rule.read_text()
    ran = run("test", "--update")
    assert (ran.code, ran.err, rule.read_text()) == (1, "2 examples, 0 updated, 1 not\n", before)
    assert ran.out.splitlines() == [
        "rules/order.yaml:14:9: order.placed: an order is announced",
        "    not updated: it expects the problem M001, and none occurs: mend the rule, or remove `problem:`",
    ]


def test_an_example_without_an_ending_is_a_problem_unless_it_is_being_written(run, edit):
    edit(f"        {GOOD}\n", "")
    ran = run("test")
    assert (ran.code, "R052" in ran.err) == (1, True)


def test_coverage_lists_what_is_missing(run, edit):
    ran = run("test", "--coverage")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "order         1 of 2",
        "    rules/order.yaml:4:15: `table` always holds",
        "order.placed  4 of 4",
        "coverage: 83.3 %, 5 of 6",
    ]
    assert run("test", "--coverage", "--strict").code == 1


def test_coverage_as_json(run):
    found = run("test", "--coverage", "--format", "json").json["coverage"]
    assert (found["percent"], found["covered"], found["points"]) == (83.3, 5, 6)
    assert found["of"][0] == {
        "of": "order", "covered": 1, "points": 2,
        "missing": [
            {"kind": "when", "what": "`table` always holds", "file": "rules/order.yaml", "line": 4, "column": 15}
        ],
    }  # fmt: skip


def test_whole_coverage_is_100_per_cent_even_when_strict(run, project):
    (project / "rules" / "order.examples.yaml").write_text(
        "entity: [{name: n, given: {change: insert, table: x, new: {}}, silent: true}]\n"
    )
    ran = run("test", "--coverage", "--strict")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "coverage: 100 %, 6 of 6")


def test_mutants_that_survive_are_listed_with_what_would_notice_them(run):
    ran = run("test", "--mutate")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "rules/order.yaml:3:6: order: with the target 'feed' instead, every example still holds",
        "    name the targets in what an example says: `to: [bus]`",
        "rules/order.yaml:4:15: order: without `table` under `when`, every example still holds",
        "    add an example in which `table` is another, and that ends in `silent: true`",
        "mutants: 7 mutants, 5 noticed, 2 survived",
    ]
    assert run("test", "--mutate", "--strict").code == 1


def test_mutants_as_json(run):
    found = run("test", "--mutate", "--format", "json").json["mutants"]
    assert found["tried"] == 7
    assert found["survived"][1] == {
        "of": "order", "what": "without `table` under `when`", "file": "rules/order.yaml", "line": 4, "column": 15,
        "hint": "add an example in which `table` is another, and that ends in `silent: true`",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["none.json", "../..", "a\\0b"])
def test_a_file_that_cannot_be_read_fails_its_example_alone(run, edit, name):
    edit("given: {change: insert, new: {id: A, total: 1.50}}", f'given: "{name}"')
    ran = run("test")
    assert ran.code == 1
    assert "R055" in ran.out
    assert ran.err == "2 examples, 1 failed\n"


def test_examples_beside_unknown_rules_or_events_are_problems_of_their_file(run, project):
    beside = project / "rules" / "orders.examples.yaml"
    beside.write_text("placed: []\n")
    ran = run("lint")
    assert ran.code == 1
    assert "rules/orders.examples.yaml:1:1: R057 there is no rule file 'rules/orders.yaml'" in ran.out
    beside.rename(project / "rules" / "order.examples.yaml").write_text("plcaed: []\n")
    assert "rules/order.examples.yaml:1:1: R030 a file of examples has no key 'plcaed'; did you mean 'placed'?" in run("lint").out  # fmt: skip
    (project / "rules" / "order.examples.yaml").write_text("a: [\n")
    assert "rules/order.examples.yaml:" in run("lint").out


def test_a_file_of_examples_does_not_change_the_projects_version(project):
    before = load_project(project).version
    (project / "rules" / "order.examples.yaml").write_text("placed: []\n")
    assert load_project(project).version == before


def test_the_sample_project_is_covered_whole_and_few_of_its_mutants_survive(run, request):
    ran = run("test", "--coverage", "--mutate", "--format", "json", "--project", request.config.rootpath)
    found = json.loads(ran.out)
    assert found["failed"] == []
    assert [each["missing"] for each in found["coverage"]["of"] if each["missing"]] == []
    assert {each["what"] for each in found["mutants"]["survived"]} <= {"without `changed` under `when`"}
