"""Laws of the relay, for whatever fails in whatever order."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import StoreUnavailable
from bridge.local.memory import DOWN, MemoryClock, MemoryLedger, MemoryQuarantine, MemoryTarget, takes_all
from bridge.ports import DELIVERED, Delivery
from bridge.redrive import redrive
from tests.local.world import NOW, REFUSED, UNAVAILABLE, World, asked_for, record, states

QUICK = settings(max_examples=50, deadline=None)
ROUNDS = 60  # of redelivery, before a law says that it never ends

records = st.builds(
    lambda item, says, poison: (item, says, {"poison": "yes"} if poison else {}),
    st.sampled_from("ABC"),
    st.sampled_from(["", "bus", "topic", "bus topic", "topic|bus", "topic|topic", "bus|bus topic|topic"]),
    st.integers(0, 9).map(lambda number: number == 0),
)


@st.composite
def batches(draw):
    """Up to twelve records, of which some stand there twice."""
    drawn = draw(st.lists(records, min_size=1, max_size=9))
    batch = [record(number, item, says, **image) for number, (item, says, image) in enumerate(drawn)]
    return batch + draw(st.lists(st.sampled_from(batch), max_size=3))


#: What a target says of one thing after another; then it is well.
moods = st.lists(st.sampled_from([DELIVERED, UNAVAILABLE, UNAVAILABLE]), max_size=40)
durations = st.sampled_from([0.0, 0.0, 0.05, 0.6, 2.0, 7.0, 100.0])


@dataclass(slots=True)
class Slow(MemoryTarget):
    """Takes its time, and does not answer within less."""

    clock: MemoryClock = field(default_factory=MemoryClock)
    takes: float = 0.0

    async def publish(self, events, seconds):
        assert seconds > 0
        self.clock.sleep(min(self.takes, seconds))
        return (
            [UNAVAILABLE for _ in events] if self.takes > seconds else await MemoryTarget.publish(self, events, seconds)
        )


@dataclass(slots=True)
class SlowLedger(MemoryLedger):
    clock: MemoryClock = field(default_factory=MemoryClock)
    takes: float = 0.0

    def seen(self, deliveries, seconds):
        dawdle(self.clock, self.takes, seconds)
        return MemoryLedger.seen(self, deliveries, seconds)

    def remember(self, deliveries, seconds):
        dawdle(self.clock, self.takes, seconds)
        return MemoryLedger.remember(self, deliveries, seconds)


@dataclass(slots=True)
class SlowQuarantine(MemoryQuarantine):
    clock: MemoryClock = field(default_factory=MemoryClock)
    takes: float = 0.0

    def park(self, parcel, seconds):
        dawdle(self.clock, self.takes, seconds)
        return MemoryQuarantine.park(self, parcel, seconds)


def dawdle(clock, takes, seconds):
    assert seconds > 0
    clock.sleep(min(takes, seconds))
    if takes > seconds:
        raise StoreUnavailable(DOWN)


def saying(moods):
    """A script that says one verdict after another, then that all is well."""
    following = iter(moods)
    return lambda _: next(following, DELIVERED)


def redeliver(world, batch, seconds=30.0):
    """Relay from where the response says until it says that all is done. How often it took."""
    for taken in range(1, ROUNDS):
        number = asked_for(world.relay(*batch, seconds=seconds))
        if number is None:
            return taken
        batch = batch[[each["dynamodb"]["SequenceNumber"] for each in batch].index(number) :]
    raise AssertionError("it never ends")


def wanted(batch, target):
    """Ids that the target is to get, in batch order, once each."""
    names = [
        f"{each['eventID']}/{'abc'[index]}"
        for each in batch
        if "poison" not in each["dynamodb"]["NewImage"]
        for index, part in enumerate(part for part in each["dynamodb"]["NewImage"]["says"]["S"].split("|") if part)
        if target in part.split()
    ]
    return list(dict.fromkeys(names))


def lane(batch, name):
    (item,) = {each["dynamodb"]["Keys"]["pk"]["S"] for each in batch if each["eventID"] == name.split("/")[0]}
    return item


def by_lane(batch, names):
    return {item: [name for name in names if lane(batch, name) == item] for item in "ABC"}


@QUICK
@given(batches(), moods, moods, st.integers(0, 3), st.integers(0, 3), st.sampled_from([3.0, 30.0]))
def test_redelivery_until_done_loses_nothing_and_says_nothing_twice(batch, bus, topic, reading, parking, seconds):  # noqa: PLR0917
    world = World()
    world.bus.script, world.topic.script = saying(bus), saying(topic)
    world.ledger.reading.calls, world.quarantine.parking.calls = reading, parking
    redeliver(world, batch, seconds)
    assert sorted(world.bus.ids) == sorted(wanted(batch, "bus"))
    assert sorted(world.topic.ids) == sorted(wanted(batch, "topic"))


@QUICK
@given(batches(), moods)
def test_toward_an_ordered_target_no_lane_ever_overtakes_itself(batch, topic):
    world = World()
    world.topic.script = saying(topic)
    redeliver(world, batch)
    assert by_lane(batch, world.topic.ids) == by_lane(batch, wanted(batch, "topic"))


@QUICK
@given(batches(), moods, st.integers(0, 2))
def test_each_refused_record_is_parked_once_and_whole(batch, topic, parking):
    world = World()
    world.topic.script, world.quarantine.parking.calls = saying(topic), parking
    redeliver(world, batch)
    poison = {each["eventID"]: each for each in batch if "poison" in each["dynamodb"]["NewImage"]}
    assert {parcel.record_id: parcel.record for parcel in world.quarantine.parcels.values()} == poison
    assert len(world.quarantine.parcels) == len(poison)


@QUICK
@given(batches(), st.lists(st.sampled_from([DELIVERED, UNAVAILABLE, REFUSED]), max_size=40))
def test_a_record_of_which_a_target_refuses_an_event_is_parked_with_what_went_out(batch, moods):
    """Sent, parked or both: nothing that was wanted is neither, and the parcel knows what went out."""
    world = World()
    world.bus.script = saying(moods)
    redeliver(world, batch)
    parked = {parcel.record_id: parcel for parcel in world.quarantine.parcels.values()}
    for name in wanted(batch, "bus"):
        parcel = parked.get(name.split("/")[0])
        assert (name in world.bus.ids) or parcel
        if parcel:
            assert (Delivery(name, "bus") in parcel.delivered) == (name in world.bus.ids)


@QUICK
@given(batches())
def test_relaying_a_batch_twice_publishes_once(batch):
    world = World()
    world.relay(*batch)
    sent = (list(world.bus.sent), list(world.topic.sent))
    world.relay(*batch)
    assert (world.bus.sent, world.topic.sent) == sent


@QUICK
@given(batches(), moods, moods, st.integers(0, 3))
def test_the_response_names_the_first_unfinished_record(batch, bus, topic, parking):
    world = World()
    world.bus.script, world.topic.script = saying(bus + [UNAVAILABLE] * 30), saying(topic)
    world.quarantine.parking.calls = parking
    report = world.relay(*batch, seconds=4.0)
    unfinished = [index for index, state in enumerate(states(report)) if state == "unfinished"]
    expected = batch[unfinished[0]]["dynamodb"]["SequenceNumber"] if unfinished else None
    assert asked_for(report) == expected


@QUICK
@given(batches())
def test_nothing_is_published_when_the_ledger_is_down(batch):
    world = World()
    world.ledger.reading.calls = -1
    report = world.relay(*batch)
    assert (world.bus.sent, world.topic.sent, report.events) == ([], [], 0)


@QUICK
@given(
    batches(), moods, durations, durations, durations, durations,
    st.floats(0.0, 40.0), st.sampled_from([1, 2, 10]),
    st.sampled_from([60.0, 20 * 3600.0]), st.floats(0, 0.99),
)  # fmt: skip
def test_the_time_is_never_overrun(batch, moods, bus, topic, ledger, quarantine, seconds, most, age, jitter):  # noqa: PLR0917
    """However slow target, ledger and quarantine are, the answer is given in time, and is never a lie."""
    clock = MemoryClock(NOW + age, jitter)
    world = World(clock)
    world.bus = Slow("bus", most=most, script=saying(moods), clock=clock, takes=bus)
    world.topic = Slow("topic", ordered=True, most=most, clock=clock, takes=topic)
    world.ledger = SlowLedger(clock=clock, takes=ledger)
    world.quarantine = SlowQuarantine(clock=clock, takes=quarantine)
    end = clock.time + seconds
    report = world.relay(*batch, seconds=seconds)
    assert clock.time <= end
    parked = {parcel.record_id for parcel in world.quarantine.parcels.values()}
    taken = {"bus": world.bus.ids, "topic": world.topic.ids}
    for outcome in report.outcomes:
        if outcome.state == "done":
            mine = [batch[int(outcome.record_id[1:])]]
            assert all(name in taken[target] for target in taken for name in wanted(mine, target))
        if outcome.state == "refused":
            assert outcome.record_id in parked


@QUICK
@given(batches(), moods, st.integers(-1, 4))
def test_what_the_ledger_could_not_be_told_repeats_at_worst(batch, moods, writing):
    world = World()
    world.topic.script, world.ledger.writing.calls = saying(moods), writing
    redeliver(world, batch)
    assert set(world.topic.ids) == set(wanted(batch, "topic"))
    assert set(world.bus.ids) == set(wanted(batch, "bus"))


@QUICK
@given(
    batches(), moods, moods, st.lists(st.integers(0, 5), max_size=12), st.booleans(), st.sampled_from([60.0, 13 * 3600.0]),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_whatever_failed_until_it_was_parked_a_redrive_says_each_event_once(  # noqa: PLR0917
    batch, bus, topic, troubles, mended, age, random
):
    """Stores fail at any time, the rule may be mended while the stream still carries what is parked already."""
    world, following, rest = World(MemoryClock(NOW + age)), iter(troubles), batch
    world.bus.script, world.topic.script = saying([*bus, *[UNAVAILABLE] * 30]), saying(topic)
    for turn in range(ROUNDS):
        world.mended = mended and turn > 1
        world.ledger.reading.calls, world.quarantine.parking.calls = next(following, 0), next(following, 0)
        number = asked_for(world.relay(*rest, seconds=3.0))
        numbers = [each["dynamodb"]["SequenceNumber"] for each in rest]
        rest = rest[numbers.index(number) :] if number else []
    world.mended = True
    world.bus.script = world.topic.script = takes_all
    while world.quarantine.parcels:
        some = random.sample(sorted(world.quarantine.parcels), k=random.randint(1, len(world.quarantine.parcels)))
        redrive([world.quarantine.parcels[key] for key in some], world.bridge, dry_run=False)
    for each in batch:
        each["dynamodb"]["NewImage"].pop("poison", None)
    assert sorted(world.bus.ids) == sorted(wanted(batch, "bus"))
    assert sorted(world.topic.ids) == sorted(wanted(batch, "topic"))


@QUICK
@given(batches(), moods, moods, st.lists(st.booleans(), max_size=4))
def test_redriving_until_nothing_is_left_says_each_event_once(batch, bus, topic, dry_runs):
    """However often targets fail, with dry runs between: parked poison arrives once it is mended, and once only."""
    world = World()
    redeliver(world, batch)
    world.mended = True
    world.bus.script, world.topic.script = saying(bus), saying(topic)
    for dry_run in [*dry_runs, *[False] * ROUNDS]:
        redrive(list(world.quarantine.parcels.values()), world.bridge, dry_run=dry_run)
    assert world.quarantine.parcels == {}
    for each in batch:
        each["dynamodb"]["NewImage"].pop("poison", None)
    assert sorted(world.bus.ids) == sorted(wanted(batch, "bus"))
    assert sorted(world.topic.ids) == sorted(wanted(batch, "topic"))
