"""Laws of the packed ledger: whatever is remembered is found again by any batch until `keep` has passed, no item grows
beyond its bound, nothing costs more than an item for each delivery would, and writers lose nothing of each other's.
"""

import threading
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.aws.ledger import DynamoLedger
from bridge.aws.ledger.layout import by_key, digest_of, entry, key, most_below
from bridge.aws.ledger.plan import BASE, EACH, FULL, capacity, units
from bridge.aws.ledger.store import HOUR, SLACK
from bridge.errors import StoreUnavailable
from bridge.ports import Delivery
from tests.aws.accounting import Accounting
from tests.aws.conftest import BentClock

NOW = 1_800_000_000
KEEP = 48 * 3600
#: Digests, as the docstring of the ledger has it: what one may write at most, and what another had just written.
MOST = capacity(16) + FULL - 1
LARGEST = BASE + EACH * MOST


def a_ledger(dynamodb, clock):
    return DynamoLedger("ledger", dynamodb, clock, KEEP)


def dated(start, count, rate):
    """Deliveries start, start + 1, … of a stream of so many a second; None: its records tell no time."""
    return {Delivery(f"e{i}/a", "bus"): rate and NOW - 90_000 + int(i / rate) for i in range(start, start + count)}


rates = st.sampled_from([None, 0.01, 0.3, 4, 60, 900, 20_000])
starts, counts = st.integers(0, 1500), st.sampled_from([1, 2, 7, 60, 150, 700])
actions = st.lists(
    st.one_of(
        st.tuples(st.just("remember"), starts, counts, st.integers(0, 2)),
        st.tuples(st.just("look up and remember"), starts, counts, st.integers(0, 2)),
        st.tuples(st.just("sleep"), st.sampled_from([1, 1800, HOUR, 10 * HOUR, KEEP - HOUR, KEEP])),
        st.tuples(st.just("delete what expired")),
    ),
    max_size=12,
)


@given(rates, actions, starts, counts)
@settings(deadline=None, max_examples=40)
def test_what_is_remembered_is_seen_by_any_other_batch_until_keep_has_passed(rate, actions, start, count):
    """Three sandboxes, each with what it knows from before; TTL deletes when it likes."""
    dynamodb, clock, noted = Accounting(), BentClock(NOW), {}
    writers = [a_ledger(dynamodb, clock) for _ in range(3)]
    for action, *given_ in actions:
        if action == "sleep":
            clock.time += given_[0]
        elif action == "delete what expired":
            dynamodb.delete_expired(clock.time)
        else:
            batch, writer = dated(*given_[:2], rate), writers[given_[2]]
            if action == "look up and remember":
                known = writer.seen(batch, 60)
                batch = {delivery: second for delivery, second in batch.items() if delivery not in known}
            writer.remember(batch, 60)
            noted |= dict.fromkeys(batch, clock.time)
    due = {delivery for delivery, when in noted.items() if clock.time <= when + KEEP}
    for reader in [a_ledger(dynamodb, clock), *writers]:
        for asked in (dated(0, 2500, rate), dated(start, count, rate)):
            seen = reader.seen(asked, 60)
            assert due & asked.keys() <= seen <= noted.keys()
    assert dynamodb.largest <= LARGEST


@given(st.lists(st.tuples(rates, starts, counts), min_size=1, max_size=6))
@settings(deadline=None, max_examples=25)
def test_no_write_costs_more_units_than_the_deliveries_in_it_and_no_item_outgrows_its_bound(batches):
    dynamodb, clock = Accounting(), BentClock(NOW)
    for rate, start, count in batches:
        batch = dated(start, count, rate)
        book = a_ledger(dynamodb, clock)
        known = book.seen(batch, 60)
        new = {delivery: second for delivery, second in batch.items() if delivery not in known}
        dynamodb.settle()
        book.remember(new, 60)
        assert dynamodb.settle().write_units <= len(new)
    assert dynamodb.dearest <= 1
    assert dynamodb.largest <= LARGEST


