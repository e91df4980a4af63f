"""infra/template.yaml: valid, generated parts as the rules have them, and nothing left open."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from bridge.observe import Observer
from bridge.project import load_project
from bridge.settings import Settings
from infra.local import TEMPLATE, translated
from tests.test_observe import REPORT

ROOT = Path(__file__).parents[2]
GENERATE = ROOT / "infra" / "generate.py"


@pytest.fixture(scope="module")
def template():
    return yaml_parse(TEMPLATE.read_text())


@pytest.fixture(scope="module")
def resources(template):
    return template["Resources"]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", GENERATE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_filters_and_policy_are_what_the_rules_and_the_project_file_say(generate):
    assert generate.generated(TEMPLATE.read_text(), load_project(ROOT).rules) == TEMPLATE.read_text()


def test_cfn_lint_finds_nothing():
    ran = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), TEMPLATE], capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.returncode) == ("", 0)


def test_sam_translates_it_and_adds_no_role_of_its_own():
    made = translated({"Stage": "test"})["Resources"]
    assert [name for name, each in made.items() if each["Type"] == "AWS::IAM::Role"] == ["Role"]
    assert made["Function"]["Type"] == "AWS::Lambda::Function"


def test_the_mapping_loses_nothing(resources):
    mapping = resources["Mapping"]["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert (mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (-1, 22 * 3600)
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": ["FailedBatches", "Arn"]}}}


def test_the_bridge_gives_up_before_lambda_does(resources):
    assert load_project(ROOT).manifest.give_up < resources["Mapping"]["Properties"]["MaximumRecordAgeInSeconds"]


def test_the_ledger_has_the_key_and_the_expiry_that_the_bridge_writes(resources):
    ledger = resources["Ledger"]["Properties"]
    assert ledger["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
    assert ledger["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_every_variable_that_the_project_file_names_is_set(resources):
    manifest = load_project(ROOT).manifest
    settings = [manifest.ledger, manifest.quarantine, *(each.address for each in manifest.targets.values())]
    named = {name for each in settings for name in re.findall(r"\$\{env:(\w+)\}", each.text)}
    given = set(resources["Function"]["Properties"]["Environment"]["Variables"])
    assert named <= given
    assert given - named == {"BRIDGE_STAGE", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"}
    assert Settings.read({"BRIDGE_STAGE": "prod"}).stage == "prod"


@pytest.mark.parametrize("name", ["Quarantine", "FailedBatches"])
def test_a_bucket_is_private_encrypted_versioned_kept_and_reached_by_tls_alone(resources, name):
    bucket = resources[name]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert resources[name]["DeletionPolicy"] == resources[name]["UpdateReplacePolicy"] == "Retain"
    (statement,) = resources[f"{name}Policy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_every_alarm_tells_someone(resources):
    alarms = {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    assert set(alarms) == {
        "BehindAlarm", "ErrorsAlarm", "ThrottlesAlarm", "RefusedAlarm", "BugsAlarm", "UnrememberedAlarm", "FailedBatchesAlarm",
        "DroppedAlarm", "SilenceAlarm", "QuarantinedAlarm", "StuckAlarm",
    }  # fmt: skip
    assert all(each["AlarmActions"] for each in alarms.values())


def test_no_statement_of_the_role_allows_all(resources):
    (policy,) = resources["Role"]["Properties"]["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        for each in statement["Fn::If"][1:] if "Fn::If" in statement else [statement]:
            assert all(":" in action and "*" not in action for action in each.get("Action", []))
            assert "*" not in each.get("Resource", []) or each["Action"] == ["kinesis:ListStreams"]


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("StreamArn", "arn:aws:dynamodb:eu-west-1:111122223333:table/shop/stream/2026-11-20T00:00:00.000", "arn:aws:dynamodb:eu-west-1:111122223333:table/shop"),
        ("KinesisStreamArn", "arn:aws:kinesis:eu-west-1:111122223333:stream/shop", "shop"),
        ("StreamArn", "", "arn:aws:kinesis:eu-west-1:111122223333:stream/shop"),
        ("OrderTopicArn", "arn:aws:sns:eu-west-1:111122223333:orders.fifo", "arn:aws:sns:eu-west-1:111122223333:orders"),
        ("DomainBusName", "domain", "arn:aws:events:eu-west-1:111122223333:event-bus/domain"),
        ("Stage", "prod", "Prod"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_right_is_refused_before_anything_is_made(template, parameter, good, bad):
    allowed = template["Parameters"][parameter]["AllowedPattern"]
    assert re.fullmatch(allowed, good)
    assert not re.fullmatch(allowed, bad)


# Rules, as CloudFormation holds parameters against them before it makes anything


def holds(condition, given):
    ((name, operands),) = condition.items()
    if name == "Ref":
        return given[operands]
    values = [holds(each, given) if isinstance(each, dict) else each for each in operands]
    return {"Fn::Equals": lambda: str(values[0]) == str(values[1]), "Fn::Not": lambda: not values[0]}[name]()


def refusals(template, **given):
    parameters = {name: each.get("Default") for name, each in template["Parameters"].items()} | given
    return [
        assertion["AssertDescription"]
        for rule in template["Rules"].values()
        for assertion in rule["Assertions"]
        if holds(rule["RuleCondition"], parameters) and not holds(assertion["Assert"], parameters)
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, []),
        ({"StreamArn": "arn:a", "DomainBusName": "domain"}, []),
        ({"StreamArn": "arn:a", "KinesisStreamArn": "arn:b"}, ["StreamArn and KinesisStreamArn exclude each other"]),
        ({"DomainBusName": "shop", "AnalyticsBusName": "shop"}, ["DomainBusName and AnalyticsBusName are the same"]),
        ({"LogRetentionDays": 1}, ["In prod, a day of logs is too little"]),
        ({"LogRetentionDays": 1, "Stage": "test"}, []),
    ],
)
def test_parameters_that_contradict_each_other_are_refused_before_anything_is_made(template, given, said):
    assert [each.partition(";")[0].partition(", and")[0][: len(want)] for each, want in zip(refusals(template, **given), said, strict=True)] == said  # fmt: skip


# Metrics

#: What AWS says of a mapping, a function and a table: metric and dimension (Lambda, DynamoDB and Kinesis developer guides).
AMAZON = {
    ("AWS/Lambda", name, ("FunctionName",)) for name in ("Errors", "Throttles", "Invocations", "Duration", "IteratorAge")
} | {
    ("AWS/Lambda", name, ("EventSourceMappingUUID",))
    for name in ("PolledEventCount", "FilteredOutEventCount", "DroppedEventCount", "OnFailureDestinationDeliveredEventCount")
} | {("AWS/DynamoDB", "ConsumedWriteCapacityUnits", ("TableName",)), ("AWS/Kinesis", "IncomingRecords", ("StreamName",))}  # fmt: skip


@pytest.fixture
def emitted(capsys):
    """Every metric that the function writes, with the dimensions that it writes it by."""
    observer = Observer.start(Settings.read({}))
    observer.batch(REPORT)
    observer.failed(KeyError("x"))
    blobs = [json.loads(line)["_aws"] for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return {
        (each["Namespace"], metric["Name"], tuple(sorted(each["Dimensions"][0])))
        for blob in blobs
        for each in blob["CloudWatchMetrics"]
        for metric in each["Metrics"]
    }


def watched(value):
    """`namespace, metric, dimensions` of each metric within an alarm."""
    if isinstance(value, list):
        return {each for part in value for each in watched(part)}
    if not isinstance(value, dict):
        return set()
    here = set()
    if "MetricName" in value:
        here = {(value["Namespace"], value["MetricName"], tuple(sorted(each["Name"] for each in value["Dimensions"])))}
    return here | {each for part in value.values() for each in watched(part)}


def test_every_alarm_watches_a_metric_that_is_written(resources, emitted):
    for name, each in resources.items():
        if each["Type"] == "AWS::CloudWatch::Alarm":
            seen = watched(each["Properties"])
            assert seen, name
            assert seen <= emitted | AMAZON, name


def test_the_dashboard_shows_metrics_that_are_written(resources, emitted):
    body = json.loads(re.sub(r"\$\{[^}]*\}", "x", resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]))
    rows = [row for widget in body["widgets"] for row in widget["properties"]["metrics"]]
    named = {(row[0], row[1], tuple(sorted(row[2:-1:2] if isinstance(row[-1], dict) else row[2::2]))) for row in rows if isinstance(row[0], str)}  # fmt: skip
    assert named <= emitted | AMAZON
    searches = [re.match(r"SEARCH\('\{(\w+),([\w,]+)\} (\w+) ", row[0]["expression"]) for row in rows if isinstance(row[0], dict)]  # fmt: skip
    assert {(each[1], each[3], tuple(sorted(each[2].split(",")))) for each in searches} <= emitted


def test_every_exception_from_checkov_is_explained_beside_it(resources):
    skips = [
        skip for each in resources.values() for skip in each.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert skips
    assert all(len(skip["comment"].split()) > 8 for skip in skips)


def test_every_parameter_has_a_default_and_its_place_in_the_console(template):
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(template["Parameters"])
    assert all("Default" in each for each in template["Parameters"].values())
