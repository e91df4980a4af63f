"""How findings look: for a person, a program, a code host, a test report, a pull request."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bridge.cli.formats import LintFormat, show_findings
from bridge.cli.formats.files import Files
from bridge.cli.formats.text import excerpt, printable
from bridge.errors import Aside, Problem, Where

TEXT = "entity: order\nsource: /a\nto: [bus]\nto: [bux]\n"
ERROR = Problem(
    Where("rules/a.yaml", 4, 1), "R008", "the key 'to' is written twice", "keep one of them",
    also=Aside(Where("rules/a.yaml", 3, 1), "first written here"),
)  # fmt: skip
WARNING = Problem(Where("rules/a.yaml", 1, 1), "R051", "no example: 50 %, at last", "add one", level="warning")
NOWHERE = Problem(Where(), "C001", "there is no project", "go to one")
INSIDE = Problem(Where("schemas/b.json", 2, 3, "$.type"), "S005", "no type", "write <one> | another")


@pytest.fixture
def shown(capsysbinary, tmp_path, monkeypatch):
    """What a format prints of problems in a folder's files; `files` are by name."""
    monkeypatch.chdir(tmp_path)

    def show(problems, form, files=None, folder=Path()):
        texts = {"rules/a.yaml": TEXT} if files is None else files
        show_findings(problems, LintFormat(form), texts.get, folder)
        return capsysbinary.readouterr().out.decode()

    return show


def test_text_shows_the_line_with_a_caret_and_the_second_place(shown):
    assert shown([ERROR], "text") == (
        "rules/a.yaml:4:1: R008 the key 'to' is written twice\n"
        "    3 | to: [bus]\n"
        "      | -- first written here\n"
        "    4 | to: [bux]\n"
        "      | ^^\n"
        "    fix: keep one of them\n"
    )


def test_text_marks_a_warning_and_shows_no_line_that_it_cannot_read(shown):
    assert shown([WARNING, NOWHERE], "text", files={}) == (
        "rules/a.yaml:1:1: R051 no example: 50 %, at last (warning)\n    fix: add one\n"
        "C001 there is no project\n    fix: go to one\n"
    )


def test_text_names_the_file_of_a_second_place_elsewhere(shown):
    other = Problem(Where("rules/a.yaml", 1, 9), "R044", "taken", "rename", also=Aside(Where("b.yaml", 1, 9), "first"))
    assert shown([other], "text", files={"rules/a.yaml": TEXT, "b.yaml": "entity: order"}) == (
        "rules/a.yaml:1:9: R044 taken\n"
        "    1 | entity: order\n"
        "      |         ^^^^^\n"
        "    1 | entity: order\n"
        "      |         ----- first: b.yaml:1:9\n"
        "    fix: rename\n"
    )


