"""Ways to break the relay, each of which some law must notice within a few hundred schedules."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from unittest.mock import patch

from bridge import book, breaker, budget, discards, dispatch, lanes, redrive, relay, settle
from bridge.core.decode import decode
from bridge.core.event import again
from bridge.ports import DELIVERED, Delivery, Verdict
from bridge.report import Outcome
from tests.simulation.edge import PortBroke
from tests.simulation.world import rules

Unfinished = list[Outcome]


@dataclass(frozen=True, slots=True)
class Breakage:
    """What stands in the place of what, and the laws of which one at least must say so."""

    name: str
    owner: Any
    attribute: str
    stand_in: Any
    laws: tuple[str, ...]

    def applied(self) -> Any:
        """A context in which the relay is broken so."""
        return patch.object(self.owner, self.attribute, self.stand_in)


_send, _look_up, _settle, _parcel = relay.send, book.Book.look_up, settle.settle, relay.parcel
_note, _publish, _consign = book.Book.note, dispatch.publish, relay.consign
_cut, _hear = dispatch.Dispatch.add, dispatch.Dispatch._hear
_ended = discards._ended
_serial = count()


def remember_first(consignments: Any, targets: Any, its_book: Any, pool: Any) -> None:
    deliveries = [
        d for each in consignments if not each.problems for d in each.deliveries if d not in its_book.verdicts
    ]
    if deliveries:
        its_book.ledger.remember({each: its_book.dated[each] for each in deliveries}, 1.0)
    _send(consignments, targets, its_book, pool)


def count_failures_as_delivered(self: Any, delivery: Delivery, verdict: Verdict) -> None:
    _note(self, delivery, DELIVERED if verdict.said == "unavailable" else verdict)


def count_refused_as_delivered(self: Any, delivery: Delivery, verdict: Verdict) -> None:
    _note(self, delivery, DELIVERED if verdict.said == "refused" else verdict)


def _unfinished(outcomes: Unfinished) -> list[str]:
    return [each.identifier or "" for each in outcomes if each.state == "unfinished"]


def _failures(*names: str | None) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": name} for name in names]}


def report_null(outcomes: Unfinished, words: Any = ()) -> Any:
    return _failures(None) if _unfinished(outcomes) else _failures()


def report_no_list(outcomes: Unfinished, words: Any = ()) -> Any:
    return {"batchItemFailures": None} if _unfinished(outcomes) else _failures()


def report_last(outcomes: Unfinished, words: Any = ()) -> Any:
    return _failures(*_unfinished(outcomes)[-1:])


def report_after_the_first(outcomes: Unfinished, words: Any = ()) -> Any:
    named = [each.identifier for each in outcomes]
    first = next((index for index, each in enumerate(outcomes) if each.state == "unfinished"), None)
    return _failures() if first is None else _failures(*named[first + 1 :][:1])


def report_always_the_first(outcomes: Unfinished, words: Any = ()) -> Any:
    return (
        _failures(outcomes[0].identifier)
        if _unfinished(outcomes) or any(o.state == "refused" for o in outcomes)
        else _failures()
    )


def each_event_its_own_lane(event: Any, target: Any) -> Any:
    return ((target.name, "event", event.id),)


def park_without_history(*arguments: Any) -> Any:
    return replace(_parcel(*arguments), delivered=())


def park_a_shortened_record(*arguments: Any) -> Any:
    parcel = _parcel(*arguments)
    return replace(parcel, record={name: value for name, value in parcel.record.items() if name != "awsRegion"})


def park_under_a_new_key(*arguments: Any) -> Any:
    parcel = _parcel(*arguments)
    return replace(parcel, fingerprint=str(next(_serial)), key=f"{next(_serial)}/{parcel.key.split('/', 1)[1]}")


def park_nothing(parcels: Any, *_: Any) -> Any:
    return [None for _ in parcels]


def ask_nobody(self: Any, dated: Any, *_: Any) -> None:
    self.dated |= dated


def remember_nothing(self: Any, parcels: int) -> None:
    self.pending.clear()


def trust_a_dead_ledger(self: Any, deliveries: Any, parcels: int, most: float = 1e9) -> None:
    _look_up(self, deliveries, parcels, most)
    for lost in self.lost:
        self.verdicts.pop(lost, None)


def take_silence_for_delivered(self: Any, deliveries: Any, parcels: int, most: float = 1e9) -> None:
    _look_up(self, deliveries, parcels, most)
    self.know(self.lost)


def send_what_can_be_made(*given: Any) -> Any:
    """Poison is sent as far as it goes, and parked."""

    def made(each: Any) -> Any:
        if not each.problems or each.problems[0].code[0] != "M":
            return each
        return replace(each, events=tuple(rules(mended=True).translate(decode(each.record)).events)[:1], problems=())

    return [made(each) for each in _consign(*given)]


def rename_on_retry(*given: Any) -> Any:
    return [
        replace(each, events=tuple(again(event, str(next(_serial))) for event in each.events))
        for each in _consign(*given)
    ]


def forget_refused(consignment: Any, its_book: Any) -> Outcome:
    outcome = _settle(consignment, its_book)
    return replace(outcome, state="done") if outcome.state == "refused" else outcome


def wait_for_refused(consignment: Any, its_book: Any) -> Outcome:
    outcome = _settle(consignment, its_book)
    return replace(outcome, state="unfinished") if outcome.state == "refused" else outcome


def never_old(*_: Any) -> Any:
    return lambda _: False


def always_old(*_: Any) -> Any:
    return lambda _: True


def two_of_a_lane(self: Any, some: Any) -> None:
    """Every event of a lane becomes ready at once."""
    every = list(some)
    for lane in every:
        while len(lane.events) > 1:
            every.append(lanes.Lane(lane.target, type(lane.events)([lane.events.pop()])))
    _cut(self, every)


def one_rests_all_rest(self: Any, flight: Any, verdicts: Any) -> None:
    """A failed entry ends the sending."""
    if any(verdict.said == "unavailable" for verdict in verdicts):
        for name in list(self._calls):
            self._calls[name].clear()
    _hear(self, flight, verdicts)


def verdicts_backwards(self: Any, flight: Any, verdicts: Any) -> None:
    _hear(self, flight, list(reversed(verdicts)))


def swallow_bugs(some: Any, its_book: Any, pool: Any, parcels: int) -> None:
    try:
        _publish(some, its_book, pool, parcels)
    except PortBroke:
        for lane in some:
            its_book.note(lane.delivery, DELIVERED) if lane.events else None


def drop_though_unfinished(work: Any, outcome: Any, bridge: Any, its_book: Any) -> None:
    for twin in work.parcels:
        bridge.quarantine.drop(twin.key)


def keep_though_done(work: Any, outcome: Any, bridge: Any, its_book: Any) -> None: ...


def by_name(work: Any) -> tuple[str]:
    return (work.waiting.record.record_id[::-1],)


def drop_the_batch_though_unfinished(resent: Any, results: Any, store: Any) -> Any:
    store.drop(resent.key)
    return _ended(resent, results, None)


def keep_the_batch_though_done(resent: Any, results: Any, store: Any) -> Any:
    return _ended(resent, results, None)


def redrive_all(work: Any, bridge: Any) -> Any:
    """Neither the parcels' history nor the ledger is asked."""
    end = bridge.clock.now() + 60
    dated = relay.all_dated([each.consignment for each in work])
    return book.Book(bridge.ledger, redrive.Budget(lambda: end - bridge.clock.now(), bridge.clock), dated=dated)


