"""infra/template.yaml: valid, generated parts as the rules have them, and nothing left open."""

import importlib.util
import json
import re
import subprocess
import sys
from dataclasses import replace
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


def test_where_they_are_not_the_check_says_how_to_write_them(generate, tmp_path, monkeypatch, capsys):
    stale = tmp_path / "template.yaml"
    stale.write_text(TEMPLATE.read_text().replace("events:PutEvents", "events:PutEvent"))
    monkeypatch.setattr(generate, "TEMPLATE", stale)
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert generate.main() == 1
    assert "fix: run `.venv/bin/python infra/generate.py`, and commit" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["generate.py"])
    assert generate.main() == 0
    assert stale.read_text() == TEMPLATE.read_text()


@pytest.mark.parametrize("mistyped", ["--nope", "--chek", "--chec", "check"])
def test_what_it_does_not_know_writes_nothing(generate, tmp_path, monkeypatch, capsys, mistyped):
    stale = tmp_path / "template.yaml"
    stale.write_text("stale")
    monkeypatch.setattr(generate, "TEMPLATE", stale)
    monkeypatch.setattr(sys, "argv", ["generate.py", mistyped])
    with pytest.raises(SystemExit) as left:
        generate.main()
    assert (left.value.code, stale.read_text()) == (2, "stale")
    assert mistyped in capsys.readouterr().err


