"""Any delivery becomes the event that was published, or an error of ours."""

import json
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.subscriber import MessageRefused, UnreadableMessage, receive
from bridge.subscriber.envelopes import LAYERS
from tests.subscriber.deliveries import (
    BODY,
    event,
    eventbridge,
    notification,
    polled,
    sns,
    sqs,
    sqs_record,
    with_metadata,
)

EXACT = Decimal("0.1234567890123456789012345678901234567")

#: Each way to a subscriber, and whether every digit survives it (Lambda parses what it hands over as objects).
DELIVERIES = {
    "a message body": (BODY, True),
    "a message body as bytes with a byte order mark": (b"\xef\xbb\xbf" + BODY.encode(), True),
    "a CloudEvent": (event(), False),
    "a batch of CloudEvents": ([event()], False),
    "a batch of CloudEvents as text": (f"[{BODY}]", True),
    "EventBridge to Lambda": (json.loads(eventbridge()), False),
    "EventBridge to SQS": (sqs(sqs_record(eventbridge())), True),
    "SNS to Lambda": (sns(), True),
    "SNS to SQS, raw": (sqs(sqs_record()), True),
    "SNS to SQS, enveloped": (sqs(sqs_record(notification())), True),
    "SNS to SQS, FIFO": (sqs(sqs_record(group="ORDER#7")), True),
    "EventBridge to SNS to SQS": (sqs(sqs_record(notification(eventbridge()))), True),
    "SQS through a pipe": ([sqs_record()], True),
    "SQS, polled": (polled(), True),
    "SQS, polled, one message": (polled()["Messages"][0], True),
    "SQS, polled, its body": (polled(notification())["Messages"][0]["Body"], True),
    "a Custom Event Bus, one event": (event(), False),
    "a Custom Event Bus, an array": ([event()], False),
    "a Custom Event Bus, published by PutEvents": ([json.loads(eventbridge())], False),
    "a Custom Event Bus with metadata": ([with_metadata()], False),
    "a Custom Event Bus with metadata, published by PutEvents": ([with_metadata(json.loads(eventbridge()))], False),
    "a Custom Event Bus with metadata in SQS": (sqs(sqs_record(json.dumps(with_metadata()))), False),
    "a batch in SQS": (sqs(sqs_record(f"[{BODY}]")), True),
}


@pytest.mark.parametrize(("delivery", "exact"), DELIVERIES.values(), ids=DELIVERIES)
def test_every_way_to_a_subscriber_brings_the_event(delivery, exact):
    (received,) = receive(delivery)
    assert (received.id, received.source, received.type, received.subject) == (
        "7de3/order.placed", "/shop/orders", "com.example.shop.order.placed.v1", "7",
    )  # fmt: skip
    assert (received.partitionkey, received.sequence) == ("ORDER#7", "0000000000004421584500000000017450439091")
    assert received.event.get_time().isoformat() == "2026-11-20T09:30:00.123000+00:00"
    assert {**received.data, "exact": None} == {"orderId": "7", "total": Decimal("12.50"), "exact": None}
    assert type(received.data["exact"]) is Decimal
    assert (received.data["exact"] == EXACT) is exact
    assert received.event.get_data() == received.data


def test_what_is_given_is_not_changed():
    given_event = [with_metadata(), json.loads(eventbridge())]
    before = json.dumps(given_event)
    receive(given_event)
    assert json.dumps(given_event) == before


def test_messages_keep_their_order_and_say_which_they_were():
    delivery = sqs(sqs_record(f"[{BODY},{BODY}]", "m1"), sqs_record(json.dumps(event(id="b")), "m2"))
    assert [(each.id, each.message) for each in receive(delivery)] == [
        ("7de3/order.placed", "m1"), ("7de3/order.placed", "m1"), ("b", "m2"),
    ]  # fmt: skip
    assert receive(sns())[0].message is None


@pytest.mark.parametrize("empty", [{"Records": []}, [], "[]", {"Messages": []}])
def test_nothing_gives_nothing(empty):
    assert receive(empty) == []


def test_an_attribute_that_is_null_is_absent_and_no_time_is_invented():
    (received,) = receive(event(time=None) | {"subject": None})
    assert (received.subject, received.event.get_time()) == (None, None)
    assert "time" not in received.event.get_attributes()


def test_binary_data_arrives_as_bytes():
    (received,) = receive(event(data=None, data_base64="AP8="))
    assert received.data == b"\x00\xff"


def test_sequence_and_partition_key_count_only_as_text():
    (received,) = receive(event(sequence=7, partitionkey=None))
    assert (received.sequence, received.partitionkey) == (None, None)


BARE = json.loads(eventbridge('{"orderId":"7","total":12.5}'))


@pytest.mark.parametrize("detail", ['{"orderId":"7"}', "[]", '"text"', "null"])
def test_bare_data_is_refused_and_the_way_out_is_said(detail):
    with pytest.raises(UnreadableMessage) as refused:
        receive(sqs(sqs_record(eventbridge(detail))))
    assert str(refused.value) == (
        "record m1 $.Records[0].body: U002 the detail is bare data without a CloudEvent around it\n"
        "    fix: subscribe to a target that sends the whole event, or take it as it is: bare='wrap'"
    )


def test_bare_data_is_wrapped_where_that_is_asked_for():
    (received,) = receive(BARE, bare="wrap")
    assert received.data == {"orderId": "7", "total": Decimal("12.5")}
    assert received.id == "6a7e8feb-b491-4cf7-a9f1-bf3703467718"
    assert (received.source, received.type) == ("/shop/orders", "com.example.shop.order.placed.v1")
    assert received.event.get_time().isoformat() == "2026-11-20T09:30:00+00:00"