@given(rates, st.lists(st.tuples(starts, counts), min_size=2, max_size=5), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=25)
def test_writers_who_cut_in_before_each_write_lose_nothing_of_each_other(rate, batches, chance):
    dynamodb, clock = Accounting(), BentClock(NOW)
    waiting = [dated(*batch, rate) for batch in batches]
    whole = {delivery for batch in waiting for delivery in batch}

    def cut_in(_):
        if waiting and chance.random() < 0.5:
            a_ledger(dynamodb, clock).remember(waiting.pop(), 60)

    dynamodb.before_write = cut_in
    while waiting:
        a_ledger(dynamodb, clock).remember(waiting.pop(), 60)
    assert a_ledger(dynamodb, clock).seen(dated(0, 2500, rate), 60) == whole
    assert dynamodb.largest <= LARGEST


@given(rates, st.lists(st.tuples(starts, counts), min_size=1, max_size=4), st.lists(st.booleans(), max_size=40))
@settings(deadline=None, max_examples=20)
def test_a_write_that_is_cut_short_anywhere_is_made_good_by_the_next(rate, batches, fates):
    """Some updates fail, some are made though their answer is lost; whoever is told of it tries again."""
    dynamodb, clock = Accounting(), BentClock(NOW)
    dynamodb.fates = [fate for fate in fates for _ in range(2)]
    book = a_ledger(dynamodb, clock)
    for batch in batches:
        while True:
            try:
                book.remember(dated(*batch, rate), 60)
                break
            except StoreUnavailable:
                continue
    whole = {delivery for batch in batches for delivery in dated(*batch, rate)}
    assert a_ledger(dynamodb, clock).seen(dated(0, 2500, rate), 60) == whole


