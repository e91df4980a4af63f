"""The relay, behaviour by behaviour: design section 6."""

import pytest

from bridge.budget import Budget
from bridge.errors import BridgeError, UndecodableRecord, Where
from bridge.local.memory import MemoryQuarantine, MemoryTarget, Trouble
from bridge.ports import DELIVERED, Delivery, Verdict
from bridge.relay import relay
from bridge.report import Unanswerable
from tests.local.world import (
    M001,
    NOW,
    REFUSED,
    THROTTLED,
    TOO_LARGE,
    UNAVAILABLE,
    World,
    asked_for,
    failing,
    record,
    states,
)

HOUR = 3600.0


@pytest.fixture
def world():
    return World()


# The scenario of the first capability, whole


def test_a_throttled_lane_a_poison_and_a_duplicate_touch_nothing_else(world):
    """One of ten throttled for ever, one poison, one duplicate: everything else goes out once, and nothing is lost."""
    world.topic.script = failing(e3=-1)
    batch = [
        record(1, "A"), record(2, "B"), record(3, "C"), record(4, "D"), record(5, "E", poison="yes"),
        record(2, "B"), record(6, "C"), record(7, "F"), record(8, "G"), record(9, "H"),
    ]  # fmt: skip
    report = world.relay(*batch)

    assert asked_for(report) == "1003"
    everything = [f"e{number}/a" for number in (1, 2, 3, 4, 6, 7, 8, 9)]
    assert sorted(world.bus.ids) == everything
    assert sorted(world.topic.ids) == [name for name in everything if name not in ("e3/a", "e6/a")]
    assert world.topic.calls_made["e3/a"] > 3
    assert world.topic.calls_made["e6/a"] == 0
    assert (report.duplicates, report.held_back, report.unavailable) == (2, 1, {"topic": 1})
    assert [key.split("/")[1:] for key in world.quarantine.parked] == [["2027-01-15", "e5"]]
    assert states(report) == [
        "done",
        "done",
        "unfinished",
        "done",
        "refused",
        "done",
        "unfinished",
        "done",
        "done",
        "done",
    ]

    world.topic.script = failing()
    again = world.relay(*batch[2:])

    assert asked_for(again) is None
    assert world.topic.ids[-2:] == ["e3/a", "e6/a"]
    assert again.delivered == {("said", "topic"): 2}
    assert sorted(world.bus.ids) == everything
    assert len(world.quarantine.parcels) == 1
    assert world.quarantine.parcels[world.quarantine.parked[0]].record == batch[4]


# Sent once


def test_an_empty_batch_is_done(world):
    assert world.relay().response == {"batchItemFailures": []}


def test_a_record_that_no_rule_speaks_of_is_unmatched(world):
    report = world.relay(record(1, says=""))
    assert (report.unmatched, report.response, world.bus.sent) == (1, {"batchItemFailures": []}, [])


def test_what_was_delivered_before_is_not_sent_again(world):
    world.relay(record(1), record(2))
    report = world.relay(record(1), record(2))
    assert (report.duplicates, report.events, report.delivered) == (4, 0, {})
    assert world.bus.ids == ["e1/a", "e2/a"]


def test_a_duplicate_in_the_batch_is_sent_once_and_both_are_done(world):
    report = world.relay(record(1), record(1))
    assert (world.bus.ids, states(report), report.duplicates) == (["e1/a"], ["done", "done"], 2)


def test_of_two_targets_only_the_one_that_failed_is_sent_again(world):
    world.topic.script = failing(e1=-1)
    world.relay(record(1))
    world.topic.script = failing()
    report = world.relay(record(1))
    assert report.delivered == {("said", "topic"): 1}
    assert world.bus.ids == world.topic.ids == ["e1/a"]


def test_what_is_unavailable_for_a_moment_is_sent_again_at_once(world):
    world.topic.script = failing(e1=3)
    report = world.relay(record(1), record(2))
    assert asked_for(report) is None
    assert world.topic.ids == ["e1/a", "e2/a"]
    assert world.topic.calls_made == {"e1/a": 4, "e2/a": 1}


# Order


