"""The lean transport over a real wire: what boto3 would send, signed so that AWS takes it, on connections that are kept."""

import json
import os
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bridge.aws import connection as connections
from bridge.aws import query_protocol
from bridge.aws.clients import Clients
from bridge.aws.failure import Failure, Unanswered, attempt
from bridge.aws.ladder import NoTimeLeft
from bridge.aws.lean import _rested as rested
from bridge.aws.route import SERVICES
from bridge.loop import run
from tests.aws.conftest import new_clients
from tests.aws.faults import answer, cut_short, raw, reset_after, serve, stall, wait

SECONDS = 2.0
ENTRY = {
    "EventBusName": "shop",
    "Source": "/shop",
    "DetailType": "placed",
    "Detail": '{"ü": "☃𝄞"}',
    "Resources": ["arn"],
}
EXACT, ROUND = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC), datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
BINARY = b"\x00\xff16 bytes digest"
CALLS = [
    ("events", "put_events", {"Entries": [ENTRY | {"Time": EXACT}, ENTRY | {"Time": ROUND}]}),
    (
        "dynamodb",
        "batch_get_item",
        {"RequestItems": {"led": {"Keys": [{"pk": {"B": BINARY}}], "ConsistentRead": True}}},
    ),
    ("dynamodb", "batch_write_item", {"RequestItems": {"led": [{"PutRequest": {"Item": {"pk": {"S": "x"}}}}]}}),
    (
        "dynamodb",
        "update_item",
        {
            "TableName": "led",
            "Key": {"pk": {"B": BINARY}},
            "UpdateExpression": "ADD ids :ids SET expires = :at",
            "ExpressionAttributeValues": {":ids": {"BS": [BINARY, bytes(16)]}, ":at": {"N": "1700000000"}},
        },
    ),
    ("dynamodb", "get_item", {"TableName": "led", "Key": {"pk": {"S": "x"}}, "ConsistentRead": True}),
    (
        "sns",
        "publish_batch",
        {
            "TopicArn": "arn:aws:sns:eu-west-1:111122223333:feed.fifo",
            "PublishBatchRequestEntries": [
                {
                    "Id": str(index),
                    "Message": text,
                    "MessageAttributes": {
                        "type": {"DataType": "String", "StringValue": text},
                        "total": {"DataType": "Number", "StringValue": "1234567890.12"},
                        "raw": {"DataType": "Binary", "BinaryValue": BINARY},
                    },
                    "MessageGroupId": "a/b+c",
                    "MessageDeduplicationId": "d" * 64,
                }
                for index, text in enumerate(
                    [
                        '{"a": "100 % \u00fc \u2603 \U0001d11e"}',
                        "%41 %zz 100% %%25 +%2B+ a=b&c\r\n\t~\u00fc",
                        "".join(map(chr, range(1, 0x250))),
                    ]
                )
            ],
        },
    ),
    ("dynamodb", "query", {"TableName": "led", "KeyConditionExpression": "pk = :pk", "Limit": 3}),
]
OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 7\r\n\r\n{"a":1}'


@pytest.fixture
def lean(monkeypatch):
    """New clients that call a server."""

    def make(server):
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        return Clients(os.environ)

    return make


def put(clients, seconds=SECONDS):
    return clients.client("events", seconds).put_events(Entries=[ENTRY])


