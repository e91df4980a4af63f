"""What the targets say of an event: that it goes by claim check, or why they could never carry it."""

import json

import pytest

LARGE = {"id": {"S": "A" * 300_000}, "total": {"N": "1"}}
WIDE = {"id": {"S": "A"}, "total": {"N": "9223372036854775808"}}


@pytest.fixture
def edit(project):
    """Replaces a text of a file, or adds one at its end."""

    def replaced(name, old, new):
        file = project / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new) if old else text + new)

    return replaced


@pytest.fixture
def two_targets(edit):
    edit("rules/order.yaml", "to: [bus]", "to: [bus, feed]")


@pytest.fixture
def claims(edit):
    edit("bridge.yaml", "", "claims: {s3: {bucket: large}}\n")


def said(run, command, record, *more):
    return run(command, "-", *more, stdin=json.dumps(record).encode())


@pytest.mark.usefixtures("two_targets", "claims")
def test_map_says_by_which_target_an_event_goes_by_claim_check(run, a_record):
    ran = said(run, "map", a_record("1", LARGE))
    first, body, *claims = ran.out.splitlines()
    assert (first, json.loads(body)["data"]["total"]) == ("e1 ─► com.example.placed.v1  to bus, feed", 1)
    (claim,) = claims
    assert claim.startswith("  to feed by claim check: its 300,")
    assert claim.endswith(" bytes are too many, `dataref` stands for `data`")
    (told,) = said(run, "map", a_record("1", LARGE), "--format", "json").json
    assert told["claims"] == {"e1/order.placed": ["feed"]}


@pytest.mark.usefixtures("two_targets", "claims")
def test_explain_says_how_large_the_event_is_whole(run, a_record):
    *_, bus, feed = said(run, "explain", a_record("1", LARGE)).out.splitlines()
    assert "to bus: 300," in bus
    assert "to feed: 300," in feed
    assert " bytes are too many: by claim check, " in feed
    (story,) = said(run, "explain", a_record("1", LARGE), "--format", "json").json
    bus, feed = story["entities"][0]["events"][0]["said"][0]["targets"]
    assert "claim" not in bus
    assert feed["claim"]["whole"] > feed["room"] > feed["bytes"]


@pytest.mark.usefixtures("two_targets")
def test_without_claims_the_problem_names_the_rule_and_the_claims(run, a_record):
    ran = said(run, "map", a_record("1", LARGE))
    assert ran.code == 1
    assert "\nrules/order.yaml:11:7 record e1: B001 the event takes 300" in ran.out
    assert "or let large events go by claim check: `claims` in bridge.yaml\n" in ran.out
    assert (
        ", and target 'feed' carries 262144  (rules/order.yaml:11:7)\n"
        in said(run, "explain", a_record("1", LARGE)).out
    )


@pytest.mark.usefixtures("claims")
def test_bare_data_is_not_told_to_go_by_claim_check(run, edit, a_record):
    edit("bridge.yaml", '{bus: "${env:TINY_BUS}"}', '{bus: "${env:TINY_BUS}", detail: data}')
    ran = said(run, "map", a_record("1", {**LARGE, "id": {"S": "A" * 1_100_000}}))
    assert " B001 " in ran.out
    assert "claim" not in ran.out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("com.example.placed.v1", f"com.example.{'p' * 120}.v1"), "rules/order.yaml:7:11 record e1 $.type: B002"),
        (("/tiny/orders", "aws.tiny"), "rules/order.yaml:2:9 record e1 $.source: B003"),
        (("/tiny/orders", f"/{'t' * 256}"), "rules/order.yaml:2:9 record e1 $.source: B004"),
        (("${new.total}", "${multiply(new.total, `9223372036854775808`)}"), "rules/order.yaml:12:14 record e1 $.data.total: B005"),
    ],
)  # fmt: skip
def test_what_a_target_could_not_carry_is_told_with_the_place_in_the_rule(run, edit, a_record, change, told):
    edit("rules/order.yaml", *change)
    record = a_record("1", {"id": {"S": "A"}, "total": {"N": "2"}})
    ran = said(run, "map", record)
    assert (ran.code, f"\n{told} " in ran.out) == (1, True)
    place, code = told.partition(" ")[0], told[-4:]
    (problem,) = said(run, "map", record, "--format", "json").json[0]["problems"]
    assert f"{problem['file']}:{problem['line']}:{problem['column']}" == place
    assert f"({place})" in said(run, "explain", record).out.partition(f"{code} ")[2]


def test_bare_data_that_is_no_object_is_told_at_the_data(run, edit, project, a_record):
    edit("bridge.yaml", '{bus: "${env:TINY_BUS}"}', '{bus: "${env:TINY_BUS}", detail: data}')
    edit("rules/order.yaml", "    data:\n      id: ${new.id}\n      total: ${new.total}\n", "    data: ${new.id}\n")
    schema = project / "schemas/order/placed.v1.json"
    text = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.com/order/placed.v1.json",
    }
    schema.write_text(json.dumps({**text, "type": "string"}))
    assert "rules/order.yaml:10:11 record e1 $.data: B006 " in said(run, "map", a_record()).out


GIVEN = "{change: insert, new: {id: A, total: 1.50}}"
SAYS = "says: {data: {id: A, total: 1.50}}"


def test_an_example_of_what_its_target_could_not_carry_fails(run, edit):
    """In production its record would be parked."""
    edit("rules/order.yaml", GIVEN, "{change: insert, new: {id: A, total: 9223372036854775808}}")
    edit("rules/order.yaml", SAYS, "says: {type: com.example.placed.v1}")
    ran = run("test")
    assert ran.code == 1
    assert "    rules/order.yaml:12:14 $.data.total: B005 target 'bus' refuses integers beyond 64 bits\n" in ran.out
    assert "B005" in run("test", "--update").out
    edit("rules/order.yaml", "says: {type: com.example.placed.v1}", "problem: B005")
    assert run("test").code == 0
