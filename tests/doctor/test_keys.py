"""Keys of KMS: who may use the stack's own, and whether the role may use those of what is given."""

import pytest

from bridge.doctor import keys, permissions
from bridge.doctor.template import FILE, of_parameters, read
from tests.doctor.healthy import (
    ALARMS,
    KEY,
    KINESIS,
    PROJECT,
    ROOT,
    STREAM,
    TOPIC,
    Answering,
    simulated,
    statements,
    subject,
)

TEMPLATE = read(ROOT / FILE)
OTHER = KEY.replace("key/k", "key/other")
POLICY = '{"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}'


def found(amazon, **parameters):
    given = of_parameters(PROJECT, amazon, TEMPLATE, parameters)
    return [(problem.code, problem.level, problem.fix) for problem in keys.check(given, amazon)]


def encrypted(amazon, *, table=None, kinesis=None, topic=None):
    amazon.said["tables"]["shop"]["Table"]["SSEDescription"] = {"KMSMasterKeyArn": table}
    amazon.said["kinesis.describe_stream_summary"]["StreamDescriptionSummary"]["KeyId"] = kinesis
    amazon.said["sns.get_topic_attributes"]["Attributes"]["KmsMasterKeyId"] = topic
    amazon.said["kms.describe_key"] = lambda KeyId: {"KeyMetadata": {"Arn": KeyId, "KeyManager": "CUSTOMER"}}  # noqa: N803 -- AWS's own name
    return amazon


@pytest.mark.parametrize(
    ("said", "given", "fix"),
    [
        ({"table": OTHER}, {"StreamArn": STREAM}, f"give it: SourceKeyArn={OTHER}"),
        ({"kinesis": OTHER}, {"KinesisStreamArn": KINESIS}, f"give it: SourceKeyArn={OTHER}"),
        ({"topic": OTHER}, {"OrderTopicArn": TOPIC}, f"give it: TopicKeyArn={OTHER}"),
    ],
)
def test_a_key_of_what_is_given_is_told_before_unless_it_is_given_too(said, given, fix):
    assert found(encrypted(Answering(), **said), **given) == [("A052", "error", fix)]
    name, _, key = fix.removeprefix("give it: ").partition("=")
    assert found(encrypted(Answering(), **said), **given, **{name: key}) == []
    assert found(encrypted(Answering(), **said), **given, KmsKeyArn=key) == []


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ({"table": None}, {"StreamArn": STREAM}),
        ({"kinesis": "alias/aws/kinesis"}, {"KinesisStreamArn": KINESIS}),
        ({"topic": "alias/aws/sns"}, {"OrderTopicArn": TOPIC}),
    ],
)
def test_aws_own_keys_need_no_permission(said, given):
    assert found(encrypted(Answering(), **said), **given) == []


def test_a_key_that_aws_manages_needs_no_permission_also_where_it_is_called_by_its_arn():
    amazon = encrypted(Answering(), table=OTHER)
    amazon.said["kms.describe_key"] = {"KeyMetadata": {"Arn": OTHER, "KeyManager": "AWS"}}
    assert found(amazon, StreamArn=STREAM) == []


def test_a_role_that_may_not_use_the_keys_of_what_it_uses_is_told_with_their_actions():
    amazon = encrypted(Answering(), table=OTHER, topic=OTHER)
    amazon.said["iam.simulate_principal_policy"] = simulated(("kms:Decrypt", "other"), ("kms:GenerateDataKey", "other"))
    assert [problem.what for problem in permissions.check(subject(amazon), amazon)] == [
        f"it may not kms:Decrypt on {OTHER}",
        f"it may not kms:Decrypt, kms:GenerateDataKey on {OTHER}",
    ]
    amazon.said["iam.simulate_principal_policy"] = simulated()
    assert list(permissions.check(subject(amazon), amazon)) == []


def test_the_functions_own_key_is_asked_about_once():
    amazon = encrypted(Answering(), table=KEY, topic=KEY)
    given = subject(amazon)
    assert list(permissions.check(given, amazon)) == []
    asked = [each for service, _, _, each in amazon.asked if service == "iam"]
    assert len(asked) == sum(len(each["Resource"]) for each in statements(given))


@pytest.mark.parametrize(
    ("given", "policy", "said"),
    [
        ({}, POLICY, ("error", "logs.amazonaws.com, events.amazonaws.com, cloudwatch.amazonaws.com")),
        ({"AlarmTopicArn": ALARMS}, POLICY, ("error", "logs.amazonaws.com, events.amazonaws.com")),
        ({"AlarmTopicArn": ALARMS, "DomainBusName": "a", "AnalyticsBusName": "b"}, POLICY, ("error", "logs.amazonaws.com")),
        ({}, '{"Principal":"*"}', ("warning", "logs.amazonaws.com, events.amazonaws.com, cloudwatch.amazonaws.com")),
    ],
)  # fmt: skip
def test_services_that_what_is_made_needs_and_the_key_does_not_name_stop_a_deployment(given, policy, said):
    amazon = Answering()
    amazon.said["kms.get_key_policy"] = {"Policy": policy}
    subject = of_parameters(PROJECT, amazon, TEMPLATE, {"KmsKeyArn": KEY} | given)
    (problem,) = keys.check(subject, amazon)
    assert (problem.code, problem.level, problem.what) == ("A049", said[0], f"its policy does not name {said[1]}")