def test_a_target_that_the_role_could_not_publish_to_is_found_by_the_check(generate, monkeypatch, capsys):
    project = load_project(ROOT)
    feed = project.manifest.targets["order-feed"]
    another = replace(feed, name="audit", address=replace(feed.address, text="${env:AUDIT_TOPIC_ARN}"))
    more = replace(project, manifest=replace(project.manifest, targets={**project.manifest.targets, "audit": another}))
    monkeypatch.setattr(generate, "load_project", lambda _: more)
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert generate.main() == 1
    assert "bridge.yaml names more targets by sns than the role may publish to" in capsys.readouterr().err


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
    settings = [
        manifest.ledger,
        manifest.quarantine,
        manifest.on_failure,
        *(each.address for each in manifest.targets.values()),
    ]
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
    (statement,) = resources[f"{name}Policy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


#: What may go with the stack: what can be made again, and a memory of two days.
PASSING = {
    "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Events::EventBus", "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping", "AWS::Logs::LogGroup", "AWS::SNS::Topic", "AWS::SQS::QueuePolicy", "AWS::Serverless::Function",
}  # fmt: skip


def test_what_holds_data_stays_when_the_stack_goes_and_leaves_nothing_behind_where_it_never_came_to_be(resources):
    """A table `shop` that a failed first deployment leaves would stop the second."""
    lasting = {name: each for name, each in resources.items() if each["Type"] not in PASSING}
    buckets = {"Quarantine", "FailedBatches", "QuarantinePolicy", "FailedBatchesPolicy"}  # a bucket stays TLS only
    assert set(lasting) == buckets | {"Table", "Ledger", "LostEvents"}
    assert lasting.pop("Ledger")["DeletionPolicy"] == "Delete"
    for each in lasting.values():
        assert (each["DeletionPolicy"], each["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_every_alarm_tells_someone(resources):
    alarms = {name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    assert set(alarms) == {
        "BehindAlarm", "ErrorsAlarm", "ThrottlesAlarm", "RefusedAlarm", "BugsAlarm", "UnrememberedAlarm", "FailedBatchesAlarm",
        "DroppedAlarm", "SilenceAlarm", "QuarantinedAlarm", "StuckAlarm", "LostEventsAlarm",
    }  # fmt: skip
    assert all(each["AlarmActions"] for each in alarms.values())


@pytest.mark.parametrize("name", ["DomainBus", "AnalyticsBus"])
def test_an_event_that_a_bus_may_not_encrypt_is_kept_under_another_key(resources, name):
    bus = resources[name]["Properties"]
    assert bus["KmsKeyIdentifier"]["Fn::If"][0] == bus["DeadLetterConfig"]["Fn::If"][0] == "HasKey"
    assert bus["DeadLetterConfig"]["Fn::If"][1] == {"Arn": {"Fn::GetAtt": ["LostEvents", "Arn"]}}
    assert resources["LostEvents"]["Properties"] == {
        "MessageRetentionPeriod": 14 * 86_400,
        "SqsManagedSseEnabled": True,
    }
    (statement,) = resources["LostEventsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"].endswith(":event-bus/${AWS::StackName}-*")


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
    return {
        "Fn::Equals": lambda: str(values[0]) == str(values[1]),
        "Fn::Not": lambda: not values[0],
        "Fn::And": lambda: all(values),
    }[name]()


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
        ({"SourceKeyArn": "k"}, ["SourceKeyArn is for a stream that is given"]),
        ({"SourceKeyArn": "k", "KinesisStreamArn": "arn:b"}, []),
        ({"TopicKeyArn": "k"}, ["TopicKeyArn is for a topic that is given"]),
        ({"TopicKeyArn": "k", "OrderTopicArn": "arn:t"}, []),
        ({"LogRetentionDays": 1}, ["In prod, a day of logs is too little"]),
        ({"LogRetentionDays": 1, "Stage": "test"}, []),
    ],
)
def test_parameters_that_contradict_each_other_are_refused_before_anything_is_made(template, given, said):
    assert [each.partition(";")[0].partition(", and")[0][: len(want)] for each, want in zip(refusals(template, **given), said, strict=True)] == said  # fmt: skip


def test_an_alarm_over_several_periods_has_an_invocation_in_each_of_them(template, resources):
    """While a target is unavailable an invocation takes all of its time; periods without any count as good."""
    longest = template["Parameters"]["Timeout"]["MaxValue"]
    for name, each in resources.items():
        told = each.get("Properties", {})
        if each["Type"] == "AWS::CloudWatch::Alarm" and told["EvaluationPeriods"] != 1 and name != "SilenceAlarm":
            periods = [part["MetricStat"]["Period"] for part in told.get("Metrics", ()) if "MetricStat" in part]
            assert min(periods or [told["Period"]]) >= longest + 60, name


def test_the_periods_of_behind_are_those_of_its_minutes(template, resources):
    alarm = resources["BehindAlarm"]["Properties"]
    assert alarm["EvaluationPeriods"] == {"Fn::FindInMap": ["Behind", {"Ref": "BehindMinutes"}, "Periods"]}
    (period,) = [part["MetricStat"]["Period"] for part in alarm["Metrics"] if "MetricStat" in part]
    minutes = {name: each["Periods"] * period // 60 for name, each in template["Mappings"]["Behind"].items()}
    assert minutes == {str(each): each for each in template["Parameters"]["BehindMinutes"]["AllowedValues"]}
    assert max(minutes.values()) * 60 <= 86_400  # CloudWatch evaluates a day at most


def test_a_window_that_is_waited_for_is_neither_being_behind_nor_silence(template, resources):
    parameters = template["Parameters"]
    behind = resources["BehindAlarm"]["Properties"]["Metrics"][0]["Expression"]
    assert behind == {"Fn::Sub": "age - 1000 * ${BatchWindow}"}
    assert min(each for each in parameters["SilenceMinutes"]["AllowedValues"] if each) * 60 > parameters["BatchWindow"]["MaxValue"]  # fmt: skip


def test_a_batch_that_is_sent_again_and_again_is_behind_and_not_stuck(resources):
    (expression,) = [part["Expression"] for part in resources["StuckAlarm"]["Properties"]["Metrics"] if "Expression" in part]  # fmt: skip
    assert "FILL(invocations, 0) == 0" in expression


def test_alarms_look_where_the_function_writes(resources):
    """Namespace and service are the function's own environment; the rest is by the function's and the mapping's names."""
    given = resources["Function"]["Properties"]["Environment"]["Variables"]
    mine = (given["POWERTOOLS_METRICS_NAMESPACE"], "service", json.dumps(given["POWERTOOLS_SERVICE_NAME"]))
    allowed = {
        mine,
        ("AWS/Lambda", "FunctionName", json.dumps({"Ref": "Function"})),
        ("AWS/Lambda", "EventSourceMappingUUID", json.dumps({"Ref": "Mapping"})),
    }
    for name, each in resources.items():
        if each["Type"] == "AWS::CloudWatch::Alarm":
            found = {
                (metric["Namespace"], dimension["Name"], json.dumps(dimension["Value"]))
                for metric in metrics_of(each["Properties"])
                for dimension in metric["Dimensions"]
            }
            assert {one for one in found if one[0] not in {"AWS/DynamoDB", "AWS/Kinesis", "AWS/SQS"}} <= allowed, name


def metrics_of(value):
    """Every metric within an alarm, whichever condition holds."""
    if isinstance(value, list):
        return [each for part in value for each in metrics_of(part)]
    if not isinstance(value, dict):
        return []
    return [value] if "MetricName" in value else [each for part in value.values() for each in metrics_of(part)]


@pytest.mark.parametrize("name", ["StreamArn", "KinesisStreamArn"])
def test_a_part_of_an_arn_that_is_selected_is_there_also_where_none_is_given(name):
    """CloudFormation refuses a stack for an index that is not there; whether it looks at a branch not taken is not told."""
    text = TEMPLATE.read_text()
    assert not re.search(rf"Split: \[\W*!Ref {name}|!Split \[\"/\", !Ref {name}\]", text)
    assert not re.search(rf'"Fn::Split": \[\s*"/",\s*{{\s*"Ref": "{name}"', text)


# Metrics

#: What AWS says of a mapping, a function and a table: metric and dimension (Lambda, DynamoDB and Kinesis developer guides).
AMAZON = {
    ("AWS/Lambda", name, ("FunctionName",)) for name in ("Errors", "Throttles", "Invocations", "Duration", "IteratorAge")
} | {
    ("AWS/Lambda", name, ("EventSourceMappingUUID",))
    for name in ("PolledEventCount", "FilteredOutEventCount", "DroppedEventCount", "OnFailureDestinationDeliveredEventCount")
} | {("AWS/DynamoDB", "ConsumedWriteCapacityUnits", ("TableName",)), ("AWS/Kinesis", "IncomingRecords", ("StreamName",)), ("AWS/SQS", "ApproximateNumberOfMessagesVisible", ("QueueName",))}  # fmt: skip


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
