"""What is around the bridge: the clock, the Regions of what is named, and who is told by the alarms."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Problem, Where

#: Seconds: AWS refuses a signature that is 5 minutes off (AWS Signature Version 4).
REFUSED: Final = 300
NOTED: Final = 30


def check_clock(subject: Subject, _amazon: Amazon) -> Iterator[Problem]:
    """This machine's clock against AWS's: it dates signatures, and what `redrive` writes."""
    if subject.heard is None:
        return
    off = round((datetime.now(UTC) - subject.heard).total_seconds())
    if abs(off) >= NOTED:
        what = f"this machine's clock is {abs(off)} s {'ahead' if off > 0 else 'behind'}"
        yield Problem(Where(), "A070", what, "set it by NTP", "error" if abs(off) >= REFUSED else "warning")


def check_regions(subject: Subject, _amazon: Amazon) -> Iterator[Problem]:
    """A mapping, a key and an alarm reach only their own Region."""
    home = subject.home
    for what, arn in (("stream", home.stream), ("key", home.key), ("alarm topic", subject.alarms)):
        region = arn.split(":")[3] if arn.startswith("arn:") else home.region
        if region != home.region:
            said = f"it is in {region}, and the function in {home.region} cannot use it there"
            fix = f"deploy to {region}: AWS_REGION={region}; or give one of {home.region}"
            yield Problem(Where(file=f"{what} {arn.rpartition(':')[2]}"), "A080", said, fix)


def check_alarms(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """Somebody hears the alarms."""
    if not subject.alarms:
        return
    where, region = Where(file=f"topic {subject.alarms.rpartition(':')[2]}"), subject.alarms.split(":")[3]
    answer = amazon.ask("sns", "list_subscriptions_by_topic", region, TopicArn=subject.alarms)
    if answer is None:
        yield Problem(where, "A041", "there is no such topic for alarms", "make it, or correct its name and Region")
        return
    confirmed = [each for each in answer.get("Subscriptions", ()) if each.get("SubscriptionArn", "").startswith("arn:")]
    if not confirmed:
        fix = (
            f"aws sns subscribe --topic-arn {subject.alarms} --protocol email --notification-endpoint …, and confirm it"
        )
        yield Problem(where, "A090", "nobody is subscribed, so that no alarm is heard", fix, "warning")


#: The function is called `<stack>-bridge`, and a function's name has 64 characters (AWS Lambda, CreateFunction).
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,56}")
#: States that a deployment cannot begin in, and the way out (AWS CloudFormation, "Stack status codes"); the first that
#: fits counts.
_STUCK: Final = (
    (re.compile("_IN_PROGRESS$"), "wait until it is done, and deploy again"),
    (
        re.compile("^UPDATE_ROLLBACK_FAILED$"),
        "mend what stopped it, then: aws cloudformation continue-update-rollback --stack-name {stack}",
    ),
    (
        re.compile("^(CREATE|DELETE|ROLLBACK)_FAILED$|^ROLLBACK_COMPLETE$"),
        "it was never whole: aws cloudformation delete-stack --stack-name {stack}, and deploy again",
    ),
)


def check_stack(subject: Subject, _amazon: Amazon) -> Iterator[Problem]:
    """The stack that a deployment would make or change can be made or changed."""
    where = Where(file=f"stack {subject.stack}")
    if not NAME.fullmatch(subject.stack):
        what = "no stack can have this name, or none whose function is called after it"
        fix = "begin with a letter; letters, digits and hyphens, at most 57"
        yield Problem(where, "A085", what, fix)
    fix = next((fix for state, fix in _STUCK if state.search(subject.status)), "")
    if fix:
        what = f"it is {subject.status}: nothing can be deployed over it"
        yield Problem(where, "A086", what, fix.format(stack=subject.stack))
