"""What the project file may name: buses, topics, tables and buckets that could exist."""

from collections.abc import Iterator, Mapping
from re import ASCII, Pattern
from typing import Final, NamedTuple

from bridge.core.manifest import KEEPERS, Manifest, Setting
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.frozen import frozen
from bridge.late import late

#: What `EventBusName` may be, a name or an ARN (botocore 1.44.5, events PutEvents: 1 to 1,600 characters).
BUS: Final = late(
    r"(?=.{1,1600}\Z)(arn:aws[\w-]*:events:(?P<region>[a-z]+-[a-z]+-[\w-]+):\d{12}:event-bus/)?[.\-_/A-Za-z0-9]+", ASCII
)
#: botocore 1.44.5, eventbridgev2 `EventBusArn`.
CUSTOM_BUS: Final = late(
    r"arn:aws(-[a-z0-9]+)*:events:(?P<region>[a-z][a-z0-9]*(-[a-z0-9]+)*):[0-9]{12}:"
    r"event-busv2/[A-Za-z0-9][.\-_A-Za-z0-9]{0,255}/[a-z0-9]{25}"
)
TOPIC: Final = late(r"arn:aws[\w-]*:sns:(?P<region>[\w-]+):\d{12}:[\w-]+(?P<fifo>\.fifo)?", ASCII)
#: A name or an ARN (DynamoDB developer guide, "Naming rules").
TABLE: Final = late(r"(arn:aws[\w-]*:dynamodb:[\w-]+:\d{12}:table/)?[\w.-]{3,255}", ASCII)
#: What clients let through (botocore 1.44.5), which old buckets need: new ones have 63 characters at most, and neither
#: capitals nor `_` (S3 user guide, "General purpose bucket naming rules").
BUCKET: Final = late(r"[\w.-]{3,255}", ASCII)


class _Kind(NamedTuple):
    code: str
    named: str
    fix: str
    pattern: Pattern[str]


_STORE: Final = "write its name, or the variable that it is taken from: `${env:NAME}`"
_KINDS: Final[Mapping[str, _Kind]] = {
    "eventbridge": _Kind("B040", "event bus", "give the bus's name or its ARN under `bus`", BUS),
    "eventbridgev2": _Kind(
        "B040",
        "custom event bus",
        "give the bus's ARN under `bus`: arn:aws:events:REGION:ACCOUNT:event-busv2/NAME/ID",
        CUSTOM_BUS,
    ),
    "sns": _Kind("B040", "SNS topic", "give the topic's ARN under `topic`", TOPIC),
    "table": _Kind("B041", "table", _STORE, TABLE),
    "bucket": _Kind("B041", "bucket", _STORE, BUCKET),
}


@frozen
class Address:
    """A place of the project file that names something of AWS."""

    owner: str  #: whose it is, as problems say it: "target 'domain-bus'", "the ledger"
    kind: str  #: a kind of target, or `table` or `bucket`
    setting: Setting


def addresses(manifest: Manifest) -> Iterator[Address]:
    """All that the project file names; what it lacks is told by whoever reads it."""
    stores = {"quarantine": manifest.quarantine, "on_failure": manifest.on_failure, "claims": manifest.claims}
    named = [
        *(Address(f"target '{each.name}'", each.kind, each.address) for each in manifest.targets.values()),
        Address("the ledger", "table", manifest.ledger),
        *(Address(KEEPERS[name][0], "bucket", setting) for name, setting in stores.items() if setting),
    ]
    return (each for each in named if each.kind and each.setting.text)


def demand(owner: str, kind: str, name: str) -> None:
    """Raise `ProjectInvalid` where it can have no such name."""
    problem = misnamed(owner, kind, name)
    if problem:
        raise ProjectInvalid(problem)


def misnamed(owner: str, kind: str, name: str, where: Where = Where()) -> Problem | None:  # noqa: B008 -- frozen
    """B040 where a target, B041 where a store can have no such name; the name itself is not told: it may be secret."""
    code, named, fix, pattern = _KINDS[kind]
    if pattern.fullmatch(name):
        return None
    return Problem(where, code, f"{owner} names no {named} that could exist", fix)
