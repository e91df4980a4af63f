"""The real template deployed to the embedded AWS: a change is written, and an event arrives."""

import json
import time
from itertools import count
from pathlib import Path

import pytest

from bridge.core.infra.policy import BUS, LEDGER, QUARANTINE, TOPIC
from bridge.local.ministack import ACCOUNT, INTERPRETER, REGION, ministack
from bridge.local.package import package
from infra.local import NAME, ORDER, PARAMETERS, PARTS, deploy, embedded, pay, received

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def archive():
    return package(ROOT, PARTS).archive


def test_a_change_comes_out_as_an_event(archive):
    with ministack(ROOT / INTERPRETER) as cloud:
        outputs = deploy(cloud, NAME, embedded(PARAMETERS), archive, PARAMETERS)
        event = received(cloud, outputs, lambda: pay(cloud))
        assert (event["type"], event["subject"]) == ("com.example.shop.order.placed.v1", "7")
        deadline = time.monotonic() + 10  # it is remembered after it was sent
        while (held := cloud.client("dynamodb").scan(TableName=outputs["LedgerTable"])["Count"]) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert held == 2
        assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket=outputs["QuarantineBucket"])


# With permissions checked


class Stage:
    """The stack on an embedded AWS that checks what the function's role may do; its permissions can be taken away."""

    def __init__(self, cloud, outputs):
        self.cloud, self.outputs, self.numbers = cloud, outputs, count(1)
        resources = cloud.client("cloudformation").describe_stack_resources(StackName=NAME)["StackResources"]
        (self.role,) = (each["PhysicalResourceId"] for each in resources if each["LogicalResourceId"] == "Role")
        policy = cloud.client("iam").get_role_policy(RoleName=self.role, PolicyName="bridge")["PolicyDocument"]
        self.policy = json.loads(policy) if isinstance(policy, str) else policy

    def allow_all_but(self, action):
        statements = [each | {"Action": kept(each["Action"], action)} for each in self.policy["Statement"]]
        policy = json.dumps(self.policy | {"Statement": [each for each in statements if each["Action"]]})
        self.cloud.client("iam").put_role_policy(RoleName=self.role, PolicyName="bridge", PolicyDocument=policy)

    def outcome(self):
        """What an order that is paid and a record that is refused twice come to: answers, and what is kept of them."""
        number, poison = str(next(self.numbers)), str(next(self.numbers))
        broken = {name: value for name, value in ORDER.items() if name != "placedAt"}
        records = [record(number, ORDER), record(poison, broken)]
        answers = [self.invoke(each) for each in (records, records[1:])]
        return answers, self.remembered(number), self.parked(poison)

    def invoke(self, records):
        name = self.outputs["FunctionName"]
        answer = self.cloud.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps({"Records": records}).encode()
        )
        return json.loads(answer["Payload"].read()).get("batchItemFailures")

    def remembered(self, number):
        before = getattr(self, "held", 0)
        self.held = self.cloud.client("dynamodb").scan(TableName=self.outputs["LedgerTable"])["Count"]
        return self.held - before

    def parked(self, number):
        listed = self.cloud.client("s3").list_objects_v2(Bucket=self.outputs["QuarantineBucket"]).get("Contents", [])
        return sum(each["Key"].endswith(f"e{number}") for each in listed)


def kept(actions, removed):
    """The actions without one, and without what ministack takes for another: see `embedded`."""
    return [
        action
        for action in actions
        if action != removed and not (removed == "sns:Publish" and action.startswith(removed))
    ]


def record(number, order):
    keys = {"pk": {"S": f"ORDER#{number}"}, "sk": {"S": "META"}}
    body = {
        "Keys": keys,
        "NewImage": order | keys,
        "SequenceNumber": number.zfill(21),
        "ApproximateCreationDateTime": int(time.time()),
    }
    return {
        "eventID": f"e{number}", "eventName": "INSERT", "eventSource": "aws:dynamodb", "awsRegion": REGION, "dynamodb": body,
        "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop/stream/2026-11-20T00:00:00.000",
    }  # fmt: skip


WELL = ([[], []], 2, 1)


@pytest.fixture(scope="module")
def stage(archive):
    with ministack(ROOT / INTERPRETER, {"AUTH": "true"}) as cloud:
        outputs = deploy(cloud, NAME, embedded(PARAMETERS), archive, PARAMETERS)
        # Less than the template takes: what is denied is tried again for as long as there is time.
        cloud.client("lambda").update_function_configuration(FunctionName=outputs["FunctionName"], Timeout=4)
        yield Stage(cloud, outputs)


def test_with_the_generated_policy_nothing_fails(stage):
    stage.allow_all_but(None)
    assert stage.outcome() == WELL


@pytest.mark.parametrize("action", [*LEDGER, *BUS, *TOPIC, *QUARANTINE])
def test_with_any_permission_removed_something_fails(stage, action):
    stage.allow_all_but(action)
    assert stage.outcome() != WELL
