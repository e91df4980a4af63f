"""Are bus, topic, ledger and buckets there, and as the bridge needs them?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Level, Problem, Where

_EXPIRY: Final = "Enabled=true,AttributeName=expires"
_MAKE: Final = "make it, or correct its name and Region"


def check(subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    """Each target, the ledger, the quarantine and the on-failure bucket."""
    for target in subject.project.manifest.targets.values():
        address = subject.expanded(target.address)
        if address:
            yield from _TARGETS[target.kind](amazon, address)
    manifest = subject.project.manifest
    yield from _ledger(amazon, subject.expanded(manifest.ledger))
    keepers = [each for each in (manifest.quarantine, manifest.claims, manifest.on_failure) if each]
    for bucket in dict.fromkeys([*map(subject.expanded, keepers), subject.home.failed]):
        yield from _bucket(amazon, bucket)


def _region(address: str) -> str | None:
    """The Region that an ARN is called in; None for a name."""
    return address.split(":")[3] if address.startswith("arn:") else None


def _bus(amazon: Amazon, address: str) -> Iterator[Problem]:
    where = Where(file=f"bus {address.rpartition('/')[2]}")
    if amazon.ask("events", "describe_event_bus", _region(address), Name=address) is None:
        what = "there is no such bus, and EventBridge takes events for it all the same, and drops them"
        yield Problem(where, "A040", what, _MAKE)


def _custom_bus(amazon: Amazon, address: str) -> Iterator[Problem]:
    where = Where(file=f"bus {address.split('/')[1]}" if "/" in address else "bus")
    if amazon.ask("eventbridgev2", "describe_event_bus", _region(address), EventBusArn=address) is None:
        yield Problem(where, "A040", "there is no such custom event bus", _MAKE)


def _topic(amazon: Amazon, address: str) -> Iterator[Problem]:
    where = Where(file=f"topic {address.rpartition(':')[2]}")
    answer = amazon.ask("sns", "get_topic_attributes", _region(address), TopicArn=address)
    if answer is None:
        yield Problem(where, "A041", "there is no such topic", _MAKE)


_TARGETS: Final[Mapping[str, Callable[[Amazon, str], Iterator[Problem]]]] = {
    "eventbridge": _bus,
    "eventbridgev2": _custom_bus,
    "sns": _topic,
}


def _ledger(amazon: Amazon, table: str) -> Iterator[Problem]:
    if not table:
        return
    where, region = Where(file=f"ledger {table.rpartition('/')[2]}"), _region(table)
    answer = amazon.ask("dynamodb", "describe_table", region, TableName=table)
    if answer is None:
        yield Problem(where, "A042", "there is no such table", _MAKE)
        return
    expiry = amazon.ask("dynamodb", "describe_time_to_live", region, TableName=table) or {}
    yield from _of_ledger(answer["Table"], expiry.get("TimeToLiveDescription", {}), where)


def _of_ledger(table: Mapping[str, Any], expiry: Mapping[str, Any], where: Where) -> Iterator[Problem]:
    types = {each["AttributeName"]: each["AttributeType"] for each in table.get("AttributeDefinitions", ())}
    keys = [(each["AttributeName"], types.get(each["AttributeName"])) for each in table["KeySchema"]]
    if keys != [("pk", "S")]:
        what = f"its key is {', '.join(f'{name} ({type_})' for name, type_ in keys)}"
        yield Problem(where, "A043", what, "make one whose only key is `pk`, a text")
    if table.get("TableStatus") not in {"ACTIVE", "UPDATING", None}:
        yield Problem(where, "A042", f"it is {table['TableStatus']}", "wait until it is ACTIVE, or make it")
    if (
        expiry.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"}
        or expiry.get("AttributeName", "expires") != "expires"
    ):
        name = table["TableName"]
        fix = f"aws dynamodb update-time-to-live --table-name {name} --time-to-live-specification {_EXPIRY}"
        yield Problem(where, "A044", "nothing expires, so that it grows for ever", fix, "warning")
    if table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED") != "PAY_PER_REQUEST":
        what = "it has a provisioned capacity: a burst of changes is throttled, and the bridge falls behind"
        yield Problem(
            where,
            "A045",
            what,
            f"aws dynamodb update-table --table-name {table['TableName']} --billing-mode PAY_PER_REQUEST",
            "warning",
        )


def _bucket(amazon: Amazon, name: str) -> Iterator[Problem]:
    if not name:
        return
    where = Where(file=f"bucket {name}")
    if amazon.ask("s3", "head_bucket", Bucket=name) is None:
        yield Problem(where, "A046", "there is no such bucket", _MAKE)
        return
    for operation, right, what, level in _BUCKET:
        if not right(amazon.ask("s3", operation, Bucket=name) or {}):
            yield Problem(where, "A047", what, "set it up as infra/template.yaml does", level)


_Right = Callable[[Mapping[str, Any]], bool]
_BUCKET: Final[tuple[tuple[str, _Right, str, Level], ...]] = (
    (
        "get_public_access_block",
        lambda said: list(said.get("PublicAccessBlockConfiguration", {}).values()) == [True] * 4,
        "not all public access is blocked, and it holds whole items",
        "error",
    ),
    (
        "get_bucket_versioning",
        lambda said: said.get("Status") == "Enabled",
        "it keeps no versions: what is overwritten or deleted is gone",
        "warning",
    ),
)
