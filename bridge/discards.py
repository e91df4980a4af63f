"""Batches that Lambda discarded, sent again. A document goes once everything in it has arrived or is parked.

Lambda writes a document when it discards a batch, or what is left of one: its function failed until the retries or
the records' age were over. Most of it may have been delivered, some of it parked; the ledger and the quarantine tell.

Documents are read some at a time, the oldest first, and all records of those that were read together go in the order
of their changes, with the parcels that are redriven beside them. So each item's changes keep their order, as long as
its documents do: those of one second stay together, since nothing else tells their order. Where one is left unfinished,
what comes after it is not begun.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bridge.core.batch import Record
from bridge.core.intake import read_records
from bridge.errors import Problem, StoreUnavailable, UndecodableRecord, Where
from bridge.ports import Discarded, Discards, Parcel
from bridge.redrive import Redriven, RedriveState, Waiting, parked, send_again
from bridge.relay import Bridge

#: Bytes of documents that are read at once: four batches of 6 MB, the most that Lambda hands over (its developer guide,
#: "Lambda quotas"). As Python's values they take about ten times that.
TOGETHER = 24_000_000

#: What a batch is: the worst of itself and its records.
_WORST: tuple[RedriveState, ...] = ("unfinished", "refused", "ready", "done", "unmatched")


@dataclass(frozen=True, slots=True)
class Resent:
    """What came of one discarded batch."""

    key: str
    records: tuple[Redriven, ...] = ()  #: what is refused of them lies in the quarantine now
    problems: tuple[Problem, ...] = ()  #: with the document itself, which then stays
    itself: RedriveState = "unmatched"  #: what the document is without its records

    @property
    def state(self) -> RedriveState:
        """Done, unmatched and refused records leave nothing of the document; an unfinished one keeps it."""
        states = {self.itself, *(each.state for each in self.records)}
        return next(state for state in _WORST if state in states)


@dataclass(frozen=True, slots=True)
class _Document:
    """A batch as its document says it; of one that cannot be read, why."""

    resent: Resent
    records: tuple[Record, ...] = ()

    @property
    def waiting(self) -> list[Waiting]:
        return [Waiting(self.resent.key, record) for record in self.records]


def resend(
    batches: Sequence[Discarded], parcels: Sequence[Parcel], discards: Discards, bridge: Bridge, *, dry_run: bool
) -> Iterator[Redriven | Resent]:
    """Send what is missing of the batches, the oldest first, and of the parcels. A dry run sends and writes nothing.

    Raises nothing for a store or target that is unavailable: what is unfinished stays, and no later one is begun.
    """
    beside = [parked(each) for each in parcels]
    for some in together(batches) or [[]]:
        documents = list(_opened(some, discards))
        waiting = [*beside, *(each for document in documents for each in document.waiting)]
        results = send_again(waiting, bridge, dry_run=dry_run) if waiting else []
        keys = {document.resent.key for document in documents}
        resent = [_ended(document.resent, results, None if dry_run else discards) for document in documents]
        told: list[Redriven | Resent] = [*(each for each in results if each.key not in keys), *resent]
        yield from told
        if any(each.state == "unfinished" for each in told):
            return
        beside = []


def together(batches: Sequence[Discarded]) -> list[list[Discarded]]:
    """The batches in order, cut into what is read at once."""
    cut: list[list[Discarded]] = []
    room = 0
    for each in batches:
        if not cut or (each.size > room and each.at != cut[-1][-1].at):
            cut.append([])
            room = TOGETHER
        cut[-1].append(each)
        room -= each.size
    return cut


def _opened(batches: Sequence[Discarded], discards: Discards) -> Iterator[_Document]:
    """The documents, up to the first that cannot be fetched: what comes later must not overtake it."""
    for each in batches:
        resent = Resent(each.key)
        try:
            yield _Document(resent, read_records(discards.document(each.key), Where(file=discards.place(each.key))))
        except KeyError:  # somebody else has sent it since it was listed
            yield _Document(resent)
        except UndecodableRecord as error:
            yield _Document(replace(resent, problems=error.problems, itself="refused"))
        except StoreUnavailable as error:
            yield _Document(replace(resent, problems=error.problems, itself="unfinished"))
            return


def _ended(resent: Resent, results: Sequence[Redriven], discards: Discards | None) -> Resent:
    """With its records; dropped where nothing of it is left. No `discards`: nothing is."""
    ended = replace(resent, records=tuple(each for each in results if each.key == resent.key))
    if discards is None or ended.problems or ended.state == "unfinished":
        return ended
    try:
        discards.drop(ended.key)
    except StoreUnavailable as error:
        return replace(ended, problems=error.problems, itself="unfinished")
    return ended
