"""What lies in the quarantine: keys, fingerprints, and parcels as JSON."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Problem, UndecodableRecord, Where
from bridge.parcel import parcel_as_json, parcel_from_json
from bridge.parking import LONGEST_NAME, fingerprint, is_named, name_of
from bridge.ports import Delivery, Parcel
from tests.local.world import M001, World, record

PARCEL = Parcel(
    key="f00/2027-01-15/e1", record=record(1), record_id="e1", problems=(M001, Problem(Where(record="e1"), "B090", "old", "redrive")),
    fingerprint="f00", project="v1", delivered=(Delivery("e1/a", "bus"),), shape={"source": "dynamodb"},
)  # fmt: skip


def at(path="", line=8, code="M001"):
    return Problem(Where("rules/order.yaml", line, 3, path, "e1"), code, "what", "fix")


def test_the_same_mistake_in_another_record_has_the_same_fingerprint():
    assert fingerprint(at("$.lines[3].sku")) == fingerprint(
        replace(at("$.lines[12].sku"), where=replace(at("$.lines[12].sku").where, record="e2"))
    )


@pytest.mark.parametrize("other", [at("$.x"), at(line=9), at(code="M002")])
def test_another_mistake_has_another_fingerprint(other):
    assert fingerprint(other) != fingerprint(at())


def test_the_key_of_a_map_does_not_tell_fingerprints_apart_and_a_name_of_the_schema_does():
    words = {"m", "total"}
    keys = ("$.data.m.ada", '$.data.m["user-7"]', '$.data.m["\\u00e9"]')
    assert len({fingerprint(at(key), "order.a", words) for key in keys}) == 1
    assert fingerprint(at("$.data.m"), "", words) != fingerprint(at("$.data.total"), "", words)


def test_the_rule_tells_fingerprints_apart():
    assert fingerprint(at(), "order.a") != fingerprint(at(), "order.b")


@pytest.mark.parametrize(
    ("record_id", "name"),
    [
        ("c4ca4238a0b923820dcc509a6f75849b", "c4ca4238a0b923820dcc509a6f75849b"),
        ("shardId-000000000000:4959", "shardId-000000000000%3A4959"),
        ("../../etc", "%2E%2E%2F%2E%2E%2Fetc"),
        ("é\ud800", "%C3%A9%ED%A0%80"),
    ],
)
def test_any_record_id_is_one_part_of_a_key(record_id, name):
    assert name_of(record_id) == name


def test_a_long_record_id_is_a_digest():
    assert len(name_of("x" * LONGEST_NAME)) == LONGEST_NAME
    assert len(name_of("x" * (LONGEST_NAME + 1))) == 64


@pytest.mark.parametrize(
    ("name", "meant"), [("f00", True), ("e1", True), ("f00/2027-01-15/e1", True), ("f0", False), ("2027-01-15", False)]
)
def test_a_parcel_is_called_by_fingerprint_record_or_key(name, meant):
    assert is_named(PARCEL.key, name) is meant


def test_what_is_no_parcels_key_is_not_meant():
    assert not is_named("somebody-elses-object", "e1")


def test_a_parcel_comes_back_as_it_went():
    assert parcel_from_json(parcel_as_json(PARCEL), PARCEL.key) == PARCEL


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(categories=None), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(json_values)
def test_whatever_a_record_holds_is_kept_exactly(value):
    """Lone surrogates, numbers of any size: digit for digit."""
    assert parcel_from_json(parcel_as_json(replace(PARCEL, record=value)), PARCEL.key).record == value


def test_numbers_beyond_what_a_change_may_hold_are_kept_too():
    kept = parcel_from_json(parcel_as_json(replace(PARCEL, record={"n": Decimal("1e9000")})), PARCEL.key).record
    assert kept == {"n": Decimal("1e9000")}


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"3", b"{}", b"\xff", b'{"a":1}', b"[" * 100_000, b"1e99999999999999999999"]
)
def test_what_is_no_parcel_is_a_problem_that_names_it(data):
    with pytest.raises(UndecodableRecord, match=r"^s3://lost/x: B095 this is no parcel of the quarantine\n"):
        parcel_from_json(data, PARCEL.key, Where("s3://lost/x"))


@pytest.mark.parametrize(
    "other",
    [
        {"record_id": 1}, {"fingerprint": None}, {"project": 1}, {"shape": [1]}, {"delivered": [{"event": 1, "target": "bus"}]},
        {"problems": []}, {"problems": [M001.as_json() | {"what": 1}]}, {"problems": [M001.as_json() | {"line": "8"}]},
    ],
    ids=str,
)  # fmt: skip
def test_what_only_looks_like_a_parcel_is_none(other):
    data = json.dumps(json.loads(parcel_as_json(PARCEL)) | other).encode()
    with pytest.raises(UndecodableRecord, match="B095"):
        parcel_from_json(data, PARCEL.key)


def test_a_parcel_is_where_it_lies():
    """A copy under another key goes by that key, so that nothing else is dropped in its place."""
    assert parcel_from_json(parcel_as_json(PARCEL), "f00/2027-01-15/copy").key == "f00/2027-01-15/copy"


def test_a_record_too_deep_to_read_is_parked_whole():
    world, deep = World(), {}
    innermost = deep
    for _ in range(20_000):
        innermost["M"] = innermost = {}
    broken = record(1)
    broken["dynamodb"]["NewImage"]["deep"] = deep
    assert world.relay(broken).parked == 1
    (parcel,) = world.quarantine.parcels.values()
    assert parcel_as_json(parcel).count(b'"M"') == 20_000
