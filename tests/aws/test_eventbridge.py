"""The bus: what it could never carry, how events are cut into calls, and a verdict for each."""

import datetime as dt
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from bridge.aws import eventbridge
from bridge.aws.clients import Clients
from bridge.aws.eventbridge import DETAIL_TYPE, ENTRIES, REFUSED_CALL, REFUSED_ENTRY, ROOM, SOURCE, TIME, EventBridge
from bridge.errors import ProjectInvalid
from bridge.loop import run
from bridge.ports import DELIVERED
from tests.aws import faults
from tests.aws.conftest import BentClock, a_client, new_clients
from tests.aws.events import STREAM, event
from tests.aws.stubbed import Stubbed, said


def bus(clients=None, **given):
    return EventBridge(
        **({"name": "domain-bus", "bus": "shop", "clients": clients or new_clients(), "clock": BentClock()} | given)
    )


def of_size(size, name="e", **given):
    """An event whose entry is exactly so many bytes."""
    rest = event(name, stream="", body=b"", **given)
    return event(name, stream="", body=b"x" * (size - bus().size(rest)), **given)


# ---- what it could never carry


def test_an_event_within_the_limits_meets_no_objection():
    assert bus().objection(event()) is None
    assert not bus().ordered


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"type": "t" * (DETAIL_TYPE + 1)},
            (
                "$.type: B002 the event's type has 129 characters, and target 'domain-bus' carries 128\n"
                "    fix: shorten `type`: EventBridge carries it as DetailType"
            ),
        ),
        (
            {"source": "aws.orders"},
            (
                "$.source: B003 the event's source begins with 'aws.', which target 'domain-bus' keeps for AWS itself\n"
                "    fix: name your own system in `source`, for example /shop/orders"
            ),
        ),
        (
            {"source": "s" * (SOURCE + 1)},
            (
                "$.source: B004 the event's source has 257 characters, and target 'domain-bus' carries 256\n"
                "    fix: shorten `source`"
            ),
        ),
        (
            {"wide": "$.data.total"},
            "$.data.total: B005 target 'domain-bus' refuses integers beyond 64 bits\n    fix: publish it as text: ${text(…)}",
        ),
    ],
)
def test_what_the_bus_could_never_carry_is_said_with_its_place_and_its_fix(given, message):
    assert str(bus().objection(event(**given))) == message


@pytest.mark.parametrize("given", [{"type": "t" * DETAIL_TYPE}, {"source": "s" * SOURCE}, {"source": "awsome"}])
def test_what_just_fits_meets_no_objection(given):
    assert bus().objection(event(**given)) is None


def test_an_entry_may_take_all_of_the_room_and_not_a_byte_more():
    assert bus().objection(of_size(ROOM)) is None
    problem = bus().objection(of_size(ROOM + 1))
    assert problem.code == "B001"
    assert problem.what == "the event takes 1000000 bytes, and target 'domain-bus' carries 999999"


def test_the_size_of_an_entry_is_as_aws_counts_it():
    measured = event(source="/ö", type="tü", body="{ä}".encode())
    assert bus().size(measured) == TIME + 3 + 3 + 4 + len(STREAM)
    assert bus().size(event(stream="", source="s", type="t", body=b"{}")) == TIME + 4


@pytest.mark.parametrize(
    ("data", "code"), [({"a": 1}, None), ({}, None), ([1], "B006"), ("text", "B006"), (None, "B006")]
)
def test_bare_data_must_be_an_object(data, code):
    problem = bus(bare=True).objection(event(data=data))
    assert (problem and problem.code) == code
    assert bus().objection(event(data=data)) is None


def test_bare_data_is_measured_and_sent_by_itself():
    bare = bus(bare=True)
    assert bare.size(event()) == TIME + len("/shop/orders") + len(event().type) + len(STREAM) + len('{"orderId":"7"}')
    assert bare._entry(event())["Detail"] == '{"orderId":"7"}'


