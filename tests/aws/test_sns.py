"""The topic: sizes, attributes, FIFO ids, and a verdict for each message."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from bridge.aws.sns import ATTRIBUTES, ENTRIES, NUMBER, REFUSED_CALL, REFUSED_ENTRY, ROOM, Topic, attributes, token
from bridge.errors import ProjectInvalid
from bridge.loop import run
from bridge.ports import DELIVERED
from tests.aws import faults
from tests.aws.conftest import BentClock, a_client, new_clients
from tests.aws.events import event
from tests.aws.stubbed import Stubbed, said

ARN = "arn:aws:sns:eu-west-1:123456789012:feed"


def topic(clients=None, arn=ARN):
    return Topic("order-feed", arn, clients or new_clients(), BentClock())


def of_size(size, name="e"):
    return event(name, body=b"x" * (size - topic().size(event(name, body=b""))))


# ---- limits


def test_a_message_may_take_all_of_the_room_and_not_a_byte_more():
    assert topic().objection(of_size(ROOM)) is None
    assert str(topic().objection(of_size(ROOM + 1))) == (
        "B001 the event takes 262145 bytes, and target 'order-feed' carries 262144\n"
        "    fix: say less in `data`, for example a reference in place of what it refers to; "
        "or let large events go by claim check: `claims` in bridge.yaml"
    )


def test_the_size_counts_body_names_types_and_values():
    measured = event(type="tü", source="/s", subject=None, extensions={"n": 7}, body=b"{}")
    counted = ["type", "String", "tü", "source", "String", "/s", "n", "Number", "7"]
    assert topic().size(measured) == 2 + sum(len(text.encode()) for text in counted)


@given(st.lists(st.integers(0, ROOM // 3), max_size=40))
def test_calls_keep_order_lose_nothing_and_never_exceed_a_limit(sizes):
    events = [event(f"e{index}", body=b"x" * size) for index, size in enumerate(sizes)]
    calls = topic().calls(events)
    assert [one for call in calls for one in call] == events
    assert all(0 < len(call) <= ENTRIES and sum(map(topic().size, call)) <= ROOM for call in calls)


def test_a_call_is_cut_at_the_very_byte():
    half = ROOM // 2
    assert [len(call) for call in topic().calls([of_size(half), of_size(half)])] == [2]
    assert [len(call) for call in topic().calls([of_size(half), of_size(half + 1)])] == [1, 1]


@pytest.mark.parametrize(("arn", "ordered"), [(ARN, False), (ARN + ".fifo", True)])
def test_only_fifo_keeps_order(arn, ordered):
    assert topic(arn=arn).ordered is ordered


@pytest.mark.parametrize("arn", ["", "feed", "arn:aws:sqs:eu-west-1:123456789012:feed", ARN + "\n", ARN + ".fifa"])
def test_a_topic_that_could_not_exist_is_a_problem_of_the_project(arn):
    with pytest.raises(ProjectInvalid) as caught:
        topic(arn=arn)
    assert caught.value.problems[0].code == "B040"


# ---- attributes


def test_attributes_are_type_source_subject_and_the_extensions_in_their_order():
    said_of = attributes(event(extensions={"zone": "eu", "count": 7, "paid": True, "big": NUMBER + 1, "low": -NUMBER}))
    assert said_of == [
        ("type", "String", "com.example.shop.order.placed.v1"),
        ("source", "String", "/shop/orders"),
        ("subject", "String", "7"),
        ("zone", "String", "eu"),
        ("count", "Number", "7"),
        ("paid", "String", "true"),
        ("big", "String", "1000000001"),
        ("low", "Number", "-1000000000"),
    ]


def test_at_most_ten_attributes_travel():
    extensions = {f"x{index}": "v" for index in range(20)}
    assert [name for name, _, _ in attributes(event(extensions=extensions))][3:] == list(extensions)[: ATTRIBUTES - 3]


@pytest.mark.parametrize("value", ["", "smile 😀", "line\nbreak", "tab\t", "\x00", "\x7f", "\ufffe"])
def test_what_sns_would_refuse_as_an_attribute_is_left_to_the_body(value):
    assert [name for name, _, _ in attributes(event(subject=value, extensions={"a": value, "b": "Ä€"}))] == [
        "type",
        "source",
        "b",
    ]


def test_a_name_that_is_too_long_is_left_to_the_body():
    assert [name for name, _, _ in attributes(event(extensions={"n" * 257: "v", "n" * 256: "v"}))][3:] == ["n" * 256]


# ---- FIFO ids


@pytest.mark.parametrize(
    "text", ["a", "x" * 128, string.ascii_letters + string.digits, string.punctuation, '{"pk":"ORDER#7"}']
)
def test_an_id_that_sns_takes_is_sent_as_it_is(text):
    assert token(text) == text


@pytest.mark.parametrize("text", ["", "x" * 129, "with space", "ü", "a\n", "😀"])
def test_any_other_id_is_hashed(text):
    assert len(token(text)) == 64
    assert token(text) == token(text) != token(text + "!")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_different_ids_stay_different_and_are_always_taken(one, other):
    assert set(token(one)) <= set(string.ascii_letters + string.digits + string.punctuation)
    assert 0 < len(token(one)) <= 128
    assert (token(one) == token(other)) == (one == other)


def test_a_fifo_message_names_its_group_and_itself():
    entry = topic(arn=ARN + ".fifo")._entry(3, event("e", partitionkey="k"))
    assert (entry["Id"], entry["MessageGroupId"], entry["MessageDeduplicationId"]) == ("3", "k", "e/order.placed")


def test_a_standard_message_names_neither():
    assert set(topic()._entry(0, event())) == {"Id", "Message", "MessageAttributes"}


def test_a_topic_is_called_in_the_region_of_its_arn():
    stubbed = Stubbed("sns")
    run(topic(stubbed, arn="arn:aws:sns:us-east-2:123456789012:feed").publish([event()], 3))
    assert stubbed.asked == [("sns", 3, "us-east-2")]


# ---- verdicts, message by message


def answered(stubbed, failed=(), successful=()):
    stubbed.stub.add_response(
        "publish_batch",
        {
            "Failed": [
                {"Id": id_, "Code": code, "Message": message, "SenderFault": fault}
                for id_, code, fault, message in failed
            ],
            "Successful": [{"Id": id_, "MessageId": "m"} for id_ in successful],
        },
    )


@pytest.mark.parametrize(
    ("code", "fault", "expected"),
    [*((code, True, ("refused", "B010")) for code in sorted(REFUSED_ENTRY))]
    + [(code, False, ("unavailable", "B011")) for code in sorted(REFUSED_ENTRY)]
    + [
        (code, fault, ("unavailable", "B011"))
        for code in (
            "InternalError",
            "Throttled",
            "KMSThrottling",
            "KMSAccessDenied",
            "AuthorizationError",
            "NeverHeardOfIt",
        )
        for fault in (True, False)
    ],
)
def test_each_code_of_a_message_has_its_verdict_found_by_its_id(code, fault, expected):
    stubbed = Stubbed("sns")
    answered(stubbed, failed=[("1", code, fault, "said of ada@example.org")], successful=["2", "0"])
    with stubbed.stub:
        verdicts = run(topic(stubbed).publish([event("a"), event("b"), event("c")], 3))
    assert said(verdicts) == [("delivered", None), expected, ("delivered", None)]
    assert "ada@" not in str(verdicts[1])


def test_a_message_that_is_not_answered_is_unavailable():
    stubbed = Stubbed("sns")
    answered(stubbed, successful=["0", "7"])
    with stubbed.stub:
        assert said(run(topic(stubbed).publish([event("a"), event("b")], 3))) == [
            ("delivered", None),
            ("unavailable", "B011"),
        ]


def test_a_message_that_both_failed_and_succeeded_is_sent_again():
    stubbed = Stubbed("sns")
    answered(stubbed, failed=[("0", "InternalError", False, "m")], successful=["0"])
    with stubbed.stub:
        assert said(run(topic(stubbed).publish([event()], 3))) == [("unavailable", "B011")]


# ---- verdicts on whole calls


@pytest.mark.parametrize("code", sorted(REFUSED_CALL))
def test_a_call_refused_for_one_message_refuses_only_the_one_that_fails_alone(code):
    stubbed = Stubbed("sns")
    stubbed.stub.add_client_error("publish_batch", code, "m", 400)
    answered(stubbed, successful=["0"])
    stubbed.stub.add_client_error("publish_batch", code, "m", 400)
    answered(stubbed, failed=[("0", "InternalError", False, "m")])
    with stubbed.stub:
        verdicts = run(topic(stubbed).publish([event("a"), event("b"), event("c")], 3))
    assert said(verdicts) == [("delivered", None), ("refused", "B010"), ("unavailable", "B011")]


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (429, "Throttling", ""),
        (400, "Throttled", ""),
        (404, "NotFound", "Topic does not exist"),
        (403, "AuthorizationError", ""),
        (400, "KMSThrottling", ""),
        (400, "KMSDisabled", ""),
        (400, "KMSAccessDenied", ""),
        (403, "KMSOptInRequired", ""),
        (400, "InvalidParameter", "Invalid parameter: TopicArn"),
        (403, "InvalidClientTokenId", ""),
        (500, "InternalError", ""),
        (503, "ServiceUnavailable", ""),
        (400, "NeverHeardOfIt", ""),
    ],
)
def test_a_call_that_failed_for_no_message_leaves_all_unavailable(monkeypatch, status, code, message):
    with faults.serve(faults.error_xml(status, code, message)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SNS", server.url)
        verdicts = run(topic().publish([event("a"), event("b")], 3))
        assert len(server.requests) == 1
    assert said(verdicts) == [("unavailable", "B011")] * 2
    assert code in verdicts[0].problem.what


@pytest.mark.parametrize(
    "fault",
    [faults.answer(200, b"nonsense"), faults.answer(200), faults.cut_short, faults.reset_before, faults.reset_after],
)
def test_whatever_happens_on_the_wire_loses_nothing(monkeypatch, fault):
    with faults.serve(fault) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert said(run(topic().publish([event("a"), event("b")], 1))) == [("unavailable", "B011")] * 2


# ---- moto's opinion


@mock_aws
def test_what_is_sent_arrives_with_its_attributes_and_in_its_group():
    sns, sqs = a_client("sns"), a_client("sqs")
    arn = sns.create_topic(Name="feed.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    queue = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    endpoint = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    raw = {"RawMessageDelivery": "true", "FilterPolicy": '{"zone": ["eu"]}'}
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=endpoint, Attributes=raw)
    events = [
        event(name, extensions={"zone": zone}) for name, zone in (("a", "eu"), ("b", "us"), ("c", "eu"), ("a", "eu"))
    ]
    assert run(topic(arn=arn).publish(events, 4)) == [DELIVERED] * 4
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert [json.loads(message["Body"])["id"] for message in found] == ["a/order.placed", "c/order.placed"]
    assert found[0]["Attributes"]["MessageGroupId"] == event().partitionkey


@mock_aws
def test_a_topic_that_is_not_there_is_unavailable():
    assert said(run(topic().publish([event()], 4))) == [("unavailable", "B011")]
