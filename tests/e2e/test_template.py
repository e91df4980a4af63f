"""The real template deployed to the embedded AWS: a change is written, and an event arrives."""

import json
import time
from itertools import count
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.core.infra.policy import BUS, LEDGER, QUARANTINE, TOPIC
from bridge.doctor import permissions
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import of_stack
from bridge.local.ministack import ACCOUNT, INTERPRETER, REGION, ministack
from bridge.local.package import package
from bridge.project import load_project
from infra.local import NAME, ORDER, PARAMETERS, PARTS, deploy, embedded, pay, reasons, received

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def archive():
    return package(ROOT, PARTS).archive


def deliveries(cloud, outputs):
    """How many the ledger holds, many of them in one item."""
    found = cloud.client("dynamodb").scan(TableName=outputs["LedgerTable"])["Items"]
    return sum(len(item["ids"]["BS"]) for item in found)


def test_a_change_comes_out_as_an_event(archive):
    with ministack(ROOT / INTERPRETER) as cloud:
        outputs = deploy(cloud, NAME, embedded(PARAMETERS), archive, PARAMETERS)
        event = received(cloud, outputs, lambda: pay(cloud))
        assert (event["type"], event["subject"]) == ("com.example.shop.order.placed.v1", "7")
        deadline = time.monotonic() + 10  # it is remembered after it was sent
        while (held := deliveries(cloud, outputs)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert held == 2
        assert "Contents" not in cloud.client("s3").list_objects_v2(Bucket=outputs["QuarantineBucket"])


# With what is there already, and with keys


def given(cloud):
    """A table, buses, topics and keys that somebody made before."""
    key = {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}
    table = cloud.client("dynamodb").create_table(
        TableName="shop",
        KeySchema=list(key),
        AttributeDefinitions=[{"AttributeName": each["AttributeName"], "AttributeType": "S"} for each in key],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    for name in ("mine", "bare"):
        cloud.client("events").create_event_bus(Name=name)
    feed = cloud.client("sns").create_topic(Name="mine.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    alarms = cloud.client("sns").create_topic(Name="alarms")["TopicArn"]
    source, topic = (cloud.client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    return {
        "StreamArn": table["LatestStreamArn"], "DomainBusName": "mine", "AnalyticsBusName": "bare", "OrderTopicArn": feed,
        "AlarmTopicArn": alarms, "SourceKeyArn": source, "TopicKeyArn": topic, "SilenceMinutes": "60",
    }  # fmt: skip


def keyed(cloud):
    return {"KmsKeyArn": cloud.client("kms").create_key()["KeyMetadata"]["Arn"]}


MADE = {"Table", "DomainBus", "AnalyticsBus", "OrderTopic", "AlarmTopic", "LostEvents", "SilenceAlarm"}


@pytest.mark.parametrize(
    ("prepare", "made"),
    [(given, {"SilenceAlarm"}), (keyed, MADE - {"SilenceAlarm"}), (lambda cloud: given(cloud) | keyed(cloud), {"SilenceAlarm"})],
    ids=["all given", "a key", "both"],
)  # fmt: skip
def test_what_is_given_is_used_and_not_made(archive, prepare, made):
    with ministack(ROOT / INTERPRETER, {"AUTH": "true"}) as cloud:
        parameters = PARAMETERS | prepare(cloud)
        outputs = deploy(cloud, NAME, embedded(parameters), archive, parameters)
        assert received(cloud, outputs, lambda: pay(cloud))["type"] == "com.example.shop.order.placed.v1"
        found = cloud.client("cloudformation").describe_stack_resources(StackName=NAME)["StackResources"]
        assert {each["LogicalResourceId"] for each in found} & MADE == made
        assert all(outputs[name] == parameters[name] for name in outputs.keys() & parameters.keys())


# With permissions checked


class Stage:
    """The stack on an embedded AWS that checks what the function's role may do; its permissions can be taken away."""

    def __init__(self, cloud, outputs):
        self.cloud, self.outputs, self.numbers = cloud, outputs, count(1)
        resources = cloud.client("cloudformation").describe_stack_resources(StackName=NAME)["StackResources"]
        (self.role,) = (each["PhysicalResourceId"] for each in resources if each["LogicalResourceId"] == "Role")
        policy = cloud.client("iam").get_role_policy(RoleName=self.role, PolicyName="bridge")["PolicyDocument"]
        self.policy = json.loads(policy) if isinstance(policy, str) else policy

    def allow_all_but(self, action, only=None):
        """Take an action out of the policy, or out of one statement of it alone."""
        statements = [
            each | {"Action": kept(each["Action"], action) if only in {None, number} else each["Action"]}
            for number, each in enumerate(self.policy["Statement"])
        ]
        policy = json.dumps(self.policy | {"Statement": [each for each in statements if each["Action"]]})
        self.cloud.client("iam").put_role_policy(RoleName=self.role, PolicyName="bridge", PolicyDocument=policy)

    def allow_elsewhere(self, sid):
        """The same actions, of one statement on what has another name."""
        statements = [
            each | {"Resource": [f"{arn}-other" for arn in each["Resource"]]} if each["Sid"] == sid else each
            for each in self.policy["Statement"]
        ]
        policy = json.dumps(self.policy | {"Statement": statements})
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
        self.held = deliveries(self.cloud, self.outputs)
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


@pytest.mark.parametrize("sid", ["Ledger", "Buses", "Topics", "Quarantine"])
def test_what_is_allowed_is_allowed_on_its_own_resource_alone(stage, sid):
    stage.allow_elsewhere(sid)
    assert stage.outcome() != WELL


# Where no event comes


def test_why_no_event_came_is_told_as_far_as_it_shows(stage):
    project = load_project(ROOT)
    stage.allow_all_but(None)
    told = reasons(stage.cloud, stage.outputs, project)
    assert all(each.startswith("refused: M") for each in told)  # what other tests had parked, and nothing else
    stage.allow_all_but("events:PutEvents")
    told = reasons(stage.cloud, stage.outputs, project)
    assert sum("A050 it may not events:PutEvents on " in each for each in told) == 2


# Seen by doctor


def doctor(stage, capsys, monkeypatch, *arguments):
    for name, value in stage.cloud.environment().items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--project", str(ROOT), *arguments])
    return left.value.code, capsys.readouterr()


#: What of the deployed stack is not as the template has it, since the embedded AWS cannot: filters, the mapping's
#: metrics, the ledger's time to live. The fixture takes time from the function; nobody is subscribed to the alarms.
WARNINGS = {"A023", "A025", "A035", "A044", "A090"}


def test_doctor_finds_no_error_in_what_the_template_made(stage, capsys, monkeypatch):
    stage.allow_all_but(None)
    code, said = doctor(stage, capsys, monkeypatch, "--stack", NAME, "--format", "json")
    found = [problem for each in json.loads(said.out)["checks"] for problem in each["problems"]]
    assert (code, {problem["code"] for problem in found}) == (0, WARNINGS)


def test_doctor_names_each_permission_that_is_removed_also_those_that_lambda_uses_for_us(stage, monkeypatch):
    for name, value in stage.cloud.environment().items():
        monkeypatch.setenv(name, value)
    given = of_stack(load_project(ROOT), Amazon(), NAME)
    looked = 0
    for number, statement in enumerate(stage.policy["Statement"]):
        for action in set(statement["Action"]) - {"sns:PublishBatch"}:
            stage.allow_all_but(action, number)
            said = [problem.what for problem in permissions.check(given, Amazon())]
            assert said
            assert all(each.startswith(f"it may not {action} on ") for each in said)
            looked += 1
    assert looked == 14  # all but those of a key, which is not given
    stage.allow_all_but(None)
    assert list(permissions.check(given, Amazon())) == []


def test_doctor_finds_a_mapping_that_is_disabled_and_a_bus_that_is_gone(stage, capsys, monkeypatch):
    stage.allow_all_but(None)
    client = stage.cloud.client("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName=stage.outputs["FunctionName"])["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    stage.cloud.client("events").delete_event_bus(Name=stage.outputs["AnalyticsBusName"])
    code, said = doctor(stage, capsys, monkeypatch, "--stack", NAME)
    assert code == 1
    assert "A021 it is disabled: nothing is read" in said.out
    assert f"bus {stage.outputs['AnalyticsBusName']}: A040" in said.out