def read(request):
    """A request as it came over the wire: its first line, headers, body."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}, body


def signature(request, url):
    """What botocore makes of what came over the wire: who, what is signed, and the signature."""
    first, headers, body = read(request)
    credentials = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], "token/+=")
    kind, who, names, said = headers["authorization"].replace(",", "").split()
    _, _, region, service, _ = who.removeprefix("Credential=").split("/")
    signed = {name: headers[name] for name in names.removeprefix("SignedHeaders=").split(";")}
    again = AWSRequest(first.split()[0], url + first.split()[1], signed, body)
    again.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(credentials, service, region)
    text = signer.string_to_sign(again, signer.canonical_request(again))
    assert f"Signature={signer.signature(text, again)}" == said
    return kind, region, service, sorted(signed)


@pytest.mark.parametrize(
    ("service", "operation", "request_"), CALLS, ids=lambda each: each if isinstance(each, str) else ""
)
def test_the_same_call_goes_over_the_wire_as_with_boto3(monkeypatch, service, operation, request_):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token/+=")
    for name in ("AWS_LAMBDA_FUNCTION_NAME", "_X_AMZN_TRACE_ID"):
        monkeypatch.setenv(name, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=ä 1")
    told = {"Responses": {}} if operation == "batch_get_item" else {}
    with serve(answer(200, PUBLISHED.encode() if service == "sns" else told)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        for clients in (Clients(os.environ), Clients()):
            getattr(clients.client(service, SECONDS), operation)(**request_)
        (first, ours, body), (first_of_boto3, theirs, body_of_boto3) = (read(request) for request in server.requests)
        sent = [signature(request, server.url) for request in server.requests]
    assert first == first_of_boto3
    assert comparable(service, body) == comparable(service, body_of_boto3)
    assert sent[0] == sent[1]
    its_own = {
        "authorization",
        "x-amz-date",
        "content-length",
        "user-agent",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
    }
    assert {n: v for n, v in ours.items() if n not in its_own} == {n: v for n, v in theirs.items() if n not in its_own}
    assert ours.keys() <= theirs.keys()


def comparable(service, body):
    """What a service must find the same: of a form every byte but the order of fields, and `+` is a space.

    Fields are not decoded: a decoder forgives a `%` that stands for itself.
    """
    return sorted(body.replace(b"+", b"%20").split(b"&")) if service == "sns" else json.loads(body)


def batch(text):
    return {
        "TopicArn": "arn:aws:sns:eu-west-1:111122223333:feed",
        "PublishBatchRequestEntries": [{"Id": "0", "Message": text}],
    }


MESSAGE = "PublishBatchRequestEntries.member.1.Message"


@given(st.text(min_size=1) | st.text("%+&= \n~/4aé", min_size=1))
@example("%41")
@example("100% + 1 %\nü")
def test_any_text_is_encoded_by_the_standard_and_read_back(text):
    said = query_protocol.body(SERVICES["sns"], "PublishBatch", batch(text)).decode("ascii")
    assert f"{MESSAGE}={quote(text, safe='')}" in said.split("&")
    assert dict(parse_qsl(said, strict_parsing=True))[MESSAGE] == text


PUBLISHED = """<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>
<Failed><member><Id>2</Id><Code>InternalError</Code><Message>a &lt; b</Message><SenderFault>false</SenderFault></member>
<member><Id>3</Id><Code>InvalidParameter</Code><SenderFault>true</SenderFault></member></Failed>
<Successful><member><MessageId>m</MessageId><Id>0</Id><SequenceNumber>10000000000000003000</SequenceNumber></member>
</Successful></PublishBatchResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>"""


@pytest.mark.parametrize(
    "said",
    [
        PUBLISHED,
        PUBLISHED.replace("\n", ""),
        PUBLISHED.split("<Failed>", maxsplit=1)[0] + "<Failed/></PublishBatchResult></PublishBatchResponse>",
    ],
)
def test_what_sns_answers_is_read_as_boto3_reads_it(monkeypatch, said):
    with serve(answer(200, said.encode(), "text/xml")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        ours, theirs = (
            clients.client("sns", SECONDS).publish_batch(**batch("x"))
            for clients in (Clients(os.environ), new_clients())
        )
    assert ours == {name: value for name, value in theirs.items() if name != "ResponseMetadata"}


VALUE = st.recursive(
    st.one_of(
        st.builds(lambda text: {"S": text}, st.text(max_size=5)),
        st.builds(lambda number: {"N": str(number)}, st.integers()),
        st.builds(lambda data: {"B": data}, st.binary(max_size=9)),
        st.builds(lambda many: {"BS": many}, st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=3)),
        st.builds(lambda many: {"SS": many}, st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=3)),
        st.just({"NULL": True}),
        st.just({"BOOL": False}),
    ),
    lambda inner: st.one_of(
        st.builds(lambda many: {"L": many}, st.lists(inner, max_size=3)),
        st.builds(
            lambda named: {"M": named},
            st.dictionaries(st.sampled_from(["B", "BS", "S", "M", "a", "ä"]), inner, max_size=3),
        ),
    ),
    max_leaves=9,
)
ITEM = st.dictionaries(st.sampled_from(["pk", "B", "BS", "x"]), VALUE, max_size=4)


def echo(item):
    """What DynamoDB answers where it has this item, its binary values as base64."""
    return {
        "Responses": {"B": [item], "BS": []},
        "UnprocessedKeys": {"B": {"Keys": [item], "ConsistentRead": True}},
        "ConsumedCapacity": [{"TableName": "B", "CapacityUnits": 0.5}],
    }


@given(ITEM)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_dynamodb_holds_is_read_as_boto3_reads_it(both, item):
    ours, theirs = both(answer(200, json.dumps(echo(item), default=lambda data: b64encode(data).decode()).encode()))
    assert ours == echo(item)
    assert ours == {name: value for name, value in theirs.items() if name != "ResponseMetadata"}


@pytest.fixture
def both(lean):
    """What the lean transport and boto3's read of an answer."""
    said = []

    def fault(server, connection):
        said[-1](server, connection)

    with serve(fault) as server:
        each_clients = [lean(server), new_clients()]

        def ask(fault):
            said.append(fault)
            asked = {"RequestItems": {"B": {"Keys": [{"pk": {"S": "x"}}]}}}
            return [clients.client("dynamodb", SECONDS).batch_get_item(**asked) for clients in each_clients]

        yield ask


