"""Further ways to break the relay: small ones, that cost time, order or a second delivery and not at once an event."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from bridge import book, breaker, budget, dispatch, lanes, redrive, relay, settle
from bridge.budget import NO_TIME
from bridge.errors import StoreUnavailable, Where
from bridge.ports import Delivery
from bridge.report import Outcome
from tests.simulation.breakages import (
    CAUSE,
    LOSS,
    ORDER,
    REDRIVE,
    TWICE,
    Breakage,
    _failures,
    _unfinished,
    always_eight,
)

_know, _hear, _parcel = book.Book.know, dispatch.Dispatch._hear, relay.parcel
_begin, _start, _write, _known = dispatch.Dispatch._begin, dispatch.Dispatch.__init__, redrive._write, redrive._known


def remember_under_no_second(self: Any, seconds: float) -> None:
    wave = next(book.waves(self.pending, book.REMEMBER_WAVE))
    self.ledger.remember(dict.fromkeys(wave), seconds)
    for delivery in wave:
        del self.pending[delivery]


def remember_under_the_bus(self: Any, seconds: float) -> None:
    wave = next(book.waves(self.pending, book.REMEMBER_WAVE))
    self.ledger.remember({Delivery(each.event, "bus"): second for each, second in wave.items()}, seconds)
    for delivery in wave:
        del self.pending[delivery]


def tell_the_ledger_once(self: Any, parcels: int) -> None:
    with suppress(StoreUnavailable):
        while self.pending:
            self._write(5.0)


def ask_the_ledger_once(self: Any, dated: Any, parcels: int, most: float = 1e9) -> None:
    self.dated |= dated
    try:
        self.know(self.ledger.seen(dated, 5.0) if dated else ())
    except StoreUnavailable as error:
        self.lose(list(dated), error.problems[0])


def know_half(self: Any, deliveries: Any) -> None:
    _know(self, sorted(deliveries)[::2])


def no_ties_of_groups(event: Any, target: Any) -> Any:
    return ((target.name, "item" if target.ordered else "event", event.lane if target.ordered else event.id),)


def no_ties_of_items(event: Any, target: Any) -> Any:
    return ((target.name, "group" if target.ordered else "event", event.partitionkey if target.ordered else event.id),)


def one_lane_for_all(event: Any, target: Any) -> Any:
    return ((target.name, "all" if target.ordered else "event", "" if target.ordered else event.id),)


def the_next_first_after_a_failure(self: Any, flight: Any, verdicts: Any) -> None:
    for lane, verdict in zip(flight.lanes, verdicts, strict=True):
        if verdict.said == "unavailable":
            self._book.note(lane.delivery, verdict)
            lane.events.append(lane.events.pop(0))
    _hear(self, flight, verdicts)


def hold_nothing_back(*_: Any) -> None: ...


def leave_nothing(self: Any) -> None: ...


def rest_for_ever(self: Any, lane: Any, jitter: float) -> None: ...


def never_probe(self: Any, aloft: int, now: float) -> int:
    return 0 if self.is_open else breaker.SIDE_BY_SIDE - aloft


def all_wait_for_all(self: Any) -> None:
    """A barrier: calls begin together, when none is in flight."""
    if not self._flights:
        _begin(self)


def count_all_in_flight(self: Any, name: str) -> int:
    """What is in flight toward any target, by whatever name."""
    return sum(self._counts.values())


class OneForAll(dict):
    """One breaker for all targets."""

    def __missing__(self, name: str) -> breaker.Breaker:
        return self.setdefault("", breaker.Breaker()) if name else dict.setdefault(self, name, breaker.Breaker())


def one_breaker_for_all(self: Any, *given: Any) -> None:
    _start(self, *given)
    self._breakers = OneForAll()


def report_the_first_of_the_batch(outcomes: list[Outcome], words: Any = ()) -> Any:
    return _failures(outcomes[0].identifier) if _unfinished(outcomes) else _failures()


def report_the_one_before(outcomes: list[Outcome], words: Any = ()) -> Any:
    first = next((index for index, each in enumerate(outcomes) if each.state == "unfinished"), None)
    return _failures() if first is None else _failures(outcomes[max(0, first - 1)].identifier)


def report_by_raising(outcomes: list[Outcome], words: Any = ()) -> Any:
    if _unfinished(outcomes):
        raise StoreUnavailable(NO_TIME)
    return _failures()


def _give_up(outcomes: Any, is_old: Any, *, untried: bool, behind: bool) -> list[Outcome]:
    settled = list(outcomes)
    for index, each in enumerate(outcomes):
        if each.state != "unfinished":
            continue
        late = any(problem.code == NO_TIME.code for problem in each.problems)
        if is_old(index) and (untried or not late):
            problems = (settle.GIVEN_UP.within(Where(record=each.record_id)), *each.problems)
            settled[index] = replace(each, state="refused", problems=problems)
        elif not behind:
            break
    return settled


def give_up_the_untried(outcomes: Any, is_old: Any) -> list[Outcome]:
    return _give_up(outcomes, is_old, untried=True, behind=False)


def give_up_behind_the_first(outcomes: Any, is_old: Any) -> list[Outcome]:
    return _give_up(outcomes, is_old, untried=False, behind=True)


def _old_after(seconds: float) -> Any:
    def is_old(consignments: Any, bridge: Any) -> Any:
        now = bridge.clock.now()
        return lambda index: now - consignments[index].age_from > bridge.give_up + seconds

    return is_old


def send_duplicates(consignments: Any, targets: Any, its_book: Any) -> Any:
    every = [pair for each in consignments if not each.problems for pair in each.deliveries.items()]
    return [(event, targets[delivery.target]) for delivery, event in every if delivery not in its_book.verdicts]


def park_as_if_all_were_delivered(consignment: Any, *given: Any) -> Any:
    return replace(_parcel(consignment, *given), delivered=tuple(consignment.deliveries))


def care_too_much(self: Any, deliveries: int, parcels: int) -> float:
    return 0.9 * self.whole


def make_everything_ready(self: Any) -> bool:
    return False


def drop_after_one_target(work: Any, outcome: Any, bridge: Any, its_book: Any) -> None:
    if outcome.state == "done" or any(its_book.delivered(delivery) for delivery in work.consignment.deliveries):
        for each in work.parcels:
            bridge.quarantine.drop(each.key)


def redrive_by_the_parcels_alone(work: Any, bridge: Any) -> Any:
    end = bridge.clock.monotonic() + 60
    its_book = book.Book(bridge.ledger, budget.Budget(lambda: end - bridge.clock.monotonic(), bridge.clock))
    its_book.know([delivery for each in work for parcel in each.parcels for delivery in parcel.delivered])
    its_book.dated |= relay.all_dated([each.consignment for each in work])
    return its_book


def redrive_backwards(work: Any) -> Any:
    return (-int(work.consignment.order or 0),)


def redrive_without_the_ledger(work: Any, bridge: Any) -> Any:
    its_book = _known(work, bridge)
    for lost in its_book.lost:
        its_book.verdicts.pop(lost, None)
    return its_book


def learn_nothing(*_: Any) -> None: ...


NAMED = ("the_answer_names_the_first_unfinished",)
OLD = ("what_is_too_old_does_not_come_again",)
ASIDE = ("a_dead_target_stops_no_other",)

SUBTLE = (
    Breakage("remember under no second", book.Book, "_write", remember_under_no_second, TWICE),
    Breakage("remember under another target", book.Book, "_write", remember_under_the_bus, (*TWICE, *LOSS)),
    Breakage("tell the ledger once", book.Book, "close", tell_the_ledger_once, TWICE),
    Breakage("ask the ledger once", book.Book, "look_up", ask_the_ledger_once, CAUSE),
    Breakage("know half of what the ledger says", book.Book, "know", know_half, TWICE),
    Breakage("no order of groups", lanes, "_ties", no_ties_of_groups, ORDER),
    Breakage("no order of items over groups", lanes, "_ties", no_ties_of_items, ORDER),
    Breakage("one lane for all", lanes, "_ties", one_lane_for_all, ("one_item_delays_no_other",)),
    Breakage("the next first", dispatch.Dispatch, "_hear", the_next_first_after_a_failure, ORDER),
    Breakage("try nothing again", dispatch.Dispatch, "_lay_to_rest", rest_for_ever, CAUSE),
    Breakage("never probe", breaker.Breaker, "room", never_probe, ("all_drains",)),
    Breakage("report the first of the batch", relay, "respond", report_the_first_of_the_batch, NAMED),
    Breakage("report the one before", relay, "respond", report_the_one_before, NAMED),
    Breakage("raise", relay, "respond", report_by_raising, ("only_a_broken_contract_raises",)),
    Breakage("give up the untried", relay, "give_up", give_up_the_untried, ("what_was_not_tried_is_not_given_up",)),
    Breakage("give up too early", relay, "_is_old", _old_after(-3600), ("only_what_is_old_is_given_up",)),
    Breakage("give up too late", relay, "_is_old", _old_after(7200), OLD),
    Breakage("send duplicates", relay, "_missing", send_duplicates, TWICE),
    Breakage("park as if all were delivered", relay, "parcel", park_as_if_all_were_delivered, LOSS),
    Breakage("make everything ready first", budget.Budget, "is_half_over", make_everything_ready, CAUSE),
    Breakage("care too much for time", budget.Budget, "reserve", care_too_much, ("time_is_used",)),
    Breakage("drop a parcel after one target", redrive, "_write", drop_after_one_target, (*LOSS, *REDRIVE)),
    Breakage("redrive backwards", redrive, "_order", redrive_backwards, ("a_redrive_keeps_the_order",)),
    Breakage("redrive without the ledger", redrive, "_known", redrive_without_the_ledger, TWICE),
    Breakage("learn nothing from a redrive", redrive, "_learn", learn_nothing, ("a_redrive_leaves_what_it_learnt",)),
    Breakage("redrive by the parcels alone", redrive, "_known", redrive_by_the_parcels_alone, TWICE),
)

#: What shows where a target hangs or takes nothing for long, while there is much to send: see the tests.
BESIDE_A_DEAD_TARGET = (
    Breakage("hammer a dead target", breaker.Breaker, "room", always_eight, ("a_dead_target_is_not_hammered",)),
    Breakage(
        "one breaker for all targets",
        dispatch.Dispatch,
        "__init__",
        one_breaker_for_all,
        ("a_dead_target_is_not_hammered",),
    ),
    Breakage("count all calls for each target", dispatch.Dispatch, "_aloft", count_all_in_flight, ASIDE),
    Breakage("calls begin together", dispatch.Dispatch, "_begin", all_wait_for_all, ("all_drains", *ASIDE)),
    Breakage("hold nothing back", dispatch, "_hold_back", hold_nothing_back, OLD),
    Breakage("leave nothing to a dead target", dispatch.Dispatch, "leave", leave_nothing, OLD),
    Breakage(
        "give up behind the first",
        relay,
        "give_up",
        give_up_behind_the_first,
        ("what_was_not_tried_is_not_given_up",),
    ),
)
