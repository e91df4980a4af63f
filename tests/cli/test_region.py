"""A bridge that publishes one Region's changes says what it makes of the others': nothing."""

import json

import pytest


@pytest.fixture
def region(project):
    """Names the Region of which the bridge speaks."""
    file = project / "bridge.yaml"
    text = file.read_text()

    def name(written):
        file.write_text(f"{text}region: {written}\n")

    return name


def said(run, command, record, *more):
    return run(command, "-", *more, stdin=json.dumps(record).encode())


SILENCE = "it is a change of us-east-1, and this bridge publishes those of eu-central-1 (bridge.yaml:13:9)"


def test_map_says_that_the_bridge_is_silent(run, region, a_record):
    region("eu-central-1")
    ran = said(run, "map", a_record())
    assert (ran.out, ran.err, ran.code) == (f"e1 ─► nothing: {SILENCE}\n", "1 record, 0 events, 0 refused\n", 0)
    told = {"record": "e1", "events": [], "targets": {}, "claims": {}, "problems": [], "silent": SILENCE}
    assert said(run, "map", a_record(), "--format", "json").json == [told]


def test_explain_says_it_in_place_of_the_rules(run, region, a_record):
    region("eu-central-1")
    ran = said(run, "explain", a_record())
    assert ran.code == 0
    assert ran.out.endswith(f"├─ total: absent ─► 1.50\n└─ nothing: {SILENCE}\n")
    (story,) = said(run, "explain", a_record(), "--format", "json").json
    assert (story["silent"], story["entities"]) == (SILENCE, [])


def test_the_regions_own_changes_are_shown(run, region, a_record):
    region("us-east-1")
    assert "com.example.placed.v1  to bus" in said(run, "map", a_record()).out
    (story,) = said(run, "explain", a_record(), "--format", "json").json
    assert (story["silent"], len(story["entities"])) == (None, 1)


def test_a_region_out_of_a_variable_counts_where_it_is_set(run, region, a_record, monkeypatch):
    region('"${env:SPEAKING}"')
    monkeypatch.delenv("SPEAKING", raising=False)
    assert "com.example.placed.v1  to bus" in said(run, "map", a_record()).out
    monkeypatch.setenv("SPEAKING", "eu-central-1")
    assert SILENCE in said(run, "map", a_record()).out


def test_a_region_that_can_be_none_is_refused_as_the_function_would(run, region, a_record):
    region("eu-central")
    ran = said(run, "map", a_record())
    assert (ran.code, "bridge.yaml:13:9: C008 'eu-central' is no Region" in ran.err) == (1, True)


def test_a_record_that_cannot_be_decoded_is_refused_in_every_region(run, region):
    region("eu-central-1")
    ran = said(run, "map", {"eventID": "x", "dynamodb": {}})
    assert (ran.code, "D0" in ran.out) == (1, True)
