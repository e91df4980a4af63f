"""What Kinesis brings behind a later change of its item is marked or dropped, and nothing else ever is."""

import base64
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Problem, StoreUnavailable, Where
from bridge.local.memory import MemoryLatest, MemoryQuarantine
from bridge.order import Guard
from bridge.relay import relay
from tests.local.world import NOW, REFUSED, UNAVAILABLE, World, asked_for, record, states


def kinesis(number, made, item="A", says="topic"):
    """The number tells eventID and sequence number; `made` when the change was made, in microseconds."""
    data = {
        "awsRegion": "eu-west-1", "eventID": f"e{number}", "eventName": "INSERT", "userIdentity": None,
        "recordFormat": "application/json", "tableName": "shop", "eventSource": "aws:dynamodb",
        "dynamodb": {
            "ApproximateCreationDateTime": int(NOW - 60) * 1_000_000 + made, "SizeBytes": 9,
            "ApproximateCreationDateTimePrecision": "MICROSECOND", "Keys": {"pk": {"S": item}},
            "NewImage": {"pk": {"S": item}, "says": {"S": says}},
        },
    }  # fmt: skip
    return {
        "eventID": f"shardId-0:{1000 + number}", "eventSource": "aws:kinesis", "eventName": "aws:kinesis:record",
        "eventSourceARN": "arn:aws:kinesis:eu-west-1:111122223333:stream/shop", "awsRegion": "eu-west-1",
        "kinesis": {"data": base64.b64encode(json.dumps(data).encode()).decode(), "sequenceNumber": str(1000 + number)},
    }  # fmt: skip


class Guarded(World):
    """A bridge that looks after the order."""

    mode = "flag"
    latest = None

    def translate(self, change):
        """An event with the time of its change, for the target that it names."""
        made = World.translate(self, change).events
        body = b'{"specversion":"1.0","data":{}}'
        return SimpleNamespace(events=tuple(each._replace(body=body, sequence=change.order) for each in made))

    @property
    def bridge(self):
        self.latest = self.latest or MemoryLatest()
        return replace(World.bridge.fget(self), guard=Guard(self.latest, self.mode))


