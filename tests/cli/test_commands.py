"""What the commands print, and how they end."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.cli.report import read_input


def test_lint_of_a_right_project_finds_nothing(run):
    ran = run("lint")
    assert (ran.out, ran.err, ran.code) == ("", "1 rule file, 1 event: no problem\n", 0)


def test_lint_prints_every_problem_with_its_place_and_fix(run, project):
    rule = project / "rules" / "order.yaml"
    rule.write_text(rule.read_text().replace("to: [bus]", "to: [bux]").replace("${new.id}", "${nwe.id}"))
    ran = run("lint")
    assert ran.code == 1
    first, line, caret, fix, second = ran.out.splitlines()[:5]
    assert first == "rules/order.yaml:3:6: R042 there is no target 'bux'; did you mean 'bus'?"
    assert [line, caret] == ["    3 | to: [bux]", "      |      ^^^"]
    assert fix == "    fix: add it to `targets` in bridge.yaml, or correct the name"
    assert second.startswith("rules/order.yaml:11:13: X")
    assert "fix: write new" in ran.out
    assert ran.err == "1 rule file, 1 event: 2 problems; nothing is proved until the errors are mended\n"


def test_lint_as_json_is_an_array_of_problems(run, project):
    (project / "rules" / "order.yaml").write_text("entity: order\nsource: /a\nto: [bus]\nevents: {}\n")
    ran = run("lint", "--format", "json")
    assert ran.json == [
        {
            "code": "R031", "level": "error", "file": "rules/order.yaml", "line": 4, "column": 9, "path": None,
            "record": None, "what": "the entity has no event", "fix": "add one under `events`",
        }
    ]  # fmt: skip


def test_a_warning_is_a_finding_only_when_strict(run, project):
    rule = project / "rules" / "order.yaml"
    rule.write_text(rule.read_text().split("    examples:")[0])
    assert run("lint").code == 0
    assert run("lint", "--strict").code == 1


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda p: (p / "bridge.yaml").unlink(), "C001"),
        (lambda p: (p / "bridge.yaml").write_text("a: ["), "bridge.yaml:1"),
        (lambda p: (p / "bridge.yaml").write_bytes(b"\xff\xfe\x00"), "bridge.yaml"),
        (lambda p: (p / "rules" / "order.yaml").unlink() or (p / "rules").rmdir(), "C003"),
        (lambda p: (p / "schemas" / "order" / "placed.v1.json").write_text("{"), "schemas/order/placed.v1.json:1"),
        (lambda p: (p / "schemas" / "order" / "placed.v1.json").unlink(), "R041"),
    ],
)
@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_project_that_cannot_be_read_is_a_problem_and_no_traceback(run, project, break_it, says, command):
    break_it(project)
    ran = run(command)
    assert ran.code == 1
    assert says in ran.out + ran.err
    assert "fix: " in ran.out + ran.err
    assert "Traceback" not in ran.err


def test_examples_that_hold_are_counted(run):
    ran = run("test")
    assert (ran.out, ran.err, ran.code) == ("", "2 examples, 0 failed\n", 0)


def test_an_example_that_fails_shows_each_difference(run, project):
    rule = project / "rules" / "order.yaml"
    rule.write_text(
        rule.read_text().replace("says: {data: {id: A, total: 1.50}}", "says: {data: {id: B, total: 1.5, x: 1}}")
    )
    ran = run("test")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "rules/order.yaml:14:9: order.placed: an order is announced",
        '    data.id: expected "B", said "A"',
        "        made at rules/order.yaml:11:11 by ${new.id}",
        "    data.x: expected 1, said nothing",
        "        left out at rules/order.yaml:11:7 by {…}",
    ]
    assert run("test", "--format", "json").json["failed"][0]["example"] == "an order is announced"


def test_map_shows_events_and_sends_nothing(run, project, a_record):
    (project / "e.json").write_text(json.dumps({"Records": [a_record("1"), a_record("2", table="other")]}))
    ran = run("map", "e.json", "--format", "json")
    assert ran.code == 0
    first, second = ran.json
    assert first["record"] == "e1"
    assert first["events"][0]["id"] == "e1/order.placed"
    assert '"total":1.50' in ran.out.replace(" ", "")
    assert first["targets"] == {"e1/order.placed": ["bus"]}
    assert second == {"record": "e2", "events": [], "targets": {}, "claims": {}, "problems": [], "silent": None}


def test_map_reads_json_lines_with_a_bom_and_loses_no_line(run, a_record):
    lines = (
        b"\xef\xbb\xbf" + json.dumps(a_record("1")).encode() + b"\n{bad\n" + json.dumps(a_record("3")).encode() + b"\n"
    )
    ran = run("map", "-", "--format", "json", stdin=lines)
    assert ran.code == 1
    assert [len(each["events"]) for each in ran.json] == [1, 0, 1]
    assert ran.json[1]["problems"][0]["line"] == 2


def test_map_as_text_says_what_each_record_became(run, a_record):
    lines = "\n".join(
        json.dumps(r) for r in [a_record("1"), a_record("2", image={"id": {"S": "A"}}), a_record("3", table="x")]
    ).encode()
    ran = run("map", "-", stdin=lines)
    assert ran.code == 1
    assert ran.err == "3 records, 1 event, 1 refused\n"
    assert "e1 ─► com.example.placed.v1  to bus" in ran.out
    assert "M001" in ran.out
    assert "e3 ─► nothing: no rule asks for it" in ran.out


def test_map_of_a_missing_file_is_a_usage_error(run):
    ran = run("map", "nowhere.json")
    assert ran.code == 2
    assert "there is no file 'nowhere.json'" in ran.err


def test_eval_says_what_an_expression_comes_to(run):
    assert run("eval", "lines[*].n", stdin=b'{"lines": [{"n": 1.10}, {"n": 123456789012345678901234567890}]}').out == (
        "[1.10,123456789012345678901234567890]\n"
    )


def test_eval_of_a_broken_expression_is_a_problem_with_its_column(run):
    ran = run("eval", "a.[", stdin=b"{}")
    assert ran.code == 1
    assert "X0" in ran.err
    assert "fix: " in ran.err


def test_eval_without_an_expression_is_a_usage_error(run):
    assert run("eval").code == 2


def test_eval_batch_answers_every_line(run):
    lines = [
        {"expression": "a.b", "given": {"a": {"b": 1}}}, {"expression": "a..b", "given": {}}, {"given": 1},
        {"expression": "a", "given": {}},
    ]  # fmt: skip
    text = "\n".join(json.dumps(line) for line in lines).encode() + b"\nnonsense\n\n"
    answers = [json.loads(line) for line in run("eval", "--batch", stdin=text).out.splitlines()]
    assert answers[0] == {"result": 1}
    assert answers[1]["problem"]["code"].startswith("X")
    assert answers[2]["problem"]["code"] == "D090"
    assert answers[3] == {"result": None}
    assert answers[4]["problem"]["line"] == 5


def test_an_unknown_command_is_a_usage_error(run):
    assert run("lnit").code == 2


def test_help_shows_every_command_with_an_example(run):
    ran = run("--help")
    assert ran.code == 0
    for command in ("demo", "lint", "test", "map", "eval", "quarantine"):
        assert command in ran.out
        told = run(command, "--help")
        assert told.code == 0
        assert "Example: " in told.out or command == "quarantine"


def test_map_says_what_no_target_could_carry(run, a_record):
    wide = {"id": {"S": "A"}, "total": {"N": "9223372036854775808"}}
    ran = run("map", "-", "--format", "json", stdin=json.dumps(a_record("1", image=wide)).encode())
    assert ran.code == 1
    (problem,) = ran.json[0]["problems"]
    assert (problem["path"], problem["record"]) == ("$.data.total", "e1")
    assert "text(" in problem["fix"]


def test_eval_batch_goes_on_behind_a_result_that_no_json_can_say(run):
    lines = [{"expression": '`"\\ud800"`', "given": {}}, {"expression": "a", "given": {"a": 1}}]
    ran = run("eval", "--batch", stdin="\n".join(map(json.dumps, lines)).encode())
    first, second = map(json.loads, ran.out.splitlines())
    assert first["problem"]["code"] == "D005"
    assert second == {"result": 1}


@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_project_that_is_no_folder_is_a_usage_error(run, command):
    ran = run(command, "--project", "nowhere")
    assert ran.code == 2
    assert "there is no folder nowhere" in ran.err


def test_standard_input_that_is_closed_is_a_usage_error(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(Exception, match="standard input is closed"):
        read_input("-")


def _shell(script, **environment):
    """What the command does in a process of its own: text, and its exit code."""
    command = f"{sys.executable} -c 'from bridge.cli import main; main()' {script}"
    ran = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )
    return ran.stdout + ran.stderr, ran.returncode


def test_a_terminal_that_lacks_a_character_shows_its_number(project, a_record):
    (project / "r.json").write_text(json.dumps(a_record()))
    told, code = _shell(f"map {project}/r.json --project {project}", PYTHONIOENCODING="cp1252")
    assert (code, r"e1 \u2500\u25ba com.example.placed.v1" in told) == (0, True)


def test_output_that_cannot_be_written_is_said_without_a_traceback(project, a_record):
    (project / "r.json").write_text(json.dumps(a_record()))
    told, code = _shell(f"map {project}/r.json --project {project} >/dev/full")
    assert (code, told.splitlines()[-2:]) == (
        3,
        [
            "changebridge: the output cannot be written: No space left on device",
            "    fix: make room, or send it elsewhere",
        ],
    )
    assert "Traceback" not in told


def test_map_shows_an_event_that_its_target_could_not_carry_as_refused(run, a_record):
    wide = {"id": {"S": "A"}, "total": {"N": "9223372036854775808"}}
    assert (
        "e1 ─✗ com.example.placed.v1  to bus"
        in run("map", "-", stdin=json.dumps(a_record("1", image=wide)).encode()).out
    )


# Mistakes that anybody makes


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tset",), "No such command 'tset'. Did you mean 'test'?"),
        (("schemas", "relase"), "No such command 'relase'. Did you mean 'release'?"),
        (("lnit", "--help"), "No such command 'lnit'. Did you mean 'lint'?"),
        (("map", "rules"), "'rules' is a folder: name a file in it"),
        (("map", "bridge.yml"), "there is no file 'bridge.yml'; did you mean 'bridge.yaml'?"),
        (("map", "nowhere/x.json"), "there is no file 'nowhere/x.json'"),
        (("map", ""), "'' cannot be read: Is a directory"),
        (("explain", "schemas"), "'schemas' is a folder: name a file in it"),
        (("eval", "a", "order.json"), "there is no file 'order.json'"),
        (("infra", "filters", "--sample", "nowhere"), "there is no file 'nowhere'"),
        (("infra", "filters", "--sample", "empty"), "empty holds no records"),
        (("infer", "items", "empty"), "empty holds no records"),
        (("schemas", "check", "--against", "empty"), "empty: C033 there is no bridge.yaml in the folder 'empty'"),
    ],
)
def test_what_a_command_names_and_is_not_there_is_told_with_what_may_be_meant(run, project, words, said):
    (project / "empty").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    ran = run(*words)
    assert ran.code == 2
    assert said in " ".join((ran.out + ran.err).replace("│", " ").split())


def test_a_mistake_in_an_expression_is_told_before_any_document_is_read(run):
    ran = run("eval", "a.")
    assert (ran.code, ran.err.split(" ", 1)[0]) == (1, "3:")


@pytest.mark.parametrize("words", [("eval", "a"), ("map", "-"), ("explain", "-")])
def test_what_is_wrong_with_standard_input_says_so(run, words):
    assert run(*words, stdin=b"{").err.startswith("standard input:1:2")


@pytest.mark.parametrize(("redirect", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0), ("<&-", 0)])
def test_a_closed_stream_is_no_mistake(project, redirect, code):
    told, left = _shell(f"lint --project {project} {redirect}")
    assert (left, "Traceback" in told) == (code, False)


def test_ctrl_c_ends_a_command_without_a_traceback_even_while_it_starts():
    script = "import sys, bridge.cli; sys.modules['typer'] = type('Typer', (), {'__getattr__': lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)})(); bridge.cli.main([])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (130, "")


def refuses(folder):
    """The system says no at this folder, to whoever asks, root too."""

    def walk(top, onerror):
        onerror(PermissionError(13, "Permission denied", str(folder)))
        yield from ()

    return walk


@pytest.mark.parametrize(("inside", "named"), [("rules", "rules"), ("schemas/order", "schemas/order")])
def test_a_folder_that_may_not_be_read_is_a_problem_and_not_an_empty_one(run, project, monkeypatch, inside, named):
    walk = os.walk
    monkeypatch.setattr(
        "bridge.folders.os.walk",
        lambda top, onerror: (
            refuses(project / inside)(top, onerror)
            if str(top) == str(project / inside.split("/")[0])
            else walk(top, onerror=onerror)
        ),
    )
    ran = run("lint")
    assert ran.code == 1
    assert ran.out.startswith(
        f"{named}: C002 cannot be read: Permission denied\n    fix: correct the path or its permissions"
    )


def test_a_file_that_may_not_be_read_is_named_by_its_whole_path(run, project, monkeypatch):
    (project / "rules" / "deep").mkdir()
    (project / "rules" / "deep" / "cart.yaml").touch()
    read = Path.read_bytes

    def refused(path):
        if path.name == "cart.yaml":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert run("lint").out.startswith("rules/deep/cart.yaml: C002 cannot be read: Permission denied\n")


def test_what_the_system_refuses_besides_is_said_with_its_place(run, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied", "/locked/bridge.yaml")

    monkeypatch.setattr("bridge.cli.report.find_project", refused)
    ran = run("lint")
    assert (ran.code, ran.err) == (
        3,
        "changebridge: /locked/bridge.yaml: Permission denied\n    fix: correct the path or its permissions\n",
    )


def test_every_variable_that_the_stores_lack_is_told_at_once(run, project, monkeypatch):
    for name in ("PARKED", "DISCARDED"):
        monkeypatch.delenv(name, raising=False)
    manifest = project / "bridge.yaml"
    text = re.sub(r"quarantine:\n.*\n", 'quarantine: {s3: {bucket: "${env:PARKED}"}}\n', manifest.read_text())
    manifest.write_text(text + 'on_failure: {s3: {bucket: "${env:DISCARDED}"}}\n')
    ran = run("quarantine", "list")
    assert (ran.code, ran.err.count("C020"), "PARKED" in ran.err, "DISCARDED" in ran.err) == (1, 2, True, True)


def test_a_project_file_that_names_no_folders_is_not_taken_for_one_that_names_its_own(run, project):
    (project / "bridge.yaml").write_text("")
    ran = run("lint")
    assert (ran.code, ran.err) == (1, "0 rule files, 0 events: 1 problem\n")
    (project / "bridge.yaml").write_text(
        "project: x\ntargets: {}\nledger: {dynamodb: {table: t}}\nquarantine: {s3: {bucket: b}}\n"
    )
    assert {each["what"] for each in run("lint", "--format", "json").json} >= {
        "the project file lacks 'rules'",
        "the project file lacks 'schemas'",
    }


def test_a_folder_that_is_not_there_is_told_with_what_may_be_meant(run, project):
    (project / "bridge.yaml").write_text((project / "bridge.yaml").read_text().replace("rules: rules", "rules: ruls"))
    assert run("lint").out.startswith("bridge.yaml: C003 there is no folder 'ruls'; did you mean 'rules'?\n")


def test_what_to_do_next_can_be_copied_whatever_the_folder_is_called(run):
    assert (
        run("new", "my shop").err
        == "next: changebridge lint --project 'my shop'; changebridge test --project 'my shop'\n"
    )


def test_a_folder_within_a_project_is_told_from_the_project(run, project):
    ran = run("lint", "--project", "rules")
    fix = f"name the folder that holds it: --project {project}"
    assert (ran.code, ran.err) == (1, f"rules: C001 there is no bridge.yaml in this folder\n    fix: {fix}\n")


def test_the_version_is_told(run):
    ran = run("--version")
    assert (ran.code, re.fullmatch(r"changebridge \d+\.\d+\.\d+\n", ran.out) is not None) == (0, True)


def test_who_has_installed_what_subscribers_need_is_told_what_the_command_needs():
    code = "import sys; sys.modules['typer'] = None; from bridge.cli import main; main(['lint'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    said = "changebridge: its command is not installed; run: pip install 'changebridge[cli]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
