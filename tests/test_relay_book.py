"""What the ledger is asked and told in one batch, and for how long."""

from dataclasses import dataclass, field

import pytest

from bridge.book import Book, waves
from bridge.budget import CALL, CLOSING, LOOK_UP_WAVE, MEANWHILE, REMEMBER_WAVE, Budget
from bridge.errors import StoreUnavailable
from bridge.local.memory import DOWN, MemoryClock, MemoryLedger
from bridge.ports import DELIVERED, Delivery
from tests.local.world import NOW, World, asked_for, failing, record


@dataclass(slots=True)
class Timed(MemoryLedger):
    """Takes its time for each wave; takes nothing within less, and waits as long as it is let."""

    clock: MemoryClock = field(default_factory=MemoryClock)
    answers_in: float = 0.0
    takes_in: float = 0.0

    def seen(self, deliveries, seconds):
        self._dawdle(self.answers_in, seconds)
        return MemoryLedger.seen(self, deliveries, seconds)

    def remember(self, deliveries, seconds):
        self._dawdle(self.takes_in, seconds)
        return MemoryLedger.remember(self, deliveries, seconds)

    def _dawdle(self, takes, seconds):
        self.clock.sleep(min(takes, seconds))
        if takes > seconds:
            raise StoreUnavailable(DOWN)


@pytest.fixture
def clock():
    return MemoryClock(NOW)


def a_book(clock, ledger, seconds):
    return Book(ledger, Budget(clock.countdown(seconds), clock))


def many(count):
    """Each of a second of its own: an item of the ledger for each, at worst."""
    return {Delivery(f"e{number}/a", "bus"): number for number in range(count)}


def publish(book, dated):
    """As the relay does: nothing is sent that was not looked up."""
    book.dated |= dated
    for delivery in dated:
        book.note(delivery, DELIVERED)


def test_a_slow_ledger_is_told_all_that_is_pending_wave_by_wave(clock):
    """Ten waves of four seconds each: one call for all would be cut off each time, and remember nothing."""
    ledger = Timed(clock=clock, takes_in=4.0)
    book = a_book(clock, ledger, 60)
    publish(book, many(10 * REMEMBER_WAVE))
    book.close(0)
    assert (book.pending, [len(write) for write in ledger.writes]) == ({}, [REMEMBER_WAVE] * 10)


def test_all_of_one_second_is_one_wave(clock):
    """Cut into several, it would be written into the same items again and again."""
    book = a_book(clock, ledger := Timed(clock=clock), 60)
    publish(book, dict.fromkeys(many(10 * REMEMBER_WAVE), 7) | {Delivery("other", "bus"): 8})
    book.close(0)
    assert [len(write) for write in ledger.writes] == [10 * REMEMBER_WAVE + 1]


def test_changes_without_a_time_are_places_of_their_own():
    undated = dict.fromkeys(many(5), None)
    assert [list(wave) for wave in waves(undated, 2)] == [list(undated)[start : start + 2] for start in (0, 2, 4)]


def test_waves_keep_the_order_and_lose_nothing():
    dated = {Delivery(f"e{index}", "bus"): second for index, second in enumerate([1, 1, 2, 3, 1, None, 3, 4])}
    cut = list(waves(dated, 2))
    assert [list(wave.values()) for wave in cut] == [[1, 1, 2], [3, 1], [None, 3], [4]]
    assert [each for wave in cut for each in wave.items()] == list(dated.items())
    assert list(waves({}, 2)) == []


def test_a_slow_ledger_is_asked_wave_by_wave(clock):
    ledger = Timed(clock=clock, answers_in=4.0, entries=set(many(5)))
    book = a_book(clock, ledger, 60)
    book.look_up(many(3 * LOOK_UP_WAVE), 0)
    assert (book.known, book.lost, clock.time) == (set(many(5)), frozenset(), NOW + 12)


def test_what_a_ledger_told_counts_though_it_fails_before_the_rest(clock):
    """What it did not tell of comes later in the batch, and may not be sent."""
    ledger = Timed(clock=clock, answers_in=4.0)
    book = a_book(clock, ledger, 9.0)
    asked = many(3 * LOOK_UP_WAVE)
    book.look_up(asked, 0)
    told, untold = list(asked)[: 2 * LOOK_UP_WAVE], list(asked)[2 * LOOK_UP_WAVE :]
    assert book.lost == frozenset(untold)
    assert not any(delivery in book.verdicts for delivery in told)
    assert {book.verdicts[delivery].said for delivery in untold} == {"unavailable"}


def test_a_ledger_that_takes_nothing_holds_up_no_publishing(clock):
    """With a quarter of an hour to spare, a lane that failed once comes again in a second and not in half of it."""
    world = World(clock, ledger=Timed(clock=clock, takes_in=1e9))
    seen = []

    def script(event):
        seen.append((event.id, clock.time - NOW))
        return once(event)

    once, world.topic.script = failing(e1=1), script
    report = world.relay(record(1), record(2, "B"), record(3, "C"), seconds=900)
    assert asked_for(report) is None
    retried = seen[-1]
    assert retried[0] == "e1/a"
    assert retried[1] <= MEANWHILE + 0.1


def test_a_ledger_that_takes_nothing_is_not_waited_for_to_the_end(clock):
    world = World(clock, ledger=Timed(clock=clock, takes_in=1e9))
    report = world.relay(record(1), record(2, "B"), seconds=900)
    assert (asked_for(report), report.unremembered) == (None, 4)
    assert clock.time - NOW <= CLOSING + CALL


def test_what_remembering_between_publishes_may_take_covers_all_of_its_waves(clock):
    ledger = Timed(clock=clock, takes_in=0.4)
    book = a_book(clock, ledger, 900)
    publish(book, many(5 * REMEMBER_WAVE))
    book.remember(MEANWHILE)
    assert clock.time - NOW <= MEANWHILE
    assert (len(ledger.writes), len(book.pending)) == (2, 3 * REMEMBER_WAVE)


def test_without_time_left_the_ledger_is_told_once_all_the_same(clock):
    """By the clock the time is gone; nothing is worse than not to try."""
    ledger = Timed(clock=clock)
    book = a_book(clock, ledger, 1.0)
    publish(book, many(3))
    clock.sleep(5.0)
    book.close(0)
    assert not book.pending
    assert len(ledger.entries) == 3


def test_without_time_left_a_ledger_that_takes_long_is_not_waited_for(clock):
    book = a_book(clock, Timed(clock=clock, takes_in=4.0), 1.0)
    publish(book, many(3))
    clock.sleep(5.0)
    book.close(0)
    assert len(book.pending) == 3
    assert clock.now() - NOW <= 5.5


def test_a_wall_clock_that_leaps_ends_no_wait(clock):
    """What is waited for is measured by a clock that only passes."""

    class Leaping(MemoryClock):
        leaps = 0

        def now(self):
            Leaping.leaps += 1
            return MemoryClock.now(self) + 3600.0 * Leaping.leaps

    leaping = Leaping(NOW)
    ledger = Timed(clock=leaping, takes_in=0.5)
    book = Book(ledger, Budget(leaping.countdown(30.0), leaping))
    publish(book, many(3))
    book.remember(MEANWHILE)
    assert not book.pending
