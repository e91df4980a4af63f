"""May the KMS keys be used: by the services that the stack lets use its own, and by the role those of what is given?"""

import re
from collections.abc import Iterator
from typing import Final

from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Level, Problem, ProjectInvalid, Where

#: What the template lets use a key, besides whom the role stands for, by what is made; `logs` is named with its Region.
_SERVICES: Final = (
    ("logs", "AWS::Logs::LogGroup"),
    ("events", "AWS::Events::EventBus"),
    ("cloudwatch", "AWS::SNS::Topic"),
)
_ANYBODY: Final = re.compile(r'"Principal"\s*:\s*("\*"|\{\s*"AWS"\s*:\s*"\*")')


def check(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """The stack's own key; before a deployment, also those of the stream and the topics that it is given."""
    key = subject.home.key
    if key:
        yield from _own(subject, amazon, key)
    if subject.parameters is not None:
        allowed = {key, *subject.home.source_keys, *subject.home.topic_keys}
        for parameter, found in (
            ("SourceKeyArn", of_source(subject, amazon)),
            ("TopicKeyArn", of_topics(subject, amazon)),
        ):
            yield from (_unnamed(each, parameter) for each in found if each not in allowed)


def _unnamed(key: str, parameter: str) -> Problem:
    given = "stream" if parameter == "SourceKeyArn" else "topic"
    what = f"it encrypts the {given} that is given, and the role would not be allowed to use it"
    return Problem(Where(file=f"key {key.rpartition('/')[2]}"), "A052", what, f"give it: {parameter}={key}")


def _own(subject: Subject, amazon: Amazon, key: str) -> Iterator[Problem]:
    where = Where(file=f"key {key.rpartition('/')[2]}")
    answer = amazon.ask("kms", "describe_key", key.split(":")[3], KeyId=key)
    if answer is None:
        yield Problem(where, "A048", "there is no such key", "make it, or correct its name and Region")
    elif not answer["KeyMetadata"].get("Enabled", True):
        what = f"it is {answer['KeyMetadata'].get('KeyState', 'disabled')}: nothing that it encrypts can be used"
        yield Problem(where, "A048", what, f"aws kms enable-key --key-id {key}")
    else:
        yield from _policy(subject, amazon, key, where)


def _policy(subject: Subject, amazon: Amazon, key: str, where: Where) -> Iterator[Problem]:
    """Services that the key's policy does not name at all; what it lets them do is not looked into."""
    answer = amazon.ask("kms", "get_key_policy", key.split(":")[3], KeyId=key, PolicyName="default")
    policy = str((answer or {}).get("Policy", ""))
    lacking = [name for name, made in _SERVICES if f"{name}." not in policy and _uses(subject, made)]
    if lacking:
        level: Level = "warning" if subject.parameters is None or _ANYBODY.search(policy) else "error"
        what = f"its policy does not name {', '.join(f'{name}.amazonaws.com' for name in lacking)}"
        fix = (
            "let them use it in the key's policy: kms:Decrypt and kms:GenerateDataKey*, events kms:DescribeKey too, "
            "logs kms:Encrypt, kms:ReEncrypt* and kms:DescribeKey too"
        )
        yield Problem(where, "A049", what, fix, level)


def _uses(subject: Subject, made: str) -> bool:
    """Whether a deployment to come makes what a service would encrypt with the key; of what is there, all may."""
    if subject.parameters is None:
        return True
    return made in subject.makes and not (made == "AWS::SNS::Topic" and subject.alarms)


def of_source(subject: Subject, amazon: Amazon) -> tuple[str, ...]:
    """The customer's key that encrypts the stream, or the table whose stream it is."""
    stream = subject.home.stream
    if ":kinesis:" in stream:
        answer = amazon.ask("kinesis", "describe_stream_summary", stream.split(":")[3], StreamARN=stream) or {}
        return _customers(amazon, stream, answer.get("StreamDescriptionSummary", {}).get("KeyId"))
    if stream:
        answer = amazon.ask("dynamodb", "describe_table", stream.split(":")[3], TableName=stream.split("/")[1]) or {}
        return _customers(amazon, stream, answer.get("Table", {}).get("SSEDescription", {}).get("KMSMasterKeyArn"))
    return ()


def of_topics(subject: Subject, amazon: Amazon) -> tuple[str, ...]:
    """The customer's keys that encrypt the topics."""
    found: list[str] = []
    for target in subject.project.manifest.targets.values():
        try:
            topic = subject.settings.expand(target.address.text, target.address.where) if target.kind == "sns" else ""
        except ProjectInvalid:  # it is yet to be made, or the function's own check tells
            continue
        if topic:
            answer = amazon.ask("sns", "get_topic_attributes", topic.split(":")[3], TopicArn=topic) or {}
            found += _customers(amazon, topic, answer.get("Attributes", {}).get("KmsMasterKeyId"))
    return tuple(dict.fromkeys(found))


def _customers(amazon: Amazon, user: str, key: str | None) -> tuple[str, ...]:
    """The key's ARN; nothing for AWS's own, which whoever may use the service may use."""
    if not key or "alias/aws/" in key:
        return ()
    told = (amazon.ask("kms", "describe_key", user.split(":")[3], KeyId=key) or {}).get("KeyMetadata", {})
    return () if told.get("KeyManager") == "AWS" else (str(told.get("Arn", key)),)