class Hanging(MemoryQuarantine):
    """A quarantine that never answers."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def park(self, _, seconds):
        self.clock.sleep(seconds)
        raise StoreUnavailable(Problem(Where(), "B060", "no answer", "wait"))


@pytest.fixture(params=["flag", "drop"])
def world(request):
    world = Guarded()
    world.mode = request.param
    return world


def run(world, *records):
    return relay({"Records": list(records)}, world.bridge, world.clock.countdown(20.0))


def sent(target):
    """When each was made, in the order in which they came, and whether it is marked."""
    return [(int(each.sequence) % 1000, "overtaken" in each.extensions) for each in target.taken]


def test_a_change_that_was_overtaken_within_its_batch_is_marked_or_dropped(world):
    report = run(world, kinesis(1, 10), kinesis(2, 30), kinesis(3, 20), kinesis(4, 40))
    late = [(20, True)] if world.mode == "flag" else []
    assert sent(world.topic) == [(10, False), (30, False), *late, (40, False)]
    assert report.overtaken == 1
    assert states(report) == ["done", "done", "done" if late else "unmatched", "done"]


def test_it_is_known_from_one_batch_to_the_next(world):
    run(world, kinesis(1, 30))
    report = run(world, kinesis(2, 20))
    assert report.overtaken == 1
    assert sent(world.topic)[1:] == ([(20, True)] if world.mode == "flag" else [])


def test_other_items_and_equal_times_are_in_order(world):
    assert run(world, kinesis(1, 30), kinesis(2, 20, "B"), kinesis(3, 30)).overtaken == 0


def test_what_comes_again_is_not_overtaken_by_what_was_behind_it(world):
    """The first is not taken, the second is; both come again in their order, and none is late."""
    batch = [kinesis(1, 10, says="bus"), kinesis(2, 20, says="bus")]
    world.bus.script = lambda event: UNAVAILABLE if int(event.sequence) % 1000 == 10 else World().bus.script(event)
    assert asked_for(run(world, *batch)) == "1001"
    assert sent(world.bus) == [(20, False)]
    world.bus.script = World().bus.script
    assert asked_for(run(world, *batch)) is None
    assert sent(world.bus) == [(20, False), (10, False)]


def test_a_lost_answer_repeats_nothing(world):
    batch = [kinesis(1, 10), kinesis(2, 20)]
    run(world, *batch)
    run(world, *batch)
    assert sent(world.topic) == [(10, False), (20, False)]


def test_a_refused_change_overtakes_nothing(world):
    world.topic.script = lambda event: REFUSED if int(event.sequence) % 1000 == 30 else World().topic.script(event)
    run(world, kinesis(1, 30))
    assert run(world, kinesis(2, 20)).overtaken == 0
    assert sent(world.topic) == [(20, False)]


def test_changes_of_dynamodb_streams_cost_nothing(world):
    run(world, record(1), record(2))
    assert world.latest.known == {}


def test_a_table_that_does_not_tell_holds_everything_back_and_loses_nothing(world):
    world.bridge  # noqa: B018 -- it makes the table
    world.latest.trouble.calls = -1
    report = run(world, kinesis(1, 10), kinesis(2, 20, "B"))
    assert asked_for(report) == "1001"
    assert report.unavailable == {"ledger": 2}
    assert world.topic.taken == []
    world.latest.trouble.calls = 0
    assert asked_for(run(world, kinesis(1, 10), kinesis(2, 20, "B"))) is None
    assert len(world.topic.taken) == 2


def test_a_table_that_takes_no_note_is_told_of_and_stops_nothing(world):
    world.bridge  # noqa: B018 -- it makes the table
    told = world.latest.times
    world.latest = type("Deaf", (MemoryLatest,), {"times": lambda self, *given: told(*given)})()
    world.latest.trouble.calls = -1
    report = run(world, kinesis(1, 10))
    assert (asked_for(report), report.unavailable) == (None, {"ledger": 1})


def test_a_quarantine_that_hangs_leaves_the_time_to_note_what_was_done(world):
    world.topic.script = lambda event: REFUSED if int(event.sequence) % 1000 == 30 else World().topic.script(event)
    world.quarantine = Hanging(world.clock)
    assert asked_for(run(world, kinesis(1, 20), kinesis(2, 30, "B"))) == "1002"
    assert list(world.latest.known) == [each.lane for each in world.topic.taken]
    assert run(world, kinesis(3, 10)).overtaken == 1


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 9)), min_size=1, max_size=9),
    st.sets(st.integers(0, 8), max_size=3),
    st.sampled_from(["flag", "drop"]),
)
def test_however_they_come_and_fail_each_item_only_goes_forward(rows, hiccups, mode):
    """Batches that come again until all is done: what is not marked rises, what is dropped a later one overtook."""
    world = Guarded()
    world.mode = mode
    trouble = {f"{index}": 1 for index in hiccups}
    left = [kinesis(index, made, item) for index, (item, made) in enumerate(rows)]
    calls = iter(range(10_000))
    well = world.topic.script
    world.topic.script = lambda event: UNAVAILABLE if trouble.pop(str(next(calls)), 0) else well(event)
    for _ in range(30):
        again = asked_for(relay({"Records": left}, world.bridge, world.clock.countdown(0.9)))
        if again is None:
            break
        left = left[[each["kinesis"]["sequenceNumber"] for each in left].index(again) :]
    else:
        raise AssertionError("it never ends")
    for item in "AB":
        mine = [made for which, made in rows if which == item]
        events = [event for event in world.topic.taken if event.lane == item]
        plain = [int(event.sequence) % 1000 for event in events if "overtaken" not in event.extensions]
        assert plain == sorted(plain)
        expected = {made for index, made in enumerate(mine) if made >= max(mine[: index + 1])}
        assert set(plain) == expected
        if mode == "flag":
            assert {int(event.sequence) % 1000 for event in events} == set(mine)
