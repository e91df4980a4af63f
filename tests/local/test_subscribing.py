"""What the demo's own consumers of stream and queues make of what they get."""

import json
from datetime import UTC, datetime
from pathlib import Path

from bridge.local import listening
from bridge.local.consumer import consumer
from bridge.local.listening import Arrival, Due
from bridge.local.story import Said, Subscriber
from bridge.local.tape import as_lambda_gives, expired

SCHEMAS = Path(__file__).parents[2] / "schemas"
ID = "https://schemas.example.com/shop/order/cancelled.v1.json"
AUDIT = Subscriber("audit", "domain-bus", (), "envelope")
EVENT = {
    "specversion": "1.0",
    "id": "e/1",
    "source": "/s",
    "type": "t",
    "subject": "7",
    "dataschema": ID,
    "data": {"a": 1},
}


def record(**more):
    change = {
        "ApproximateCreationDateTime": datetime(2026, 11, 21, 9, tzinfo=UTC),
        "Keys": {"pk": {"S": "CART#1"}},
        "NewImage": {"blob": {"B": b"\x00\xff"}, "blobs": {"BS": [b"a"]}, "deep": {"M": {"list": {"L": [{"N": "1"}]}}}},
        "SequenceNumber": "000000000000000000000000000009",
    }
    named = {"eventID": "e1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb"}
    return named | {"awsRegion": "us-east-1", "dynamodb": change} | more


def read(body, subscriber=AUDIT):
    return listening._read(subscriber, json.dumps(body), 1.0, lambda schema, data: [f"{schema} {data}"])


def test_a_record_of_the_stream_becomes_what_lambda_gives():
    shaped = as_lambda_gives(record(), "arn:stream")
    assert shaped["eventSourceARN"] == "arn:stream"
    assert shaped["dynamodb"]["ApproximateCreationDateTime"] == 1795251600
    assert shaped["dynamodb"]["NewImage"] == {
        "blob": {"B": "AP8="},
        "blobs": {"BS": ["YQ=="]},
        "deep": {"M": {"list": {"L": [{"N": "1"}]}}},
    }
    assert "userIdentity" not in shaped


def test_the_identity_behind_a_ttl_deletion_is_spelt_as_lambda_spells_it():
    identity = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
    shaped = as_lambda_gives(record(userIdentity=identity), "arn:stream")
    assert shaped["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_an_expiry_made_by_hand_removes_the_item_that_was_inserted():
    inserted = as_lambda_gives(record(), "arn:stream")
    made = expired(inserted, "by-hand")
    assert (made["eventID"], made["eventName"]) == ("by-hand", "REMOVE")
    assert made["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert made["dynamodb"]["OldImage"] == inserted["dynamodb"]["NewImage"]
    assert "NewImage" not in made["dynamodb"]
    assert made["dynamodb"]["SequenceNumber"] == "000000000000000000000000000010"


def test_a_subscriber_validates_what_it_gets_against_the_schema_that_the_event_names():
    faults = consumer(SCHEMAS)
    assert faults(ID, {"orderId": "7", "reason": "twice", "refundDue": True}) == []
    assert faults(ID, {"orderId": "7", "reason": "twice", "refundDue": "yes"}) == [
        "$.refundDue: 'yes' is not of type 'boolean'"
    ]
    assert faults("https://elsewhere", {}) == ["there is no schema https://elsewhere"]


def test_a_message_is_noted_with_the_subscribers_findings():
    arrival = read({"detail-type": "t", "detail": EVENT})
    assert (arrival.due, arrival.id, arrival.data) == (Due("audit", "t", "7"), "e/1", {"a": 1})
    assert arrival.faults == (f"{ID} {{'a': 1}}",)


def test_a_message_that_is_no_cloudevent_is_a_finding():
    arrival = read({"detail-type": "t", "detail": {"specversion": "1.0"}})
    assert (arrival.due, arrival.id) == (Due("audit", "unreadable", None), None)
    assert arrival.faults[0].startswith("CloudEventValidationError: ")


def test_bare_data_is_known_by_its_type_alone():
    arrival = read({"detail-type": "t", "detail": {"a": 1}}, Subscriber("analytics", "b", (), "data"))
    assert arrival == Arrival(Due("analytics", "t", None), 1.0, {}, {"a": 1}, ())


def test_a_subscriber_hears_what_is_sent_to_its_target_and_interests_it():
    orders = Subscriber("billing", "domain-bus", ("shop.order.",), "envelope")
    assert orders.pattern == {"detail-type": [{"prefix": "shop.order."}]}
    assert AUDIT.pattern == {"account": [{"exists": True}]}
    assert orders.hears(Said("shop.order.placed", "7", ("domain-bus",)))
    assert not orders.hears(Said("shop.order-line.returned", "7", ("domain-bus",)))
    assert not orders.hears(Said("shop.order.placed", "7", ("order-feed",)))
    assert AUDIT.hears(Said("anything", "7", ("domain-bus",)))


def handled(body, *failed):
    """What is noted of a message for a function that fails for these messages."""
    answer = {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
    opinions = listening.Opinions(lambda schema, data: [], lambda event: answer)
    message = {"MessageId": "m1", "Body": json.dumps(body)}
    return listening._heard(Subscriber("billing", "domain-bus", (), "function"), message, 1.0, opinions)


def test_a_function_opens_its_messages_by_itself():
    arrival = handled({"detail-type": "t", "detail": EVENT})
    assert (arrival.due, arrival.id, arrival.data, arrival.faults) == (Due("billing", "t", "7"), "e/1", {"a": 1}, ())


def test_what_a_function_did_not_take_is_a_finding():
    assert handled({"detail-type": "t", "detail": EVENT}, "m1").faults == ("its function did not take it",)
    arrival = handled({"detail-type": "t", "detail": {}}, "m1")
    assert arrival.due == Due("billing", "unreadable", None)
    assert "U002" in arrival.faults[0]
