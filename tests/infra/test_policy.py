"""The policy allows what the ports call, each on its own resource, and nothing else."""

import json
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import boto3
import pytest
import yaml
from moto import mock_aws
from moto.iam.aws_managed_policies import aws_managed_policies_data

from bridge.aws.claims import S3Claims
from bridge.aws.clients import Clients
from bridge.aws.clock import SystemClock
from bridge.aws.eventbridge import EventBridge
from bridge.aws.ledger import DynamoLedger
from bridge.aws.quarantine import S3Quarantine
from bridge.aws.sns import Topic
from bridge.cli import main
from bridge.core.infra.policy import (
    BUS,
    CLAIMS,
    CUSTOM_BUS,
    LEDGER,
    QUARANTINE,
    TOPIC,
    Resources,
    operator_policy,
    policy,
)
from bridge.discards import resend
from bridge.errors import Problem, Where
from bridge.loop import run as asked
from bridge.needs import Home, resources
from bridge.ports import Delivery, Parcel
from bridge.project import load_project
from bridge.settings import Settings
from bridge.wiring import connect, open_stores
from tests.aws.events import event

aws_managed_policies = json.loads(aws_managed_policies_data)
#: The permission that AWS asks for a call, where it is not called like it (Service Authorization Reference).
ACTIONS = {"sns:PublishBatch": "sns:Publish", "s3:ListObjectsV2": "s3:ListBucket"}
ROOT = Path(__file__).parents[2]
REGION, ACCOUNT = "eu-west-1", "111122223333"
NAMES = {
    "DOMAIN_BUS": "domain",
    "ANALYTICS_BUS": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/analytics",
    "ORDER_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:orders.fifo",
    "LEDGER_TABLE": "ledger",
    "QUARANTINE_BUCKET": "parked",
    "ON_FAILURE_BUCKET": "discarded",
}
STREAM = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop/stream/2026-11-20T00:00:00.000"
COMMAND = ["infra", "policy", "--region", REGION, "--account", ACCOUNT]


PARCEL = Parcel(
    key="f/2026-11-20/e1",
    record={},
    record_id="e1",
    problems=(Problem(Where(), "M001", "what", "fix"),),
    fingerprint="f",
    project="p1",
    delivered=(),
    shape={"source": "dynamodb"},
)


class Recording(Clients):
    """Clients that note every call."""

    calls: ClassVar = set()

    def client(self, service, seconds, region=None):
        made = super().client(service, seconds, region)
        made.meta.events.register("before-call", self._note, unique_id="note")
        return made

    def _note(self, model, **_):
        called = f"{model.service_model.signing_name}:{model.name}"
        self.calls.add(ACTIONS.get(called, called))