def test_a_cloudevent_in_a_detail_is_not_wrapped():
    (received,) = receive(json.loads(eventbridge()), bare="wrap")
    assert received.id == "7de3/order.placed"


UNREADABLE = {
    "nothing": (None, "$: U001 this is neither text nor an object nor a list"),
    "an object of no shape": ({"a": 1}, "$: U001 this is neither a CloudEvent nor anything that AWS puts around one"),
    "a change record": (
        {"Records": [{"eventID": "1", "eventSource": "aws:dynamodb", "dynamodb": {}}]},
        "$.Records[0]: U001 this is neither a CloudEvent",
    ),
    "a body that is not JSON": (sqs(sqs_record("{")), "1:2 record m1 $.Records[0].body: D002 this is not JSON"),
    "text that is not JSON": ("hello", "1:1: D002 this is not JSON"),
    "bytes that are not UTF-8": (b'{"a":"\xff"}', "1:7: D001 this is not UTF-8"),
    "a number that is none": ({"specversion": "1.0", "data": float("nan")}, "$.data: D004 this is not a number"),
    "a value that JSON has not": ({"specversion": "1.0", "data": {1, 2}}, "$.data: D006 a value or name of type set"),
    "half a character": (sqs(sqs_record(r'{"specversion":"1.0","data":"\ud800"}')), "m1 $.Records[0].body.data: D005"),
    "no id": (event(id=None), "$.id: U003 this attribute is missing, or not what CloudEvents 1.0 allows"),
    "no version": (event(specversion=None) | {"specversion": None}, "$.specversion: U003"),
    "another version": (event(specversion="0.3"), "$.specversion: U003"),
    "a type that is no text": (event(type=7), "$.type: U003"),
    "a time that is none": (event(time="yesterday"), "$.time: U003"),
    "a time that is no text": (event(time=7), "$.time: U003"),
    "a time of no zone": (event(time="2026-01-01T00:00:00"), "$.time: U003"),
    "Base64 that is none": (event(data=None, data_base64="*"), "$.data_base64: U003"),
    "a name that no extension has": (event(Traced="x"), "$.Traced: U003"),
}  # fmt: skip


@pytest.mark.parametrize(("delivery", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_with_its_place(delivery, says):
    with pytest.raises(UnreadableMessage) as refused:
        receive(delivery)
    assert says in str(refused.value)


def test_every_attribute_that_is_wrong_is_told():
    with pytest.raises(UnreadableMessage) as refused:
        receive(event(id=None, type="", Bad=1))
    assert [problem.where.path for problem in refused.value.problems] == ["$.id", "$.type", "$.Bad"]


def test_envelopes_inside_one_another_end():
    text = BODY
    for _ in range(LAYERS):
        text = json.dumps({"messageId": "m", "body": text})
    with pytest.raises(UnreadableMessage, match="U004"):
        receive(text)


def test_lists_inside_one_another_end():
    with pytest.raises(UnreadableMessage, match="U004"):
        receive("[" * 20 + "]" * 20)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NAMES = st.sampled_from(
    [
        "Records", "Messages", "body", "messageId", "Body", "MessageId", "Sns", "Message", "Type", "TopicArn", "Data",
        "SystemMetadata", "detail", "detail-type", "specversion", "id", "source", "type", "data", "dataref", "time",
        "data_base64", "subject", "dataschema", "attributes", "eventSourceARN",
    ]
)  # fmt: skip
SHAPED = st.recursive(
    JSON | st.sampled_from([BODY, event(), "1.0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner) | inner.map(json.dumps),
)


def attempt(anything, bare):
    """The events, or the problems of our own error; any other error is the test's."""
    try:
        return receive(anything, bare=bare), ()
    except MessageRefused as refused:
        return [], refused.problems


@given(SHAPED, st.sampled_from(["refuse", "wrap"]))
@example({"Records": [{"Sns": None}]}, "wrap")
@example({"detail-type": 1, "detail": {}, "id": [], "time": {}, "source": 0}, "wrap")
def test_anything_gives_events_or_an_error_of_ours(anything, bare):
    received, problems = attempt(anything, bare)
    assert all(each.id and each.source and each.type for each in received)
    assert all(problem.fix for problem in problems)


@given(st.binary() | st.text())
def test_any_text_and_bytes_give_events_or_an_error_of_ours(anything):
    received, problems = attempt(anything, "refuse")
    assert received or problems or anything.strip() in {"[]", b"[]"}


def test_importing_needs_no_boto3_and_nothing_of_the_command_line():
    heavy = "boto3 botocore typer rich jsonschema aws_lambda_powertools pydantic"
    code = f"import sys, bridge.subscriber; print([m for m in {heavy.split()} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_of_a_name_that_is_there_twice_the_last_counts_as_lambda_reads_it():
    body = BODY.replace('"orderId":"7"', '"orderId":"6","orderId":"7"')
    assert body != BODY
    (through_a_queue,) = receive(sqs(sqs_record(body)))
    (invoked,) = receive(json.loads(eventbridge(body)))
    assert through_a_queue.data["orderId"] == invoked.data["orderId"] == "7"


def test_data_that_comes_twice_is_refused_since_nobody_knows_which_counts():
    with pytest.raises(UnreadableMessage, match=r"\$\.data_base64: U003"):
        receive(event(data_base64="AA=="))


def test_bare_data_is_wrapped_only_where_just_that_is_said():
    delivery = json.loads(eventbridge('{"orderId":7}'))
    with pytest.raises(UnreadableMessage, match="U002"):
        receive(delivery, bare="wrapped")
