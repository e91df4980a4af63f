"""Everything the demo's shop has at AWS: table, ledger, buses, topic, quarantine, queues, and the deployed function."""

import base64
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bridge.errors import Problem, Unavailable, Where
from bridge.local.ministack import ACCOUNT, REGION, Ministack
from bridge.local.package import Package
from bridge.local.shop import ANALYTICS, DOMAIN, FEED, SUBSCRIBERS, TABLE
from bridge.local.story import Subscriber

LEDGER = "shop-ledger"
QUARANTINE = "shop-quarantine"
ON_FAILURE = "shop-on-failure"
FUNCTION = "shop-bridge"
HANDLER = "bridge.handler.handle"

#: The variables that the sample project's bridge.yaml names, and what they are here.
SETTINGS = {
    "DOMAIN_BUS": DOMAIN,
    "ANALYTICS_BUS": ANALYTICS,
    "ORDER_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:{FEED}.fifo",
    "LEDGER_TABLE": LEDGER,
    "QUARANTINE_BUCKET": QUARANTINE,
    "ON_FAILURE_BUCKET": ON_FAILURE,
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """The shop, running."""

    cloud: Ministack
    stream: str  #: ARN of the table's stream
    queues: Mapping[str, str]  #: URL of each subscriber's queue, by the subscriber's name


def build(cloud: Ministack, subscribers: Sequence[Subscriber] = SUBSCRIBERS) -> Deployment:
    """Make everything but the function."""
    stream = _table(cloud)
    _ledger(cloud)
    for bucket in (QUARANTINE, ON_FAILURE):
        cloud.client("s3").create_bucket(Bucket=bucket)
    for bus in (DOMAIN, ANALYTICS):
        cloud.client("events").create_event_bus(Name=bus)
    cloud.client("sns").create_topic(Name=f"{FEED}.fifo", Attributes={"FifoTopic": "true"})
    return Deployment(cloud, stream, {each.name: _subscribe(cloud, each) for each in subscribers})


def deploy(shop: Deployment, package: Package, timeout: int = 30, environment: Mapping[str, str] | None = None) -> None:
    """Create the function, which may take `timeout` seconds, and see it start. Raises `Unavailable` E004."""
    shop.cloud.client("lambda").create_function(
        FunctionName=FUNCTION,
        Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        Role=f"arn:aws:iam::{ACCOUNT}:role/{FUNCTION}",  # ministack asks for one and looks no further
        Handler=HANDLER,
        Code={"ZipFile": package.archive},
        Timeout=timeout,
        MemorySize=512,
        Environment={"Variables": SETTINGS | {"AWS_ENDPOINT_URL": shop.cloud.endpoint} | dict(environment or {})},
    )
    invoke(shop, [])


def map_stream(shop: Deployment) -> None:
    """Let the table's stream invoke the function from now on, from the stream's beginning."""
    shop.cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=shop.stream,
        FunctionName=FUNCTION,
        StartingPosition="TRIM_HORIZON",
        BatchSize=100,
        FunctionResponseTypes=["ReportBatchItemFailures"],  # as in production; ministack's mapping ignores it
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation gave back."""

    response: dict[str, Any]
    summary: Mapping[str, Any]  #: the function's own log line about the batch

    @property
    def duplicates(self) -> int:
        """Deliveries that the ledger knew of, and that were not sent again."""
        return int(self.summary.get("duplicates", 0))


def invoke(shop: Deployment, records: Sequence[Mapping[str, Any]]) -> Answer:
    """Give the deployed function these records. Raises `Unavailable` E004 where it fails."""
    payload = json.dumps({"Records": records}).encode()
    answer = shop.cloud.client("lambda").invoke(FunctionName=FUNCTION, Payload=payload, LogType="Tail")
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise Unavailable(_failed(said))
    return Answer(said, _summary(base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")))


def parcels(shop: Deployment) -> list[dict[str, Any]]:
    """Everything in the quarantine, as it is kept there."""
    client = shop.cloud.client("s3")
    keys = [entry["Key"] for entry in client.list_objects_v2(Bucket=QUARANTINE).get("Contents", [])]
    return [{"key": key} | json.loads(client.get_object(Bucket=QUARANTINE, Key=key)["Body"].read()) for key in keys]


def _summary(log: str) -> dict[str, Any]:
    for line in log.splitlines():
        with suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and entry.get("message") == "batch relayed":
                return entry
    return {}


def _table(cloud: Ministack) -> str:
    keys = {"pk": "HASH", "sk": "RANGE"}
    made = cloud.client("dynamodb").create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    arn: str = made["TableDescription"]["LatestStreamArn"]
    return arn


def _ledger(cloud: Ministack) -> None:
    client = cloud.client("dynamodb")
    client.create_table(
        TableName=LEDGER,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    expiry = {"Enabled": True, "AttributeName": "expires"}
    client.update_time_to_live(TableName=LEDGER, TimeToLiveSpecification=expiry)


def _subscribe(cloud: Ministack, subscriber: Subscriber) -> str:
    """Make the subscriber's queue and what leads to it; the queue's URL."""
    fifo = subscriber.target == FEED
    name = subscriber.name + (".fifo" if fifo else "")
    url: str = cloud.client("sqs").create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if fifo else {})[
        "QueueUrl"
    ]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    if fifo:
        _to_topic(cloud, queue)
    else:
        _to_bus(cloud, subscriber, queue)
    return url


def _to_topic(cloud: Ministack, queue: str) -> None:
    raw = {"RawMessageDelivery": "true"}
    topic = SETTINGS["ORDER_TOPIC_ARN"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes=raw)


def _to_bus(cloud: Ministack, subscriber: Subscriber, queue: str) -> None:
    client, bus = cloud.client("events"), subscriber.target
    client.put_rule(Name=subscriber.name, EventBusName=bus, EventPattern=json.dumps(subscriber.pattern))
    client.put_targets(Rule=subscriber.name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue}])


def _failed(said: Mapping[str, Any]) -> Problem:
    what = f"the deployed function failed: {said.get('errorType')}: {said.get('errorMessage')}"
    return Problem(Where(), "E004", what, "run `changebridge lint`; if it finds nothing, the bridge itself is at fault")
