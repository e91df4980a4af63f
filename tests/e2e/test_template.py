"""The real template deployed to the embedded AWS: a change is written, and an event arrives."""

import json
import time
from pathlib import Path

import pytest

from bridge.local.ministack import ACCOUNT, INTERPRETER, REGION, ministack
from bridge.local.package import package
from tests.infra.stack import deploy, translated

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
NAME = "shop-test"
PARAMETERS = {"Stage": "test", "Architecture": "x86_64", "BatchWindow": "0"}
ORDER = {
    "pk": {"S": "ORDER#7"}, "sk": {"S": "META"}, "orderId": {"S": "7"}, "status": {"S": "PAID"}, "customerId": {"S": "C-42"},
    "total": {"N": "1490"}, "placedAt": {"N": "1795167000"}, "lines": {"L": [{"M": {"sku": {"S": "MUG"}, "quantity": {"N": "1"}, "price": {"N": "1490"}}}]},
}  # fmt: skip


@pytest.fixture(scope="module")
def archive():
    return package(ROOT, ("bridge.yaml", "rules", "schemas")).archive


def received(cloud, outputs, seconds=20):
    """The event of a paid order, through the bus to a queue."""
    url = cloud.client("sqs").create_queue(QueueName="heard")["QueueUrl"]
    events, bus = cloud.client("events"), outputs["DomainBusName"]
    events.put_rule(Name="all", EventBusName=bus, EventPattern=json.dumps({"source": [{"prefix": "/"}]}))
    events.put_targets(
        Rule="all", EventBusName=bus, Targets=[{"Id": "q", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:heard"}]
    )
    cloud.client("dynamodb").put_item(TableName="shop", Item=ORDER)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for message in cloud.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            return json.loads(message["Body"])["detail"]
    return None


def embedded():
    """The template without what the embedded AWS cannot do, and nothing else.

    Its mapping does not know `$or`, which the filters need: their own tests are the evidence. Its CloudFormation
    takes no alarm on a query.
    """
    template = translated(PARAMETERS)
    del template["Resources"]["Mapping"]["Properties"]["FilterCriteria"]
    del template["Resources"]["RefusedAlarm"]
    return template


def test_a_change_comes_out_as_an_event(archive):
    with ministack(ROOT / INTERPRETER) as cloud:
        outputs = deploy(cloud, NAME, embedded(), archive, PARAMETERS)
        event = received(cloud, outputs)
        assert (event["type"], event["subject"]) == ("com.example.shop.order.placed.v1", "7")
        assert cloud.client("dynamodb").scan(TableName=outputs["LedgerTable"])["Count"] == 2
        assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket=outputs["QuarantineBucket"])
