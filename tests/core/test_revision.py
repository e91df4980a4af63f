"""What two project files say otherwise, and whom it concerns."""

import pytest

from bridge.core.manifest import LEDGER, PROJECT, read_manifest
from bridge.core.revision import TOLD, revisions
from bridge.core.same import NOTHING

FILE = """\
project: tiny
rules: rules
schemas: schemas
targets:
  bus:
    eventbridge: {bus: one}
ledger:
  dynamodb: {table: seen}
quarantine:
  s3: {bucket: parked}
"""
BUS = "eventbridge: {bus: one}"


def read(text):
    problems = []
    manifest = read_manifest(text.encode(), "bridge.yaml", problems)
    assert not [each for each in problems if each.level == "error"]
    return manifest


def differing(base, new):
    return revisions(read(base), read(new))


def only(base, new):
    (revision,) = differing(base, new)
    return revision


@pytest.mark.parametrize(
    ("more", "setting"),
    [
        ("claims: {s3: {bucket: large}}", "claims"),
        ("order: drop", "order"),
        ("order: flag", "order"),
        ("region: eu-central-1", "region"),
    ],
)
@pytest.mark.parametrize("is_added", [True, False])
def test_what_is_added_or_removed_and_alters_what_is_received_concerns_subscribers(more, setting, is_added):
    sides = (FILE, f"{FILE}{more}\n")
    revision = only(*sides if is_added else reversed(sides))
    assert (revision.concerns, revision.setting, revision.target) == ("subscribers", setting, "")
    assert (revision.base is NOTHING) is is_added
    assert (revision.new is NOTHING) is not is_added


@pytest.mark.parametrize(
    ("now", "means"),
    [
        ("eventbridge: {bus: one, detail: data}", "bare data without the CloudEvent"),
        ("eventbridge: {bus: two}", "events go elsewhere"),
        ("eventbridge: {bus: '${env:ONE_BUS}'}", "unless both names lead to one place"),
        ("sns: {topic: one}", "an SNS topic in place of an EventBridge bus"),
        ("eventbridgev2: {bus: one}", "a custom event bus (V2) in place of an EventBridge bus"),
        ("eventbridge: {bus: two, detail: data}", "elsewhere, unless"),
    ],
)
def test_a_target_that_is_another_concerns_its_subscribers(now, means):
    revision = only(FILE, FILE.replace(BUS, now))
    assert (revision.concerns, revision.setting, revision.target) == ("subscribers", "targets.bus", "bus")
    assert means in revision.means


def test_a_target_that_sends_the_whole_cloudevent_again_says_where_the_data_is():
    revision = only(FILE.replace(BUS, "eventbridge: {bus: one, detail: data}"), FILE)
    assert "in its `data`" in revision.means
    assert (revision.base, revision.new) == (
        {"eventbridge": {"bus": "one", "detail": "data"}}, {"eventbridge": {"bus": "one"}},
    )  # fmt: skip


def test_a_target_that_is_new_concerns_operators_and_one_that_is_gone_subscribers():
    more = FILE.replace(BUS, f"{BUS}\n  other:\n    sns: {{topic: t}}")
    assert only(FILE, more).concerns == "operators"
    gone = only(more, FILE)
    assert (gone.concerns, gone.target, gone.new, gone.means) == (
        "subscribers", "other", NOTHING, "nothing is sent there any more",
    )  # fmt: skip


def test_of_several_secrets_those_are_told_that_are_others():
    two = FILE.replace("project: tiny", "project: tiny\nsecrets: {salt: '${env:SALT}', pepper: '${env:PEPPER}'}")
    assert only(two, two.replace("SALT", "SEA_SALT")).setting == "secrets.salt"


def test_a_target_that_is_called_otherwise_is_not_gone():
    concerns = {each.target: (each.concerns, each.means) for each in differing(FILE, FILE.replace("  bus:", "  new:"))}
    assert concerns["bus"] == ("operators", "'new' leads to the same place; what is under way may be sent once more")


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ("table: seen", "table: known", "ledger.dynamodb"),
        ("{table: seen}", "{table: seen}\n  keep: 24h", "ledger.keep"),
        ("project: tiny", "project: tiny\ngive_up: 6h", "give_up"),
        ("bucket: parked", "bucket: refused", "quarantine"),
        ("project: tiny", "project: tiny\non_failure: {s3: {bucket: b}}", "on_failure"),
        ("project: tiny", "project: tiny\ntables: {shop: {view: NEW_IMAGE}}", "tables"),
        ("project: tiny", "project: small", "project"),
        ("rules: rules", "rules: said", "rules"),
        ("schemas: schemas", "schemas: promised", "schemas"),
        ("project: tiny", "project: tiny\nsecrets: {salt: '${env:SALT}'}", "secrets.salt"),
    ],
)
def test_what_subscribers_do_not_notice_concerns_operators(old, new, setting):
    revision = only(FILE, FILE.replace(old, new))
    assert (revision.concerns, revision.setting) == ("operators", setting)


def test_another_secret_concerns_subscribers_and_is_not_shown_where_it_stands_in_the_file():
    base, new = (f"{FILE}secrets: {{pepper: {secret}}}\n" for secret in ("hush", "'${env:PEPPER}'"))
    revision = only(base, new)
    assert (revision.concerns, revision.setting) == ("subscribers", "secrets.pepper")
    assert (revision.base, revision.new) == ("<a text>", "${env:PEPPER}")


def test_a_default_that_is_written_out_is_no_difference():
    assert differing(FILE, FILE.replace("{table: seen}", "{table: seen}\n  keep: 2d") + "give_up: 720m\n") == ()


def test_what_concerns_subscribers_comes_first():
    now = FILE.replace("bucket: parked", "bucket: other") + "order: drop\n"
    assert [each.setting for each in differing(FILE, now)] == ["order", "quarantine"]


def test_every_setting_that_a_project_file_knows_is_compared():
    """Or a setting of tomorrow passes in silence."""
    told = {setting.partition(".")[0] for setting in TOLD} | {"targets", "secrets"}
    assert told == set(PROJECT)
    assert {setting.partition(".")[2] for setting in TOLD if setting.startswith("ledger.")} == set(LEDGER)
