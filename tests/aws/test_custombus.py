"""The custom event bus (V2), over a loopback server that speaks its protocol: groups, duplicates, a verdict for each."""

import json
from dataclasses import dataclass, field

import pytest
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import CBORSerializer
from hypothesis import given
from hypothesis import strategies as st

from bridge.aws.custombus import BESIDES, ENTRIES, REFUSED, ROOM, CustomBus
from bridge.aws.failure import Failure
from bridge.errors import ProjectInvalid
from bridge.loop import run
from bridge.ports import DELIVERED
from bridge.subscriber import receive
from tests.aws import faults
from tests.aws.conftest import BentClock, a_client, new_clients
from tests.aws.events import event
from tests.aws.stubbed import Stubbed, said

ARN = f"arn:aws:events:eu-west-1:111122223333:event-busv2/orders/{'a1' * 12}b"
OUTPUT = "PutRawEvents"


def bus(clients=None, arn=ARN):
    return CustomBus("order-stream", arn, clients or new_clients(), BentClock())


@dataclass
class Bus:
    """The bus itself: takes entries in order, drops duplicates, and says what a script makes it say."""

    codes: dict = field(default_factory=dict)  #: DeduplicationId to the ErrorCode that it is met with
    taken: list = field(default_factory=list)

    def __call__(self, server, connection):
        request = faults._request(connection)
        server.requests.append(request)
        head, _, body = request.partition(b"\r\n\r\n")
        assert b"PutRawEvents" in head
        parser = RpcV2CBORParser()
        asked = parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))
        assert asked["EventBusArn"] == ARN
        results = [self.take(entry) for entry in asked["Entries"]]
        failed = sum("ErrorCode" in result for result in results)
        answer = {"Entries": results} | ({"FailedEntryCount": failed} if failed else {})
        out = bytearray()
        shape = a_client("eventbridgev2").meta.service_model.operation_model(OUTPUT).output_shape
        CBORSerializer()._serialize_data_item(out, answer, shape)
        head = (
            f"HTTP/1.1 200 OK\r\nsmithy-protocol: rpc-v2-cbor\r\nContent-Type: application/cbor\r\n"
            f"Content-Length: {len(out)}\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(head.encode() + out)

    def take(self, entry):
        identity = entry["SystemMetadata"]["DeduplicationId"]
        if identity in self.codes:
            return {"ErrorCode": self.codes[identity], "ErrorMessage": "no"}
        if any(identity == each["SystemMetadata"]["DeduplicationId"] for each in self.taken):
            return {"SuccessCode": "DEDUPLICATED"}
        self.taken.append(entry)
        return {"EventId": str(len(self.taken)), "SequenceNumber": "1", "SuccessCode": "PUBLISHED"}


@pytest.fixture
def serving(monkeypatch):
    there = Bus()
    with faults.serve(there) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield there


# ---- over the wire


def test_events_arrive_whole_in_their_groups_and_a_subscriber_reads_its_batch(serving):
    """A Lambda target gets a JSON array; with the transformer RAW its elements are the CloudEvents themselves."""
    sent = [event("e1", data={"n": 2**70}), event("e2", partitionkey="ünicode " * 99), event("e3")]
    assert run(bus().publish(sent, 5.0)) == [DELIVERED] * 3
    assert [entry["Data"] for entry in serving.taken] == [each.body for each in sent]
    received = receive(json.dumps([json.loads(entry["Data"]) for entry in serving.taken]))
    assert [(each.event.get_id(), each.data) for each in received] == [(each.id, each.data) for each in sent]
    system = [entry["SystemMetadata"] for entry in serving.taken]
    assert {each["ContentType"] for each in system} == {"application/json"}
    assert [each["DeduplicationId"] for each in system] == [each.id for each in sent]
    groups = [each["EventGroupId"] for each in system]
    assert groups[0] == groups[2] == sent[0].partitionkey
    assert len(groups[1]) == 64


def test_a_batch_with_metadata_is_read_as_well(serving):
    run(bus().publish([event("e1")], 5.0))
    (entry,) = serving.taken
    delivered = [{"Data": json.loads(entry["Data"]), "SystemMetadata": {"aws:DeliveryType": "LIVE"}, "Metadata": {}}]
    assert [each.event.get_id() for each in receive(delivered)] == [event("e1").id]


def test_what_the_bus_has_taken_already_is_delivered(serving):
    assert run(bus().publish([event("e1")], 5.0)) == run(bus().publish([event("e1")], 5.0)) == [DELIVERED]
    assert len(serving.taken) == 1


def test_each_entry_gets_its_own_verdict(serving):
    serving.codes = {event("e2").id: "VALIDATION_ERROR", event("e3").id: "Throttling", event("e4").id: "Unheard"}
    verdicts = run(bus().publish([event(f"e{n}") for n in range(1, 5)], 5.0))
    assert said(verdicts) == [
        ("delivered", None),
        ("refused", "B010"),
        ("unavailable", "B011"),
        ("unavailable", "B011"),
    ]


@pytest.mark.parametrize(
    "fault", [faults.answer(500), faults.answer(503), faults.reset_before, faults.reset_after, faults.answer(200, b"?")]
)
def test_a_bus_that_is_not_well_is_unavailable(monkeypatch, fault):
    with faults.serve(fault) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert said(run(bus().publish([event("e1"), event("e2")], 1.0))) == [("unavailable", "B011")] * 2


# ---- verdicts


@pytest.mark.parametrize("code", sorted(REFUSED))
def test_a_call_that_is_refused_for_what_it_says_is_sent_event_by_event(code):
    target = Stubbed("eventbridgev2")
    with target.stub as stub:
        stub.add_client_error("put_raw_events", code, http_status_code=400)
        stub.add_response("put_raw_events", {"Entries": [{"SuccessCode": "PUBLISHED", "EventId": "1"}]})
        stub.add_client_error("put_raw_events", code, http_status_code=400)
        assert said(run(bus(target).publish([event("e1"), event("e2")], 5.0))) == [
            ("delivered", None),
            ("refused", "B010"),
        ]
    assert {asked[0::2] for asked in target.asked} == {("eventbridgev2", "eu-west-1")}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("InvalidInputException", "EventBusArn is not valid"),
        ("AccessDeniedException", "no"),
        ("ResourceNotFoundException", "no such bus"),
        ("InvalidStateException", "it is being made"),
        ("ThrottlingException", "slow down"),
        ("InternalException", "oops"),
    ],
)
def test_what_no_event_is_to_blame_for_is_unavailable(code, message):
    target = Stubbed("eventbridgev2")
    with target.stub as stub:
        stub.add_client_error("put_raw_events", code, message, http_status_code=400)
        assert said(run(bus(target).publish([event()], 5.0))) == [("unavailable", "B011")]


