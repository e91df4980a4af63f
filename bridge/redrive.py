"""Redrive: what was parked, and what Lambda discarded, goes through the current rules: exactly what is missing.

What went out before is what any parcel of the record says, and what the ledger says besides.
The design has the parcel's own history alone, because the ledger forgets after `keep`. That is why the history is
kept and believed for ever; but by itself it says too little. A record that was parked may still be carried by the
stream, when one before it in its batch comes again after the rule was mended. It may be parked while the ledger is
down, or after a deploy under which the names of its events are not known any more, so that its parcel knows of
nothing. And one record may lie there under several fingerprints, each with a part of its history.
To ask the ledger too can only remove sends. So where it cannot be asked, nothing that no parcel knows of is sent.

A parcel learns what went out now. When nothing of its record is missing any more, all parcels of the record go: one
that stayed would be sent again once the ledger has forgotten.

A record of a discarded batch is the same without a parcel of its own (`discards` reads those). It may have been parked
before its batch was discarded, and then its parcels are asked, and go, as any other's. What is refused of it is parked.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from bridge.book import Book
from bridge.breaker import SIDE_BY_SIDE
from bridge.budget import CLOSING, Budget, patiently
from bridge.consignment import Consignment, consign, objected
from bridge.core.batch import name_record
from bridge.core.decode import Record
from bridge.core.digest import faithful_json
from bridge.core.mark import REDRIVEN, marked
from bridge.core.wire import parse_json
from bridge.errors import ObjectWithheld, Problem, StoreUnavailable, UndecodableRecord
from bridge.parking import Unread, attempt_all, keys_by_record, name_of, parcel
from bridge.ports import Delivery, Parcel, Quarantine
from bridge.relay import Bridge, all_dated, send
from bridge.report import Outcome
from bridge.settle import settle

#: Seconds that a redrive may take: for targets to recover, and for the work itself.
PATIENCE = 60.0
PATIENCE_EACH = 0.2

#: `ready` is the dry run's word for what would be sent; `unmatched` means that no rule speaks of it any more.
RedriveState = Literal["ready", "done", "unmatched", "refused", "unfinished"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits to be sent again."""

    key: str  #: where it lies: its parcel's key, or that of its batch
    record: Record
    parcel: Parcel | None = None  #: None where it lies in a discarded batch


@dataclass(frozen=True, slots=True)
class Redriven:
    """What came of one record."""

    key: str  #: as of `Waiting`
    record_id: str
    state: RedriveState
    deliveries: tuple[Delivery, ...] = ()  #: made now; in a dry run those that would be made
    problems: tuple[Problem, ...] = ()  #: why it is refused or unfinished


@dataclass(frozen=True, slots=True)
class Work:
    """A record as the current rules read it."""

    waiting: Waiting
    parcels: tuple[Parcel, ...]  #: every one of the record, its own last
    consignment: Consignment


def redrive(parcels: Sequence[Parcel], bridge: Bridge, *, dry_run: bool) -> list[Redriven]:
    """Send what is missing of the parcels, in the order of their changes. A dry run sends and writes nothing.

    Raises nothing for a store or target that is unavailable: the parcel is then unfinished, and stays.
    """
    return send_again([parked(each) for each in parcels], bridge, dry_run=dry_run)


def unread(there: Unread) -> Redriven:
    """What is told of it beside what was redriven: something else is refused, what is withheld is unfinished."""
    return Redriven(there.key, "", "unfinished" if there.withheld else "refused", problems=there.error.problems)


def parked(parcel: Parcel) -> Waiting:
    """The record of a parcel."""
    named = name_record(parcel.record, parcel.shape.get("source", "dynamodb"))
    return Waiting(parcel.key, replace(named, record_id=parcel.record_id), parcel)


def send_again(waiting: Sequence[Waiting], bridge: Bridge, *, dry_run: bool) -> list[Redriven]:
    """The same for whatever waits: parcels, and records of discarded batches."""
    try:
        families = _families(waiting, bridge.quarantine)
    except StoreUnavailable as error:
        return [_held(each, error) for each in waiting]
    withheld = next((each for each in families if isinstance(each, StoreUnavailable)), None)
    if withheld:  # what it may know of, or hold, may come before the others
        return [_held(each, withheld) for each in waiting]
    known = zip(waiting, (each for each in families if isinstance(each, tuple)), strict=True)
    work = sorted((Work(each, parcels, _resume(each.record, bridge)) for each, parcels in known), key=_order)
    return _carried(work, bridge, dry_run=dry_run)


def _held(waiting: Waiting, error: StoreUnavailable) -> Redriven:
    """What is not known to be missing is not sent."""
    return Redriven(waiting.key, waiting.record.record_id, "unfinished", problems=error.problems)


def _carried(work: Sequence[Work], bridge: Bridge, *, dry_run: bool) -> list[Redriven]:
    book = _known(work, bridge)
    if dry_run:
        return [_foreseen(each, book) for each in work]
    pool = bridge.pool(SIDE_BY_SIDE * max(1, len(bridge.targets)))
    try:
        return _driven(work, bridge, book, pool)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_Family = tuple[Parcel, ...] | ObjectWithheld