@pytest.fixture
def cloud(monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "t",
        "AWS_SECRET_ACCESS_KEY": "t",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


def a_ledger():
    boto3.client("dynamodb").create_table(
        TableName="ledger",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_it_is_exactly_what_the_ports_call_while_a_batch_is_relayed(cloud):
    boto3.client("events").create_event_bus(Name="bus")
    topic = boto3.client("sns").create_topic(Name="feed")["TopicArn"]
    boto3.client("s3").create_bucket(Bucket="parked", CreateBucketConfiguration={"LocationConstraint": REGION})
    a_ledger()
    Recording.calls.clear()
    clients, clock = Recording(), SystemClock()
    for target in (EventBridge("b", "bus", clients, clock), Topic("t", topic, clients, clock)):
        asked(target.publish([event()], 2.0))
    ledger = DynamoLedger("ledger", clients, clock)
    ledger.remember({Delivery("e", "t"): 7}, 2.0)
    assert ledger.seen({Delivery("e", "t"): 7}, 2.0)
    quarantine = S3Quarantine("parked", clients, clock)
    quarantine.park(PARCEL, 2.0)
    quarantine.park(PARCEL, 2.0)  # it is there already: read and merged
    assert {*BUS, *TOPIC, *LEDGER, *QUARANTINE} == Recording.calls
    Recording.calls.clear()
    assert S3Claims("parked", clients, clock).store(event(), 2.0) is None
    assert {*CLAIMS} == Recording.calls


def test_an_operators_is_exactly_what_a_redrive_of_parcels_and_of_discarded_batches_calls(cloud, monkeypatch):
    """Of the sample itself: a parcel whose event can be made now, and a batch of a sound record and a broken one."""
    for name, value in (NAMES | {"DOMAIN_BUS": "domain", "ANALYTICS_BUS": "analytics"}).items():
        monkeypatch.setenv(name, value)
    for bus in ("domain", "analytics"):
        boto3.client("events").create_event_bus(Name=bus)
    monkeypatch.setenv(
        "ORDER_TOPIC_ARN", boto3.client("sns").create_topic(Name="f.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    )
    for bucket in ("parked", "discarded"):
        boto3.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    a_ledger()
    sound = json.loads((ROOT / "rules/records/price-dropped.json").read_text())
    document = {"payload": json.dumps({"Records": [sound | {"eventID": "e2"}, {"dynamodb": {}, "eventID": "e3"}]})}
    key = "aws/lambda/m/s/2026/11/20/2026-11-20T09.30.00-u"
    boto3.client("s3").put_object(Bucket="discarded", Key=key, Body=json.dumps(document | {"DDBStreamBatchInfo": {}}))
    monkeypatch.setattr("bridge.wiring.Clients", lambda *_: Recording())  # boto3, which moto answers
    bridge, (_, discards) = connect(ROOT), open_stores(ROOT)
    bridge.quarantine.park(replace(PARCEL, record=sound, record_id=sound["eventID"]), 2.0)
    Recording.calls.clear()
    parcels = [bridge.quarantine.parcel(each) for each in bridge.quarantine.keys()]  # noqa: SIM118 -- it is no mapping
    results = list(resend(discards.batches(), parcels, discards, bridge, dry_run=False))
    assert [each.state for each in results] == ["done", "refused"]
    keys = bridge.quarantine.keys()
    assert (discards.batches(), [each.rpartition("/")[2] for each in keys]) == ([], ["e3"])
    given = Resources(ledger="l", quarantine="q", failed="f", buses=["b"])
    allowed = {action for each in operator_policy(given)["Statement"] for action in each["Action"]}
    assert Recording.calls == allowed
    asked = resources(load_project(ROOT), Home(REGION, ACCOUNT), Settings.read())
    assert [(each["Sid"], each["Resource"]) for each in operator_policy(asked)["Statement"][-4:]] == [
        ("Quarantine", ["arn:aws:s3:::parked/*"]),
        ("Discards", ["arn:aws:s3:::discarded/*"]),
        ("QuarantineBucket", ["arn:aws:s3:::parked"]),
        ("DiscardsBucket", ["arn:aws:s3:::discarded"]),
    ]


@pytest.fixture
def named(monkeypatch):
    for name, value in NAMES.items():
        monkeypatch.setenv(name, value)


def run(capsysbinary, *arguments):
    with pytest.raises(SystemExit) as left:
        main([*COMMAND, *arguments])
    return left.value.code, capsysbinary.readouterr()


def test_each_resource_is_named_and_none_is_a_star(named, capsysbinary):
    code, said = run(
        capsysbinary, "--stream", STREAM, "--failed", "failed", "--function", "shop-bridge", "--key", "arn:aws:kms:x"
    )
    statements = {each["Sid"]: (each["Action"], each["Resource"]) for each in json.loads(said.out)["Statement"]}
    assert code == 0
    assert statements == {
        "ReadStream": (["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [STREAM]),
        "ListStreams": (["dynamodb:ListStreams"], [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop/stream/*"]),
        "Ledger": (["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ledger"]),
        "Buses": (["events:PutEvents"], [f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}" for name in ("domain", "analytics")]),
        "Topics": (["sns:Publish"], [NAMES["ORDER_TOPIC_ARN"]]),
        "Quarantine": (["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::parked/*"]),
        "FailedBatches": (["s3:PutObject"], ["arn:aws:s3:::failed/*"]),
        "FailedBatchesBucket": (["s3:ListBucket"], ["arn:aws:s3:::failed"]),
        "Logs": (["logs:CreateLogStream", "logs:PutLogEvents"], [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/shop-bridge:*"]),
        "Keys": (["kms:Decrypt", "kms:GenerateDataKey"], ["arn:aws:kms:x"]),
    }  # fmt: skip


def test_keys_of_what_is_given_are_allowed_only_what_they_are_for(named, capsysbinary):
    source, topic = ("arn:aws:kms:eu-west-1:111122223333:key/s", "arn:aws:kms:eu-west-1:111122223333:key/t")
    _, said = run(capsysbinary, "--source-key", source, "--topic-key", topic, "--key", topic)
    statements = {each["Sid"]: (each["Action"], each["Resource"]) for each in json.loads(said.out)["Statement"]}
    assert statements["SourceKeys"] == (["kms:Decrypt"], [source])
    assert "TopicKeys" not in statements  # the stack's own key may be used already
    _, said = run(capsysbinary, "--topic-key", topic)
    assert json.loads(said.out)["Statement"][-1] == {
        "Sid": "TopicKeys", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": [topic],
    }  # fmt: skip


#: AWS's own policy for a function that reads a stream, as moto carries it, by source.
MANAGED = {"dynamodb": "AWSLambdaDynamoDBExecutionRole", "kinesis": "AWSLambdaKinesisExecutionRole"}

#: What of it is for a log group that is not there, and for consumers with enhanced fan-out, which the mapping is not.
NEEDLESS = {"logs:CreateLogGroup", "kinesis:SubscribeToShard"}


@pytest.mark.parametrize("source", MANAGED)
def test_lambda_is_allowed_for_us_what_awss_own_policy_allows_it(source):
    document = aws_managed_policies[MANAGED[source]]["Document"]
    theirs = {action for each in document["Statement"] for action in each["Action"]} - NEEDLESS
    given = policy(Resources(ledger="l", quarantine="q", source=source, stream="s", logs="g"))["Statement"]
    ours = {
        action for each in given if each["Sid"] in {"ReadStream", "ListStreams", "Logs"} for action in each["Action"]
    }
    assert ours == theirs


def test_yaml_says_the_same(named, capsysbinary):
    assert yaml.safe_load(run(capsysbinary, "--format", "yaml")[1].out) == json.loads(run(capsysbinary)[1].out)


def test_a_kinesis_stream_is_read_by_its_own_actions(named, capsysbinary):
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/shop"
    (read, listing, *_) = json.loads(run(capsysbinary, "--stream", stream)[1].out)["Statement"]
    assert (read["Resource"], listing) == (
        [stream],
        {"Sid": "ListStreams", "Effect": "Allow", "Action": ["kinesis:ListStreams"], "Resource": ["*"]},
    )
    assert {action.partition(":")[0] for action in read["Action"]} == {"kinesis"}


def test_what_is_no_stream_is_a_problem(named, capsysbinary):
    code, said = run(capsysbinary, "--stream", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop")
    assert code == 1
    assert said.err.startswith(b"C050 'arn:aws:dynamodb:eu-west-1:111122223333:table/shop' is no ARN of a stream")


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ORDER_TOPIC_ARN", "hello", "B040 target 'order-feed' names no SNS topic that could exist"),
        ("ORDER_TOPIC_ARN", f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "B040 target 'order-feed' names no SNS topic that could exist"),
        ("DOMAIN_BUS", "a bus", "B040 target 'domain-bus' names no event bus that could exist"),
        ("LEDGER_TABLE", "a table", "B041 the ledger names no table that could exist"),
        ("LEDGER_TABLE", f"arn:aws:s3:::{ACCOUNT}", "B041 the ledger names no table that could exist"),
        ("QUARANTINE_BUCKET", "s3://parked", "B041 the quarantine names no bucket that could exist"),
        ("ON_FAILURE_BUCKET", "no bucket", "B041 the on-failure destination names no bucket that could exist"),
    ],
)  # fmt: skip
def test_what_a_variable_names_and_cannot_be_is_told_and_not_left_out(capsysbinary, monkeypatch, variable, value, said):
    monkeypatch.setenv(variable, value)
    code, told = run(capsysbinary)
    line = next(n for n, text in enumerate((ROOT / "bridge.yaml").read_text().splitlines(), 1) if variable in text)
    assert (code, told.out) == (1, b"")
    assert told.err.decode().startswith(f"bridge.yaml:{line}:")
    assert f": {said}\n    fix: " in told.err.decode()


def test_a_bucket_that_is_given_in_place_of_the_project_files_is_not_asked_of_it(named, capsysbinary, monkeypatch):
    monkeypatch.delenv("ON_FAILURE_BUCKET")
    assert run(capsysbinary, "--failed", "failed")[0] == 0


def test_a_ledger_may_be_named_by_its_arn(named, capsysbinary, monkeypatch):
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ledger"
    monkeypatch.setenv("LEDGER_TABLE", table)
    (ledger, *_) = json.loads(run(capsysbinary)[1].out)["Statement"]
    assert ledger["Resource"] == [table]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--region", "europe", "'europe' is not a Region such as eu-west-1"),
        ("--account", "1111-2222-3333", "'1111-2222-3333' is not an account's 12 digits"),
        ("--partition", "azure", "'azure' is not a partition such as aws"),
    ],
)
def test_what_would_make_an_arn_that_is_none_is_a_mistake_of_usage(named, capsysbinary, option, value, said):
    code, told = run(capsysbinary, option, value)
    assert code == 2
    assert said in " ".join(told.err.decode().replace("│", " ").split())


def test_every_variable_that_is_not_set_is_told_at_once(capsysbinary, monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    code, said = run(capsysbinary)
    assert (code, said.err.count(b"C020")) == (1, len(NAMES))


def test_a_custom_bus_is_allowed_what_its_client_signs():
    allowed = policy(Resources(ledger="l", quarantine="q", custom_buses=["arn"]))["Statement"][1]
    assert (allowed["Sid"], allowed["Action"], allowed["Resource"]) == ("CustomBuses", ["events:PutRawEvents"], ["arn"])
    model = boto3.client("eventbridgev2", region_name=REGION).meta.service_model
    assert [f"{model.signing_name}:{model.operation_model('PutRawEvents').name}"] == [*CUSTOM_BUS]


def test_claims_may_be_written_and_not_read():
    allowed = policy(Resources(ledger="l", quarantine="arn:aws:s3:::q", claims="arn:aws:s3:::c"))["Statement"][-1]
    assert (allowed["Sid"], allowed["Action"], allowed["Resource"]) == (
        "Claims",
        ["s3:PutObject"],
        ["arn:aws:s3:::c/*"],
    )


def test_what_is_not_there_is_not_allowed():
    given = Resources(ledger={"Fn::GetAtt": ["Ledger", "Arn"]}, quarantine={"Fn::GetAtt": ["Quarantine", "Arn"]})
    assert [each["Sid"] for each in policy(given)["Statement"]] == ["Ledger", "Quarantine"]
    (_, quarantine) = policy(replace(given, source="kinesis"))["Statement"]
    assert quarantine["Resource"] == [{"Fn::Join": ["", [{"Fn::GetAtt": ["Quarantine", "Arn"]}, "/*"]]}]
