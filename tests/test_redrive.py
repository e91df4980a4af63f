"""Redrive: what was parked is sent again, exactly what is missing of it."""

from dataclasses import replace

import pytest

from bridge.errors import StoreUnavailable, UndecodableRecord, Where
from bridge.local.folder import FolderQuarantine
from bridge.local.memory import DOWN, MemoryQuarantine, Trouble
from bridge.ports import Delivery
from bridge.redrive import Redriven, redrive
from tests.local.world import M001, REFUSED, TOO_LARGE, UNAVAILABLE, World, failing, record


@pytest.fixture
def world():
    return World()


def run(world, *, dry_run=False):
    parcels = list(map(world.quarantine.parcel, world.quarantine.keys()))
    return redrive(parcels, world.bridge, dry_run=dry_run)


def test_mended_poison_arrives_and_its_parcel_goes(world):
    world.relay(record(1, poison="yes"))
    world.mended = True
    (result,) = run(world)
    assert (result.state, result.deliveries) == ("done", (Delivery("e1/a", "bus"), Delivery("e1/a", "topic")))
    assert world.bus.ids == world.topic.ids == ["e1/a"]
    assert world.quarantine.parcels == {}
    assert world.ledger.entries == set(result.deliveries)


def test_a_dry_run_says_what_it_would_send_and_does_nothing(world):
    world.relay(record(1, poison="yes"))
    world.mended, before = True, dict(world.quarantine.parcels)
    (result,) = run(world, dry_run=True)
    assert (result.state, len(result.deliveries)) == ("ready", 2)
    assert (world.bus.sent, world.ledger.entries, world.quarantine.parcels) == ([], set(), before)


def test_what_is_still_wrong_stays(world):
    world.relay(record(1, poison="yes"))
    (parcel,) = world.quarantine.parcels.values()
    expected = [Redriven(parcel.key, "e1", "refused", problems=(M001.within(Where(record="e1")),))]
    assert run(world) == run(world, dry_run=True) == expected
    assert list(world.quarantine.parcels.values()) == [parcel]


def test_only_what_is_missing_is_sent(world):
    world.topic.script = failing(REFUSED, e1=1)
    world.relay(record(1))
    (result,) = run(world)
    assert result.deliveries == (Delivery("e1/a", "topic"),)
    assert world.bus.calls_made == {"e1/a": 1}


# What went out before: what any parcel of the record says, and what the ledger says


def redriven(world, *keys):
    return redrive([world.quarantine.parcel(key) for key in keys], world.bridge, dry_run=False)


def test_what_the_stream_carried_after_the_rule_was_mended_is_not_sent_again(world):
    """The ordinary repair: one before it was throttled, so that parked poison came again when the rule was right."""
    world.topic.script = failing(e1=-1)
    world.relay(record(1, "A"), record(2, "B", poison="yes"))
    world.mended, world.topic.script = True, failing()
    world.relay(record(1, "A"), record(2, "B", poison="yes"))
    assert run(world, dry_run=True)[0].state == "done"
    (result,) = run(world)
    assert (result.state, result.deliveries, world.quarantine.parcels) == ("done", (), {})
    assert world.bus.ids == world.topic.ids == ["e1/a", "e2/a"]


def test_what_was_delivered_and_parked_while_the_ledger_was_down_is_not_sent_again(world):
    world.topic.script = failing(e1=-1)
    world.relay(record(1))
    world.clock.time += 13 * 3600
    world.ledger.reading, world.topic.script = Trouble(-1), failing()
    world.relay(record(1))
    (parcel,) = world.quarantine.parcels.values()
    assert (parcel.delivered, parcel.looked_up) == ((), False)
    world.ledger.reading = Trouble()
    assert run(world)[0].deliveries == (Delivery("e1/a", "topic"),)
    assert world.bus.ids == ["e1/a"]