def test_a_call_toward_an_ordered_target_has_one_event_of_a_lane(world):
    world.relay(*(record(number, "AB"[number % 2]) for number in range(6)))
    assert world.topic.sent == [["e0/a", "e1/a"], ["e2/a", "e3/a"], ["e4/a", "e5/a"]]
    assert [len(call) for call in world.bus.sent] == [6]


def test_a_refused_event_does_not_stop_its_lane(world):
    world.topic.script = failing(REFUSED, e1=-1)
    report = world.relay(record(1), record(2))
    assert (world.topic.ids, states(report)) == (["e2/a"], ["refused", "done"])


def test_a_lane_that_rests_lets_the_others_go_on(world):
    world.topic.script = failing(e1=1)
    world.relay(record(1, "A"), record(2, "A"), record(3, "B"), record(4, "B"))
    assert world.topic.ids == ["e3/a", "e4/a", "e1/a", "e2/a"]


def test_two_targets_of_one_item_are_two_lanes(world):
    world.topic.script = failing(e1=-1)
    world.relay(record(1), record(2))
    assert world.bus.ids == ["e1/a", "e2/a"]


def test_a_lane_that_was_taken_is_patient_anew(world):
    world.topic.script = failing(e1=3, e2=1)
    world.relay(record(1, says="topic"), record(2, says="topic"))
    assert world.clock.time - NOW == pytest.approx(0.1 + 0.2 + 0.4 + 0.1)


@pytest.mark.parametrize("verdict", [REFUSED, UNAVAILABLE])
def test_time_to_park_is_kept_for_what_was_refused_or_may_be_given_up(world, verdict):
    world.topic = Timed("topic", ordered=True, script=failing(verdict, e1=-1), most=1)
    world.topic.clock, world.topic.takes = world.clock, 0.0
    world.relay(record(1, says="topic"), record(2, "B", says="topic"), record(3, "B", says="topic"), seconds=6.0)
    budget = Budget(world.clock.countdown(6.0), world.clock)
    budget.remaining = lambda: 6.0
    assert world.topic.granted[0] == budget.left(1, 1) / 2
    assert world.topic.granted[2] == budget.left(2, 2) / 2


# Refused


def test_poison_is_parked_whole_with_its_reason(world):
    poison = record(1, poison="yes")
    report = world.relay(poison, record(2))
    (parcel,) = world.quarantine.parcels.values()
    assert (parcel.record, parcel.record_id, parcel.project) == (poison, "e1", "v1")
    assert parcel.problems == (M001.within(Where(record="e1")),)
    assert (report.refused, report.parked, asked_for(report)) == ({"M001": 1}, 1, None)
    assert world.bus.ids == ["e2/a"]


def test_no_event_of_a_record_is_sent_when_a_target_objects_to_one(world):
    world.topic.objects = lambda event: TOO_LARGE if event.id == "e1/b" else None
    report = world.relay(record(1, says="bus|topic"), record(2))
    (parcel,) = world.quarantine.parcels.values()
    assert (world.bus.ids, report.refused, parcel.delivered) == (["e2/a"], {"B020": 1}, ())
    assert report.outcomes[0].rule == "order.b"


def test_a_parcel_knows_what_had_been_delivered_before(world):
    world.topic.script = failing(e1=-1)
    world.relay(record(1))
    world.topic.objects = lambda _: TOO_LARGE
    world.relay(record(1))
    (parcel,) = world.quarantine.parcels.values()
    assert parcel.delivered == (Delivery("e1/a", "bus"),)


def test_a_record_is_parked_once_nothing_of_it_is_unavailable(world):
    world.bus.script, world.topic.script = failing(REFUSED, e1=-1), failing(e1=-1)
    assert states(world.relay(record(1))) == ["unfinished"]
    assert world.quarantine.parcels == {}
    world.topic.script = failing()
    assert states(world.relay(record(1))) == ["refused"]
    (parcel,) = world.quarantine.parcels.values()
    assert parcel.delivered == (Delivery("e1/a", "topic"),)
    assert parcel.problems == (TOO_LARGE.within(Where(record="e1")),)


def test_parking_twice_is_parking_once(world):
    world.topic.script = failing(e1=-1)
    for _ in range(3):
        world.relay(record(1), record(2, poison="yes"))
    assert len(world.quarantine.parcels) == 1
    assert len(world.quarantine.parked) == 3


