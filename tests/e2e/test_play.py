"""Through the real mapping: item written, stream, mapping, deployed function, bus or topic, queue, subscriber.

ministack's mapping ignores partial batch failures, so nothing here is evidence of retries.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.e2e


def test_every_event_arrives_at_each_of_its_subscribers(played):
    assert {scene.step.title: scene.missing for scene in played.scenes if scene.missing} == {}


def test_every_check_of_the_play_holds(played):
    assert {check.says: check.found for check in played.checks if not check.ok} == {}


def test_a_change_that_says_nothing_reaches_nobody(played):
    assert played.said("a kettle is drafted") == []
    assert played.said("Ada's new e-mail") == []


def test_one_transaction_becomes_the_events_of_two_of_its_items(played):
    assert sorted(played.said("and pays")) == [
        "order.placed.v1 1001: audit billing warehouse",
        "payment.captured.v1 PAY-1: audit billing warehouse",
    ]


def test_one_change_becomes_two_events_with_ids_of_their_own(played):
    assert played.said("two parcels are packed") == ["order.parcel-packed.v1 1001: audit billing"] * 2
    ids = {arrival.id for arrival in played.at("billing", "order.parcel-packed.v1")}
    change = played.scene("two parcels are packed").records[0]["eventID"]
    assert ids == {f"{change}/order.parcel-packed/P-1", f"{change}/order.parcel-packed/P-2"}


def test_an_event_is_whole_and_exact_when_it_arrives(played):
    (arrival,) = played.at("warehouse", "order.shipped.v1")
    scene = played.scene("they ship")
    (record,) = scene.records
    assert arrival.attributes | {"time": arrival.attributes["time"].timestamp()} == {
        "specversion": "1.0",
        "id": f"{record['eventID']}/order.shipped",
        "source": "/shop/orders",
        "type": "com.example.shop.order.shipped.v1",
        "subject": "1001",
        "time": record["dynamodb"]["ApproximateCreationDateTime"],
        "datacontenttype": "application/json",
        "dataschema": "https://schemas.example.com/shop/order/shipped.v1.json",
        "partitionkey": arrival.attributes["partitionkey"],
        "sequence": record["dynamodb"]["SequenceNumber"].zfill(40),
    }
    assert arrival.data == {
        "orderId": "1001",
        "shippedAt": "2026-11-21T10:15:00Z",
        "carrier": "Royal Mail",
        "destination": {"city": "London", "postalCode": "SW1Y 4JH", "country": "GB"},
        "parcels": [
            {"parcelId": "P-1", "weightKg": 1.25, "contents": [{"sku": "MUG-BLUE", "quantity": 2}]},
            {"parcelId": "P-2", "weightKg": 0.1, "contents": [{"sku": "TEA-EARL", "quantity": 1}]},
        ],
    }


def test_a_bare_data_target_gets_the_data_alone(played):
    (arrival,) = played.at("analytics", "product.price-dropped.v1")
    euro = {"currency": "EUR"}
    assert arrival.data == {
        "sku": "MUG-BLUE",
        "from": {"amount": 1490} | euro,
        "to": {"amount": 1190} | euro,
        "percent": 20.1,
    }


def test_personal_attributes_reach_nobody(played):
    told = str([arrival.data for arrival in played.arrivals])
    assert "C-42" in told
    assert "ada@example.com" not in told
    assert "Lovelace" not in told


def test_an_expiry_made_by_hand_is_an_abandoned_cart_and_a_removal_is_an_emptied_one(played):
    assert played.said("and expires") == ["cart.abandoned.v1 K-3: analytics audit marketing"]
    assert played.said("and throws it away") == ["cart.emptied.v1 K-2: audit marketing"]


def test_a_poison_record_is_parked_whole_with_its_reason_and_its_neighbour_is_carried(played):
    scene = played.scene("an import forgets")
    assert played.said("an import forgets") == ["order.placed.v1 1007: audit billing warehouse"]
    (parcel,) = scene.parked
    assert parcel["record"] == scene.records[0]
    assert parcel["record_id"] == scene.records[0]["eventID"]
    (problem,) = parcel["problems"]
    asks = (ROOT / "rules/order.yaml").read_text().splitlines()[problem["line"] - 1]
    assert (problem["code"], problem["file"]) == ("M001", "rules/order.yaml")
    assert "placedAt: ${iso(new.placedAt)}" in asks
    assert problem["fix"]


def test_a_redelivered_batch_is_absorbed_by_the_ledger_and_parks_nothing_twice(played):
    assert played.again.arrivals == ()
    assert played.again.answer.response == {"batchItemFailures": []}
    said = [said for scene in played.scenes for said in scene.step.says]
    assert played.again.answer.duplicates == sum(len(each.targets) for each in said)
    assert [parcel["key"] for parcel in played.again.parked] == [parcel["key"] for parcel in played.scenes[-1].parked]
