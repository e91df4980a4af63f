"""`changebridge diff`: what it prints, for whom, and how it ends."""

import json
import shutil
import subprocess

import pytest

from bridge.local.folder import FolderQuarantine
from bridge.ports import Parcel


@pytest.fixture
def base(project, tmp_path_factory):
    """The project as it was, in another folder."""
    folder = tmp_path_factory.mktemp("base") / "project"
    shutil.copytree(project, folder)
    return folder


@pytest.fixture
def rule(project):
    """Changes the rule: each pair is a text and what replaces it."""
    file = project / "rules" / "order.yaml"

    def change(*pairs):
        text = file.read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)

    return change


@pytest.fixture
def captured(project, a_record):
    """A folder with four records in three files of different forms, and what is none of them."""
    folder = project / "captured"
    (folder / "later").mkdir(parents=True)
    (folder / "a.json").write_text(json.dumps({"Records": [a_record("1"), a_record("2", table="other")]}))
    (folder / "b.jsonl").write_text(json.dumps(a_record("3")) + "\n")
    (folder / "notes.txt").write_text("not records")
    parcel = Parcel("f/2026-01-01/e4", a_record("4"), "e4", (), "f", "p", (), {})
    FolderQuarantine(folder / "later").park(parcel, 1.0)
    return folder


def test_rules_that_say_the_same_are_no_finding(run, base, captured):
    ran = run("diff", "--base", base, "--records", captured)
    assert (ran.out, ran.err, ran.code) == ("", f"4 records: the same events as at {base}\n", 0)


def test_a_changed_field_is_told_with_counts_and_samples(run, base, captured, rule):
    rule(("total: ${new.total}", "total: ${multiply(new.total, `2`)}"))
    ran = run("diff", "--base", base, "--records", captured, "--samples", "2")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "com.example.placed.v1",
        "  ~ 3 events change: data.total",
        "      e1: 1.50 ─► 3.00",
        "      e3: 1.50 ─► 3.00",
        "      and 1 more",
    ]
    assert ran.err == f"3 of 4 records become something else than at {base}: 3 events change\n"


def test_a_rename_says_what_subscribers_will_see_and_how_to_pin_the_name(run, base, captured, rule):
    rule(("  placed:", "  accepted:"))
    ran = run("diff", "--base", base, "--records", captured, "--samples", "1")
    assert ran.out.splitlines() == [
        "com.example.placed.v1",
        "  ! 3 events are renamed: order.placed ─► order.accepted",
        "      subscribers will see these events again; pin the name with `id: order.placed`",
        "      e1: order.placed ─► order.accepted",
        "      and 2 more",
    ]
    rule(("  accepted:", "  accepted:\n    id: order.placed"))
    assert run("diff", "--base", base, "--records", captured).code == 0


def test_the_advice_stands_without_samples_too(run, base, captured, rule):
    rule(("  placed:", "  accepted:"))
    assert "pin the name with `id: order.placed`" in run("diff", "--base", base, "--samples", "0").out


def test_a_renamed_entity_is_a_rename_too(run, base, captured, rule):
    rule(("entity: order", "entity: purchase"))
    assert "order.placed ─► purchase.placed" in run("diff", "--base", base, "--records", captured).out


def test_refused_records_come_first(run, base, captured, rule):
    rule(("id: ${new.id}", "id: ${new.missing}"))
    ran = run("diff", "--base", base, "--records", captured, "--samples", "1")
    assert ran.out.splitlines() == [
        "records",
        "  ! 3 records are refused now: M001",
        "      e1: rules/order.yaml:11: M001 the value comes to null in this change",
        "      and 2 more",
        "com.example.placed.v1",
        "  - 3 events vanish",
        '      e1: {"id":"A","total":1.50}',
        "      and 2 more",
    ]


def test_what_a_target_could_not_carry_is_refused(run, base, project, a_record, rule):
    rule(("total: ${new.total}", "total: ${multiply(new.total, `10`)}"))
    wide = {"id": {"S": "A"}, "total": {"N": "1000000000000000000"}}
    (project / "wide.json").write_text(json.dumps(a_record("1", image=wide)))
    ran = run("diff", "--base", base, "--records", "wide.json", "--format", "json")
    assert [each["kind"] for each in ran.json["differences"]] == ["refused", "vanishes"]


def test_values_can_be_hidden(run, base, captured, rule):
    rule(("total: ${new.total}", "total: ${multiply(new.total, `2`)}"))
    for form in ("text", "json", "markdown"):
        ran = run("diff", "--base", base, "--records", captured, "--no-values", "--format", form)
        assert "<a number>" in ran.out
        assert "1.50" not in ran.out