def test_a_record_that_nobody_can_read_is_parked(world):
    report = world.relay({"dynamodb": {}}, record(2))
    assert states(report) == ["refused", "done"]
    assert [key.split("/")[1] for key in world.quarantine.parked] == ["undated"]


def test_an_exception_in_the_core_is_refused_as_a_bug_without_the_words_of_the_item(world):
    report = world.relay(record(1, bug="yes"), record(2))
    (problem,) = report.outcomes[0].problems
    assert (problem.code, report.bugs, asked_for(report)) == ("bug", 1, None)
    assert problem.where.file == "bridge.consignment"
    assert "ZeroDivisionError" in problem.what
    assert "secret" not in str(problem)


def test_an_event_toward_an_unknown_target_is_a_bug(world):
    assert world.relay(record(1, says="nowhere")).bugs == 1


def test_a_refusal_that_gives_no_reason_is_a_bug(world):
    def translate(_):
        raise UndecodableRecord

    world.translate = translate
    assert world.relay(record(1)).bugs == 1


# Stores


@pytest.mark.parametrize("seconds", [1.0, 2.0, 3.0, 5.0, 8.0, 30.0])
def test_nothing_is_published_while_the_ledger_is_down(world, seconds):
    """Not even when patience with the ledger ends with time to spare."""
    world.ledger.reading = Trouble(-1)
    report = world.relay(record(1, says=""), record(2), record(3), seconds=seconds)
    assert (world.bus.sent, world.topic.sent) == ([], [])
    assert (asked_for(report), report.unavailable) == ("1002", {"ledger": 4})
    assert states(report) == ["unmatched", "unfinished", "unfinished"]


def test_a_ledger_that_comes_back_in_time_is_waited_for(world):
    world.ledger.reading = Trouble(3)
    assert asked_for(world.relay(record(1))) is None
    assert world.bus.ids == ["e1/a"]


def test_a_delivery_that_cannot_be_remembered_is_counted_and_its_record_finished(world):
    world.ledger.writing = Trouble(-1)
    report = world.relay(record(1))
    assert (report.unremembered, states(report), asked_for(report)) == (2, ["done"], None)


def test_remembering_is_tried_again(world):
    world.ledger.writing = Trouble(2)
    report = world.relay(record(1))
    assert (report.unremembered, world.ledger.entries) == (0, {Delivery("e1/a", "bus"), Delivery("e1/a", "topic")})


def test_what_is_delivered_is_remembered_before_waiting_for_a_target(world):
    world.topic.script = failing(e1=1)
    world.relay(record(1))
    assert world.ledger.writes == [(Delivery("e1/a", "bus"),), (Delivery("e1/a", "topic"),)]


def test_a_ledger_that_fails_between_publishes_is_left_alone_until_the_end(world):
    world.topic.script, world.ledger.writing = failing(e1=5), Trouble(1)
    world.relay(record(1))
    assert [len(write) for write in world.ledger.writes] == [2]


def test_a_record_that_cannot_be_parked_is_unfinished(world):
    world.quarantine.parking = Trouble(-1)
    report = world.relay(record(1), record(2, poison="yes"), record(3))
    assert (asked_for(report), report.unavailable, report.refused) == ("1002", {"quarantine": 1}, {})
    assert [problem.code for problem in report.outcomes[1].problems] == ["B030", "M001"]


# Too old to wait for


def test_an_old_record_is_parked_before_the_stream_forgets_it(world):
    world.topic.script = failing(e1=-1)
    report = world.relay(record(1, age=13 * HOUR), record(2, "B"))
    (parcel,) = world.quarantine.parcels.values()
    assert (asked_for(report), report.refused) == (None, {"B090": 1})
    assert parcel.delivered == (Delivery("e1/a", "bus"),)
    assert [problem.code for problem in parcel.problems] == ["B090", "B010"]


def test_what_is_held_back_is_given_up_with_what_holds_it(world):
    world.topic.script = failing(e1=-1)
    report = world.relay(record(1, age=13 * HOUR), record(2, age=13 * HOUR), record(3))
    assert states(report) == ["refused", "refused", "unfinished"]
    assert asked_for(report) == "1003"