@pytest.mark.parametrize("entries", [[], [{}], [{"EventId": "1"}]])
def test_an_answer_without_a_word_on_the_event_is_none(entries):
    target = Stubbed("eventbridgev2")
    with target.stub as stub:
        stub.add_response("put_raw_events", {"Entries": entries})
        assert said(run(bus(target).publish([event()], 5.0))) == [("unavailable", "B011")]


def test_a_runtime_whose_boto3_does_not_know_it_says_what_to_do():
    assert Failure("UnknownServiceError").fix.endswith("`changebridge build --with-boto3`")


# ---- limits


def test_it_keeps_order():
    assert bus().ordered


@given(st.lists(st.integers(0, ROOM // 30), max_size=230))
def test_calls_keep_order_lose_nothing_and_never_exceed_a_limit(sizes):
    events = [event(f"e{index}", body=b"x" * size) for index, size in enumerate(sizes)]
    calls = bus().calls(events)
    assert [one for call in calls for one in call] == events
    assert all(0 < len(call) <= ENTRIES and sum(map(bus().size, call)) <= ROOM for call in calls)


def test_an_entry_may_take_all_of_the_room_and_not_a_byte_more():
    assert bus().objection(event(body=b"x" * (ROOM - BESIDES))) is None
    assert bus().objection(event(body=b"x" * (ROOM - BESIDES + 1))).code == "B001"


@pytest.mark.parametrize(
    "arn", ["", "orders", ARN[:-1], ARN + "\n", "arn:aws:events:eu-west-1:111122223333:event-bus/orders"]
)
def test_a_bus_that_could_not_exist_is_a_problem_of_the_project(arn):
    with pytest.raises(ProjectInvalid) as caught:
        bus(arn=arn)
    assert caught.value.problems[0].code == "B040"