def test_the_json_says_all_and_leaves_out_the_side_that_has_nothing(run, base, captured, rule):
    rule(("change: [insert]", "change: [remove]"))
    ran = run("diff", "--base", base, "--records", captured / "b.jsonl", "--format", "json")
    assert ran.json == {
        "base": str(base), "records": 1, "differing": 1, "counts": {"vanishes": 1}, "silent": 0,
        "differences": [{
            "kind": "vanishes", "subject": "com.example.placed.v1", "field": None, "count": 1,
            "samples": [{"record": "e3", "base": {"id": "A", "total": 1.5}}],
        }],
        "settings": [],
    }  # fmt: skip


def test_the_markdown_is_a_table_with_folded_samples(run, base, captured, rule):
    rule(("id: ${new.id}", "id: <b>`${new.id}|`"))
    ran = run("diff", "--base", base, "--records", captured / "b.jsonl", "--format", "markdown")
    assert ran.out.replace(str(base).replace("_", r"\_"), "BASE").splitlines() == [
        "### What these rules change",
        "",
        "1 of 1 record becomes something else than at BASE: 1 event changes.",
        "",
        "| | event | field | |",
        "|---|---|---|---|",
        "| `~` | com.example.placed.v1 | data.id | 1 event changes |",
        "",
        "<details><summary>1 event changes: com.example.placed.v1 data.id</summary>",
        "",
        "```",
        'e3: "A" ─► "<b>`A|`"',
        "```",
        "",
        "</details>",
    ]


def test_a_fence_in_a_value_does_not_end_the_block(run, base, captured, rule):
    rule(("id: ${new.id}", "id: 'a ```` b ${new.id}'"))
    assert "\n`````\n" in run("diff", "--base", base, "--records", captured, "--format", "markdown").out


def test_markdown_of_no_difference_is_a_sentence(run, base, captured):
    ran = run("diff", "--base", base, "--records", captured, "--format", "markdown")
    assert ran.out.startswith("### What these rules change\n\n4 records: the same events as at ")
    assert "|" not in ran.out


def test_the_output_is_the_same_every_time(run, base, captured, rule):
    rule(("  placed:", "  accepted:"), ("total: ${new.total}", "total: ${new.total}\n      more: ${new.id}"))
    schema = captured.parent / "schemas/order/placed.v1.json"
    schema.write_text(schema.read_text().replace('"properties": {', '"properties": {"more": {"type": "string"}, '))
    for form in ("text", "json", "markdown"):
        first = run("diff", "--base", base, "--records", captured, "--format", form).out
        assert first
        assert run("diff", "--base", base, "--records", captured, "--format", form).out == first


def test_without_records_the_changes_of_both_sides_examples_are_compared(run, base, rule):
    assert run("diff", "--base", base).err.splitlines() == [
        "compared over the changes of both sides' examples; name recorded ones: --records PATH",
        f"2 records: the same events as at {base}",
    ]
    rule(("{id: A, total: 1.50}}\n        says", "{id: B, total: 2}}\n        says"), ("${new.total}", "${new.old}"))
    ran = run("diff", "--base", base)
    assert ran.err.splitlines()[1].startswith("2 of 3 records become something else")
    assert "order.placed (an order is announced)" in ran.out


def test_an_example_that_nobody_can_decode_is_passed_over(run, base, rule):
    rule(("given: {change: modify, new: {id: A}, old: {id: A}}", "given: {dynamodb: {}, eventSource: 'aws:dynamodb'}"))
    rule(("silent: true", "problem: D012"))
    assert run("diff", "--base", base).err.splitlines()[1].startswith("2 records: the same")


def test_an_example_whose_file_is_missing_is_a_problem(run, base, rule):
    rule(("given: {change: modify, new: {id: A}, old: {id: A}}", "given: nowhere.json"))
    ran = run("diff", "--base", base)
    assert ran.code == 1
    assert "nowhere.json: R055 the record 'nowhere.json' cannot be read" in ran.err


def test_records_that_cannot_be_decoded_are_refused_by_both_and_counted(run, base, captured):
    (captured / "d.jsonl").write_text('{bad\n{"eventID": "x", "dynamodb": {}}\n')
    ran = run("diff", "--base", base, "--records", captured)
    assert (ran.err, ran.code) == (f"6 records: the same events as at {base}\n", 0)


