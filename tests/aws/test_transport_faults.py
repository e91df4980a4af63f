"""The lean transport and boto3's over the same bad wire: each fault is the same failure."""

import os
import time
import zlib
from functools import partial

import pytest

from bridge.aws.clients import Clients
from bridge.aws.failure import Failure, attempt
from bridge.aws.ladder import LADDER
from tests.aws.conftest import new_clients
from tests.aws.faults import answer, cut_short, drip, endless, error, error_xml, reset_after, reset_before, serve, stall

SECONDS = 0.5
CALLS = {
    "events": ("put_events", {"Entries": [{"Source": "/shop", "DetailType": "t", "Detail": "{}"}]}),
    "sns": (
        "publish_batch",
        {
            "TopicArn": "arn:aws:sns:eu-west-1:111122223333:feed",
            "PublishBatchRequestEntries": [{"Id": "0", "Message": "{}"}],
        },
    ),
    "dynamodb": ("batch_get_item", {"RequestItems": {"ledger": {"Keys": [{"pk": {"S": "x"}}]}}}),
}


def call(clients, service):
    name, arguments = CALLS[service]
    return attempt(lambda: getattr(clients.client(service, SECONDS), name)(**arguments))


def both(monkeypatch, service, *script):
    """What the lean transport and boto3's make of a server that does so."""
    found = []
    for make in (lambda: Clients(os.environ), new_clients):
        with serve(*script) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            found.append(call(make(), service))
    return found


FAULTS = {
    "reset after it has read": reset_after,
    "silence": stall,
    "empty 500": answer(500),
    "empty 503": answer(503),
    "empty 413": answer(413),
    "empty 429": answer(429),
    "empty 400": answer(400),
    "a redirect": answer(307),
    "throttled": error(400, "ThrottlingException", "slow down"),
    "throughput": error(400, "ProvisionedThroughputExceededException", "slow down"),
    "a code with its host": answer(
        400, {"__type": "AccessDeniedException:http://internal.amazon.com/", "Message": "no"}
    ),
    "denied": error(400, "AccessDeniedException", "not yours"),
    "clock": error(403, "RequestTimeTooSkewed", "Signature not yet current"),
    "internal": error(500, "InternalFailure"),
    "a page": answer(503, b"<html>busy</html>", "text/html"),
    "a page with 400": answer(400, b"<html>no</html>", "text/html"),
    "an error without code": answer(400, {"message": "hm"}),
    "unavailable": answer(503, {"message": "hm"}),
}


#: The same for SNS, which tells them in XML.
FAULTS_XML = {
    "reset after it has read": reset_after,
    "silence": stall,
    "empty 500": answer(500),
    "empty 503": answer(503),
    "a page": answer(503, b"<html>busy</html>", "text/html"),
    "throttled": error_xml(400, "Throttling", "slow down"),
    "throttled by HTTP": error_xml(429, "ThrottledException", "slow down"),
    "denied": error_xml(403, "AuthorizationError", "a &lt; b"),
    "clock": error_xml(403, "RequestExpired", "too old"),
    "internal": error_xml(500, "InternalError"),
    "a message that is wrong": error_xml(400, "InvalidParameter", "Invalid parameter: TopicArn"),
    "errors in a list": answer(400, b"<Response><Errors><Error><Code>X</Code></Error></Errors></Response>", "text/xml"),
}


@pytest.mark.parametrize("fault", FAULTS_XML)
def test_a_fault_of_sns_is_the_same_failure_as_with_boto3(monkeypatch, fault):
    lean, boto3 = both(monkeypatch, "sns", FAULTS_XML[fault])
    assert isinstance(lean, Failure)
    assert (lean.code, lean.status, lean.passing) == (boto3.code, boto3.status, boto3.passing)
    assert lean.message == boto3.message or lean.status >= 500


@pytest.mark.parametrize(("status", "passing"), [(413, False), (429, True), (400, False), (307, False)])
def test_an_error_of_sns_that_is_no_xml_is_told_by_its_status_where_boto3_stumbles(monkeypatch, status, passing):
    lean, boto3 = both(monkeypatch, "sns", answer(status))
    assert (lean, boto3) == (Failure(str(status), status, passing), Failure("ResponseParserError"))