def test_nothing_is_given_up_that_comes_again_anyway(world):
    """Behind a record that comes again an old one does too; parked as well it could be said twice."""
    world.topic.script = failing(e1=-1, e2=-1)
    report = world.relay(record(1), record(2, "B", age=13 * HOUR))
    assert (states(report), world.quarantine.parcels) == (["unfinished", "unfinished"], {})


def test_what_the_time_did_not_suffice_for_is_not_given_up(world):
    report = world.relay(record(1, age=13 * HOUR), seconds=0.1)
    assert (asked_for(report), world.quarantine.parcels) == ("1001", {})


class Timed(MemoryTarget):
    """Each call takes two seconds; keeps those that it was given."""

    clock, granted, takes = None, (), 2.0

    async def publish(self, events, seconds):
        self.granted = (*self.granted, seconds)
        self.clock.sleep(min(self.takes, seconds))
        return await MemoryTarget.publish(self, events, seconds)


def test_a_backlog_of_old_records_is_not_parked_for_want_of_time(world):
    """A target that would take them gets them in the next invocations."""
    world.bus = Timed("bus", most=1)
    world.bus.clock = world.clock
    report = world.relay(*(record(number, says="bus", age=20 * HOUR) for number in range(20)), seconds=20)
    assert 0 < len(world.bus.ids) < 20
    assert report.not_begun == 20 - len(world.bus.ids)
    assert asked_for(report) == str(1000 + len(world.bus.ids))
    assert world.quarantine.parcels == {}


def test_nothing_is_given_up_behind_what_could_not_be_parked(world):
    """It comes again with it, and may be carried then: parked as well it would lie there for nothing."""
    world.topic.script, world.quarantine.parking = failing(e2=-1), Trouble(-1)
    report = world.relay(record(1, poison="yes", age=13 * HOUR), record(2, "B", age=13 * HOUR))
    assert (states(report), report.unavailable) == (["unfinished", "unfinished"], {"topic": 1, "quarantine": 1})
    assert [problem.code for problem in report.outcomes[0].problems] == ["B030", "M001"]
    world.quarantine.parking, world.topic.script = Trouble(), failing()
    assert asked_for(world.relay(record(1, poison="yes", age=13 * HOUR), record(2, "B", age=13 * HOUR))) is None
    assert [parcel.record_id for parcel in world.quarantine.parcels.values()] == ["e1"]


def test_what_is_given_up_and_cannot_be_parked_comes_again(world):
    world.topic.script, world.quarantine.parking = failing(e1=-1), Trouble(-1)
    report = world.relay(record(1, age=13 * HOUR))
    assert (asked_for(report), report.unavailable) == ("1001", {"topic": 1, "quarantine": 1})
    assert [problem.code for problem in report.outcomes[0].problems] == ["B030", "B090", "B010"]


def test_an_old_record_is_parked_when_the_ledger_stays_down(world):
    world.ledger.reading = Trouble(-1)
    assert world.relay(record(1, age=13 * HOUR)).refused == {"B090": 1}


def test_an_old_record_that_is_delivered_is_done(world):
    assert states(world.relay(record(1, age=20 * HOUR))) == ["done"]


# The answer


def test_an_event_that_nobody_knows_raises(world):
    with pytest.raises(UndecodableRecord):
        relay({"hello": "world"}, world.bridge, world.clock.countdown(30))


def test_a_first_unfinished_record_without_identifier_fails_the_batch(world):
    world.bus.script = failing(e1=-1)
    nameless = record(1)
    del nameless["dynamodb"]["SequenceNumber"]
    with pytest.raises(Unanswerable) as caught:
        world.relay(nameless, record(2))
    assert [problem.code for problem in caught.value.problems] == ["B093", "B010"]
    assert isinstance(caught.value, BridgeError)


def test_an_unidentified_record_behind_one_that_comes_again_needs_no_name(world):
    world.bus.script = failing(e1=-1, e2=-1)
    nameless = record(2)
    del nameless["dynamodb"]["SequenceNumber"]
    assert asked_for(world.relay(record(1), nameless)) == "1001"


