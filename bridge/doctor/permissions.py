"""May the role do what it must; before a deployment, may whoever deploys make what the template makes?

IAM is asked to simulate (`iam:SimulatePrincipalPolicy`): nothing is called for real, so that nothing is published.
What a resource's own policy forbids, IAM does not tell here.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from bridge.core.infra.policy import policy
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.needs import resources

#: What making the template's resources asks of whoever deploys (Service Authorization Reference), the most telling.
DEPLOYING: Final = (
    "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:DescribeStacks",
    "cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm",
    "dynamodb:CreateTable", "dynamodb:UpdateTimeToLive",
    "events:CreateEventBus",
    "iam:CreateRole", "iam:PassRole", "iam:PutRolePolicy",
    "lambda:CreateEventSourceMapping", "lambda:CreateFunction",
    "logs:CreateLogGroup", "logs:PutRetentionPolicy",
    "s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
    "s3:PutObject",
    "sns:CreateTopic",
)  # fmt: skip


def check(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """The function's role, statement by statement of the policy that it needs; else whoever deploys."""
    if subject.function is not None:
        yield from _role(subject, amazon, str(subject.function["Role"]))
    elif subject.parameters is not None and ":root" not in subject.caller:
        yield from _deployer(amazon, subject.caller)


def _role(subject: Subject, amazon: Amazon, role: str) -> Iterator[Problem]:
    try:
        needed = policy(resources(subject.project, subject.home, subject.settings))["Statement"]
    except ProjectInvalid:
        return  # a variable is not set, which the function's own check tells
    where = Where(file=f"role {role.rpartition('/')[2]}")
    for statement in needed:
        denied = _denied(amazon, role, statement["Action"], statement["Resource"])
        for resource, pairs in groupby(sorted(denied), key=lambda pair: pair[0]):
            actions = ", ".join(action for _, action in pairs)
            fix = "deploy the template, whose policy has it; `changebridge infra policy` prints the statement"
            yield Problem(where, "A050", f"it may not {actions} on {resource}", fix)


def _deployer(amazon: Amazon, caller: str) -> Iterator[Problem]:
    who = _principal(amazon, caller)
    denied = sorted(action for _, action in _denied(amazon, who, DEPLOYING, ["*"])) if who else []
    if denied:
        what = f"you may not {', '.join(denied)}: the stack would stop half made, and be rolled back"
        yield Problem(Where(file=who.rpartition(":")[2]), "A051", what, "deploy as someone who may")


def _principal(amazon: Amazon, caller: str) -> str:
    """What IAM simulates: of an assumed role the role, whose path its session does not tell."""
    if ":assumed-role/" not in caller:
        return caller
    answer = amazon.ask("iam", "get_role", RoleName=caller.split("/")[1])
    return str(answer["Role"]["Arn"]) if answer else ""


def _denied(amazon: Amazon, principal: str, actions: Sequence[str], arns: Sequence[str]) -> list[tuple[str, str]]:
    """`(resource, action)` of what IAM would not allow."""
    found = []
    for arn in arns:
        answer = amazon.ask(
            "iam",
            "simulate_principal_policy",
            PolicySourceArn=principal,
            ActionNames=list(actions),
            ResourceArns=[arn],
        )
        told = (answer or {}).get("EvaluationResults", ())
        found += [(arn, str(each["EvalActionName"])) for each in told if each["EvalDecision"] != "allowed"]
    return found