def redrive_by_the_ledger_alone(work: Any, bridge: Any) -> Any:
    its_book = redrive_all(work, bridge)
    its_book.look_up(its_book.dated, len(work), 10.0)
    return its_book


def borrow_time(self: Any, deliveries: int, parcels: int) -> float:
    """As if Lambda stopped us half a minute later than it does."""
    return -30.0


def always_eight(self: Any, aloft: int, now: float) -> int:
    """Whatever became of the calls before."""
    return breaker.SIDE_BY_SIDE - aloft


def unmarked(event: Any, name: str) -> Any:
    return event


LOSS = ("nothing_is_lost", "the_stream_brings_what_is_sound")
TWICE = ("nothing_arrives_twice_without_excuse", "what_was_answered_is_remembered", "the_ledger_is_asked_first")
ANSWER = ("each_answer_is_one_that_lambda_understands",)
ORDER = ("each_items_events_are_sent_in_order",)
PARKED = ("what_is_refused_is_parked_once_and_whole",)
CAUSE = ("none_fails_without_a_cause",)
BATCH = ("a_discarded_batch_goes_once_nothing_of_it_is_missing",)
REDRIVE = ("a_redrive_sends_what_is_missing",)

BREAKAGES = (
    Breakage("remember before publish", relay, "send", remember_first, LOSS),
    Breakage("drop a failed entry", book.Book, "note", count_failures_as_delivered, LOSS),
    Breakage("take a refusal for a delivery", book.Book, "note", count_refused_as_delivered, PARKED),
    Breakage("report null", relay, "respond", report_null, ANSWER),
    Breakage("report no list", relay, "respond", report_no_list, LOSS),
    Breakage("report the last instead of the first", relay, "respond", report_last, LOSS),
    Breakage("report the one after the first", relay, "respond", report_after_the_first, LOSS),
    Breakage("report poison", relay, "respond", report_always_the_first, ("all_drains", *CAUSE)),
    Breakage("no hold-back", lanes, "_ties", each_event_its_own_lane, ORDER),
    Breakage(
        "two events of a lane in a call", dispatch.Dispatch, "add", two_of_a_lane, ("a_call_holds_one_event_of_a_lane",)
    ),
    Breakage(
        "park without delivered history", relay, "parcel", park_without_history, ("a_parcel_tells_what_was_delivered",)
    ),
    Breakage("park a part of the record", relay, "parcel", park_a_shortened_record, PARKED),
    Breakage("park under a new key each time", relay, "parcel", park_under_a_new_key, PARKED),
    Breakage("park nothing", relay, "park", park_nothing, PARKED),
    Breakage("forget the ledger check", book.Book, "look_up", ask_nobody, ("the_ledger_is_asked_first",)),
    Breakage(
        "publish while the ledger is down", book.Book, "look_up", trust_a_dead_ledger, ("the_ledger_is_asked_first",)
    ),
    Breakage("take the ledger's silence for a yes", book.Book, "look_up", take_silence_for_delivered, LOSS),
    Breakage("remember nothing", book.Book, "close", remember_nothing, TWICE),
    Breakage("send what can be made of poison", relay, "consign", send_what_can_be_made, PARKED),
    Breakage("another id on a retry", relay, "consign", rename_on_retry, ("only_what_the_rules_say_is_sent",)),
    Breakage("forget what is refused", relay, "settle", forget_refused, PARKED),
    Breakage("wait for what is refused", relay, "settle", wait_for_refused, ("all_drains", *CAUSE)),
    Breakage("give up at once", relay, "_is_old", always_old, ("only_what_is_old_is_given_up",)),
    Breakage("stop all lanes with one", dispatch.Dispatch, "_hear", one_rests_all_rest, ("one_item_delays_no_other",)),
    Breakage("mistake one entry for another", dispatch.Dispatch, "_hear", verdicts_backwards, LOSS),
    Breakage("swallow a bug", relay, "publish", swallow_bugs, LOSS),
    Breakage("overrun the time", budget.Budget, "reserve", borrow_time, CAUSE),
    Breakage("drop a parcel too early", redrive, "_write", drop_though_unfinished, (*LOSS, *REDRIVE)),
    Breakage("keep a parcel for ever", redrive, "_write", keep_though_done, REDRIVE),
    Breakage("drop a batch too early", discards, "_ended", drop_the_batch_though_unfinished, BATCH),
    Breakage("redrive in the order of names", redrive, "_order", by_name, ("a_redrive_keeps_each_items_order",)),
    Breakage("keep a batch for ever", discards, "_ended", keep_the_batch_though_done, BATCH),
    Breakage("redrive without a mark", redrive, "marked", unmarked, ("what_is_redriven_says_so",)),
    Breakage("redrive everything", redrive, "_known", redrive_all, REDRIVE),
    Breakage("redrive by the ledger alone", redrive, "_known", redrive_by_the_ledger_alone, REDRIVE),
)

#: Shows only where a target is away for longer than the stream keeps its records.
NEVER_GIVE_UP = Breakage("never give up", relay, "_is_old", never_old, LOSS)