def test_what_is_wrong_with_a_file_that_holds_no_records_is_told(run, base, captured):
    """It is nothing that both sides agree on."""
    (captured / "c.json").write_text("{")
    ran = run("diff", "--base", base, "--records", captured)
    problem, fix, summary = ran.err.splitlines()
    assert problem.startswith(f"{captured / 'c.json'}:1:2 record ")
    assert " D002 this is not JSON: " in problem
    assert fix == "    fix: mend the JSON at this place"
    assert (summary, ran.code) == (f"4 records: the same events as at {base}", 0)


def test_no_records_are_a_usage_error_and_no_clean_result(run, base, project):
    (project / "empty").mkdir()
    ran = run("diff", "--base", base, "--records", "empty")
    assert ran.code == 2
    assert "empty holds no records" in ran.err


def test_a_path_that_is_not_there_is_a_usage_error(run, base):
    ran = run("diff", "--base", base, "--records", "nowhere")
    assert ran.code == 2
    assert "there is no file 'nowhere'" in ran.err


def test_no_examples_are_a_usage_error(run, base, project):
    for folder in (base, project):
        rule = folder / "rules" / "order.yaml"
        rule.write_text(rule.read_text().split("    examples:")[0])
    assert "there is no example to compare with" in run("diff", "--base", base).err


def test_problems_of_the_base_are_named_as_the_bases(run, base):
    (base / "rules" / "order.yaml").write_text("entity: [")
    ran = run("diff", "--base", base)
    assert ran.code == 1
    assert ran.err.startswith(f"{base}:rules/order.yaml:1:")


def test_a_commit_is_compared_with_what_lies_in_the_folder(run, project, rule, captured):
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "first"]):
        subprocess.run([*git, *arguments], cwd=project, check=True)
    rule(("  placed:", "  accepted:"))
    ran = run("diff", "--records", captured)
    assert ran.code == 1
    assert ran.err == "3 of 4 records become something else than at HEAD: 3 events are renamed\n"
    lost = run("diff", "--base", "nowhere")
    assert (lost.code, lost.err.startswith("nowhere: C030 git knows no commit 'nowhere' here")) == (2, True)


def test_ten_thousand_records_are_compared(run, base, project, a_record, rule):
    rule(("total: ${new.total}", "total: ${add(new.total, `1`)}"))
    lines = "\n".join(json.dumps(a_record(str(number))) for number in range(10_000))
    (project / "many.jsonl").write_text(lines)
    ran = run("diff", "--base", base, "--records", "many.jsonl", "--format", "json")
    assert ran.json["counts"] == {"changes": 10_000}


@pytest.fixture
def manifest(project):
    """Changes the project file: a text and what replaces it; more is added at its end."""
    file = project / "bridge.yaml"

    def change(old="", new="", more=""):
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new) + more)

    return change


BUS = '"${env:TINY_BUS}"'
BARE = f"{{bus: {BUS}, detail: data}}"


def test_bare_data_in_place_of_the_cloudevent_is_told_by_target_and_by_event(run, base, captured, manifest):
    manifest(f"{{bus: {BUS}}}", BARE)
    ran = run("diff", "--base", base, "--records", captured, "--samples", "1")
    whole, bare = (
        '{"eventbridge":{"bus":"${env:TINY_BUS}"}}',
        '{"eventbridge":{"bus":"${env:TINY_BUS}","detail":"data"}}',
    )
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "bridge.yaml, for subscribers",
        f"  ! targets.bus: {whole} ─► {bare}",
        "      subscribers get the bare data without the CloudEvent around it, and so no `id`, `type` or `time` of it",
        "com.example.placed.v1",
        "  ~ 3 events change: to.bus",
        f"      e1: {whole} ─► {bare}",
        "      and 2 more",
    ]
    told = "3 of 4 records become something else than at {}: 3 events change; bridge.yaml differs for subscribers: targets.bus\n"
    assert ran.err == told.format(base)


def test_the_json_says_each_setting_with_whom_it_concerns(run, base, captured, manifest):
    manifest(f"{{bus: {BUS}}}", BARE, "give_up: 6h\n")
    ran = run("diff", "--base", base, "--records", captured, "--format", "json", "--no-values")
    bus = {"bus": "${env:TINY_BUS}"}
    sides = {"base": {"eventbridge": bus}, "new": {"eventbridge": {**bus, "detail": "data"}}}
    told, late = ran.json["settings"]
    assert told.pop("means").startswith("subscribers get the bare data")
    assert told == {"concerns": "subscribers", "setting": "targets.bus", "target": "bus", **sides}
    assert (late["concerns"], late["setting"], late["target"]) == ("operators", "give_up", None)
    (event,) = ran.json["differences"]
    assert (event["kind"], event["field"], event["count"]) == ("changes", "to.bus", 3)
    assert event["samples"][0] == {"record": "e1", **sides}


