"""The numbers of a batch, counted once at its end."""

from collections import Counter
from collections.abc import Container, Sequence

from bridge.book import Book
from bridge.consignment import Consignment
from bridge.report import Outcome, Report, Response
from bridge.unsent import HELD_BACK


def tally(
    consignments: Sequence[Consignment],
    outcomes: Sequence[Outcome],
    book: Book,
    response: Response,
    words: Container[str] = (),
) -> Report:
    """The report of a batch."""
    wanted = [pair for each in consignments if not each.problems for pair in each.deliveries.items()]
    distinct = dict(wanted)
    fresh = [
        (event.type, delivery.target)
        for delivery, event in distinct.items()
        if book.delivered(delivery) and delivery not in book.known
    ]
    refused = [outcome.problems[0].code for outcome in outcomes if outcome.state == "refused"]
    return Report(
        response=response,
        outcomes=tuple(outcomes),
        delivered=dict(Counter(fresh)),
        duplicates=len(wanted) - len(distinct.keys() - book.known),
        refused=dict(Counter(refused)),
        unavailable=_unavailable(book),
        held_back=sum(verdict is HELD_BACK for verdict in book.verdicts.values()),
        overtaken=book.overtaken,
        not_begun=len(distinct.keys() - book.verdicts.keys()),
        unremembered=len(book.pending),
        parked=len(refused),
        publish_seconds=book.publish_seconds,
        oldest_seconds=_oldest(consignments, book.budget.clock.now()),
        words=words,
    )


def _unavailable(book: Book) -> dict[str, int]:
    targets = Counter(
        delivery.target
        for delivery, verdict in book.verdicts.items()
        if verdict.said == "unavailable" and verdict is not HELD_BACK and delivery not in book.lost
    )
    stores = {"ledger": len(book.lost) + book.unplaced, "quarantine": book.unparked}
    return dict(targets) | {name: count for name, count in stores.items() if count}


def _oldest(consignments: Sequence[Consignment], now: float) -> float:
    return max(0.0, now - min((each.age_from for each in consignments), default=now))