def test_text_is_coloured_on_a_terminal_that_wants_it(shown, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;31mR008\x1b[0m" in shown([ERROR], "text")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown([ERROR], "text")


@pytest.mark.parametrize(
    ("line", "column", "carets"),
    [
        ("a: ${new.x} b", 4, ("a: ${new.x} b", "   ^^^^^^^^")),
        ("a: 'it''s' b", 4, ("a: 'it''s' b", "   ^^^^^^^")),
        ('a: "x\\"y" b', 4, ('a: "x\\"y" b', "   ^^^^^^")),
        ("a: b", 2, ("a: b", " ^")),
        ("ab", 3, ("ab", "  ^")),
        ("\tab: c", 2, (" ab: c", " ^^")),
        ("価格: x", 5, ("価格: x", "      ^")),
        ("e\u0301: x", 5, ("e\u0301: x", "   ^")),
        ("x" * 200 + " y", 202, ("…" + "x" * 29 + " y", " " * 31 + "^")),
        ("y " + "x" * 200, 1, ("y " + "x" * 108 + "…", "^")),
        ("x" * 300, 1, ("x" * 110 + "…", "^" * 110)),
    ],
)
def test_a_caret_stands_under_the_word_however_wide_it_is(line, column, carets):
    assert excerpt(line, column, "^") == carets


def test_nothing_that_is_printed_moves_the_cursor():
    assert printable("a\x1b[31mb\tc\nd") == "a\ufffd[31mb c d"
    assert len(printable("x" * 5_000)) == 2_001


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [("a\nb", 2, "b"), ("a\r\nb\r\n", 2, "b"), ("a\rb", 2, "b"), ("\ufeffa", 1, "a"), ("a\n\nb", 2, ""), ("a", 2, "")],
)
def test_a_line_is_found_whatever_ends_it(text, line, found):
    assert Files(lambda _: text, Path()).line(Where("a", line, 1)) == found


def test_json_is_the_array_of_problems(shown):
    assert json.loads(shown([ERROR, NOWHERE], "json")) == [ERROR.as_json(), NOWHERE.as_json()]
    assert shown([], "json") == "[]\n"


def test_github_annotates_the_line_and_escapes_what_its_syntax_takes(shown):
    odd = Problem(Where("a,b:c%.yaml", 1, 2), "X999", "50 %\r\nof: it", "a, b")
    said = f"{ERROR.what}%0Afirst written here: rules/a.yaml:3:1%0Afix: keep one of them"
    assert shown([ERROR, WARNING, NOWHERE, odd], "github").splitlines() == [
        f"::error file=rules/a.yaml,line=4,col=1,title=R008 A key written twice::{said}",
        "::warning file=rules/a.yaml,line=1,col=1,title=R051 No example::no example: 50 %25, at last%0Afix: add one",
        "::error title=C001 No project here::there is no project%0Afix: go to one",
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=X999::50 %25%0D%0Aof: it%0Afix: a, b",
    ]


def test_code_hosts_are_told_paths_from_the_working_directory(shown, tmp_path):
    assert "file=sub/rules/a.yaml," in shown([ERROR], "github", folder=Path("sub"))
    assert "file=rules/a.yaml," in shown([ERROR], "github", folder=tmp_path.parent)
    assert '"uri":"sub/rules/a.yaml"' in shown([ERROR], "sarif", folder=Path("sub"))


def test_sarif_is_what_code_hosts_ask_for(shown):
    told = json.loads(shown([WARNING, ERROR, INSIDE, NOWHERE], "sarif"))
    assert (told["version"], len(told["runs"])) == ("2.1.0", 1)
    run = told["runs"][0]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert [rule["id"] for rule in rules] == ["C001", "R008", "R051", "S005"]
    assert all(rule["shortDescription"]["text"] and rule["help"]["markdown"] for rule in rules)
    assert [rules[each["ruleIndex"]]["id"] for each in results] == [each["ruleId"] for each in results]
    assert [each["level"] for each in results] == ["error", "error", "error", "warning"]
    first = results[0]
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "rules/a.yaml"},
                "region": {"startLine": 4, "startColumn": 1},
            }
        }
    ]
    assert first["relatedLocations"][0]["message"] == {"text": "first written here"}
    assert first["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 1}
    assert results[2]["locations"] == []
    assert all(set(each["partialFingerprints"]) == {"primaryLocationLineHash"} for each in results)
    assert run["columnKind"] == "unicodeCodePoints"


def test_a_fingerprint_stays_when_the_line_moves_and_differs_between_equal_lines(shown):
    def prints(problems, text):
        told = json.loads(shown(problems, "sarif", files={"rules/a.yaml": text}))
        return [each["partialFingerprints"]["primaryLocationLineHash"] for each in told["runs"][0]["results"]]

    problem = Problem(Where("rules/a.yaml", 2, 1), "R030", "x", "y")
    moved = Problem(Where("rules/a.yaml", 4, 3), "R030", "x", "y")
    (before,) = prints([problem], "a: 1\nb: 2\n")
    assert prints([moved], "a: 1\n\n\n  b: 2\n") == [before]
    assert prints([problem, moved], "a: 1\nb: 2\n\nb: 2\n") == [before, before.replace(":1", ":2")]
    assert prints([problem], "a: 1\nc: 2\n") != [before]


def test_sarif_keeps_within_what_one_upload_may_hold(shown, monkeypatch):
    monkeypatch.setattr("bridge.cli.formats.sarif.RESULTS", 2)
    told = json.loads(shown([WARNING, ERROR, NOWHERE], "sarif"))
    assert [each["ruleId"] for each in told["runs"][0]["results"]] == ["R008", "C001"]


def test_a_code_without_a_page_is_a_rule_all_the_same(shown):
    told = json.loads(shown([Problem(Where("a", 1), "Z999", "x", "y")], "sarif"))
    assert told["runs"][0]["tool"]["driver"]["rules"] == [{"id": "Z999"}]
    assert told["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_junit_is_a_failure_for_each_error_and_a_passed_test_for_each_warning(shown):
    odd = Problem(Where("a.yaml", 1, 2), "X999", "a < b & \x00", "c")
    suite = ET.fromstring(shown([ERROR, WARNING, NOWHERE, odd], "junit"))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("4", "3")
    cases = list(suite)
    assert [case.get("name") for case in cases] == [
        "R008 rules/a.yaml:4:1", "R051 rules/a.yaml:1:1", "C001", "X999 a.yaml:1:2",
    ]  # fmt: skip
    assert [case.get("classname") for case in cases] == ["rules/a.yaml", "rules/a.yaml", "project", "a.yaml"]
    assert (cases[0].get("file"), cases[0].get("line")) == ("rules/a.yaml", "4")
    assert cases[0].find("failure").get("message") == "the key 'to' is written twice"
    assert "fix: keep one of them" in cases[0].find("failure").text
    assert cases[1].find("failure") is None
    assert "fix: add one" in cases[1].find("system-out").text
    assert cases[3].find("failure").get("message") == "a < b & \ufffd"


def test_junit_of_a_right_project_is_one_passed_test(shown):
    suite = ET.fromstring(shown([], "junit"))[0]
    assert [(case.get("classname"), len(case)) for case in suite] == [("changebridge", 0)]


def test_markdown_is_a_table_below_the_counts(shown):
    assert shown([ERROR, WARNING, NOWHERE, INSIDE], "markdown") == (
        "**3 errors, 1 warning**\n\n| where | problem | fix |\n|---|---|---|\n"
        "| `rules/a.yaml:4:1` | **R008** the key 'to' is written twice | keep one of them |\n"
        "| `rules/a.yaml:1:1` | **R051** (warning) no example: 50 %, at last | add one |\n"
        "|  | **C001** there is no project | go to one |\n"
        "| `schemas/b.json:2:3` `$.type` | **S005** no type | write &lt;one> \\| another |\n"
    )
    assert shown([], "markdown") == "**No problem.**\n"
