"""The author sees which events may go by claim check."""

import shutil
from pathlib import Path

import pytest

from bridge.review import review

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shop(tmp_path):
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    ids = tmp_path / "schemas/common/ids.json"
    ids.write_text(ids.read_text().replace('"maxLength": 40,', '"maxLength": 400000,'))
    return tmp_path


def found(shop, more, *instead):
    text = (ROOT / "bridge.yaml").read_text().replace(*instead) if instead else (ROOT / "bridge.yaml").read_text()
    (shop / "bridge.yaml").write_text(text + more)
    return [p for p in review(shop).problems if p.code in ("L020", "L050") and "domain-bus" in p.what]


def test_an_event_that_may_outgrow_its_target_goes_by_claim_where_the_project_has_them(shop):
    refused, by_claim = found(shop, ""), found(shop, "\nclaims: {s3: {bucket: large}}\n")
    assert {p.code for p in refused} == {"L020"}
    assert [p.where for p in by_claim] == [p.where for p in refused]
    assert {(p.code, p.level) for p in by_claim} == {("L050", "warning")}
    assert by_claim[0].what.endswith("carries 999,999: larger ones go without `data`, by claim check")


def test_bare_data_has_no_place_for_a_reference(shop):
    bare = ('{bus: "${env:DOMAIN_BUS}"}', '{bus: "${env:DOMAIN_BUS}", detail: data}')
    assert {p.code for p in found(shop, "\nclaims: {s3: {bucket: large}}\n", *bare)} == {"L020"}
