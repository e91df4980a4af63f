"""May the role do what it must; before a deployment, may whoever deploys make what the template makes?

IAM is asked to simulate (`iam:SimulatePrincipalPolicy`): nothing is called for real, so that nothing is published.
What a resource's own policy forbids, IAM does not tell here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from bridge.core.infra.policy import policy
from bridge.doctor import deploying, keys
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.needs import resources

Statement = Mapping[str, Any]


def check(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """The function's role, statement by statement of the policy that it needs; else whoever deploys."""
    if subject.function is not None:
        yield from _role(subject, amazon, str(subject.function["Role"]))
    elif subject.parameters is not None:
        yield from deploying.check(subject, amazon)


def _role(subject: Subject, amazon: Amazon, role: str) -> Iterator[Problem]:
    where, known = Where(file=f"role {role.rpartition('/')[2]}"), _needed(subject)
    yield from _lacking(amazon, role, known, where)
    home = replace(
        subject.home, source_keys=keys.of_source(subject, amazon), topic_keys=keys.of_topics(subject, amazon)
    )
    more = [each for each in _needed(replace(subject, home=home)) if each not in known]
    yield from _lacking(amazon, role, more, where)


def _needed(subject: Subject) -> list[Statement]:
    try:
        return list(policy(resources(subject.project, subject.home, subject.settings))["Statement"])
    except ProjectInvalid:
        return []  # a variable is not set, which the function's own check tells


def _lacking(amazon: Amazon, role: str, needed: Sequence[Statement], where: Where) -> Iterator[Problem]:
    for statement in needed:
        denied = _denied(amazon, role, statement["Action"], statement["Resource"])
        for resource, pairs in groupby(sorted(denied), key=lambda pair: pair[0]):
            actions = ", ".join(action for _, action in pairs)
            fix = "deploy the template, whose policy has it; `changebridge infra policy` prints the statement"
            yield Problem(where, "A050", f"it may not {actions} on {resource}", fix)


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
