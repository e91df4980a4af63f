"""infra/template.yaml: valid, generated parts as the rules have them, and nothing left open."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from bridge.project import load_project
from bridge.settings import Settings
from tests.infra.stack import TEMPLATE, translated

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
        "DroppedAlarm", "SilenceAlarm",
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
        ("StreamArn", "arn:aws:kinesis:eu-west-1:111122223333:stream/shop", "shop"),
        ("OrderTopicArn", "arn:aws:sns:eu-west-1:111122223333:orders.fifo", "arn:aws:sns:eu-west-1:111122223333:orders"),
        ("DomainBusName", "domain", "arn:aws:events:eu-west-1:111122223333:event-bus/domain"),
        ("Stage", "prod", "Prod"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_right_is_refused_before_anything_is_made(template, parameter, good, bad):
    allowed = template["Parameters"][parameter]["AllowedPattern"]
    assert re.fullmatch(allowed, good)
    assert not re.fullmatch(allowed, bad)


def test_kinesis_without_a_stream_is_refused_before_anything_is_made(template):
    rule = template["Rules"]["KinesisIsGiven"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "Source"}, "kinesis"]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "StreamArn"}, ""]}]}