@pytest.mark.parametrize("name", ["", "no spaces", "arn:aws:sns:eu-west-1:111122223333:t", "a" * 1601, "x\n"])
def test_a_bus_that_could_not_exist_is_a_problem_of_the_project(name):
    with pytest.raises(ProjectInvalid) as caught:
        bus(bus=name)
    assert caught.value.problems[0].code == "B040"


# ---- cutting


@given(st.lists(st.integers(0, ROOM // 3), max_size=40))
def test_calls_keep_order_lose_nothing_and_never_exceed_a_limit(sizes):
    events = [event(f"e{index}", body=b"x" * size) for index, size in enumerate(sizes)]
    calls = bus().calls(events)
    assert [one for call in calls for one in call] == events
    assert all(0 < len(call) <= ENTRIES and sum(map(bus().size, call)) <= ROOM for call in calls)


@given(st.lists(st.integers(0, ROOM // 3), max_size=40))
def test_no_two_calls_in_a_row_would_fit_into_one(sizes):
    calls = bus().calls([event(f"e{index}", body=b"x" * size) for index, size in enumerate(sizes)])
    for call, following in itertools.pairwise(calls):
        joined = [*call, following[0]]
        assert len(joined) > ENTRIES or sum(map(bus().size, joined)) > ROOM


def test_a_call_is_cut_at_the_very_byte_and_the_very_count():
    half = ROOM // 2
    assert [len(call) for call in bus().calls([of_size(half), of_size(ROOM - half)])] == [2]
    assert [len(call) for call in bus().calls([of_size(half), of_size(ROOM - half + 1)])] == [1, 1]
    assert [len(call) for call in bus().calls([event(str(n)) for n in range(21)])] == [10, 10, 1]
    assert bus().calls([]) == []


def test_an_event_larger_than_a_call_stands_alone():
    large = of_size(ROOM + 5, "large")
    assert [len(call) for call in bus().calls([event("a"), large, event("b"), event("c")])] == [1, 1, 2]


# ---- what an entry says


def test_an_entry_carries_the_cloudevent_and_its_routing():
    assert bus()._entry(event()) == {
        "EventBusName": "shop",
        "Time": dt.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=dt.UTC).timestamp(),
        "Source": "/shop/orders",
        "DetailType": "com.example.shop.order.placed.v1",
        "Detail": event().body.decode(),
        "Resources": [STREAM],
    }
    assert "Resources" not in bus()._entry(event(stream=""))
    assert "Time" not in bus()._entry(event(time=None))


def test_a_bus_named_by_its_arn_is_called_in_its_region():
    stubbed = Stubbed()
    run(bus(stubbed, bus="arn:aws:events:us-east-2:111122223333:event-bus/shop").publish([event()], 3))
    assert stubbed.asked == [("events", 3, "us-east-2")]


# ---- verdicts, entry by entry

UNAVAILABLE_ENTRY = (
    "InternalFailure", "ThrottlingException", "AccessDeniedException", "InvalidAccountIdException", "NeverHeardOfIt",
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [*((code, ("refused", "B010")) for code in sorted(REFUSED_ENTRY))]
    + [(code, ("unavailable", "B011")) for code in UNAVAILABLE_ENTRY],
)
def test_each_code_of_an_entry_has_its_verdict_and_its_neighbours_theirs(code, expected):
    stubbed = Stubbed()
    entries = [{"EventId": "1"}, {"ErrorCode": code, "ErrorMessage": "said of ada@example.org"}, {"EventId": "3"}]
    stubbed.stub.add_response("put_events", {"FailedEntryCount": 1, "Entries": entries})
    with stubbed.stub:
        verdicts = run(bus(stubbed).publish([event("a"), event("b"), event("c")], 3))
    assert verdicts[0] is verdicts[2] is DELIVERED
    assert said(verdicts)[1] == expected
    assert code in verdicts[1].problem.what
    assert "ada@" not in str(verdicts[1])


def test_an_argument_that_is_the_projects_own_is_no_verdict_on_the_event():
    stubbed = Stubbed()
    entries = [{"ErrorCode": "InvalidArgument", "ErrorMessage": "Parameter EventBusName is not valid."}]
    stubbed.stub.add_response("put_events", {"Entries": entries})
    with stubbed.stub:
        assert said(run(bus(stubbed).publish([event()], 3))) == [("unavailable", "B011")]


@pytest.mark.parametrize(
    "entries", [[], [{"EventId": "1"}], [{"EventId": "1"}, {}], [{"EventId": "1"}, {"EventId": ""}]]
)
def test_an_entry_that_is_not_answered_is_unavailable(entries):
    stubbed = Stubbed()
    stubbed.stub.add_response("put_events", {"Entries": entries})
    with stubbed.stub:
        verdicts = run(bus(stubbed).publish([event("a"), event("b")], 3))
    assert said(verdicts)[1] == ("unavailable", "B011")
    assert len(verdicts) == 2


def test_answers_beyond_what_was_sent_are_nobodys():
    stubbed = Stubbed()
    stubbed.stub.add_response("put_events", {"Entries": [{"EventId": "1"}, {"EventId": "2"}]})
    with stubbed.stub:
        assert run(bus(stubbed).publish([event()], 3)) == [DELIVERED]


# ---- verdicts on whole calls


@pytest.mark.parametrize("code", sorted(REFUSED_CALL))
def test_a_call_refused_for_one_entry_refuses_only_the_one_that_fails_alone(code):
    stubbed = Stubbed()
    stubbed.stub.add_client_error("put_events", code, "said of ada@example.org", 400)
    stubbed.stub.add_response("put_events", {"Entries": [{"EventId": "1"}]})
    stubbed.stub.add_client_error("put_events", code, "said of ada@example.org", 400)
    stubbed.stub.add_response("put_events", {"Entries": [{"ErrorCode": "ThrottlingException"}]})
    with stubbed.stub:
        verdicts = run(bus(stubbed).publish([event("a"), event("b"), event("c")], 3))
    assert said(verdicts) == [("delivered", None), ("refused", "B010"), ("unavailable", "B011")]
    assert "ada@" not in str(verdicts)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("AccessDeniedException", 400),
        ("ResourceNotFoundException", 400),
        ("UnrecognizedClientException", 400),
        ("ExpiredTokenException", 400),
        ("InternalException", 500),
        ("ServiceUnavailable", 503),
        ("NeverHeardOfIt", 418),
    ],
)
def test_a_call_that_failed_for_no_event_leaves_all_unavailable_and_is_not_repeated(code, status):
    stubbed = Stubbed()
    stubbed.stub.add_client_error("put_events", code, "m", status)
    with stubbed.stub:
        assert said(run(bus(stubbed).publish([event("a"), event("b")], 3))) == [("unavailable", "B011")] * 2
    assert len(stubbed.asked) == 1


def test_a_bus_name_that_aws_does_not_like_refuses_no_event():
    stubbed = Stubbed()
    message = "Value at 'entries.1.member.eventBusName' failed to satisfy constraint"
    stubbed.stub.add_client_error("put_events", "ValidationException", message, 400)
    with stubbed.stub:
        assert said(run(bus(stubbed).publish([event("a"), event("b")], 3))) == [("unavailable", "B011")] * 2


def test_one_by_one_ends_when_the_time_does():
    clock = BentClock()

    class Slow(Clients):
        def client(self, service, seconds, region=None):
            if seconds < 0.2:
                return super().client(service, seconds, region)
            clock.sleep(1)
            return stubbed.made

    stubbed = Stubbed()
    stubbed.stub.add_client_error("put_events", "ValidationException", "too large", 400)
    stubbed.stub.add_response("put_events", {"Entries": [{"EventId": "1"}]})
    with stubbed.stub:
        verdicts = run(bus(Slow(), clock=clock).publish([event("a"), event("b")], 2.1))
    assert said(verdicts) == [("delivered", None), ("unavailable", "B011")]
    assert "NoTimeLeft" in verdicts[1].problem.what


@pytest.mark.parametrize(
    ("fault", "expected", "requests"),
    [
        (faults.error(400, "ThrottlingException"), "ThrottlingException", 1),
        (faults.error(500, "InternalException"), "InternalException", 1),
        (faults.answer(503, b"<html>busy</html>", "text/html"), "503", 1),
        (faults.answer(200, b"\xff\xfe nonsense"), "UnicodeDecodeError", 1),
        (faults.answer(200, [1]), "AttributeError", 1),
        (faults.answer(200), "NoAnswer", 1),
        (faults.cut_short, "NoAnswer", 1),
        (faults.reset_before, "Connection", 1),
        (faults.reset_after, "Connection", 1),
        (faults.stall, "ReadTimeoutError", 1),
    ],
)
def test_whatever_happens_on_the_wire_loses_nothing_and_is_tried_once(monkeypatch, fault, expected, requests):
    with faults.serve(fault) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", server.url)
        verdicts = run(bus().publish([event("a"), event("b")], 0.5))
        assert len(server.requests) == requests
    assert said(verdicts) == [("unavailable", "B011")] * 2
    assert expected in verdicts[0].problem.what


def test_a_call_too_large_for_the_door_is_taken_apart(monkeypatch):
    taken = faults.answer(200, {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]})
    with faults.serve(faults.answer(413), taken, faults.answer(413)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert said(run(bus().publish([event("a"), event("b")], 4))) == [("delivered", None), ("refused", "B010")]


def test_a_host_without_a_name_and_a_port_without_a_server_are_unavailable(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert said(run(bus().publish([event()], 1))) == [("unavailable", "B011")]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    verdict = run(bus().publish([event()], 1))[0]
    assert (verdict.said, verdict.problem.what) == (
        "unavailable",
        "target 'domain-bus' did not take the event: ValueError",
    )


def test_without_credentials_nothing_is_sent_and_nothing_lost(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    verdict = run(bus(Clients()).publish([event()], 1))[0]
    assert (verdict.said, verdict.problem.fix) == (
        "unavailable",
        "give credentials that work (in a shell: `export AWS_PROFILE=…`), and see that the clock is right",
    )


# ---- moto's opinion


@mock_aws
def test_entries_that_the_service_does_not_like_fail_by_themselves():
    a_client("events").create_event_bus(Name="shop")
    events = [event("a"), event("b", body=b"{"), event("c", source=""), event("d")]
    verdicts = run(bus().publish(events, 4))
    assert said(verdicts) == [("delivered", None), ("refused", "B010"), ("refused", "B010"), ("delivered", None)]
    assert "MalformedDetail" in verdicts[1].problem.what
    assert "InvalidArgument" in verdicts[2].problem.what


@mock_aws
def test_what_is_sent_arrives_with_source_type_time_and_detail():
    events, queues = a_client("events"), a_client("sqs")
    events.create_event_bus(Name="shop")
    queue = queues.create_queue(QueueName="q")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName="shop", EventPattern='{"source": ["/shop/orders"]}')
    events.put_targets(Rule="all", EventBusName="shop", Targets=[{"Id": "q", "Arn": arn}])
    assert run(bus().publish([event()], 4)) == [DELIVERED]
    received = json.loads(queues.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
    assert received["detail"] == json.loads(event().body)
    assert (received["source"], received["detail-type"]) == ("/shop/orders", event().type)
    assert (received["time"], received["resources"]) == ("2026-01-02T03:04:05Z", [STREAM])


@pytest.mark.parametrize(
    "entries", [None, "x", 5, {"a": 1}, [None], [[]], [{}], [{"EventId": ""}], [{"ErrorCode": {"a": 1}}]], ids=repr
)
def test_what_is_no_list_of_entries_says_nothing_of_them(entries, monkeypatch):
    """It is the outside's doing: the event is unavailable, and no bug ends the batch with all other targets."""

    async def answered(*_, **__):
        return {"Entries": entries}

    monkeypatch.setattr(eventbridge, "answered", answered)
    assert said(run(bus().publish([event()], 1.0))) == [("unavailable", "B011")]
