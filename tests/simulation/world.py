"""The rows of a schedule as records of a stream, and what each of them must become under the real rules."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bridge.core.batch import name_record
from bridge.core.decode import decode
from bridge.core.event import lane, partition_key
from bridge.core.rules import Rules, compile_rules
from bridge.ports import Delivery
from bridge.project import load_project
from tests.simulation.edge import EPOCH
from tests.simulation.mapping import Shard, Streamed
from tests.simulation.schedule import Row, Schedule

ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/things/stream/2026-01-01T00:00:00.000"
KINESIS = "arn:aws:kinesis:eu-west-1:111122223333:stream/things"
LINES = ("x", "y", "z")
#: What makes an event large, and the bytes that a target carries where there are claims: all others are far smaller.
BULK = "bulk" * 500
ROOM = len(BULK)
#: Events of each word of `says`, in the order in which the rules stand: name, suffix, targets.
SAID = {
    "bus": [("bus", "", ("bus",))],
    "topic": [("topic", "", ("topic",))],
    "both": [("both", "", ("bus", "topic"))],
    "lines": [("line", f"/{name}", ("topic",)) for name in LINES],
}
#: Sequence numbers differ in length, as real ones do: compared as text they would be in the wrong order.
FIRST = 10**21 - 40


@cache
def rules(*, mended: bool) -> Rules:
    """The project's rules, with or without the mistake that makes poison of a record without `word`."""
    folder = Path(__file__).parent / "project"
    project = load_project(folder)
    text = (folder / "rules" / "thing.yaml").read_bytes()
    if mended:
        text = text.replace(b"word: ", b"word?: ")
    return compile_rules({"rules/thing.yaml": text}, project.around)[0]


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of a row."""

    row: Row
    raw: Any
    record_id: str
    deliveries: tuple[Delivery, ...]  #: in order, once its flaw is mended; none for garbage
    maybe: tuple[Delivery, ...] = ()  #: those in place of them that need not be made
    lane: str = ""
    order: str = ""  #: of its change among those of its item


def number(row: Row) -> str:
    return str(FIRST + 10 * row.index)


def expected(schedule: Schedule) -> list[Expected]:
    return [_expected(row, raw(row, schedule), schedule) for row in schedule.rows]


def shards(schedule: Schedule) -> list[Shard]:
    """The tree of shards with the records in them."""
    return [
        Shard(
            f"shard-{index}",
            [
                Streamed(raw(row, schedule), number(row), row.item, row.written, row.age)
                for row in schedule.rows
                if row.shard == index
            ],
            [f"shard-{parent}" for parent in parents],
        )
        for index, parents in enumerate(schedule.parents)
    ]


def raw(row: Row, schedule: Schedule) -> dict[str, Any]:
    """The record as Lambda gives it."""
    return _of_kinesis(row, schedule) if schedule.kinesis else _of_streams(row, schedule)


def _expected(row: Row, record: dict[str, Any], schedule: Schedule) -> Expected:
    named = name_record(record, "kinesis" if schedule.kinesis else "dynamodb")
    if row.flaw == "garbage":
        return Expected(row, record, named.record_id, ())
    decoded = decode(named)
    change = decoded.id
    parts = [part for word in SAID if word in row.says for part in SAID[word]]
    said = [Delivery(f"{change}/thing.{name}{suffix}", target) for name, suffix, targets in parts for target in targets]
    item = lane(decoded.table, partition_key(decoded.keys))
    return Expected(row, record, named.record_id, tuple(said), lane=item, order=decoded.order)


def _image(row: Row, schedule: Schedule) -> dict[str, Any]:
    image: dict[str, Any] = {
        "pk": {"S": row.item},
        "number": {"N": str(row.change)},
        "says": {"L": [{"S": word} for word in row.says]},
        "lines": {"L": [{"M": {"name": {"S": name}}} for name in LINES]},
    }
    if row.large:
        image["bulk"] = {"S": BULK}
    if row.flaw != "poison":
        image["word"] = {"S": row.flaw or "fine"}
    if group_of(row, schedule) != row.item:
        image["group"] = {"S": "shared"}
    return image


def _of_streams(row: Row, schedule: Schedule) -> dict[str, Any]:
    return {
        "eventID": f"{row.change:032x}",
        "eventName": "INSERT" if row.flaw != "garbage" else "GARBAGE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "eventSourceARN": ARN,
        "dynamodb": {
            "ApproximateCreationDateTime": float(int(EPOCH + row.written - row.age)),
            "Keys": {"pk": {"S": row.item}},
            "NewImage": _image(row, schedule),
            "SequenceNumber": number(row),
            "SizeBytes": 70,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


def _of_kinesis(row: Row, schedule: Schedule) -> dict[str, Any]:
    data = {
        "awsRegion": "eu-west-1",
        "eventID": f"00000000-0000-0000-0000-{row.index:012x}",
        "eventName": "INSERT" if row.flaw != "garbage" else "GARBAGE",
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": "things",
        "dynamodb": {
            "ApproximateCreationDateTime": int(EPOCH - row.age) * 1000 + row.change,
            "Keys": {"pk": {"S": row.item}},
            "NewImage": _image(row, schedule),
            "SizeBytes": 70,
        },
        "eventSource": "aws:dynamodb",
    }
    return {
        "eventID": f"shardId-00000000000{row.shard}:{number(row)}",
        "eventName": "aws:kinesis:record",
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventSourceARN": KINESIS,
        "awsRegion": "eu-west-1",
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": row.item,
            "sequenceNumber": number(row),
            "data": base64.b64encode(json.dumps(data).encode()).decode(),
            "approximateArrivalTimestamp": EPOCH + row.written,
        },
    }


def group_of(row: Row, schedule: Schedule) -> str:
    """The partition key of the row's events: two of three changes of A and B share one."""
    return "shared" if schedule.groups and row.item in "AB" and row.change % 3 else row.item


def deliveries(every: Sequence[Expected]) -> set[Delivery]:
    return {delivery for each in every for delivery in each.deliveries}