@pytest.mark.parametrize("service", ["events", "dynamodb"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_the_same_failure_as_with_boto3(monkeypatch, service, fault):
    lean, boto3 = both(monkeypatch, service, FAULTS[fault])
    assert isinstance(lean, Failure)
    assert (lean.code, lean.status, lean.passing) == (boto3.code, boto3.status, boto3.passing)
    assert lean.message == boto3.message or lean.status >= 500  # boto3 tells HTTP's own words there


ENDLESS = {
    "first words": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 65536),
    "until it hangs up": (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_that_never_ends_is_none_within_its_time_and_within_bounds(monkeypatch, kind):
    with serve(endless(*ENDLESS[kind])) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        began = time.monotonic()
        failure = call(Clients(os.environ), "events")
    assert (failure.code in {"ReadTimeoutError", "ConnectionClosedError"}, failure.passing) == (True, True)
    assert time.monotonic() - began < 4 * SECONDS


def test_a_reset_before_anything_is_read_is_no_answer_either_way(monkeypatch):
    """Whether it meets the connection or what is sent over it is a matter of microseconds."""
    names = {"ConnectionClosedError", "EndpointConnectionError"}
    for failure in both(monkeypatch, "events", reset_before):
        assert (failure.code in names, failure.status, failure.passing) == (True, 0, True)


def test_a_host_that_refuses_is_the_same_failure_as_with_boto3(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert call(Clients(os.environ), "events") == call(new_clients(), "events")
    assert call(Clients(os.environ), "events") == Failure("EndpointConnectionError", passing=True)


def test_an_answer_that_says_nothing_gives_nothing(monkeypatch):
    lean, boto3 = both(monkeypatch, "events", answer(200, b"{}"))
    assert lean == {name: value for name, value in boto3.items() if name != "ResponseMetadata"} == {}


NO_ANSWERS = [b"", b"nonsense", b"<html>all is well</html>", b'{"Entr', b"[]", b"7", b'"text"', b"null", b"\xff"]


@pytest.mark.parametrize("service", ["events", "dynamodb"])
@pytest.mark.parametrize("body", NO_ANSWERS)
def test_what_is_no_object_of_json_is_no_answer(monkeypatch, service, body):
    lean, boto3 = both(monkeypatch, service, answer(200, body))
    assert lean == Failure("NoAnswer", passing=True)
    assert isinstance(boto3, Failure)  # it may stumble before it is asked


@pytest.mark.parametrize("clients", [lambda: Clients(os.environ), new_clients], ids=["lean", "boto3"])
@pytest.mark.parametrize("body", [*NO_ANSWERS, b'{"message":"all is well"}', b'{"status":200}'])
def test_a_write_to_dynamodb_is_not_believed_by_its_status(monkeypatch, clients, body):
    with serve(answer(200, body)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        told = attempt(lambda: clients().client("dynamodb", SECONDS).update_item(TableName="t", Key={"pk": {"S": "k"}}))
    assert isinstance(told, Failure)


@pytest.mark.parametrize("clients", [lambda: Clients(os.environ), new_clients], ids=["lean", "boto3"])
def test_a_checksum_that_is_given_must_hold(monkeypatch, clients):
    def told(**headers):
        with serve(answer(200, b"{}", **headers)) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            return attempt(
                lambda: clients().client("dynamodb", SECONDS).update_item(TableName="t", Key={"pk": {"S": "k"}})
            )

    assert not isinstance(told(), Failure)
    assert not isinstance(told(**{"x-amz-crc32": str(zlib.crc32(b"{}"))}), Failure)
    assert told(**{"x-amz-crc32": "1"}) == Failure("NoAnswer", passing=True)


@pytest.mark.parametrize("body", [b"{}", b'{"message":"all is well"}', b'{"UnprocessedKeys":{}}'])
def test_a_reading_of_dynamodb_without_responses_is_no_answer(monkeypatch, body):
    for make in (lambda: Clients(os.environ), new_clients):
        with serve(answer(200, body)) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            client = make().client("dynamodb", SECONDS)
            keys = {"t": {"Keys": [{"pk": {"S": "k"}}]}}
            assert attempt(partial(client.batch_get_item, RequestItems=keys)) == Failure("NoAnswer", passing=True)


def test_an_answer_that_is_cut_short_is_no_answer(monkeypatch):
    lean, boto3 = both(monkeypatch, "events", cut_short)
    assert lean == Failure("ConnectionClosedError", passing=True)
    assert isinstance(boto3, Failure)
    assert boto3.passing


@pytest.mark.parametrize("rung", LADDER[:3])
@pytest.mark.parametrize("fault", [stall, drip])
def test_a_call_of_boto3s_ends_as_a_whole_when_its_time_does(monkeypatch, fault, rung):
    """Also one that hears a byte now and then, each in time; and the next one is none the worse for it."""
    with serve(answer(200, ETag='"e"'), fault, fault, answer(200, ETag='"e"')) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        clients = new_clients()
        asked = {"Bucket": "b", "Key": "k"}

        def put(seconds):
            return attempt(lambda: clients.client("s3", seconds).put_object(Body=b"x", **asked))

        assert "ETag" in put(SECONDS)  # imports on first use are not the call's
        assert isinstance(attempt(partial(clients.client("s3", rung).get_object, **asked)), Failure)
        began = time.monotonic()
        failure = put(rung)
        assert time.monotonic() - began < rung + 1  # it drips for 10 s
        assert (isinstance(failure, Failure), failure.passing) == (True, True)
        assert "ETag" in put(SECONDS)


@pytest.mark.parametrize("fault", [stall, drip])
def test_a_call_ends_when_its_time_does(monkeypatch, fault):
    with serve(fault) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        clients = Clients(os.environ)
        call(clients, "dynamodb")  # imports on first use are not the call's
        began = time.monotonic()
        assert call(clients, "events") == Failure("ReadTimeoutError", passing=True)
        assert SECONDS - 0.05 < time.monotonic() - began < SECONDS + 2  # the fault itself lasts 10 s
