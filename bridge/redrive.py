"""Redrive: what was parked is sent again through the current rules, exactly what is missing of it.

What went out before is what any parcel of the record says, and what the ledger says besides.
The design has the parcel's own history alone, because the ledger forgets after `keep`. That is why the history is
kept and believed for ever; but by itself it says too little. A record that was parked may still be carried by the
stream, when one before it in its batch comes again after the rule was mended. It may be parked while the ledger is
down, or after a deploy under which the names of its events are not known any more, so that its parcel knows of
nothing. And one record may lie there under several fingerprints, each with a part of its history.
To ask the ledger too can only remove sends. So where it cannot be asked, nothing that no parcel knows of is sent.

A parcel learns what went out now. When nothing of its record is missing any more, all parcels of the record go: one
that stayed would be sent again once the ledger has forgotten.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from bridge.book import Book
from bridge.breaker import SIDE_BY_SIDE
from bridge.budget import CLOSING, Budget, patiently
from bridge.consignment import Consignment, consign, objected
from bridge.core.batch import name_record
from bridge.core.decode import Record
from bridge.core.digest import faithful_json
from bridge.core.mark import REDRIVEN, marked
from bridge.errors import Problem, StoreUnavailable, UndecodableRecord
from bridge.parking import attempt_all, keys_by_record, name_of
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
class Redriven:
    """What came of one parcel."""

    parcel: Parcel
    state: RedriveState
    deliveries: tuple[Delivery, ...] = ()  #: made now; in a dry run those that would be made
    problems: tuple[Problem, ...] = ()  #: why it is refused or unfinished


@dataclass(frozen=True, slots=True)
class Work:
    """A parcel as the current rules read it."""

    parcel: Parcel
    twins: tuple[Parcel, ...]  #: all parcels of the same record, this one among them
    consignment: Consignment


def redrive(parcels: Sequence[Parcel], bridge: Bridge, *, dry_run: bool) -> list[Redriven]:
    """Send what is missing of the parcels, in the order of their changes. A dry run sends and writes nothing.

    Raises nothing for a store or target that is unavailable: the parcel is then unfinished, and stays.
    """
    try:
        families = _families(parcels, bridge.quarantine)
    except StoreUnavailable as error:
        return [Redriven(parcel, "unfinished", problems=error.problems) for parcel in parcels]
    pairs = zip(parcels, families, strict=True)
    work = sorted((Work(parcel, twins, _resume(parcel, bridge)) for parcel, twins in pairs), key=_order)
    book = _known(work, bridge)
    if dry_run:
        return [_foreseen(each, book) for each in work]
    pool = bridge.pool(SIDE_BY_SIDE * max(1, len(bridge.targets)))
    try:
        return _driven(work, bridge, book, pool)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _families(parcels: Sequence[Parcel], quarantine: Quarantine) -> list[tuple[Parcel, ...]]:
    """All parcels of each one's record, itself last. Raises `StoreUnavailable`."""
    keys = keys_by_record(quarantine)
    return [(*_twins(parcel, keys.get(name_of(parcel.record_id), ()), quarantine), parcel) for parcel in parcels]


def _twins(parcel: Parcel, keys: Iterable[str], quarantine: Quarantine) -> Iterator[Parcel]:
    """Other parcels of the record. What has its name and is another record, or no parcel, is left alone."""
    for key in keys:
        if key != parcel.key:
            with suppress(KeyError, UndecodableRecord):
                twin = quarantine.parcel(key)
                if faithful_json(twin.record) == faithful_json(parcel.record):
                    yield twin


def _resume(parcel: Parcel, bridge: Bridge) -> Consignment:
    each = consign([_record(parcel)], bridge.translate, bridge.targets)[0]
    marks = tuple(marked(event, REDRIVEN) for event in each.events)
    return objected(replace(each, events=marks), bridge.targets) if marks and not each.problems else each


def _record(parcel: Parcel) -> Record:
    return replace(name_record(parcel.record, parcel.shape.get("source", "dynamodb")), record_id=parcel.record_id)


def _order(work: Work) -> tuple[str, str]:
    return (work.consignment.order, work.parcel.key)


def _known(work: Sequence[Work], bridge: Bridge) -> Book:
    """A book of what went out: what any parcel says, and what the ledger says of the rest."""
    end = bridge.clock.monotonic() + PATIENCE + PATIENCE_EACH * len(work)
    book = Book(bridge.ledger, Budget(lambda: end - bridge.clock.monotonic(), bridge.clock))
    book.know([delivery for each in work for twin in each.twins for delivery in twin.delivered])
    wanted = all_dated([each.consignment for each in work])
    book.look_up({name: second for name, second in wanted.items() if name not in book.known}, len(work), CLOSING)
    return book


def _foreseen(work: Work, book: Book) -> Redriven:
    outcome = settle(work.consignment, book)
    missing = tuple(delivery for delivery in work.consignment.deliveries if delivery not in book.verdicts)
    if missing and outcome.state != "refused" and book.lost.isdisjoint(work.consignment.deliveries):
        return Redriven(work.parcel, "ready", missing)
    return Redriven(work.parcel, outcome.state, problems=outcome.problems)


def _driven(work: Sequence[Work], bridge: Bridge, book: Book, pool: Executor) -> list[Redriven]:
    """Send, then write what came of it to the parcels, even where a bug or Ctrl-C ended the sending."""
    try:
        send([each.consignment for each in work], bridge.targets, book, pool)
    finally:
        outcomes = [settle(each.consignment, book) for each in work]
        ends = zip(work, outcomes, strict=True)
        writes = [partial(_write, each, outcome, bridge.quarantine, book) for each, outcome in ends]
        hindrances = attempt_all(writes, book.budget, pool)
    return [_result(*each, book) for each in zip(work, outcomes, hindrances, strict=True)]


def _write(work: Work, outcome: Outcome, quarantine: Quarantine, book: Book) -> None:
    """The parcels go when nothing is missing; else this one learns what went out. Raises `StoreUnavailable`."""
    if outcome.state in ("done", "unmatched"):
        for twin in work.twins:
            patiently(partial(_drop, quarantine, twin.key), book.budget)
        return
    delivered = [delivery for delivery in work.consignment.deliveries if book.delivered(delivery)]
    history = tuple(dict.fromkeys((*work.parcel.delivered, *delivered)))
    if history != work.parcel.delivered:
        learned = replace(work.parcel, delivered=history)
        patiently(lambda seconds: quarantine.park(learned, seconds), book.budget)


def _drop(quarantine: Quarantine, key: str, _: float) -> None:
    quarantine.drop(key)


def _result(work: Work, outcome: Outcome, hindrance: Problem | None, book: Book) -> Redriven:
    fresh = [delivery for delivery in work.consignment.deliveries if book.delivered(delivery)]
    made = tuple(delivery for delivery in fresh if delivery not in book.known)
    problems = (hindrance, *outcome.problems) if hindrance else outcome.problems
    return Redriven(work.parcel, "unfinished" if hindrance else outcome.state, made, problems)
