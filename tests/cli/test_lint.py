"""`changebridge lint`: its options, its exit codes, and what it mends."""

import shutil
from pathlib import Path

import pytest

from bridge.pages import pages

ROOT = Path(__file__).parents[2]


@pytest.fixture
def rule(project):
    return project / "rules" / "order.yaml"


def change(path, old, new):
    text = path.read_bytes()
    assert old.encode() in text
    path.write_bytes(text.replace(old.encode(), new.encode(), 1))


def test_explain_prints_the_page_of_a_code(run):
    ran = run("lint", "--explain", "r008")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "R008 A key written twice"
    assert "**How to mend.** Keep one of them." in ran.out


@pytest.mark.parametrize("code", pages())
def test_every_code_can_be_explained(run, code):
    assert run("lint", "--explain", code).out.startswith(f"{code} {pages()[code].title}\n\n")


def test_explain_of_an_unknown_code_names_the_nearest(run):
    ran = run("lint", "--explain", "R0088")
    assert ran.code == 2
    assert "there is no code R0088; did you mean R008?" in " ".join(ran.err.split())
    assert run("lint", "--explain", "?").code == 2


def test_fix_mends_what_has_one_fix_keeps_layout_and_comments_and_says_what_it_did(run, rule):
    rule.write_bytes(rule.read_bytes() + b"# the end\r\n")
    change(rule, "to: [bus]", "to:   bus   # all of it")
    change(rule, "change: [insert]", "change:   [ create ]")
    change(rule, "      id: ${new.id}", "      idd: ${nw.id}")
    ran = run("lint", "--fix")
    assert (ran.code, ran.out) == (0, "")
    after = rule.read_bytes().decode()
    assert "to:   [bus]   # all of it\n" in after
    assert "change:   [ insert ]}" in after
    assert "      id: ${new.id}\n" in after
    assert after.endswith("# the end\r\n")
    assert [line.split(":")[0] + " " + line.split(": ")[1].split()[0] for line in ran.err.splitlines()[:-1]] == [
        "mended rules/order.yaml R032",
        "mended rules/order.yaml L003",
        "mended rules/order.yaml X005",
        "mended rules/order.yaml L021",
    ]


def test_diff_shows_what_fix_would_do_and_does_nothing(run, rule):
    assert (run("lint", "--diff").code, run("lint", "--diff").out) == (0, "")
    change(rule, "to: [bus]", "to: bus")
    before = rule.read_bytes()
    ran = run("lint", "--diff")
    assert ran.code == 1
    assert ran.out.splitlines()[:3] == ["--- a/rules/order.yaml", "+++ b/rules/order.yaml", "@@ -1,6 +1,6 @@"]
    assert "-to: bus\n+to: [bus]\n" in ran.out
    assert rule.read_bytes() == before


def test_diff_of_a_file_without_a_last_line_break_is_a_diff(run, rule):
    rule.write_text(rule.read_text().rstrip("\n").replace("silent: true", "silet: true"))
    assert "\\ No newline at end of file\n" in run("lint", "--diff").out


def test_fix_leaves_a_file_that_it_cannot_make_readable(run, rule):
    change(rule, "id: ${new.id}", "id: %x")
    change(rule, "total: ${new.total}", "total: 'x' 'y' : z")
    change(rule, "silent: true", "silent: [")
    before = rule.read_bytes()
    ran = run("lint", "--fix")
    assert ran.code == 1
    assert rule.read_bytes() == before


def test_fix_keeps_a_byte_order_mark(run, rule):
    rule.write_bytes(b"\xef\xbb\xbf" + rule.read_bytes().replace(b"to: [bus]", b"to: bus"))
    assert run("lint", "--fix").code == 0
    assert rule.read_bytes().startswith(b"\xef\xbb\xbfentity")


def test_fix_of_a_project_that_cannot_be_found_is_a_finding(run, project):
    (project / "bridge.yaml").unlink()
    assert run("lint", "--fix").code == 1


@pytest.mark.parametrize("form", ["github", "sarif", "junit", "markdown", "json"])
def test_each_format_is_printed_whole_and_alone(run, rule, form):
    change(rule, "to: [bus]", "to: [bux]")
    ran = run("lint", "--format", form)
    assert (ran.code, ran.err) == (
        1,
        "1 rule file, 1 event: 1 problem; nothing is proved until the errors are mended\n",
    )
    assert "R042" in ran.out


def test_the_proof_lists_the_verdict_on_each_place(run, rule):
    ran = run("lint", "--proof")
    assert ran.code == 0
    assert "proven      rules/order.yaml:11:11: `$.data.id` of 'order.placed'" in ran.out.splitlines()
    assert ran.err.endswith(" places proven\n")
    change(rule, "total: ${new.total}", "total: ${number(new.id)}")
    ran = run("lint", "--proof")
    assert "refuted     rules/order.yaml:12:14: `$.data.total` of 'order.placed': " in ran.out
    assert ran.code == 1


def test_the_proof_as_json_is_an_array_of_verdicts(run):
    first = run("lint", "--proof", "--format", "json").json[0]
    assert {"rule", "path", "verdict", "item", "event"} <= first.keys()
    assert run("lint", "--proof", "--format", "sarif").code == 2


def test_where_an_error_keeps_the_proof_from_being_asked_the_errors_are_shown(run, rule):
    change(rule, "to: [bus]", "to: [bux]")
    ran = run("lint", "--proof")
    assert (ran.code, "R042" in ran.out) == (1, True)
    assert ran.err.endswith("; nothing is proved until the errors are mended\n")


def test_an_unknown_format_is_wrong_usage(run):
    assert run("lint", "--format", "xml").code == 2


def test_a_silenced_problem_is_no_finding(run, rule):
    change(rule, "placed.v1\n", "placed\n")
    assert run("lint", "--strict").code == 1
    change(rule, "placed\n", "placed # changebridge: ignore L030 an old name\n")
    assert run("lint", "--strict").code == 0


def test_a_schema_silences_by_its_comment(run, project):
    unused = project / "schemas" / "order" / "old.v1.json"
    text = (
        '{\n  "$schema": "https://json-schema.org/draft/2020-12/schema",\n'
        '  "$id": "https://example.com/order/old.v1.json",\n  "type": "object"\n}\n'
    )
    unused.write_text(text)
    assert "L001 no rule and no other schema uses this schema" in run("lint").out
    unused.write_text(text.replace('  "$id"', '  "$comment": "changebridge: ignore L001 still replayed",\n  "$id"'))
    assert run("lint").out == ""


def test_the_sample_project_has_no_finding_however_strict(run, tmp_path):
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / "shop" / name)
    shutil.copy(ROOT / "bridge.yaml", tmp_path / "shop")
    ran = run("lint", "--strict", "--project", tmp_path / "shop")
    assert (ran.out, ran.code) == ("", 0)


def test_a_project_without_a_rule_is_warned_of_and_nothing_is_built_of_it(run, project):
    for path in (project / "rules").iterdir():
        path.unlink()
    assert "bridge.yaml: C013 there is no rule file below 'rules'" in run("lint").out
    ran = run("build")
    assert (ran.code, "C013" in ran.err, (project / "build").exists()) == (1, True, False)


def test_rules_and_schemas_lie_within_the_project(run, project):
    manifest = project / "bridge.yaml"
    manifest.write_text(manifest.read_text().replace("rules: rules", "rules: ../conf/rules"))
    ran = run("lint")
    assert (ran.code, "bridge.yaml: C014 the folder '../conf/rules" in ran.out) == (1, True)