def test_pipes_are_answered_with_the_event_id(world):
    world.bus.script = failing(e2=-1)
    report = relay([record(1), record(2)], world.bridge, world.clock.countdown(30))
    assert asked_for(report) == "e2"


# Bugs


def raises(event):
    raise LookupError(event.id)


def test_a_target_that_raises_fails_the_batch_once_the_rest_is_remembered(world):
    world.topic.script = raises
    with pytest.raises(LookupError, match="e1/a"):
        world.relay(record(1))
    assert world.ledger.entries == {Delivery("e1/a", "bus")}


def test_nothing_more_is_sent_once_a_target_raised(world):
    world.topic.script = raises
    with pytest.raises(LookupError):
        world.relay(record(1), record(2))
    assert world.topic.calls_made == {"e1/a": 1}


def test_what_rests_is_not_sent_again_once_a_target_raised(world):
    world.bus.script, world.topic.script = failing(e1=1), raises
    with pytest.raises(LookupError):
        world.relay(record(1))
    assert world.bus.calls_made == {"e1/a": 1}


class Miscounting(MemoryTarget):
    """Forgets to speak of the last event of each call."""

    async def publish(self, events, seconds):
        return [DELIVERED] * (len(events) - 1)


def test_a_target_that_loses_count_is_a_bug(world):
    world.topic = Miscounting("topic", ordered=True)
    with pytest.raises(ValueError, match="topic gave 1 verdicts of 2"):
        world.relay(record(1), record(2, "B"))
    assert Delivery("e1/a", "topic") in world.ledger.entries


class Blunt(MemoryTarget):
    """Cannot cut calls that begin with e2/a."""

    def calls(self, events):
        return raises(events[0]) if events[0].id == "e2/a" else super().calls(events)


def test_a_target_that_cannot_cut_calls_is_a_bug_and_what_was_sent_is_remembered(world):
    world.topic = Blunt("topic", ordered=True)
    with pytest.raises(LookupError):
        world.relay(record(1), record(2))
    assert Delivery("e1/a", "topic") in world.ledger.entries


def test_what_ended_together_with_a_call_that_a_bug_follows_is_remembered(world):
    world.topic = Blunt("topic", ordered=True)
    with pytest.raises(LookupError):
        world.relay(record(1, says="topic bus"), record(2, says="topic"))
    assert world.ledger.entries == {Delivery("e1/a", "topic"), Delivery("e1/a", "bus")}


class Closed(MemoryQuarantine):
    """Raises what no port may."""

    def park(self, parcel, seconds):
        raise LookupError(parcel.key)


def test_a_quarantine_that_raises_fails_the_batch_once_the_rest_is_remembered(world):
    world.quarantine = Closed()
    with pytest.raises(LookupError):
        world.relay(record(1), record(2, poison="yes"))
    assert len(world.ledger.entries) == 2


# The numbers


def test_the_report_counts_what_metrics_need(world):
    world.topic.script = failing(e3=-1)
    world.relay(record(1))
    world.clock.time += 10
    report = world.relay(
        record(1),
        record(2, says=""),
        record(3, "C"),
        record(4, "C"),
        record(5, poison="yes"),
        record(6, "B", says="bus|bus"),
    )
    assert report.records == 6
    assert report.unmatched == 1
    assert report.delivered == {("said", "bus"): 4}
    assert report.events == 4
    assert report.duplicates == 2
    assert report.refused == {"M001": 1}
    assert report.bugs == 0
    assert report.unavailable == {"topic": 1}
    assert report.held_back == 1
    assert report.not_begun == 0
    assert report.parked == 1
    assert report.oldest_seconds > 70
    assert 20 < report.publish_seconds < 30


def test_an_unfinished_record_says_why(world):
    world.topic.script = failing(e1=-1)
    report = world.relay(record(1), record(2))
    place = Where(record="e1")
    assert report.outcomes[0].problems == (THROTTLED.within(place),)
    assert [problem.code for problem in report.outcomes[1].problems] == ["B091"]
    assert report.outcomes[0].events == ("e1/a",)


def test_a_verdict_needs_no_reason(world):
    world.topic.script = lambda _: Verdict("unavailable")
    report = world.relay(record(1))
    assert (states(report), report.outcomes[0].problems) == (["unfinished"], ())
