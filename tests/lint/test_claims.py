"""The author sees which events may go by claim check."""

import json

import pytest

from bridge.review import review

MANIFEST = """
project: notes
rules: rules
schemas: schemas
targets:
  bus: {eventbridge: {bus: events}}
  loader: {eventbridge: {bus: loads, detail: data}}
ledger: {dynamodb: {table: ledger}}
quarantine: {s3: {bucket: parked}}
"""
RULE = """
entity: note
source: /notes
to: [bus]
events:
  written:
    type: com.example.note.written.v1
    schema: note/written.v1.json
    when: {change: [insert]}
    data: {text: "${new.text}"}
    examples: [{name: none, given: {change: remove}, silent: true}]
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/note/written.v1.json",
    "type": "object", "required": ["text"], "properties": {"text": {"type": "string", "maxLength": 400_000}},
}  # fmt: skip


CLAIMS = "claims: {s3: {bucket: large}}\n"


@pytest.fixture
def found(tmp_path):
    """What lint says of the size of an event of one large text that goes to a target."""
    for folder in ("rules", "schemas/note"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "schemas/note/written.v1.json").write_text(json.dumps(SCHEMA))

    def said(target, more=""):
        (tmp_path / "bridge.yaml").write_text(MANIFEST + more)
        (tmp_path / "rules/note.yaml").write_text(RULE.replace("[bus]", f"[{target}]"))
        (problem,) = (each for each in review(tmp_path).problems if each.code in ("L020", "L050"))
        return problem

    return said


def test_an_event_that_may_outgrow_its_target_goes_by_claim_where_the_project_has_them(found):
    refused, by_claim = found("bus"), found("bus", CLAIMS)
    assert (refused.code, refused.level) == ("L020", "warning")
    assert (by_claim.code, by_claim.level) == ("L050", "warning")
    assert by_claim.where == refused.where
    assert by_claim.what.endswith("carries 999,999: larger ones go without `data`, by claim check")


def test_bare_data_has_no_place_for_a_reference(found):
    assert found("loader", CLAIMS).code == "L020"
