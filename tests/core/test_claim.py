"""An event without its data is the same event, and says where the data lies."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bridge.cloudevent import to_cloudevent
from bridge.core.claim import claim_key, claimed
from bridge.core.event import EventParts, make_event

REFERENCE = "s3://claims/2026-01-02/a/b.json"
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(st.characters(codec="utf-8"), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"}:', max_size=3), inner, max_size=3),
    max_leaves=9,
)


def event(data, **given):
    parts = {
        "rule": "order.placed",
        "id": "e1/order.placed",
        "source": "/shop/orders",
        "type": "com.example.shop.order.placed.v1",
        "subject": "7",
        "time": "2026-01-02T03:04:05.678901Z",
        "dataschema": "https://example.com/order/placed.v1.json",
        "partitionkey": "7",
        "sequence": "0" * 39 + "1",
        "extensions": {"zone": "eu"},
        "data": data,
        "targets": ("bus",),
        "lane": "shop/7",
        "stream": "",
    }
    return make_event(EventParts(**(parts | given)))


@given(DATA)
def test_only_the_data_gives_way_to_its_reference(data):
    whole, claim = event(data), claimed(event(data), REFERENCE)
    said = json.loads(whole.body)
    del said["data"]
    assert json.loads(claim.body) == said | {"dataref": REFERENCE}
    assert claim._replace(body=whole.body, extensions={"zone": "eu"}) == (whole._replace(wide=None))


def test_the_sdk_reads_the_claim():
    read = to_cloudevent(claimed(event({"total": 1}), REFERENCE).body)
    assert (read.get_data(), read.get_extension("dataref"), read.get_id()) == (None, REFERENCE, "e1/order.placed")


def test_an_integer_that_a_bus_refuses_is_no_part_of_the_claim():
    assert event(2**70).wide == "$.data"
    assert claimed(event(2**70), REFERENCE).wide is None


def test_a_retry_has_the_same_key_and_nothing_else_has():
    keys = [
        claim_key(each) for each in (event(1), event(1), event(2), event(1, id="e2/order.placed"), event(1, time=None))
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4
    assert [key.partition("/")[0] for key in keys] == ["2026-01-02"] * 4 + ["undated"]


def test_a_key_holds_nothing_that_the_event_says():
    assert "ada" not in claim_key(event({"mail": "ada"}, id="e1/order.placed/ada"))
