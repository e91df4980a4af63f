"""Redrive: what was parked is sent again through the current rules, exactly what is missing of it.

What went out is read from the parcels themselves, not from the ledger, which forgets in days. A parcel learns what
went out now, and goes when nothing of it is missing any more.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from bridge.book import Book
from bridge.budget import Budget, patiently
from bridge.consignment import Consignment, consign
from bridge.core.batch import name_record
from bridge.core.decode import Record
from bridge.errors import Problem
from bridge.lanes import SIDE_BY_SIDE
from bridge.parking import attempt_all
from bridge.ports import Delivery, Parcel, Quarantine
from bridge.relay import Bridge, send
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


def redrive(parcels: Sequence[Parcel], bridge: Bridge, *, dry_run: bool) -> list[Redriven]:
    """Send what is missing of the parcels, in the order of their changes. A dry run sends and writes nothing.

    Raises nothing for a store or target that is unavailable: the parcel is then unfinished, and stays.
    """
    work = sorted(((parcel, _resume(parcel, bridge)) for parcel in parcels), key=_order)
    known = {delivery for parcel in parcels for delivery in parcel.delivered}
    if dry_run:
        return [_foreseen(parcel, consignment, known) for parcel, consignment in work]
    end = bridge.clock.now() + PATIENCE + PATIENCE_EACH * len(work)
    book = Book(bridge.ledger, Budget(lambda: end - bridge.clock.now(), bridge.clock))
    book.know(known)
    pool = bridge.pool(SIDE_BY_SIDE * max(1, len(bridge.targets)))
    try:
        return _driven(work, bridge, book, pool)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _resume(parcel: Parcel, bridge: Bridge) -> Consignment:
    return consign(_record(parcel), bridge.translate, bridge.targets)


def _record(parcel: Parcel) -> Record:
    return replace(name_record(parcel.record, parcel.shape.get("source", "dynamodb")), record_id=parcel.record_id)


def _order(work: tuple[Parcel, Consignment]) -> tuple[str, str]:
    parcel, consignment = work
    return (consignment.change.order if consignment.change else "", parcel.key)


def _foreseen(parcel: Parcel, consignment: Consignment, known: set[Delivery]) -> Redriven:
    if consignment.problems:
        return Redriven(parcel, "refused", problems=consignment.problems)
    missing = tuple(delivery for delivery in consignment.deliveries if delivery not in known)
    done: RedriveState = "done" if consignment.events else "unmatched"
    return Redriven(parcel, "ready" if missing else done, missing)


def _driven(work: Sequence[tuple[Parcel, Consignment]], bridge: Bridge, book: Book, pool: Executor) -> list[Redriven]:
    """Send, then write what came of it to the parcels, even where a bug or Ctrl-C ended the sending."""
    try:
        send([consignment for _, consignment in work], bridge.targets, book, pool)
    finally:
        outcomes = [settle(consignment, book) for _, consignment in work]
        ends = zip(work, outcomes, strict=True)
        writes = [partial(_write, *one, outcome, bridge.quarantine, book) for one, outcome in ends]
        hindrances = attempt_all(writes, book.budget, pool)
    return [
        _result(parcel, consignment, outcome, hindrance, book)
        for (parcel, consignment), outcome, hindrance in zip(work, outcomes, hindrances, strict=True)
    ]


def _write(parcel: Parcel, consignment: Consignment, outcome: Outcome, quarantine: Quarantine, book: Book) -> None:
    """The parcel goes when nothing is missing, and else learns what went out. Raises `StoreUnavailable`."""
    delivered = [delivery for delivery in consignment.deliveries if book.delivered(delivery)]
    history = tuple(dict.fromkeys((*parcel.delivered, *delivered)))
    if outcome.state in ("done", "unmatched"):
        patiently(lambda _: quarantine.drop(parcel.key), book.budget)
    elif history != parcel.delivered:
        patiently(lambda seconds: quarantine.park(replace(parcel, delivered=history), seconds), book.budget)


def _result(
    parcel: Parcel, consignment: Consignment, outcome: Outcome, hindrance: Problem | None, book: Book
) -> Redriven:
    fresh = [delivery for delivery in consignment.deliveries if book.delivered(delivery)]
    made = tuple(delivery for delivery in fresh if delivery not in book.known)
    if hindrance:
        return Redriven(parcel, "unfinished", made, (hindrance, *outcome.problems))
    return Redriven(parcel, outcome.state, made, outcome.problems)