def test_connections_are_kept_and_as_many_as_calls_side_by_side(lean):
    with serve(raw(*[OK] * 50, then=wait)) as server, ThreadPoolExecutor(4) as pool:
        clients = lean(server)
        assert list(pool.map(lambda _: put(clients), range(40))) == [{"a": 1}] * 40
        assert server.connections <= 4


def test_a_connection_that_the_other_side_has_closed_is_not_used_again(lean):
    with serve(raw(OK)) as server:
        clients = lean(server)
        put(clients)
        time.sleep(0.05)
        put(clients)
        assert (server.connections, len(server.requests)) == (2, 2)


def test_a_connection_that_said_something_unasked_is_not_used_again(lean):
    with serve(raw(OK + b"HTTP/1.1 408 Request Timeout\r\n\r\n", then=wait)) as server:
        clients = lean(server)
        assert [put(clients), put(clients)] == [{"a": 1}, {"a": 1}]
        assert server.connections == 2


def test_a_connection_that_rested_long_is_not_used_again_by_whichever_clock(lean, monkeypatch):
    """A frozen sandbox does not hear the other side hang up."""
    with serve(raw(*[OK] * 9, then=wait)) as server:
        clients = lean(server)
        put(clients)
        for clock in ("time", "monotonic"):
            really = getattr(time, clock)
            with monkeypatch.context() as later:
                later.setattr(connections.time, clock, lambda really=really: really() + connections.REST)
                put(clients)
        assert server.connections == 3


def test_a_call_whose_kept_connection_breaks_is_not_sent_again_by_itself(lean):
    """The service may have taken it. The relay says it again, knowing how much time there is."""
    with serve(raw(OK, then=reset_after), raw(OK, then=wait)) as server:
        clients = lean(server)
        put(clients)
        assert attempt(lambda: put(clients)) == Failure("ConnectionClosedError", passing=True)
        assert (server.connections, len(server.requests)) == (1, 2)
        assert put(clients) == {"a": 1}
        assert server.connections == 2


def test_nothing_of_an_abandoned_call_is_on_its_way_any_more(lean):
    """The connection is reset, so that what the kernel still holds is dropped."""
    heard = []

    def listen(server, connection):
        time.sleep(0.8)
        try:
            while data := connection.recv(65536):
                heard.append(len(data))
        except ConnectionResetError:
            heard.append("reset")

    with serve(listen) as server:
        large = [ENTRY | {"Detail": "x" * 8_000_000}]
        failure = attempt(lambda: lean(server).client("events", 0.5).put_events(Entries=large))
        assert failure == Failure("ReadTimeoutError", passing=True)
        time.sleep(0.5)
    assert heard[-1] == "reset"
    assert sum(heard[:-1]) < 8_000_000