def _families(waiting: Sequence[Waiting], quarantine: Quarantine) -> list[_Family]:
    """All parcels of each record. Raises `StoreUnavailable`."""
    keys = keys_by_record(quarantine)
    return [_family(each, keys.get(name_of(each.record.record_id), ()), quarantine) for each in waiting]


def _family(waiting: Waiting, keys: Iterable[str], quarantine: Quarantine) -> _Family:
    """The parcels of the record, its own last. Where one is withheld, nobody knows what it knows to be delivered."""
    try:
        return (*_twins(waiting, keys, quarantine), *([waiting.parcel] if waiting.parcel else []))
    except ObjectWithheld as error:
        return error


def _twins(waiting: Waiting, keys: Iterable[str], quarantine: Quarantine) -> Iterator[Parcel]:
    """Other parcels of the record. What has its name and is another record, or no parcel, is left alone."""
    for key in keys:
        if key != waiting.key:
            with suppress(KeyError, UndecodableRecord):
                twin = quarantine.parcel(key)
                if _is_same(twin.record, waiting.record.raw):
                    yield twin


def _is_same(one: Any, other: Any) -> bool:
    """Whether both are the same record: a number may be written in several ways, 1795167000.0 or 1.795167E9."""
    one, other = faithful_json(one), faithful_json(other)
    return one == other or bool(parse_json(one) == parse_json(other))


def _resume(record: Record, bridge: Bridge) -> Consignment:
    each = consign([record], bridge.translate, bridge.targets)[0]
    marks = tuple(marked(event, REDRIVEN) for event in each.events)
    return objected(replace(each, events=marks), bridge.targets) if marks and not each.problems else each


def _order(work: Work) -> tuple[str, str, str]:
    return (work.consignment.order, work.waiting.key, work.waiting.record.record_id)


def _known(work: Sequence[Work], bridge: Bridge) -> Book:
    """A book of what went out: what any parcel says, and what the ledger says of the rest."""
    end = bridge.clock.monotonic() + PATIENCE + PATIENCE_EACH * len(work)
    book = Book(bridge.ledger, Budget(lambda: end - bridge.clock.monotonic(), bridge.clock))
    book.know([delivery for each in work for parcel in each.parcels for delivery in parcel.delivered])
    wanted = all_dated([each.consignment for each in work])
    book.look_up({name: second for name, second in wanted.items() if name not in book.known}, len(work), CLOSING)
    return book


def _foreseen(work: Work, book: Book) -> Redriven:
    outcome = settle(work.consignment, book)
    missing = tuple(delivery for delivery in work.consignment.deliveries if delivery not in book.verdicts)
    if missing and outcome.state != "refused" and book.lost.isdisjoint(work.consignment.deliveries):
        return Redriven(work.waiting.key, outcome.record_id, "ready", missing)
    return Redriven(work.waiting.key, outcome.record_id, outcome.state, problems=outcome.problems)


def _driven(work: Sequence[Work], bridge: Bridge, book: Book, pool: Executor) -> list[Redriven]:
    """Send, then write what came of it to the quarantine, even where a bug or Ctrl-C ended the sending."""
    try:
        send([each.consignment for each in work], bridge.targets, book, pool)
    finally:
        outcomes = [settle(each.consignment, book) for each in work]
        ends = zip(work, outcomes, strict=True)
        writes = [partial(_write, each, outcome, bridge, book) for each, outcome in ends]
        hindrances = attempt_all(writes, book.budget, pool)
    return [_result(*each, book) for each in zip(work, outcomes, hindrances, strict=True)]


def _write(work: Work, outcome: Outcome, bridge: Bridge, book: Book) -> None:
    """The parcels go when nothing is missing; else the own one learns what went out. Raises `StoreUnavailable`.

    What is refused and has no parcel yet is parked.
    """
    quarantine = bridge.quarantine
    if outcome.state in ("done", "unmatched"):
        for each in work.parcels:
            patiently(partial(_drop, quarantine, each.key), book.budget)
    elif work.parcels:
        delivered = [delivery for delivery in work.consignment.deliveries if book.delivered(delivery)]
        _learn(work.parcels[-1], delivered, quarantine, book)
    elif outcome.state == "refused":
        refused = parcel(work.consignment, outcome, book, bridge.project, bridge.words)
        patiently(lambda seconds: quarantine.park(refused, seconds), book.budget)


def _learn(parcel: Parcel, delivered: Iterable[Delivery], quarantine: Quarantine, book: Book) -> None:
    history = tuple(dict.fromkeys((*parcel.delivered, *delivered)))
    if history != parcel.delivered:
        learned = replace(parcel, delivered=history)
        patiently(lambda seconds: quarantine.park(learned, seconds), book.budget)


def _drop(quarantine: Quarantine, key: str, _: float) -> None:
    quarantine.drop(key)


def _result(work: Work, outcome: Outcome, hindrance: Problem | None, book: Book) -> Redriven:
    fresh = [delivery for delivery in work.consignment.deliveries if book.delivered(delivery)]
    made = tuple(delivery for delivery in fresh if delivery not in book.known)
    problems = (hindrance, *outcome.problems) if hindrance else outcome.problems
    state: RedriveState = "unfinished" if hindrance else outcome.state
    return Redriven(work.waiting.key, outcome.record_id, state, made, problems)
