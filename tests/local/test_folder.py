"""A quarantine in a folder."""

from dataclasses import replace

import pytest

from bridge.errors import StoreUnavailable
from bridge.local.folder import FolderQuarantine
from bridge.ports import Delivery, Parcel

PARCEL = Parcel(
    "f00/2027-01-15/e1", {"a": 1}, "e1", (), "f00", "v1", (Delivery("e1/a", "bus"),), {"source": "dynamodb"}
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


def test_a_folder_that_cannot_be_used_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="B096"):
        FolderQuarantine(tmp_path / "file").park(PARCEL, 1.0)
