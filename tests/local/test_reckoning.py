"""The reckoning finds whatever went wrong in a play."""

from dataclasses import replace

import pytest

from bridge.local.deployment import Answer
from bridge.local.listening import Arrival, Due
from bridge.local.play import Heard, Redelivery, Scene, heard, plain_keys
from bridge.local.reckoning import reckon
from bridge.local.story import Said, Step, Write

TYPE = "com.example.shop.order.placed.v1"
POISON = Step("poison", (Write("put", "ORDER#8", "META", {}),), poison=True)
STEP = Step("placed", (Write("put", "ORDER#7", "META", {}),), (Said(TYPE, "7", ("domain-bus", "order-feed")),))


def record(number):
    keys = {"pk": {"S": f"ORDER#{number}"}, "sk": {"S": "META"}}
    return {"eventID": f"e{number}", "eventName": "INSERT", "dynamodb": {"Keys": keys}}


def arrival(subscriber, number="7", sequence="1", *faults):
    attributes = {"id": f"e{number}/order.placed", "partitionkey": "ORDER#7", "sequence": sequence}
    return Arrival(Due(subscriber, TYPE, number), 10.25, attributes, {}, faults)


AUDIT, WAREHOUSE = arrival("audit"), arrival("warehouse")
DUE = (AUDIT.due, WAREHOUSE.due)
PARCEL = {"record": record("8"), "record_id": "e8", "key": "f/2026-11-21/e8", "problems": [{"code": "M001"}]}
SCENE = Scene(1, "act", STEP, [record("7")], 10.0, DUE, (AUDIT, WAREHOUSE))
POISONED = Scene(2, "act", POISON, [record("8")], 11.0, (), (), (PARCEL,))
AGAIN = Redelivery([record("7"), record("8")], Answer({"batchItemFailures": []}, {"duplicates": 2}), (), (PARCEL,))


def failures(arrivals=(AUDIT, WAREHOUSE), again=AGAIN):
    return {check.says: check.found for check in reckon([SCENE, POISONED], arrivals, again) if not check.ok}


def test_a_play_in_which_all_went_well_has_evidence_for_each_check():
    found = [check.found for check in reckon([SCENE, POISONED], (AUDIT, WAREHOUSE), AGAIN)]
    assert failures() == {}
    assert found == [
        "2 deliveries",
        "2 messages",
        "2 validated by their subscribers",
        "1 ids",
        "1 items",
        "M001",
        "2 records again, 2 duplicates not sent",
    ]


@pytest.mark.parametrize(
    ("arrivals", "says", "found"),
    [
        ((AUDIT,), "everything expected has arrived", f"missing: {TYPE} of 7 at warehouse"),
        (
            (AUDIT, AUDIT, WAREHOUSE),
            "each exactly once, and nothing else",
            f"audit got e7/order.placed 2 times; unexpected: {TYPE} of 7 at audit",
        ),
        (
            (AUDIT, WAREHOUSE, Arrival(Due("analytics", TYPE, None), 10.0, {}, {}, ())),
            "each exactly once, and nothing else",
            f"unexpected: {TYPE} at analytics",
        ),
        (
            (replace(AUDIT, faults=("$.total: is no number",)), WAREHOUSE),
            "every CloudEvent is read by the CloudEvents SDK and fits the schema it names",
            f"{TYPE} of 7 at audit: $.total: is no number",
        ),
    ],
)
def test_what_went_wrong_is_named(arrivals, says, found):
    assert failures(arrivals) == {says: found}


def test_an_event_of_no_change_is_found():
    says = "every event's id names the change that it came from"
    assert failures((AUDIT, WAREHOUSE, arrival("audit", "9")))[says] == "e9/order.placed names no change of the stream"


def test_events_out_of_order_are_found_at_the_ordered_subscriber_alone():
    says = "warehouse, behind the FIFO topic, saw each item's events in order"
    late = [arrival("warehouse", sequence="2"), arrival("warehouse", sequence="1")]
    assert failures(late)[says] == "out of order: ORDER#7"
    assert says not in failures([replace(each, due=AUDIT.due) for each in late])


@pytest.mark.parametrize("parked", [(), (PARCEL, PARCEL), ({**PARCEL, "record": record("7")},)])
def test_poison_that_is_not_parked_once_is_found(parked):
    assert list(failures(again=replace(AGAIN, parked=parked))) == ["the poison record is parked, whole and once"]


def test_a_redelivery_that_is_not_absorbed_is_found():
    again = replace(AGAIN, arrivals=(AUDIT,), answer=Answer({"batchItemFailures": [{"itemIdentifier": "1"}]}, {}))
    assert failures(again=again) == {
        "a redelivered batch is absorbed by the ledger": (
            f"{TYPE} of 7 at audit arrived again; the function answered "
            "{'batchItemFailures': [{'itemIdentifier': '1'}]}"
        )
    }


def test_bare_data_is_heard_with_the_event_of_its_type_and_alone_where_there_is_none():
    bare = Arrival(Due("analytics", TYPE, None), 10.5, {}, {}, ())
    both = replace(SCENE, arrivals=(AUDIT, bare))
    assert heard(both) == [Heard(TYPE, "7", "e7/order.placed", {"audit": 250, "analytics": 500})]
    assert heard(replace(SCENE, arrivals=(bare,))) == [Heard(TYPE, None, None, {"analytics": 500})]


def test_a_scene_is_well_when_nothing_is_missing_and_its_poison_is_parked():
    assert SCENE.ok
    assert POISONED.ok
    assert not replace(SCENE, arrivals=(AUDIT,)).ok
    assert replace(SCENE, arrivals=(AUDIT,)).missing == [WAREHOUSE.due]
    assert not replace(POISONED, parked=()).ok
    assert plain_keys(SCENE.records[0]) == {"pk": "ORDER#7", "sk": "META"}
