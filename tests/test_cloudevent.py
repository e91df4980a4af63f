"""The SDK's object of our bytes."""

from decimal import Decimal

import pytest
from cloudevents.core.exceptions import CloudEventValidationError

from bridge.cloudevent import to_cloudevent
from bridge.errors import UndecodableRecord

BODY = b'{"specversion":"1.0","id":"1","source":"/s","type":"t","time":"2026-01-31T12:00:00.5Z","data":{"n":12.50}}'


def test_attributes_and_exact_data_arrive_in_the_sdks_object():
    event = to_cloudevent(BODY)
    assert (event.get_id(), event.get_source(), event.get_type()) == ("1", "/s", "t")
    assert event.get_time().isoformat() == "2026-01-31T12:00:00.500000+00:00"
    assert event.get_data() == {"n": Decimal("12.50")}


def test_an_event_without_id_is_not_given_one():
    with pytest.raises(CloudEventValidationError):
        to_cloudevent(b'{"specversion":"1.0","source":"/s","type":"t"}')


def test_what_is_no_json_is_refused_in_our_words():
    with pytest.raises(UndecodableRecord, match="D002"):
        to_cloudevent(b"{")


def test_what_is_no_object_is_no_event():
    with pytest.raises(CloudEventValidationError, match="not an object"):
        to_cloudevent(b"[]")


def test_no_time_is_invented():
    assert to_cloudevent(b'{"specversion":"1.0","id":"1","source":"/s","type":"t"}').get_time() is None


def test_a_version_is_not_invented_either():
    with pytest.raises(CloudEventValidationError):
        to_cloudevent(b'{"id":"1","source":"/s","type":"t"}')


def test_small_letters_in_a_time_are_read():
    assert to_cloudevent(BODY.replace(b"T12", b"t12").replace(b"5Z", b"5z")).get_time().microsecond == 500_000


def test_base64_data_is_bytes():
    event = to_cloudevent(b'{"specversion":"1.0","id":"1","source":"/s","type":"t","data_base64":"AP8="}')
    assert event.get_data() == b"\x00\xff"
