"""May whoever deploys make, or change, what the template makes?

IAM is asked to simulate each action on the names that CloudFormation would give: whoever may make functions called
`shop-*` alone may deploy the stack `shop`. What a policy makes depend on what only the call itself would tell is a
warning, since the simulation cannot know it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Level, Problem, Where

Asked = tuple[str, tuple[str, ...]]
#: `{p}` partition, `{r}` Region, `{a}` account, `{s}` stack; `x` stands for what CloudFormation makes up.
_STACK: Final = "arn:{p}:cloudformation:{r}:{a}:stack/{s}/x"
_FUNCTION: Final = "arn:{p}:lambda:{r}:{a}:function:{s}-bridge"
_ROLE: Final = "arn:{p}:iam::{a}:role/{s}-Role-x"
#: What `make deploy` is called where it is not told.
_NAME: Final = "changebridge"

#: Of every deployment: the change set, SAM's own transform, and the bucket that SAM makes for artifacts.
_ALWAYS: Final[Sequence[Asked]] = (
    (_STACK, ("cloudformation:CreateChangeSet", "cloudformation:DescribeStacks", "cloudformation:ExecuteChangeSet")),
    ("arn:{p}:cloudformation:{r}:aws:transform/Serverless-2016-10-31", ("cloudformation:CreateChangeSet",)),
    ("arn:{p}:s3:::aws-sam-cli-managed-default-samclisourcebucket-x/x", ("s3:PutObject",)),
)
#: Of one over a stack that is there: new code, its policy, and filters.
_CHANGING: Final[Sequence[Asked]] = (
    (_FUNCTION, ("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration")),
    (_ROLE, ("iam:PassRole", "iam:PutRolePolicy")),
    ("arn:{p}:lambda:{r}:{a}:event-source-mapping:x", ("lambda:UpdateEventSourceMapping",)),
)
#: Of a new one, by the type of what it makes (Service Authorization Reference), the most telling.
_MAKING: Final[dict[str, Asked]] = {
    "AWS::CloudWatch::Alarm": ("arn:{p}:cloudwatch:{r}:{a}:alarm:{s}-x", ("cloudwatch:PutMetricAlarm",)),
    "AWS::CloudWatch::Dashboard": ("arn:{p}:cloudwatch::{a}:dashboard/{s}-bridge", ("cloudwatch:PutDashboard",)),
    "AWS::DynamoDB::Table": (
        "arn:{p}:dynamodb:{r}:{a}:table/{s}-Ledger-x",
        ("dynamodb:CreateTable", "dynamodb:UpdateTimeToLive"),
    ),
    "AWS::Events::EventBus": ("arn:{p}:events:{r}:{a}:event-bus/{s}-domain", ("events:CreateEventBus",)),
    "AWS::IAM::Role": (_ROLE, ("iam:CreateRole", "iam:PassRole", "iam:PutRolePolicy")),
    "AWS::Lambda::EventSourceMapping": (
        "arn:{p}:lambda:{r}:{a}:event-source-mapping:x",
        ("lambda:CreateEventSourceMapping",),
    ),
    "AWS::Logs::LogGroup": (
        "arn:{p}:logs:{r}:{a}:log-group:/aws/lambda/{s}-bridge:x",  # policies name log groups with and without `:*`
        ("logs:CreateLogGroup", "logs:PutRetentionPolicy"),
    ),
    "AWS::S3::Bucket": (
        "arn:{p}:s3:::{s}-quarantine-x",
        (
            "s3:CreateBucket",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
        ),
    ),
    "AWS::S3::BucketPolicy": ("arn:{p}:s3:::{s}-quarantine-x", ("s3:PutBucketPolicy",)),
    "AWS::SNS::Topic": ("arn:{p}:sns:{r}:{a}:{s}-x", ("sns:CreateTopic",)),
    "AWS::SQS::Queue": ("arn:{p}:sqs:{r}:{a}:{s}-LostEvents-x", ("sqs:CreateQueue",)),
    "AWS::SQS::QueuePolicy": ("arn:{p}:sqs:{r}:{a}:{s}-LostEvents-x", ("sqs:SetQueueAttributes",)),
    "AWS::Serverless::Function": (_FUNCTION, ("lambda:CreateFunction",)),
}


class _Denied(NamedTuple):
    """What IAM would not allow, and whether it would not whatever the call itself tells."""

    action: str
    arn: str
    certain: bool


def check(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """A051: what whoever asks may not do."""
    who = "" if ":root" in subject.caller else _principal(amazon, subject.caller)
    if not who:
        return
    denied = [each for asked in _asked(subject) for each in _denials(subject, amazon, who, asked)]
    if denied:
        actions = ", ".join(sorted({each.action for each in denied}))
        level: Level = "error" if any(each.certain for each in denied) else "warning"
        what = f"you may not {actions}: the stack would stop half made, and be rolled back"
        fix = f"deploy as someone who may, such as {denied[0].action} on {denied[0].arn}"
        yield Problem(Where(file=who.rpartition(":")[2]), "A051", what, fix, level)


def _asked(subject: Subject) -> Iterator[Asked]:
    yield from _ALWAYS
    if subject.again:
        yield from _CHANGING
    else:
        yield from (_MAKING[each] for each in sorted(subject.makes) if each in _MAKING)


def _principal(amazon: Amazon, caller: str) -> str:
    """What IAM simulates: of an assumed role the role, whose path its session does not tell."""
    if ":assumed-role/" not in caller:
        return caller
    answer = amazon.ask("iam", "get_role", RoleName=caller.split("/")[1])
    return str(answer["Role"]["Arn"]) if answer else ""


def _denials(subject: Subject, amazon: Amazon, who: str, asked: Asked) -> Iterator[_Denied]:
    home, (pattern, actions) = subject.home, asked
    arn = pattern.format(p=home.partition, r=home.region, a=home.account, s=subject.stack or _NAME)
    known = [{"ContextKeyName": "aws:RequestedRegion", "ContextKeyValues": [home.region], "ContextKeyType": "string"}]
    answer: Any = amazon.ask(
        "iam",
        "simulate_principal_policy",
        PolicySourceArn=who,
        ActionNames=list(actions),
        ResourceArns=[arn],
        ContextEntries=known,
    )
    for each in (answer or {}).get("EvaluationResults", ()):
        if each["EvalDecision"] != "allowed":
            certain = each["EvalDecision"] == "explicitDeny" or not each.get("MissingContextValues")
            yield _Denied(str(each["EvalActionName"]), arn, certain)
