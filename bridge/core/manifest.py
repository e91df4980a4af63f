"""The project file, bridge.yaml: where rules and schemas are, where events go, what remembers and what parks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from bridge.core import yamltree
from bridge.core.fields import Field, meant, read_fields, text
from bridge.core.likeness import did_you_mean
from bridge.core.variables import misnamed
from bridge.core.yamltree import Entry, Node, ReadTree, Scalar, read_tree
from bridge.errors import Edit, Problem, Where, raise_if_any
from bridge.frozen import frozen
from bridge.late import late

FILE: Final = "bridge.yaml"
VIEWS: Final = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")

PROJECT: Final = {
    "project": Field("text", "the project's name", required=True),
    "rules": Field("text", "the folder with the rule files", required=True),
    "schemas": Field("text", "the folder with the JSON Schemas", required=True),
    "tables": Field("a mapping", "the tables that are streamed, with the view type of each"),
    "targets": Field("a mapping", "where events go, by name", required=True),
    "ledger": Field("a mapping", "what remembers which event was delivered", required=True),
    "quarantine": Field("a mapping", "what keeps refused records", required=True),
    "on_failure": Field("a mapping", "where Lambda keeps the batches that it discards"),
    "claims": Field("a mapping", "what keeps the data of events that are too large for their target"),
    "give_up": Field("text", "the age at which a record that cannot be delivered is parked, such as `12h`"),
    "region": Field("text", "the Region whose stream of a global table is published; all others' are silent"),
    "order": Field(
        "text", "what becomes of a change that Kinesis brings behind a later one of its item: `flag`, `drop`"
    ),
    "secrets": Field("a mapping", "secrets for `hmac_sha256`, by name: `${env:NAME}`"),
}
#: The kinds of target, and what each needs to be known of it.
TARGETS: Final[Mapping[str, Mapping[str, Field]]] = {
    "eventbridge": {
        "bus": Field("text", "the bus's name or ARN", required=True),
        "detail": Field("text", "`data` sends the bare data in place of the whole CloudEvent"),
    },
    "eventbridgev2": {"bus": Field("text", "the ARN of the custom event bus (V2)", required=True)},
    "sns": {"topic": Field("text", "the topic's ARN; a FIFO topic's ends in `.fifo`", required=True)},
}
LEDGER: Final = {
    "dynamodb": Field("a mapping", "the table: `{table: …}`", required=True),
    "keep": Field("text", "how long a delivery is remembered, such as `48h`"),
}
#: What keeps objects: quarantine, on-failure destination, claims.
KEEPER: Final = {"s3": Field("a mapping", "the bucket: `{bucket: …}`", required=True)}
#: Each keeper, what it is called, and its bucket.
KEEPERS: Final = {
    "quarantine": ("the quarantine", "the quarantine's bucket name"),
    "on_failure": ("the on-failure destination", "the bucket of the mapping's on-failure destination"),
    "claims": ("the claims", "the bucket for claims"),
}
ORDERS: Final = ("flag", "drop")

#: Seconds after which a record that still waits is lost: the 24 hours of DynamoDB Streams (its developer guide,
#: "Change data capture for DynamoDB Streams"), less two in which Lambda and the bridge do what is left to do.
FORGOTTEN: Final = 22 * 3600

_DURATION = late(r"([1-9][0-9]{0,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@frozen
class Setting:
    """A text of the project file that may hold `${env:NAME}`, resolved only where it is used."""

    text: str
    where: Where


@frozen
class TargetSetting:
    """A target as the project file names it."""

    name: str
    kind: str  #: a key of `TARGETS`; empty where it is none
    address: Setting  #: bus name or ARN, topic ARN
    bare: bool  #: `detail: data`


@frozen
class Manifest:
    """The project file, read."""

    project: str
    rules: str
    schemas: str
    views: Mapping[str, str]  #: table to view type, where declared
    targets: Mapping[str, TargetSetting]
    ledger: Setting
    keep: int  #: seconds
    quarantine: Setting
    give_up: int  #: seconds
    secrets: Mapping[str, Setting]
    claims: Setting | None = None  #: the bucket; None where large events are refused
    order: Literal["flag", "drop"] | None = None  #: None where nobody looks
    on_failure: Setting | None = None  #: the bucket; None where nobody said it
    region: Setting | None = None  #: None where every Region's changes are published


def read_manifest(data: bytes, file: str, problems: list[Problem], read: ReadTree = read_tree) -> Manifest:
    """The project file; what is wrong in it joins the problems. Raises `ProjectInvalid` where it is no YAML."""
    unread: list[Problem] = []
    root = read(data, file, unread)
    raise_if_any(unread)
    assert root is not None, "what has no problem was read"
    problems += misnamed(root)
    values = read_fields(root, PROJECT, "the project file", problems)
    ledger = read_fields(values["ledger"], LEDGER, "the ledger", problems) if "ledger" in values else {}
    buckets = {name: _bucket(values.get(name), the, about, problems) for name, (the, about) in KEEPERS.items()}
    keep, give_up = _seconds(ledger.get("keep"), "48h", problems), _seconds(values.get("give_up"), "12h", problems)
    problems += _untimely(keep, give_up, values.get("give_up") or ledger.get("keep"))
    targets = [_target(entry, problems) for entry in _entries(values.get("targets"))]
    return Manifest(
        project=text(values.get("project")),
        rules=text(values.get("rules")),
        schemas=text(values.get("schemas")),
        views=dict(_view(entry, problems) for entry in _entries(values.get("tables"))),
        targets={target.name: target for target in targets},
        ledger=_inner(ledger.get("dynamodb"), "table", "the ledger's table name", problems),
        keep=keep,
        quarantine=buckets["quarantine"] or Setting("", Where()),
        give_up=give_up,
        secrets={str(entry.key.value): _setting(entry.value) for entry in _entries(values.get("secrets"))},
        claims=buckets["claims"],
        on_failure=buckets["on_failure"],
        order=_order(values.get("order"), problems),
        region=_setting(values["region"]) if "region" in values else None,
    )


def _untimely(keep: int, give_up: int, node: Node | None) -> Iterator[Problem]:
    """Durations that are right each by itself, and lose or repeat events together with what they are about."""
    where = node.where if node else Where()
    if give_up > FORGOTTEN:
        what = "records wait longer for their target than DynamoDB Streams keeps them, which is 24 hours"
        fix = "write at most `give_up: 22h`; from Kinesis, stay two hours below the stream's retention"
        yield Problem(where, "C009", what, fix, level="warning")
    if keep and keep < give_up:
        what = "the ledger forgets a delivery while its record may still wait for another target"
        yield Problem(where, "C010", what, "keep deliveries longer than `give_up`: `keep: 48h`", level="warning")


def _entries(node: Node | None) -> tuple[Entry, ...]:
    return node.entries if isinstance(node, yamltree.Mapping) else ()


def _setting(node: Node | None) -> Setting:
    return Setting(text(node), node.where if isinstance(node, Scalar) else Where())


def _inner(node: Node | None, key: str, about: str, problems: list[Problem]) -> Setting:
    if node is None:
        return Setting("", Where())
    values = read_fields(node, {key: Field("text", about, required=True)}, f"the mapping of '{key}'", problems)
    return _setting(values.get(key))


def _bucket(node: Node | None, the: str, about: str, problems: list[Problem]) -> Setting | None:
    """The bucket of a keeper; None where there is none."""
    keeper = read_fields(node, KEEPER, the, problems) if node is not None else {}
    return _inner(keeper["s3"], "bucket", about, problems) if "s3" in keeper else None


def _target(entry: Entry, problems: list[Problem]) -> TargetSetting:
    name = str(entry.key.value)
    kinds = [inner for inner in _entries(entry.value) if inner.key.value in TARGETS]
    if len(kinds) != 1 or len(_entries(entry.value)) != 1:
        written = [str(inner.key.value) for inner in _entries(entry.value)]
        hint = did_you_mean(written[0], TARGETS) if len(written) == 1 else ""
        what = f"the target '{name}' is not one bus or topic{hint}"
        fix = "write `eventbridge: {bus: …}`, `eventbridgev2: {bus: …}` or `sns: {topic: …}` below it"
        edit = _meant(_entries(entry.value)[0].key, TARGETS) if hint else None
        problems.append(Problem(entry.key.where, "C004", what, fix, edit=edit))
        return TargetSetting(name, "", Setting("", entry.key.where), bare=False)
    kind = str(kinds[0].key.value)
    values = read_fields(kinds[0].value, TARGETS[kind], f"the target '{name}'", problems)
    return TargetSetting(name, kind, _setting(values.get("bus") or values.get("topic")), _bare(values, problems))


def _bare(values: Mapping[str, Node], problems: list[Problem]) -> bool:
    detail = values.get("detail")
    if detail is not None and text(detail) != "data":
        fix = "write `detail: data`, or remove it to send the whole CloudEvent"
        problems.append(Problem(detail.where, "C005", f"`detail` cannot be '{text(detail)}'", fix))
    return detail is not None


def _order(node: Node | None, problems: list[Problem]) -> Literal["flag", "drop"] | None:
    if node is None:
        return None
    written = text(node)
    if written not in ORDERS:
        what = f"`order` cannot be '{written}'{did_you_mean(written, ORDERS)}"
        fix = "write `flag` to mark what came too late, or `drop` to say nothing of it"
        problems.append(Problem(node.where, "C011", what, fix, edit=_meant(node, ORDERS)))
        return None
    return "flag" if written == "flag" else "drop"


def _view(entry: Entry, problems: list[Problem]) -> tuple[str, str]:
    values = read_fields(
        entry.value, {"view": Field("text", "the stream's view type", required=True)}, "a table", problems
    )
    view = text(values.get("view"))
    if view and view not in VIEWS:
        what = f"there is no view type '{view}'{did_you_mean(view, VIEWS)}"
        edit = _meant(values["view"], VIEWS)
        problems.append(Problem(values["view"].where, "C006", what, f"write one of: {', '.join(VIEWS)}", edit=edit))
    return str(entry.key.value), view


def _meant(node: Node, known: Iterable[str]) -> Edit | None:
    return meant(node, known) if isinstance(node, Scalar) else None


def _seconds(node: Node | None, default: str, problems: list[Problem]) -> int:
    found = _DURATION.fullmatch(text(node) or default)
    if found is None:
        fix = "write a whole number and one of s, m, h, d, such as `48h`"
        problems.append(Problem(node.where if node else Where(), "C007", f"'{text(node)}' is not a duration", fix))
        return 0
    return int(found[1]) * _SECONDS[found[2]]