def test_an_item_grows_to_its_bound_where_two_write_it_at_once_and_no_further():
    dynamodb, clock = Accounting(), BentClock(NOW)
    one, two = (a_ledger(dynamodb, clock) for _ in range(2))
    start = 256 * (NOW // 256) - 2560
    large = {Delivery(f"e{i}/a", "bus"): start + i % 16 * 16 for i in range(capacity(16))}
    one.seen(large, 60)  # nothing is there yet
    two.remember({Delivery(f"o{i}/a", "bus"): start for i in range(FULL - 1)}, 60)
    one.remember(large, 60)
    assert MOST == 1015
    assert [len(item.ids) for item in dynamodb.items.values()] == [MOST]


@pytest.mark.parametrize("batch", [7, 100, 1000])
def test_threads_that_remember_all_at_once_lose_nothing(batch):
    dynamodb, clock = Accounting(), BentClock(NOW)
    batches = [dated(start, batch, 2000) for start in range(0, 20 * batch, batch)]
    books = [a_ledger(dynamodb, clock) for _ in batches]
    pairs = zip(books, batches, strict=True)
    threads = [threading.Thread(target=book.remember, args=(each, 60)) for book, each in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert a_ledger(dynamodb, clock).seen(dated(0, 25 * batch, 2000), 60) == {one for each in batches for one in each}
    assert dynamodb.largest <= LARGEST


def test_what_lies_below_an_item_that_nobody_writes_any_more_lives_as_long_as_it_should():
    """The first item was written for the last time 40 hours before the items below it."""
    dynamodb, clock = Accounting(), BentClock(NOW)
    a_ledger(dynamodb, clock).remember(dated(0, 300, 900), 60)
    clock.time += 40 * HOUR
    late = dated(300, 300, 900)
    a_ledger(dynamodb, clock).remember(late, 60)
    clock.time += KEEP
    dynamodb.delete_expired(clock.time)
    assert a_ledger(dynamodb, clock).seen(late, 60) == late.keys()
    clock.time += SLACK + HOUR + 1
    assert a_ledger(dynamodb, clock).seen(late, 60) == set()


def test_an_item_that_ttl_deletes_between_reading_and_renewing_is_filled_anew():
    dynamodb, clock = Accounting(), BentClock(NOW)
    book = a_ledger(dynamodb, clock)
    book.remember(dated(0, 300, 900), 60)
    clock.time += KEEP + SLACK + HOUR + 1
    late = dated(300, 300, 900)
    assert book.seen(late, 60) == set()
    dynamodb.delete_expired(clock.time)
    book.remember(late, 60)
    assert a_ledger(dynamodb, clock).seen(dated(0, 900, 900), 60) == late.keys()


@pytest.mark.parametrize("others", [0, 1])
def test_a_small_item_that_expired_may_vanish_or_be_begun_anew_before_it_is_written_into(others):
    """What was read of it counts for nothing, else there were too few in it for anyone to look below it."""
    dynamodb, clock = Accounting(), BentClock(NOW)
    book = a_ledger(dynamodb, clock)
    book.remember(dated(0, 30, 900), 60)
    clock.time += KEEP + SLACK + HOUR + 1
    late = dated(0, 400, 900)
    assert book.seen(late, 60) == set()
    dynamodb.delete_expired(clock.time)
    if others:
        a_ledger(dynamodb, clock).remember(dated(400, 30, 900), 60)
    book.remember(late, 60)
    assert a_ledger(dynamodb, clock).seen(late, 60) == late.keys()


@pytest.mark.parametrize("rate", [0.3, 900, 1_000_000])
def test_forty_invocations_that_read_at_the_same_moment_swell_no_item(rate):
    dynamodb, clock = Accounting(), BentClock(NOW)
    batches = [dated(start, 200, rate) for start in range(0, 8000, 200)]
    books = [a_ledger(dynamodb, clock) for _ in batches]
    assert [book.seen(batch, 60) for book, batch in zip(books, batches, strict=True)] == [set()] * 40
    for book, batch in zip(books, batches, strict=True):
        book.remember(batch, 60)
    assert a_ledger(dynamodb, clock).seen(dated(0, 9000, rate), 60) == dated(0, 8000, rate).keys()
    assert dynamodb.largest <= LARGEST


def test_clocks_that_differ_by_a_quarter_of_an_hour_shorten_nobodys_time():
    ahead, behind = BentClock(NOW + SLACK), BentClock(NOW)
    for moment in range(0, 2 * HOUR, 300):
        dynamodb = Accounting()
        ahead.time, behind.time = NOW + moment + SLACK, NOW + moment
        a_ledger(dynamodb, ahead).remember(dated(0, 1, 4), 60)
        a_ledger(dynamodb, behind).remember(dated(1, 1, 4), 60)
        reader = BentClock(ahead.time + KEEP)
        assert a_ledger(dynamodb, reader).seen(dated(0, 1, 4), 60) == dated(0, 1, 4).keys()


def test_a_batch_of_a_thousand_of_one_second_costs_what_was_promised():
    dynamodb, clock = Accounting(), BentClock(NOW)
    batch = {Delivery(f"e{i}/a", "bus"): NOW for i in range(1000)}
    book = a_ledger(dynamodb, clock)
    assert book.seen(batch, 5) == set()
    book.remember(batch, 5)
    bill = dynamodb.settle()
    assert (bill.reads, bill.writes, bill.write_units) == (1, 9, 18)
    assert a_ledger(dynamodb, clock).seen(batch, 5) == batch.keys()
    assert dynamodb.settle().reads == 2


@pytest.mark.parametrize(("rate", "most"), [(0.1, 0.1), (1, 0.1), (25, 0.1), (700, 0.1), (10_000, 0.1), (40_000, 0.3)])
def test_large_batches_cost_little_at_any_rate(rate, most):
    dynamodb, clock = Accounting(), BentClock(NOW)
    for start in range(0, 8_000, 1000):
        book, batch = a_ledger(dynamodb, clock), dated(start, 1000, rate)
        book.seen(batch, 60)
        book.remember(batch, 60)
    assert dynamodb.settle().write_units <= most * 15_000


@pytest.mark.parametrize("rate", [0.1, 10, 1000, 40_000, None])
def test_batches_of_a_hundred_never_cost_more_than_an_item_each(rate):
    dynamodb, clock = Accounting(), BentClock(NOW)
    for start in range(0, 8_000, 100):
        book, batch = a_ledger(dynamodb, clock), dated(start, 100, rate)
        book.seen(batch, 60)
        book.remember(batch, 60)
        assert dynamodb.settle().write_units <= 100


def test_what_was_read_of_others_does_not_pile_up(monkeypatch):
    monkeypatch.setattr("bridge.aws.ledger.store.KNOWN", 500)
    monkeypatch.setattr("bridge.aws.ledger.store.MET", 900)
    dynamodb, clock = Accounting(), BentClock(NOW)
    book = a_ledger(dynamodb, clock)
    a_ledger(dynamodb, clock).remember(dated(0, 1000, 900), 60)
    book.seen(dated(0, 1000, 900), 60)
    assert sum(len(node.ids) for node in book._nodes.values()) <= 500
    book.remember(dated(1000, 700, 900), 60)
    assert book.seen(dated(0, 2000, 900), 60) == dated(0, 1700, 900).keys()
    assert book.seen(dated(0, 10, 900), 60) == dated(0, 10, 900).keys()
    assert len(book._met) == 10


@given(st.text(), st.text(), st.text(), st.text())
def test_no_two_deliveries_share_a_digest_however_they_are_cut(one, target, other, another):
    same = (one, target) == (other, another)
    assert (digest_of(Delivery(one, target)) == digest_of(Delivery(other, another))) is same


def test_what_is_stored_does_not_change_from_version_to_version():
    """Else what was remembered before a deploy would not be found after it."""
    delivery = Delivery("e1/order.placed", "bus")
    assert digest_of(delivery).hex() == "59a0e0e39f3cd908e4f4d9d5c0abc80d"
    there, undated = entry(delivery, NOW), entry(delivery, None)
    found = [key(there, level) for level in range(6)]
    assert found == ["1-0-6b49d2", "1-1-6b49d20", "1-2-6b49d200", "1-3-6b49d200-0", "1-4-6b49d200-1", "1-5-6b49d200-2"]
    assert [key(undated, level) for level in range(3)] == ["1-0--59a", "1-1--b34", "1-2--1668"]


@given(st.lists(st.integers(0, 2**40), min_size=2, max_size=30), st.integers(0, 20))
def test_what_parts_never_meets_again_and_no_two_levels_share_an_item(seconds, level):
    every = [entry(Delivery(f"e{index}", "bus"), second) for index, second in enumerate(seconds)]
    for one, other in pairwise(every):
        if key(one, level) != key(other, level):
            assert key(one, level + 1) != key(other, level + 1)
    assert {key(each, level) for each in every}.isdisjoint(key(each, level + 1) for each in every)


@given(st.integers(1, 400))
def test_an_item_of_so_many_units_holds_what_it_is_said_to(many):
    assert units(capacity(many)) <= many < units(capacity(many) + 1)
    assert units(FULL) == 1


@given(rates, starts, st.sampled_from([1, 60, 700]))
@settings(deadline=None, max_examples=25)
def test_what_lies_below_an_item_is_told_without_finding_each_place(rate, start, count):
    entries = [entry(delivery, second) for delivery, second in dated(start, count, rate).items()]
    for level in range(6):
        for group in by_key(entries, level).values():
            below = len(by_key(group, level + 1))
            assert below <= most_below(group, level)
            if level + 1 < len(group[0].trail.names):
                assert below == most_below(group, level)


def test_a_time_before_1970_is_none():
    dynamodb, clock = Accounting(), BentClock(NOW)
    batch = {Delivery(f"e{i}/a", "bus"): second for i, second in enumerate([None, -1, -(2**40), 0] * 300)}
    a_ledger(dynamodb, clock).remember(batch, 60)
    assert a_ledger(dynamodb, clock).seen(batch, 60) == batch.keys()
