"""Packed and plain ledger: the same is seen, and the same bytes are published, over random records, batches and faults."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.aws.ledger import DynamoLedger
from bridge.local.memory import MemoryClock
from bridge.ports import DELIVERED, Delivery, Verdict
from bridge.relay import relay
from tests.aws.accounting import Accounting
from tests.aws.plain_ledger import PlainLedger
from tests.local.world import THROTTLED, World
from tests.simulation.world import rules

NOW = 1_800_000_000.0
HOUR = 3600.0
KEEP = 24 * HOUR
#: How many changes a second, and how many in a batch: what is quiet, and what fills items below the first.
crowds = st.sampled_from([(0.02, 3), (1.0, 20), (200.0, 150)])
words = st.lists(st.sampled_from(["bus", "topic", "both", "lines"]), unique=True)


@st.composite
def streams(draw):
    """Records of the simulation's project, some without time, some poisoned, some naming what is not said."""
    rate, most = draw(crowds)
    said = draw(st.lists(words, min_size=1, max_size=8))
    poison, timeless = draw(st.integers(2, 40)), draw(st.integers(2, 40))
    count = draw(st.integers(1, most))
    records = []
    for index in range(count):
        image = {"pk": {"S": f"item {index % 7}"}, "number": {"N": str(index)}}
        image["says"] = {"L": [{"S": word} for word in said[index % len(said)]]}
        image["lines"] = {"L": [{"M": {"name": {"S": name}}} for name in "xyz"]}
        if index % poison != 1:
            image["word"] = {"S": "fine"}
        time = {} if index % timeless == 1 else {"ApproximateCreationDateTime": float(int(NOW - 60 + index / rate))}
        changed = {"Keys": {"pk": image["pk"]}, "NewImage": image, "SequenceNumber": str(10**21 + index)} | time
        arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/things/stream/2026-01-01T00:00:00.000"
        records.append(
            {"eventID": f"{index:032x}", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": changed,
             "eventSourceARN": arn, "awsRegion": "eu-west-1"}
        )  # fmt: skip
    return records


@st.composite
def batches(draw, records):
    """Cuts of the stream, in any borders and again, with pauses between.

    None ends in the 75 minutes that the packed ledger may keep something longer.
    """
    cuts = st.tuples(st.integers(0, len(records) - 1), st.integers(1, len(records)))
    pauses = st.sampled_from([0.0, 1.0, HOUR, KEEP + 8 * HOUR])
    return draw(st.lists(st.tuples(cuts, pauses), min_size=1, max_size=6))


class Moody:
    """A script that takes of each event what its turn says."""

    def __init__(self, moods):
        self.moods, self.turn = moods, 0

    def __call__(self, event):
        self.turn += 1
        unwell = self.moods and self.moods[self.turn % len(self.moods)]
        return Verdict("unavailable", THROTTLED) if unwell else DELIVERED


def transcript(make, records, cut, moods):
    """All that goes out, to the byte, and what Lambda is answered."""
    clock = MemoryClock(NOW)
    dynamodb = Accounting()
    world = World(clock, ledger=make("ledger", dynamodb, clock, KEEP))
    world.bus.script = world.topic.script = Moody(moods)
    bridge = replace(world.bridge, translate=rules(mended=False).translate)
    told = []
    for (start, count), pause in cut:
        clock.time += pause
        dynamodb.delete_expired(clock.time)  # else what is added to an item wakes what expired in it
        report = relay({"Records": records[start : start + count]}, bridge, clock.countdown(60.0))
        told.append((report.response, report.duplicates, report.unremembered, round(clock.time, 3)))
    sent = [[(event.id, event.body) for event in target.taken] for target in (world.bus, world.topic)]
    return told, sent, [target.sent for target in (world.bus, world.topic)], sorted(world.quarantine.parcels)


@given(st.data(), streams(), st.lists(st.booleans(), max_size=7))
@settings(deadline=None, max_examples=40)
def test_the_same_bytes_are_published_whatever_the_form_of_the_ledger(data, records, moods):
    cut = data.draw(batches(records))
    assert transcript(DynamoLedger, records, cut, moods) == transcript(PlainLedger, records, cut, moods)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200), st.booleans()), max_size=8), crowds)
@settings(deadline=None, max_examples=60)
def test_the_same_is_seen(asked, crowd):
    clock = MemoryClock(NOW)
    packed, plain = (make("ledger", Accounting(), clock, KEEP) for make in (DynamoLedger, PlainLedger))
    for start, count, remembers in asked:
        batch = {Delivery(f"e{i}/a", "bus"): int(NOW - 90 + i / crowd[0]) for i in range(start, start + count)}
        if remembers:
            packed.remember(batch, 5.0)
            plain.remember(batch, 5.0)
        assert packed.seen(batch, 5.0) == plain.seen(batch, 5.0)
