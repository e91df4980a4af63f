"""A quarantine in a folder."""

from dataclasses import replace

import pytest

from bridge.errors import ObjectWithheld, StoreUnavailable, UndecodableRecord
from bridge.local.folder import FolderQuarantine
from bridge.ports import Delivery, Parcel
from tests.local.world import M001

PARCEL = Parcel(
    "f00/2027-01-15/e1", {"a": 1}, "e1", (M001,), "f00", "v1", (Delivery("e1/a", "bus"),), {"source": "dynamodb"}
)


@pytest.fixture
def quarantine(tmp_path):
    return FolderQuarantine(tmp_path / "deep" / "quarantine")


def test_what_is_parked_is_there(quarantine):
    quarantine.park(PARCEL, 1.0)
    assert quarantine.keys() == [PARCEL.key]
    assert quarantine.parcel(PARCEL.key) == PARCEL


def test_an_empty_quarantine_has_no_keys(quarantine):
    assert quarantine.keys() == []


def test_keys_are_sorted_and_chosen_by_their_beginning(quarantine):
    for key in ("b/2027/e2", "a/2027/e1", "b/2026/e3"):
        quarantine.park(replace(PARCEL, key=key), 1.0)
    assert quarantine.keys("b/") == ["b/2026/e3", "b/2027/e2"]


def test_parking_again_keeps_the_deliveries_of_both(quarantine):
    quarantine.park(PARCEL, 1.0)
    quarantine.park(replace(PARCEL, project="v2", delivered=(Delivery("e1/a", "topic"),)), 1.0)
    kept = quarantine.parcel(PARCEL.key)
    assert kept.delivered == (Delivery("e1/a", "bus"), Delivery("e1/a", "topic"))
    assert (kept.project, len(quarantine.keys())) == ("v2", 1)


def test_what_is_dropped_is_gone_and_dropping_again_is_nothing(quarantine):
    quarantine.park(PARCEL, 1.0)
    quarantine.drop(PARCEL.key)
    quarantine.drop(PARCEL.key)
    with pytest.raises(KeyError):
        quarantine.parcel(PARCEL.key)


@pytest.fixture
def foreign(quarantine):
    """A file under a parcel's key that is none."""
    quarantine.park(PARCEL, 1.0)
    file = quarantine.folder / f"{PARCEL.key}.json"
    file.write_text('{"a":1}')
    return file


def test_a_file_that_is_no_parcel_is_named(quarantine, foreign):
    with pytest.raises(UndecodableRecord) as caught:
        quarantine.parcel(PARCEL.key)
    assert str(caught.value).startswith(f"{foreign}: B095 ")


def test_a_file_that_is_no_parcel_gives_way_to_the_record(quarantine, foreign):
    quarantine.park(PARCEL, 1.0)
    assert quarantine.parcel(PARCEL.key) == PARCEL


def test_what_cannot_be_read_is_withheld_by_name(quarantine, foreign):
    foreign.unlink()
    foreign.mkdir()
    with pytest.raises(ObjectWithheld) as caught:
        quarantine.parcel(PARCEL.key)
    assert str(caught.value).startswith(f"{foreign}: B096 ")


def test_a_folder_that_cannot_be_used_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="B096"):
        FolderQuarantine(tmp_path / "file").park(PARCEL, 1.0)
