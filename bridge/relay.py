"""The relay: a batch of records in, events out to their targets, and the answer that loses nothing.

```
consign ─ look up ─ publish ─ remember ─ settle ─ park refused ─ give up ─ park given up ─ answer
 (core)   (ledger)  (lanes)   (ledger)            (quarantine)             (quarantine)
```

At least once, and once wherever it can be known: check the ledger, publish, then remember. To remember first would
lose an event whenever the process stops between the two.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from bridge.book import Book
from bridge.breaker import SIDE_BY_SIDE
from bridge.budget import Budget
from bridge.consignment import Consignment, Translate, consign
from bridge.core.decode import read_batch
from bridge.core.event import Event
from bridge.core.wants import Wanted, everything
from bridge.core.way import outlined
from bridge.dispatch import publish
from bridge.errors import Problem, Where
from bridge.frozen import frozen
from bridge.lanes import lanes_of
from bridge.parking import parcel, park
from bridge.ports import Clock, Delivery, Ledger, Quarantine, Second, Target
from bridge.report import Outcome, Report, Response, Unanswerable
from bridge.settle import give_up, not_begun, settle
from bridge.tally import tally

if TYPE_CHECKING:
    from bridge.order import Guard

#: Seconds of record age after which what is unavailable is parked: half of the 24 hours that a stream keeps records
#: (DynamoDB developer guide, "Change data capture for DynamoDB Streams").
GIVE_UP = 12 * 3600.0


@frozen
class Bridge:
    """All that a relay needs: the rules, and the world at its edge."""

    translate: Translate
    targets: Mapping[str, Target]  #: by their names in bridge.yaml
    ledger: Ledger
    quarantine: Quarantine
    clock: Clock
    project: str  #: version of rules and schemas: a digest
    wanted: Wanted = everything  #: what `translate` reads of images
    give_up: float = GIVE_UP
    words: Container[str] = frozenset()  #: the project's own names: no other is shown in logs, of places in an item
    guard: "Guard | None" = None  #: of the order of what comes from Kinesis
    pool: Callable[[int], Executor] = ThreadPoolExecutor  #: given how many calls are in flight at most


def relay(event: object, bridge: Bridge, remaining: Callable[[], float]) -> Report:
    """Carry a Lambda event's records as far as they go. `remaining` gives the seconds until Lambda stops us.

    Raises `UndecodableRecord` for an event that nobody knows, `Unanswerable` where the first unfinished record has no
    identifier, and whatever a port raises against its contract, once what was published is remembered: the batch
    then fails as a whole, and comes again.
    """
    book, records = Book(bridge.ledger, Budget(remaining, bridge.clock)), read_batch(event).records
    consignments = consign(records, bridge.translate, bridge.targets, bridge.wanted, book.budget.is_half_over)
    if bridge.guard:
        consignments = bridge.guard.check(consignments, bridge.targets, book)
    pool = bridge.pool(SIDE_BY_SIDE * max(1, len(bridge.targets)))
    try:
        carry(consignments, bridge.targets, book, pool)
        outcomes = finish(consignments, book, bridge, pool)
        if bridge.guard:
            bridge.guard.note(consignments, outcomes, book)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    outcomes += [not_begun(record) for record in records[len(consignments) :]]
    return tally(consignments, outcomes, book, respond(outcomes, bridge.words), bridge.words)


def carry(consignments: Sequence[Consignment], targets: Mapping[str, Target], book: Book, pool: Executor) -> None:
    """Look up every delivery, and send what is missing."""
    refused = sum(bool(each.problems) for each in consignments)
    book.look_up(all_dated(consignments), refused)
    send(consignments, targets, book, pool)


def send(consignments: Sequence[Consignment], targets: Mapping[str, Target], book: Book, pool: Executor) -> None:
    """Publish what the book does not know of the records that are not refused, and remember it, whatever happens."""
    refused = sum(bool(each.problems) for each in consignments)
    began = book.budget.clock.monotonic()
    try:
        publish(lanes_of(_missing(consignments, targets, book)), book, pool, refused)
    finally:
        book.publish_seconds = book.budget.clock.monotonic() - began
        book.close(refused)


def finish(consignments: Sequence[Consignment], book: Book, bridge: Bridge, pool: Executor) -> list[Outcome]:
    """What comes of each record, parked where it is refused or too old to wait for.

    What is refused is parked first: whatever of it the quarantine does not take comes again with all behind it, so
    that none of that need be given up, and be carried by the next batch while it lies in the quarantine.
    """

    def put_away(outcomes: Sequence[Outcome], refused: Sequence[int]) -> list[Outcome]:
        """What cannot be parked is unfinished."""
        parcels = [parcel(consignments[i], outcomes[i], book, bridge.project, bridge.words) for i in refused]
        hindrances = park(parcels, bridge.quarantine, book.budget, pool)
        hindered = {index: problem for index, problem in zip(refused, hindrances, strict=True) if problem}
        book.unparked += len(hindered)
        return [_unparked(each, hindered[i]) if i in hindered else each for i, each in enumerate(outcomes)]

    settled = [settle(each, book) for each in consignments]
    refused = [index for index, outcome in enumerate(settled) if outcome.state == "refused"]
    is_old = _is_old(consignments, bridge)
    outcomes = give_up(put_away(settled, refused), lambda index: index not in refused and is_old(index))
    return put_away(outcomes, [i for i, each in enumerate(outcomes) if each.state == "refused" and i not in refused])


def respond(outcomes: Sequence[Outcome], words: Container[str] = ()) -> Response:
    """The first unfinished record in batch order, and no other: Lambda sends it and all behind it again.

    Raises `Unanswerable` where it has no identifier: an empty one would mean the whole batch to Lambda, a missing
    list success. Lambda logs what it says, hence only the outlines of places in it.
    """
    first = next((outcome for outcome in outcomes if outcome.state == "unfinished"), None)
    if first is None:
        return {"batchItemFailures": []}
    if not first.identifier:
        what = "the first unfinished record has no identifier by which it could be asked for again"
        fix = "none needed, the whole batch comes again; see why the record is unfinished"
        known = (replace(problem, where=outlined(problem.where, words)) for problem in first.problems)
        raise Unanswerable(Problem(Where(record=first.record_id), "B093", what, fix), *known)
    return {"batchItemFailures": [{"itemIdentifier": first.identifier}]}


def all_dated(consignments: Sequence[Consignment]) -> dict[Delivery, Second]:
    """Each delivery once, in batch order, with the second of its change."""
    return {delivery: second for each in consignments for delivery, second in each.dated.items()}


def _missing(
    consignments: Sequence[Consignment], targets: Mapping[str, Target], book: Book
) -> list[tuple[Event, Target]]:
    """Each delivery once, in batch order, of which nothing is known."""
    missing: dict[Delivery, Event] = {}
    for each in consignments:
        if not each.problems:
            for delivery, event in each.deliveries.items():
                if delivery not in book.verdicts:
                    missing.setdefault(delivery, event)
    return [(event, targets[delivery.target]) for delivery, event in missing.items()]


def _is_old(consignments: Sequence[Consignment], bridge: Bridge) -> Callable[[int], bool]:
    now = bridge.clock.now()

    def is_old(index: int) -> bool:
        return now - consignments[index].age_from > bridge.give_up

    return is_old


def _unparked(outcome: Outcome, problem: Problem) -> Outcome:
    place = Where(record=outcome.record_id)
    return replace(outcome, state="unfinished", problems=(problem.within(place), *outcome.problems))
