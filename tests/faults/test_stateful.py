"""The relay as a machine: batches, faults, retries, redrives and mended rules in any order that Hypothesis thinks of."""

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bridge.local.memory import takes_all
from bridge.ports import DELIVERED, Delivery
from bridge.redrive import redrive
from tests.local.world import UNAVAILABLE, World, asked_for, record
from tests.simulation.breakages import BREAKAGES

SAYS = ("bus", "topic", "bus topic", "topic|bus", "topic|topic", "")


class RelayMachine(RuleBasedStateMachine):
    """A stream of records, the batch that is being sent, and everything that stands around the relay."""

    @initialize()
    def begin(self):
        self.world, self.written, self.batch, self.checkpoint = World(), [], [], 0
        self.poison, self.once, self.lost_writes = set(), set(), False

    @rule(item=st.sampled_from("ABC"), says=st.sampled_from(SAYS), poison=st.integers(0, 6))
    def somebody_writes(self, item, says, poison):
        """A change of an item."""
        number = len(self.written)
        spoiled = poison == 0 and not self.world.mended
        self.written.append(record(number, item, says, **({"poison": "yes"} if spoiled else {})))
        if spoiled:
            self.poison.add(number)

    @precondition(lambda self: self.checkpoint < len(self.written))
    @rule(size=st.integers(1, 8), seconds=st.sampled_from([1.0, 3.0, 30.0]), heard=st.booleans())
    def lambda_invokes(self, size, seconds, heard):
        """A batch from the checkpoint on. Where its answer is not heard, all of it comes again."""
        batch = self.written[self.checkpoint : self.checkpoint + size]
        number = asked_for(self.world.relay(*batch, seconds=seconds))
        if heard:
            numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
            self.checkpoint += numbers.index(number) if number else len(batch)

    @rule(name=st.sampled_from(["bus", "topic"]), moods=st.lists(st.sampled_from([DELIVERED, UNAVAILABLE]), max_size=6))
    def a_target_is_moody(self, name, moods):
        following = iter(moods)
        getattr(self.world, name).script = lambda _: next(following, DELIVERED)

    @rule(calls=st.integers(1, 3), store=st.sampled_from(["reading", "parking"]))
    def a_store_fails(self, calls, store):
        port = self.world.ledger if store == "reading" else self.world.quarantine
        getattr(port, store).calls = calls

    @rule(calls=st.integers(1, 3))
    def the_ledger_takes_no_notes(self, calls):
        """What it is not told may repeat."""
        self.world.ledger.writing.calls, self.lost_writes = calls, True

    @rule()
    def somebody_mends_the_rule(self):
        self.world.mended = True

    @rule(dry_run=st.booleans())
    def an_operator_redrives(self, dry_run):
        redrive(list(self.world.quarantine.parcels.values()), self.world.bridge, dry_run=dry_run)

    @invariant()
    def nothing_repeats_while_the_ledger_takes_notes(self):
        for target in (self.world.bus, self.world.topic):
            assert self.lost_writes or len(set(target.ids)) == len(target.ids)

    @invariant()
    def what_is_behind_the_checkpoint_is_delivered_or_parked(self):
        parked = {parcel.record_id for parcel in self.world.quarantine.parcels.values()}
        for number, each in enumerate(self.written[: self.checkpoint]):
            if each["eventID"] not in parked:
                assert self.wanted(number) <= self.taken()

    @invariant()
    def a_parcel_is_whole_and_tells_the_truth(self):
        by_id = {each["eventID"]: each for each in self.written}
        for parcel in self.world.quarantine.parcels.values():
            assert parcel.record == by_id[parcel.record_id]
            assert set(parcel.delivered) <= self.taken()

    @invariant()
    def an_item_is_in_order_toward_the_topic(self):
        """What was parked is sent later, and excepted."""
        for item in "ABC":
            first = dict.fromkeys(self.world.topic.ids)
            numbers = [int(name[1:].split("/")[0]) for name in first]
            mine = [n for n in numbers if self.item(n) == item and n not in self.poison]
            assert mine == sorted(mine)

    def teardown(self):
        """When all is well again everything drains."""
        if not hasattr(self, "world"):
            return
        world = self.world
        world.mended, world.bus.script, world.topic.script = True, takes_all, takes_all
        for trouble in (world.ledger.reading, world.ledger.writing, world.quarantine.parking):
            trouble.calls = 0
        if self.checkpoint < len(self.written):
            assert asked_for(world.relay(*self.written[self.checkpoint :], seconds=300.0)) is None
        redrive(list(world.quarantine.parcels.values()), world.bridge, dry_run=False)
        assert world.quarantine.parcels == {}
        assert self.taken() == set().union(*(self.wanted(number) for number in range(len(self.written))))

    def item(self, number):
        return self.written[number]["dynamodb"]["Keys"]["pk"]["S"]

    def wanted(self, number):
        each = self.written[number]
        parts = [part for part in each["dynamodb"]["NewImage"]["says"]["S"].split("|") if part]
        return {
            Delivery(f"{each['eventID']}/{'abc'[index]}", target)
            for index, part in enumerate(parts)
            for target in part.split()
        }

    def taken(self):
        return {Delivery(name, target.name) for target in (self.world.bus, self.world.topic) for name in target.ids}


TestRelay = RelayMachine.TestCase
TestRelay.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)

SHOWN = ("drop a failed entry", "report the one after the first", "park nothing", "no hold-back", "remember nothing")
#: Found, not shrunk: that takes long, and nobody reads it.
FINDING = settings(max_examples=1500, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate],
                   report_multiple_bugs=False)  # fmt: skip


@pytest.mark.parametrize("breakage", [each for each in BREAKAGES if each.name in SHOWN], ids=lambda each: each.name)
def test_the_machine_finds_a_broken_relay(breakage):
    with breakage.applied(), pytest.raises(AssertionError):
        run_state_machine_as_test(RelayMachine, settings=FINDING)