def test_what_was_delivered_before_a_deploy_that_refuses_it_is_not_sent_again(world):
    """By then the names of its events are not known, so that its parcel knows of nothing."""
    world.mended, world.topic.script = True, failing(e1=-1)
    world.relay(record(1, poison="yes"))
    world.mended = False
    world.relay(record(1, poison="yes"))
    (parcel,) = world.quarantine.parcels.values()
    assert parcel.delivered == ()
    world.mended, world.topic.script = True, failing()
    assert run(world)[0].deliveries == (Delivery("e1/a", "topic"),)
    assert world.bus.ids == ["e1/a"]


def parked_twice(world):
    """One record under two fingerprints: the rule moved by a line between two attempts."""
    world.relay(record(1, poison="yes"))
    (parcel,) = world.quarantine.parcels.values()
    world.quarantine.park(replace(parcel, key="moved/2027-01-15/e1"), 1.0)
    world.mended = True
    return [parcel.key, "moved/2027-01-15/e1"]


def test_all_parcels_of_a_record_go_with_it(world):
    first, _ = parked_twice(world)
    assert redriven(world, first)[0].state == "done"
    assert world.quarantine.parcels == {}


def test_what_another_parcel_of_the_record_knows_is_known_when_the_ledger_has_forgotten(world):
    first, second = parked_twice(world)
    world.topic.script = failing(e1=-1)
    redriven(world, first)
    world.ledger.entries.clear()
    world.topic.script = failing()
    assert redriven(world, second)[0].deliveries == (Delivery("e1/a", "topic"),)
    assert world.bus.ids == ["e1/a"]


def test_another_record_of_the_same_name_and_what_is_no_parcel_are_left_alone(world):
    first, second = parked_twice(world)
    other = {"record": record(1, "B", poison="yes"), "delivered": (Delivery("e1/a", "bus"),)}
    parcels = world.quarantine.parcels
    parcels |= {second: replace(parcels[second], **other), "broken/2027-01-15/e1": "no parcel"}
    world.quarantine = Broken(parcels)
    assert len(redriven(world, first)[0].deliveries) == 2
    assert sorted(world.quarantine.parcels) == ["broken/2027-01-15/e1", "moved/2027-01-15/e1"]


class Broken(MemoryQuarantine):
    """Holds what is no parcel."""

    def parcel(self, key):
        if self.parcels[key] == "no parcel":
            raise UndecodableRecord
        return self.parcels[key]


@pytest.mark.parametrize("dry_run", [True, False])
def test_nothing_is_sent_that_the_ledger_cannot_be_asked_of(world, dry_run):
    world.relay(record(1, poison="yes"))
    world.mended, world.ledger.reading = True, Trouble(-1)
    (result,) = run(world, dry_run=dry_run)
    assert (result.state, result.deliveries) == ("unfinished", ())
    assert [problem.code for problem in result.problems] == ["B030"]
    assert (world.bus.sent, len(world.quarantine.parcels)) == ([], 1)


def test_a_parcel_that_knows_all_needs_no_ledger(world):
    world.relay(record(1, poison="yes"))
    (parcel,) = world.quarantine.parcels.values()
    world.quarantine.park(replace(parcel, delivered=(Delivery("e1/a", "bus"), Delivery("e1/a", "topic"))), 1.0)
    world.mended, world.ledger.reading = True, Trouble(-1)
    assert (run(world)[0].state, world.quarantine.parcels) == ("done", {})


def test_a_quarantine_that_cannot_be_listed_leaves_all_as_it_is(world):
    world.relay(record(1, poison="yes"))
    (parcel,) = world.quarantine.parcels.values()
    world.mended, world.quarantine = True, Unlisted()
    (result,) = redrive([parcel], world.bridge, dry_run=False)
    assert (result.state, [problem.code for problem in result.problems], world.bus.sent) == ("unfinished", ["B030"], [])


class Unlisted(MemoryQuarantine):
    """Is down for lists."""

    def keys(self, prefix=""):
        raise StoreUnavailable(DOWN)


def test_a_parcel_learns_what_went_out_when_the_rest_did_not(world):
    world.relay(record(1, poison="yes"))
    world.mended, world.topic.script = True, failing(e1=-1)
    (result,) = run(world)
    assert (result.state, result.deliveries) == ("unfinished", (Delivery("e1/a", "bus"),))
    (parcel,) = world.quarantine.parcels.values()
    assert parcel.delivered == (Delivery("e1/a", "bus"),)
    world.topic.script = failing()
    assert run(world)[0].deliveries == (Delivery("e1/a", "topic"),)
    assert world.bus.calls_made == {"e1/a": 1}


