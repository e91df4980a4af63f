"""The stub of the benchmarks notices what goes wrong, and counts as DynamoDB does."""

import copy
import json
from base64 import b64encode

import pytest

from benchmarks import workload
from benchmarks.stub import Stub, complaints

EVENTS = workload.events(workload.records(12, seed=1))
HEAD = (
    b"POST / HTTP/1.1\r\nX-Amz-Target: %s\r\n"
    b"Authorization: AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=" + b"0" * 64
)


def entry(event):
    return {
        "EventBusName": "domain",
        "Source": event["source"],
        "DetailType": event["type"],
        "Detail": json.dumps(event),
    }


def sent(events, head=HEAD):
    stub = Stub()
    for event in events:
        stub.answer(head % b"AWSEvents.PutEvents", json.dumps({"Entries": [entry(event)]}).encode())
    return complaints(stub.report(), EVENTS)


def call(stub, operation, **request):
    status, body = stub.answer(HEAD % f"DynamoDB_20120810.{operation}".encode(), json.dumps(request).encode())
    return status, json.loads(body)


def test_what_is_right_is_not_complained_of():
    assert sent(EVENTS.values()) == []


def test_a_moment_may_be_written_in_another_way():
    other = [{**event, "time": event["time"].replace("Z", "+00:00")} for event in EVENTS.values()]
    assert sent(other) == []


@pytest.mark.parametrize("name", ["source", "type", "subject", "time", "data", "specversion"])
def test_an_event_that_is_wrong_is_complained_of(name):
    events = copy.deepcopy(list(EVENTS.values()))
    events[3][name] = "else"
    assert sent(events) == [f"1 events are wrong or unasked for, such as {events[3]['id']}"]


def test_an_event_that_is_missing_doubled_or_unknown_is_complained_of():
    first, second, *rest = EVENTS.values()
    assert sent([second, second, {**first, "id": "another"}, *rest]) == [
        f"1 events never came, such as {first['id']}",
        f"1 events came more than once, such as {second['id']}",
        "1 events are wrong or unasked for, such as another",
    ]


def test_a_call_that_is_not_signed_is_complained_of():
    assert sent(EVENTS.values(), HEAD.partition(b"\r\nAuth")[0]) == ["12 calls were not signed"]


def test_every_entry_of_a_call_is_answered():
    stub = Stub()
    body = json.dumps({"Entries": [entry(event) for event in list(EVENTS.values())[:10]]}).encode()
    assert len(json.loads(stub.answer(HEAD % b"AWSEvents.PutEvents", body)[1])["Entries"]) == 10


def test_an_item_that_is_there_refuses_a_conditional_put():
    stub, item = Stub(), {"id": {"S": "a"}, "status": {"S": "COMPLETED"}}
    put = {"TableName": "t", "Item": item, "ConditionExpression": "attribute_not_exists(#id)"}
    assert call(stub, "PutItem", **put)[0] == 200
    status, said = call(stub, "PutItem", **put)
    assert (status, said["Item"]) == (400, item)
    assert call(stub, "GetItem", TableName="t", Key={"id": {"S": "a"}}) == (200, {"Item": item})


def test_units_are_charged_by_the_whole_item():
    """Adding 100 digests of 16 bytes to 100: 3,200 bytes and the names round up to four units."""
    stub = Stub()
    for start in (0, 100):
        digests = [f"{number:016}".encode() for number in range(start, start + 100)]
        call(
            stub,
            "UpdateItem",
            TableName="t",
            Key={"pk": {"S": "k"}},
            UpdateExpression="SET #e = :e ADD #d :d",
            ExpressionAttributeNames={"#d": "d", "#e": "e"},
            ExpressionAttributeValues={
                ":e": {"N": "1795167000"},
                ":d": {"BS": [b64encode(each).decode() for each in digests]},
            },
        )
    assert (stub.write_units, stub.largest) == (2 + 4, 3200 + len("d") + len("pk") + len("k") + len("e") + 5)
    keys = [{"pk": {"S": "k"}}, {"pk": {"S": "none"}}]
    _, said = call(stub, "BatchGetItem", RequestItems={"t": {"Keys": keys, "ConsistentRead": True}})
    assert len(said["Responses"]["t"][0]["d"]["BS"]) == 200
    assert stub.read_units == 2
