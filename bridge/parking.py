"""What the quarantine gets: a parcel whose key is the same however often the record is parked."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from urllib.parse import quote

from bridge.book import Book
from bridge.budget import NO_TIME, Budget, patiently
from bridge.consignment import Consignment
from bridge.core.way import outline
from bridge.errors import BridgeError, ObjectWithheld, Problem, StoreUnavailable, UndecodableRecord
from bridge.ports import Parcel, Quarantine
from bridge.report import Outcome

#: Half of S3's 1,024 bytes a key (S3 user guide, "Creating object key names"), and under the 255 bytes of a file name.
LONGEST_NAME = 200


def fingerprint(problem: Problem, rule: str = "", words: Container[str] = ()) -> str:
    """16 hex digits, equal for records refused for the same reason: code, rule, outline of the path, place in file."""
    where = problem.where
    reason = (problem.code, rule, outline(where.path, words), f"{where.file}:{where.line}")
    return sha256("\n".join(reason).encode(errors="surrogatepass")).hexdigest()[:16]


def parcel(consignment: Consignment, outcome: Outcome, book: Book, project: str, words: Container[str]) -> Parcel:
    """The record as it is to be kept. Nothing in its key depends on when it is parked."""
    record = consignment.record
    group = fingerprint(outcome.problems[0], outcome.rule, words)
    date = consignment.at[:10] or "undated"
    return Parcel(
        key=f"{group}/{date}/{name_of(record.record_id)}",
        record=record.raw,
        record_id=record.record_id,
        problems=outcome.problems,
        fingerprint=group,
        project=project,
        delivered=tuple(delivery for delivery in consignment.deliveries if book.delivered(delivery)),
        shape={"source": record.source},
        looked_up=book.lost.isdisjoint(consignment.deliveries),
    )


def park(parcels: Sequence[Parcel], quarantine: Quarantine, budget: Budget, pool: Executor) -> list[Problem | None]:
    """Park them side by side, patiently. What hindered each; None where it lies in the quarantine."""

    def put(parcel: Parcel) -> None:
        patiently(lambda seconds: quarantine.park(parcel, seconds), budget)

    return attempt_all([partial(put, parcel) for parcel in parcels], budget, pool)


def attempt_all(writes: Sequence[Callable[[], None]], budget: Budget, pool: Executor) -> list[Problem | None]:
    """Do them side by side, as long as the time allows. What hindered each; None for those that are done."""
    futures = [pool.submit(write) for write in writes]
    wait(futures, timeout=max(0.0, budget.left()))
    return [_hindrance(future) for future in futures]


def _hindrance(future: Future[None]) -> Problem | None:
    if not future.done():
        return NO_TIME
    error = future.exception()
    if error is None:
        return None
    if isinstance(error, StoreUnavailable):
        return error.problems[0]
    raise error


def name_of(record_id: str) -> str:
    """The record's id as one part of a key or a file name: reversible where short, a digest where long."""
    name = quote(record_id, safe="", errors="surrogatepass").replace(".", "%2E")
    return name if len(name) <= LONGEST_NAME else sha256(name.encode()).hexdigest()


def parcel_keys(quarantine: Quarantine) -> list[str]:
    """The keys of all parcels, sorted; what else lies there is none of ours. Raises `StoreUnavailable`."""
    every = quarantine.keys()
    return [key for key in every if key.count("/") == 2]


def keys_by_record(quarantine: Quarantine) -> Mapping[str, list[str]]:
    """The keys of all parcels by `name_of` their record: one that was refused for several reasons has several.

    Raises `StoreUnavailable`.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in parcel_keys(quarantine):
        found[key.rpartition("/")[2]].append(key)
    return found


@dataclass(frozen=True, slots=True)
class Unread:
    """What lies under a parcel's key, and why no parcel can be read there. It is left alone."""

    key: str
    error: BridgeError

    @property
    def withheld(self) -> bool:
        """Whether it may be a parcel, which only cannot be had. Else it is something else."""
        return isinstance(self.error, ObjectWithheld)


def present(quarantine: Quarantine, keys: Iterable[str]) -> Iterator[Parcel | Unread]:
    """What lies under these keys, unless somebody has redriven it since they were listed. Raises `StoreUnavailable`."""
    for key in keys:
        with suppress(KeyError):
            yield _opened(quarantine, key)


def _opened(quarantine: Quarantine, key: str) -> Parcel | Unread:
    try:
        return quarantine.parcel(key)
    except (UndecodableRecord, ObjectWithheld) as error:
        return Unread(key, error)


def is_named(key: str, name: str) -> bool:
    """Whether a parcel's key is meant by a name: a record id, the key itself, or a folder of it: the fingerprint."""
    return name == key or key.startswith(f"{name}/") or name_of(name) == key.rpartition("/")[2]