def test_the_markdown_has_a_table_of_settings(run, base, captured, manifest):
    manifest(more="claims: {s3: {bucket: large}}\n")
    ran = run("diff", "--base", base, "--records", captured, "--format", "markdown")
    assert ran.code == 1
    means = "an event that is too large for its target goes out with \\`dataref\\`, and its data lies in this bucket"
    assert ran.out.splitlines()[4:] == [
        "| | bridge.yaml | for | before | now | |",
        "|---|---|---|---|---|---|",
        rf'| `!` | claims | subscribers | nothing | \{{"s3":\{{"bucket":"large"\}}\}} | {means} |',
    ]


def test_what_only_operators_notice_is_told_and_no_finding(run, base, captured, manifest):
    manifest('{bucket: "${env:TINY_BUCKET}"}', "{bucket: parked}", "give_up: 6h\n")
    ran = run("diff", "--base", base, "--records", captured)
    assert ran.out.splitlines() == [
        "bridge.yaml, for operators",
        '  ~ give_up: "12h" ─► "6h"',
        "      a record that cannot be delivered is parked at this age",
        '  ~ quarantine: {"s3":{"bucket":"${env:TINY_BUCKET}"}} ─► {"s3":{"bucket":"parked"}}',
        "      what is parked already stays where it lies",
    ]
    summary = f"4 records: the same events as at {base}; bridge.yaml differs for operators: give_up, quarantine\n"
    assert (ran.err, ran.code) == (summary, 0)


def test_what_subscribers_notice_is_a_finding_where_no_event_of_the_records_shows_it(run, base, captured, manifest):
    manifest(more="order: drop\n")
    ran = run("diff", "--base", base, "--records", captured)
    assert ran.code == 1
    assert ran.err.endswith(f"the same events as at {base}; bridge.yaml differs for subscribers: order\n")


def test_a_project_without_examples_is_told_what_its_subscribers_will_notice(run, base, project, manifest):
    for folder in (base, project):
        rule = folder / "rules" / "order.yaml"
        rule.write_text(rule.read_text().split("    examples:")[0])
    manifest(f"{{bus: {BUS}}}", BARE)
    ran = run("diff", "--base", base)
    assert ran.code == 1
    assert (
        ran.err.splitlines()[1] == f"no record to compare with {base}; bridge.yaml differs for subscribers: targets.bus"
    )


def test_a_large_event_whose_data_lies_in_another_bucket_changes(run, base, project, manifest, a_record):
    """Its bytes are the same: what they are sent in is not."""
    manifest(more="claims: {s3: {bucket: here}}\n")
    (base / "bridge.yaml").write_text((project / "bridge.yaml").read_text().replace("here", "there"))
    large = {"id": {"S": "A" * 1_100_000}, "total": {"N": "1"}}
    (project / "large.jsonl").write_text("\n".join(json.dumps(a_record(*each)) for each in (("1",), ("2", large))))
    ran = run("diff", "--base", base, "--records", "large.jsonl", "--format", "json")
    (event,) = ran.json["differences"]
    assert (event["field"], event["count"]) == ("to.bus", 1)
    assert [event["samples"][0][side]["claims"]["s3"]["bucket"] for side in ("base", "new")] == ["there", "here"]


def test_a_record_of_another_region_is_silent_and_its_events_vanish(run, base, captured, manifest):
    manifest(more="region: eu-central-1\n")
    ran = run("diff", "--base", base, "--records", captured, "--samples", "0", "--format", "json")
    assert [(each["kind"], each["count"]) for each in ran.json["differences"]] == [("vanishes", 3)]
    assert (ran.json["silent"], ran.json["settings"][0]["setting"]) == (4, "region")


def test_records_of_which_nothing_is_said_at_both_are_no_events_that_stayed(run, base, captured, manifest):
    manifest(more="region: eu-central-1\n")
    shutil.copy(captured.parent / "bridge.yaml", base)
    ran = run("diff", "--base", base, "--records", captured)
    told = f"4 records: the same events as at {base}; nothing is said of 4 records of other Regions (`region`)\n"
    assert (ran.err, ran.code) == (told, 0)


def test_examples_are_about_the_rules_in_every_region(run, base, manifest):
    manifest(more="region: eu-central-1\n")
    assert run("diff", "--base", base).err.splitlines()[1].startswith("2 records: the same events as at ")
