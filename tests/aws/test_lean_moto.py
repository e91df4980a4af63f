"""The targets and the ledger over the lean transport, with moto on the other side of a real wire."""

import json
import os

import pytest
from moto import mock_aws

from bridge.aws.clients import Clients
from bridge.aws.eventbridge import EventBridge
from bridge.aws.ledger import DynamoLedger
from bridge.aws.sns import Topic
from bridge.loop import run
from bridge.ports import DELIVERED, Delivery
from tests.aws.conftest import BentClock, a_client
from tests.aws.events import event
from tests.aws.gateway import gateway
from tests.aws.stubbed import said


@pytest.fixture
def clients(monkeypatch):
    """Clients that reach moto by HTTP."""
    for service in ("events", "sqs", "sns", "dynamodb"):
        a_client(service)  # made before there is an endpoint to heed
    with mock_aws(), gateway() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        yield Clients(os.environ)


def heard(queues, queue):
    return [
        json.loads(message["Body"])
        for message in queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    ]


def a_queue(name):
    queues = a_client("sqs")
    url = queues.create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if name.endswith(".fifo") else {})[
        "QueueUrl"
    ]
    return url, queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def test_a_bus_takes_what_it_likes_and_says_why_not(clients):
    events, (queue, arn) = a_client("events"), a_queue("q")
    events.create_event_bus(Name="shop")
    events.put_rule(Name="all", EventBusName="shop", EventPattern='{"source": ["/shop/orders"]}')
    events.put_targets(Rule="all", EventBusName="shop", Targets=[{"Id": "q", "Arn": arn}])
    bus = EventBridge("domain-bus", "shop", clients, BentClock())
    verdicts = run(
        bus.publish([event("a", data={"name": "Ünïcode ☃ 𝄞"}), event("b", body=b"{"), event("c", source="")], 4)
    )
    assert said(verdicts) == [("delivered", None), ("refused", "B010"), ("refused", "B010")]
    (received,) = heard(a_client("sqs"), queue)
    assert received["detail"] == json.loads(event("a", data={"name": "Ünïcode ☃ 𝄞"}).body)
    assert received["time"] == "2026-01-02T03:04:05Z"


def test_a_topic_takes_messages_with_their_attributes_in_their_groups(clients):
    sns, (queue, endpoint) = a_client("sns"), a_queue("q.fifo")
    arn = sns.create_topic(Name="feed.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    raw = {"RawMessageDelivery": "true", "FilterPolicy": '{"zone": ["eu & ☃"]}'}
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=endpoint, Attributes=raw)
    topic = Topic("feed", arn, clients, BentClock())
    events = [event(name, extensions={"zone": zone}) for name, zone in (("a", "eu & ☃"), ("b", "us"), ("a", "eu & ☃"))]
    assert run(topic.publish(events, 4)) == [DELIVERED] * 3
    assert heard(a_client("sqs"), queue) == [json.loads(event("a", extensions={"zone": "eu & ☃"}).body)]


def test_a_topic_that_is_not_there_is_unavailable(clients):
    nowhere = Topic("feed", "arn:aws:sns:eu-west-1:123456789012:nowhere", clients, BentClock())
    assert said(run(nowhere.publish([event()], 4))) == [("unavailable", "B011")]


def test_the_ledger_remembers(clients):
    a_client("dynamodb").create_table(
        TableName="ledger",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ledger = DynamoLedger("ledger", clients, BentClock())
    known = {Delivery(f"e{number}/order.placed", "bus"): number for number in range(300)}
    ledger.remember(known, 5)
    assert ledger.seen(known | {Delivery("new", "bus"): 7}, 5) == set(known)
