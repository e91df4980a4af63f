"""Records out of the quarantine: a parcel, a list of parcels, and parcels a line."""

import json

import pytest

from bridge.core.decode import decode
from bridge.core.intake import read_records
from bridge.errors import UndecodableRecord

RECORD = {
    "eventID": "e1", "eventName": "INSERT", "eventSource": "aws:dynamodb",
    "dynamodb": {"Keys": {"id": {"S": "A"}}, "NewImage": {"id": {"S": "A"}}, "SequenceNumber": "1"},
}  # fmt: skip


def parcel(record):
    return {
        "key": "f/2026-01-01/e1", "record_id": "e1", "fingerprint": "f", "project": "p", "problems": [],
        "delivered": [], "shape": {}, "record": record,
    }  # fmt: skip


@pytest.mark.parametrize(
    "file",
    [
        json.dumps(parcel(RECORD)),
        json.dumps([parcel(RECORD)]),
        json.dumps(parcel(RECORD), indent=2),
        json.dumps(parcel(RECORD)) + "\n",
    ],
    ids=["a parcel", "a list", "indented", "a line"],
)
def test_a_parcel_is_read_as_the_record_in_it(file):
    (record,) = read_records(file.encode())
    assert (record.record_id, record.raw, decode(record).new) == ("e1", RECORD, {"id": "A"})


def test_parcels_a_line_are_their_records_in_order():
    lines = "\n".join(json.dumps(parcel(RECORD | {"eventID": name})) for name in ("e1", "e2"))
    assert [record.record_id for record in read_records(lines.encode())] == ["e1", "e2"]


def test_a_parcel_of_what_is_no_record_is_refused_by_itself():
    first, second = read_records(json.dumps([parcel("nonsense"), parcel(RECORD)]).encode())
    assert second.record_id == "e1"
    with pytest.raises(UndecodableRecord, match="D010"):
        decode(first)
