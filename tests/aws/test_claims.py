"""Claims on S3: what is stored is what a subscriber finds, and what hinders it makes the event unavailable."""

import json

import pytest
from moto import mock_aws

from bridge.aws.claims import S3Claims
from bridge.aws.sns import ROOM, Topic, attributes
from bridge.claiming import Claiming
from bridge.loop import run
from bridge.ports import DELIVERED
from bridge.subscriber import receive, services
from tests.aws import faults
from tests.aws.conftest import BentClock, a_client, new_clients
from tests.core.test_claim import event

LARGE = event({"text": "x" * ROOM, "exact": 2**70})


def store(clients=None):
    return S3Claims("claims", clients or new_clients(), BentClock())


@pytest.fixture
def cloud():
    with mock_aws():
        s3 = a_client("s3")
        s3.create_bucket(Bucket="claims", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        services._clients.cache_clear()
        yield s3
    services._clients.cache_clear()


def listed(s3):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket="claims").get("Contents", [])]


def test_a_large_event_reaches_its_subscriber_whole(cloud):
    """Over SNS and SQS as the embedded services carry it, read by `bridge.subscriber`."""
    sns, sqs = a_client("sns"), a_client("sqs")
    topic, queue = sns.create_topic(Name="feed")["TopicArn"], sqs.create_queue(QueueName="inbox")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:123456789012:inbox")
    target = Claiming(Topic("feed", topic, new_clients(), BentClock()), store(), BentClock())
    assert target.objection(LARGE) is None
    assert run(target.publish([LARGE], 5.0)) == [DELIVERED]
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    (received,) = receive(message["Body"])
    assert received.data == LARGE.data
    assert received.event.get_id() == LARGE.id
    assert len(message["Body"]) < 10_000


def test_filter_policies_see_what_they_saw_and_the_reference_besides():
    target = Claiming(Topic("feed", "arn:aws:sns:eu-west-1:123456789012:feed", None, None), store(), BentClock())
    seen = {name: value for name, _, value in attributes(target._carried(LARGE))}
    assert seen == {name: value for name, _, value in attributes(LARGE)} | {"dataref": store().reference(LARGE)}


def test_storing_again_writes_the_same_object(cloud):
    assert [store().store(LARGE, 5.0), store().store(LARGE, 5.0)] == [None, None]
    (key,) = listed(cloud)
    assert store().reference(LARGE) == f"s3://claims/{key}"
    there = cloud.get_object(Bucket="claims", Key=key)
    assert (there["ContentType"], json.loads(there["Body"].read())) == ("application/json", LARGE.data)


@mock_aws
def test_a_bucket_that_is_not_there_is_told():
    problem = store().store(LARGE, 5.0)
    assert str(problem) == (
        "B031 the event's data could not be stored as a claim in the bucket 'claims': NoSuchBucket (HTTP 404)\n"
        "    fix: create it, or mend its name in bridge.yaml"
    )


@pytest.mark.parametrize("fault", [faults.error_xml(503, "SlowDown"), faults.reset_before, faults.reset_after])
def test_what_passes_is_tried_again(monkeypatch, fault):
    done = faults.answer(200, content_type="application/xml", ETag='"e"')
    with faults.serve(fault, done) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        assert store(new_clients()).store(event(1), 5.0) is None
    assert len(server.requests) >= 2


@pytest.mark.parametrize("body", [b"", b"<html>all is well</html>", b"<PutObj"])
def test_a_yes_that_names_no_object_is_not_believed(monkeypatch, body):
    """A page in S3's place keeps nothing: the event that names the claim must not be sent."""
    with faults.serve(faults.answer(200, body, "text/html")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        problem = store(new_clients()).store(event(1), 0.5)
    assert problem is not None
    assert problem.code == "B031"


def test_what_was_not_stored_is_never_named(monkeypatch):
    topic = Topic("feed", "arn:aws:sns:eu-west-1:123456789012:feed", new_clients(), BentClock())
    with faults.serve(faults.error_xml(403, "AccessDenied")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        (verdict,) = run(Claiming(topic, store(), BentClock()).publish([LARGE], 5.0))
    assert (verdict.said, verdict.problem.code) == ("unavailable", "B031")
    assert all(request.startswith(b"PUT /claims/") for request in server.requests)


def test_without_time_nothing_is_begun():
    assert store().store(LARGE, 0.01).what.endswith(": NoTimeLeft")
