"""A bridge in memory with a rule of two lines, and the records that it reads."""

from dataclasses import dataclass, field
from types import SimpleNamespace

from bridge.core.event import Event
from bridge.errors import Problem, UnmappableChange, Where
from bridge.local.memory import Inline, MemoryClock, MemoryDiscards, MemoryLedger, MemoryQuarantine, MemoryTarget
from bridge.ports import DELIVERED, Verdict
from bridge.relay import Bridge, relay

ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/shop/stream/2026-01-01T00:00:00.000"
NOW = 1_800_000_000.0
M001 = Problem(Where("rules/order.yaml", 8, 3, "$.lines[3].sku"), "M001", "the value comes to null", "mend the rule")
THROTTLED = Problem(Where(), "B010", "throttled", "wait")
TOO_LARGE = Problem(Where(), "B020", "too large", "say less")
UNAVAILABLE, REFUSED = Verdict("unavailable", THROTTLED), Verdict("refused", TOO_LARGE)


def record(number, item="A", says="bus topic", age=60.0, **image):
    """The number tells eventID and sequence number; `says` lists the targets of each of its events, `|` between."""
    return {
        "eventID": f"e{number}", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1", "eventSourceARN": ARN,
        "dynamodb": {
            "ApproximateCreationDateTime": NOW - age, "Keys": {"pk": {"S": item}},
            "NewImage": {"pk": {"S": item}, "says": {"S": says}, **{name: {"S": text} for name, text in image.items()}},
            "SequenceNumber": str(1000 + number), "SizeBytes": 10, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }  # fmt: skip


def an_event(number=1, lane="A", targets=("bus",), rule="order.said", name=None):
    """An event of the record of that number."""
    return Event(
        rule=rule, id=name or f"e{number}/{rule}", source="/shop", type="said", subject=None, time="2027-01-15T08:00:00Z",
        dataschema=None, partitionkey=lane, sequence=str(number).rjust(40, "0"), extensions={},
        body=b"{}", targets=tuple(targets), lane=lane, stream=ARN, wide=None,
    )  # fmt: skip


@dataclass
class World:
    """The bridge, and what stands at its edge."""

    clock: MemoryClock = field(default_factory=lambda: MemoryClock(NOW))
    bus: MemoryTarget = field(default_factory=lambda: MemoryTarget("bus"))
    topic: MemoryTarget = field(default_factory=lambda: MemoryTarget("topic", ordered=True))
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    quarantine: MemoryQuarantine = field(default_factory=MemoryQuarantine)
    discards: MemoryDiscards | None = None
    mended: bool = False  #: whether the rules carry what is marked as poison
    pool: type = Inline

    def translate(self, change):
        """An event for each part of `says`; `poison` cannot be mapped before the rules are mended."""
        image = change.new
        if "poison" in image and not self.mended:
            raise UnmappableChange(M001)
        if "bug" in image:
            raise ZeroDivisionError("a secret of the item")
        parts = [part.split() for part in image["says"].split("|") if part.strip()]
        names = [change.id + "/" + "abc"[index] for index in range(len(parts))]
        events = [
            an_event(1, image["pk"], targets, name=name, rule=f"order.{name[-1]}")
            for name, targets in zip(names, parts, strict=True)
        ]
        return SimpleNamespace(change=change, events=tuple(events))

    @property
    def bridge(self):
        targets = {target.name: target for target in (self.bus, self.topic)}
        return Bridge(self.translate, targets, self.ledger, self.quarantine, self.clock, "v1", pool=self.pool)

    def relay(self, *records, seconds=30.0):
        """What comes of a batch in so many seconds."""
        return relay({"Records": list(records)}, self.bridge, self.clock.countdown(seconds))


def failing(verdict=UNAVAILABLE, **times):
    """A script that says the verdict so many times of an event, named e1 for e1/…; -1 for ever."""
    left = dict(times)

    def script(event):
        number = event.id.split("/")[0]
        if left.get(number):
            left[number] -= 1
            return verdict
        return DELIVERED

    return script


def asked_for(report):
    """What the response asks for again: a sequence number, or None."""
    failures = report.response["batchItemFailures"]
    assert len(failures) <= 1
    return failures[0]["itemIdentifier"] if failures else None


def states(report):
    return [outcome.state for outcome in report.outcomes]