def test_what_a_target_refuses_stays_with_its_reason(world):
    world.relay(record(1, poison="yes"))
    world.mended, world.topic.script = True, failing(REFUSED, e1=-1)
    (result,) = run(world)
    assert (result.state, result.problems) == ("refused", (TOO_LARGE.within(Where(record="e1")),))
    assert len(world.quarantine.parcels) == 1


def test_what_no_rule_speaks_of_any_more_goes(world):
    world.relay(record(1, says="", poison="yes"))
    world.mended = True
    assert run(world, dry_run=True)[0].state == "unmatched"
    assert run(world)[0].state == "unmatched"
    assert world.quarantine.parcels == {}


def test_parcels_go_in_the_order_of_their_changes(world):
    world.relay(*(record(number, poison="yes", says="topic") for number in (3, 12, 5)))
    world.mended = True
    redrive(list(reversed(world.quarantine.parcels.values())), world.bridge, dry_run=False)
    assert world.topic.ids == ["e3/a", "e5/a", "e12/a"]


def test_a_record_parked_for_two_reasons_is_sent_once(world):
    world.relay(record(1, poison="yes"))
    (parcel,) = world.quarantine.parcels.values()
    twin = replace(parcel, key="other/2027-01-15/e1", delivered=(Delivery("e1/a", "bus"),))
    world.quarantine.park(twin, 1.0)
    world.mended = True
    run(world)
    assert (world.bus.sent, world.topic.ids, world.quarantine.parcels) == ([], ["e1/a"], {})


def test_a_record_that_nobody_can_read_stays(world):
    world.relay({"dynamodb": {}}, record(2))
    (result,) = run(world)
    assert (result.state, result.problems[0].code[0]) == ("refused", "D")


def test_an_empty_redrive_does_nothing(world):
    assert run(world) == []


class Stuck(MemoryQuarantine):
    """Lets nothing go."""

    def drop(self, key):
        self.parking.strike()


def test_a_parcel_that_cannot_be_dropped_says_so(world):
    world.quarantine = Stuck()
    world.relay(record(1, poison="yes"))
    world.mended, world.quarantine.parking = True, Trouble(-1)
    (result,) = run(world)
    assert (result.state, [problem.code for problem in result.problems]) == ("unfinished", ["B030"])
    assert len(result.deliveries) == 2


def test_what_went_out_before_a_bug_is_kept_in_the_parcels(world):
    def script(event):
        raise LookupError

    world.relay(record(1, says="bus", poison="yes"), record(2, says="topic", poison="yes"))
    world.mended, world.topic.script = True, script
    with pytest.raises(LookupError):
        run(world)
    assert [parcel.record_id for parcel in world.quarantine.parcels.values()] == ["e2"]


def test_what_is_unavailable_for_a_minute_is_left(world):
    world.relay(record(1, poison="yes"))
    world.mended, world.bus.script = True, lambda _: UNAVAILABLE
    began = world.clock.time
    run(world)
    assert 50 < world.clock.time - began < 61


def test_it_works_on_a_folder(world, tmp_path):
    world.quarantine = FolderQuarantine(tmp_path / "quarantine")
    world.relay(record(1, poison="yes"), record(2, "B", poison="yes"))
    world.mended = True
    assert [result.state for result in run(world)] == ["done", "done"]
    assert world.quarantine.keys() == []


def test_what_a_redrive_sends_is_marked(world):
    """Later events of its item may have gone before it; whoever keeps the order can tell."""
    world.relay(record(1, poison="yes"), record(2))
    world.mended = True
    (key,) = world.quarantine.keys()
    redrive([world.quarantine.parcel(key)], world.bridge, dry_run=False)
    assert [(event.id, event.extensions) for event in world.topic.taken] == [
        ("e2/a", {}),
        ("e1/a", {"redriven": True}),
    ]
