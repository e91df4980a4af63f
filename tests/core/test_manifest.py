"""The project file: what it gives, and what is wrong with it."""

import pytest

from bridge.core.manifest import read_manifest

RIGHT = """\
project: shop
rules: rules/
schemas: schemas/
tables: {shop: {view: NEW_IMAGE}}
targets:
  bus: {eventbridge: {bus: "${env:BUS}", detail: data}}
  feed: {sns: {topic: "arn"}}
ledger: {dynamodb: {table: led}, keep: 2d}
quarantine: {s3: {bucket: b}}
give_up: 90m
secrets: {mail: "${env:MAIL}"}
"""


def _read(text):
    problems = []
    return read_manifest(text.encode(), "bridge.yaml", problems), sorted(problems)


def test_a_right_file_gives_everything():
    manifest, problems = _read(RIGHT)
    assert problems == []
    assert (manifest.project, manifest.rules, manifest.schemas, manifest.views) == (
        "shop",
        "rules/",
        "schemas/",
        {"shop": "NEW_IMAGE"},
    )
    assert [(t.name, t.kind, t.address.text, t.bare) for t in manifest.targets.values()] == [
        ("bus", "eventbridge", "${env:BUS}", True),
        ("feed", "sns", "arn", False),
    ]
    assert (manifest.ledger.text, manifest.keep, manifest.quarantine.text, manifest.give_up) == (
        "led",
        172800,
        "b",
        5400,
    )
    assert manifest.secrets["mail"].text == "${env:MAIL}"
    assert (manifest.targets["bus"].address.where.line, manifest.targets["bus"].address.where.column) == (6, 28)


def test_a_project_may_keep_large_data_elsewhere():
    assert _read(RIGHT)[0].claims is None
    manifest, problems = _read(RIGHT + 'claims: {s3: {bucket: "${env:CLAIM_BUCKET}"}}\n')
    assert (manifest.claims.text, problems) == ("${env:CLAIM_BUCKET}", [])
    for wrong in ("{}", "{s3: {}}", "{s4: {bucket: b}}", "b"):
        assert _read(f"{RIGHT}claims: {wrong}\n")[1]


def test_a_global_table_may_speak_in_one_region():
    assert _read(RIGHT)[0].region is None
    assert _read(RIGHT + "region: eu-west-1\n")[0].region.text == "eu-west-1"
    assert [p.code for p in _read(RIGHT + "region: {}\n")[1]] == ["R032"]


@pytest.mark.parametrize("word", ["flag", "drop"])
def test_what_kinesis_brings_too_late_may_be_flagged_or_dropped(word):
    assert _read(RIGHT)[0].order is None
    manifest, problems = _read(f"{RIGHT}order: {word}\n")
    assert (manifest.order, problems) == (word, [])


def test_another_order_is_a_problem_that_lint_mends():
    manifest, (problem,) = _read(RIGHT + "order: flags\n")
    assert (manifest.order, problem.code, problem.what) == (
        None,
        "C011",
        "`order` cannot be 'flags'; did you mean 'flag'?",
    )
    assert problem.edit is not None


def test_durations_have_defaults():
    manifest, _ = _read(RIGHT.replace(", keep: 2d", "").replace("give_up: 90m\n", ""))
    assert (manifest.keep, manifest.give_up) == (48 * 3600, 12 * 3600)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("project: shop\n", "", ["R031 1:1"]),
        ("rules: rules/", "rulez: rules/", ["R030 2:1"]),
        ("{eventbridge: {bus", "{eventbrige: {bus", ["C004 6:3"]),
        ('{bus: "${env:BUS}", detail: data}', "{}", ["R031 6:22"]),
        ("detail: data", "detail: dat", ["C005 6:50"]),
        ('{topic: "arn"}', "{topic: []}", ["R032 7:23"]),
        ("{sns: {topic", "{sns: {}, eventbridge: {topic", ["C004 7:3"]),
        ("NEW_IMAGE", "NEW", ["C006 4:23"]),
        ("${env:BUS}", "${BUS}", ["C012 6:29"]),
        ("${env:BUS}", "a-${env:MY-BUS}-b", ["C012 6:31"]),
        ("${env:BUS}", "${env:}", ["C012 6:29"]),
        ("${env:BUS}", "${env:BUS", ["C012 6:29"]),
        ("{view: NEW_IMAGE}", "{}", ["R031 4:16"]),
        ("keep: 2d", "keep: 2 days", ["C007 8:40"]),
        ("give_up: 90m", "give_up: 0h", ["C007 10:10"]),
        ("give_up: 90m", "give_up: 23h", ["C009 10:10"]),
        ("give_up: 90m", "give_up: 22h", []),
        ("keep: 2d", "keep: 89m", ["C010 10:10"]),
        ("keep: 2d", "keep: 90m", []),
        ("{dynamodb: {table: led}, keep: 2d}", "{keep: 2d}", ["R031 8:9"]),
        ("ledger: {dynamodb: {table: led}, keep: 2d}\n", "", ["R031 1:1"]),
        ("quarantine: {s3: {bucket: b}}\n", "quarantine: x\n", ["R032 9:13"]),
        ('  bus: {eventbridge: {bus: "${env:BUS}", detail: data}}\n', "  bus: x\n", ["C004 6:3"]),
    ],
)
def test_what_is_wrong_is_found_with_its_place(old, new, found):
    assert old in RIGHT
    _, problems = _read(RIGHT.replace(old, new, 1))
    assert [f"{p.code} {p.where.line}:{p.where.column}" for p in problems] == found
    assert all(problem.fix for problem in problems)


def test_a_misspelt_kind_of_target_is_recognised():
    _, problems = _read(RIGHT.replace("{sns:", "{sms:"))
    assert problems[0].what == "the target 'feed' is not one bus or topic; did you mean 'sns'?"