@pytest.mark.parametrize(
    "said",
    [
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\nTrailer: t\r\n\r\n',
        b'HTTP/1.1 200 OK\r\n\r\n{"a":1}',
        b'HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}',
        b'HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length:  7 \r\n\r\n{"a":1}',
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        b'HTTP/1.1 200 \r\nContent-Length: 7\r\n\r\n{"a":1}',
        b'HTTP/1.1 200\r\nContent-Length: 7\r\n\r\n{"a":1}',
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nX: " + b"x" * 60_000 + b'\r\n\r\n{"a":1}',
        b'HTTP/1.1 200 OK\r\nX: \xff\r\nContent-Length: 7\r\n\r\n{"a":1}',
    ],
)
def test_every_way_to_frame_an_answer_is_read_and_the_next_call_finds_a_connection(lean, said):
    ends = b"Transfer-Encoding" not in said and b"ength" not in said
    with serve(raw(said) if ends else raw(said, OK), raw(OK)) as server:
        clients = lean(server)
        assert put(clients) == {"a": 1}
        assert put(clients) == {"a": 1}


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"\x16\x03\x01\x00\xff\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{",
    ],
)
def test_what_is_no_whole_answer_is_none(lean, said):
    with serve(raw(said)) as server:
        found = attempt(lambda: put(lean(server)))
        assert found in (Failure("ConnectionClosedError", passing=True), Failure("NoAnswer", passing=True))


def test_an_answer_byte_by_byte_is_read(lean):
    def slowly(server, connection):
        for byte in OK:
            connection.sendall(bytes([byte]))

    with serve(raw(b"", then=slowly)) as server:
        assert put(lean(server)) == {"a": 1}


def test_no_time_is_left_once_the_call_is_written(lean):
    with serve(stall) as server:
        line = lean(server).client("events", 1).line
        assert attempt(lambda: run(line.call("put_events", {"Entries": [ENTRY]}, -1))).code == "ConnectTimeoutError"
        assert server.requests == []


def test_what_has_no_form_in_json_is_refused_before_anything_is_sent(lean):
    with serve(stall) as server:
        failure = attempt(lambda: lean(server).client("events", 1).put_events(Entries=[{"Detail": {1, 2}}]))
        assert (failure.code, failure.passing, server.requests) == ("TypeError", False, [])


def test_a_connection_that_another_thread_has_taken_is_not_waited_for():
    class Taken(list):
        def pop(self):
            raise IndexError

    assert rested(Taken([None])) is None


def test_a_host_that_is_not_known_and_one_whose_name_is_not_told_in_time(lean, monkeypatch):
    def call():
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://nowhere.invalid")
        return attempt(lambda: put(Clients(os.environ), 0.3))

    monkeypatch.setattr(connections.socket, "getaddrinfo", lambda *_, **__: (_ for _ in ()).throw(OSError))
    assert call() == Failure("EndpointConnectionError", passing=True)
    told = threading.Event()
    monkeypatch.setattr(connections.socket, "getaddrinfo", lambda *_, **__: told.wait(10))
    began = time.monotonic()
    assert call() == Failure("ConnectTimeoutError", passing=True)
    assert time.monotonic() - began < 2
    told.set()


def test_less_time_than_a_call_takes_begins_none(lean):
    with serve(stall) as server, pytest.raises(NoTimeLeft):
        lean(server).client("events", 0.19)


def test_lines_are_laid_once_for_a_service_and_region(lean):
    with serve(cut_short) as server:
        clients = lean(server)
        line = clients.client("events", 1).line
        assert clients.client("events", 2).line is line
        assert clients.client("events", 2, "us-east-1").line is not line
        assert clients.client("dynamodb", 2).line is not line


def test_credentials_are_in_no_repr(lean, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    with serve(stall) as server:
        clients = lean(server)
        assert "hush" not in repr(clients) + repr(clients.client("events", 1))
        with pytest.raises(Unanswered):
            put(clients, 0.2)
