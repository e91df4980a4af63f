"""What came of each record, out of what came of its deliveries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bridge.book import Book
from bridge.budget import NO_TIME
from bridge.consignment import Consignment
from bridge.core.decode import Record
from bridge.errors import Problem, Where
from bridge.ports import Verdict
from bridge.report import Outcome, State

NOT_BEGUN = Verdict("unavailable", NO_TIME)
GIVEN_UP = Problem(
    Where(),
    "B090",
    "the record grew too old while its target, the ledger, or an earlier event of its item was unavailable",
    "mend what the other problems name, then redrive it",
)


def settle(consignment: Consignment, book: Book) -> Outcome:
    """Refused once nothing of it is unavailable any more; unfinished until then."""
    record = consignment.record
    verdicts = [book.verdicts.get(delivery, NOT_BEGUN) for delivery in consignment.deliveries]
    state: State = "done" if verdicts else "unmatched"
    outcome = Outcome(record.record_id, record.identifier, state, tuple([event.id for event in consignment.events]))
    if consignment.problems:
        return replace(outcome, state="refused", events=(), problems=consignment.problems, rule=consignment.rule)
    said = {verdict.said for verdict in verdicts}
    if "unavailable" in said:
        return replace(outcome, state="unfinished", problems=_problems(verdicts, record.record_id))
    if "refused" in said:
        rule = _first_refused(consignment, verdicts)
        return replace(outcome, state="refused", problems=_problems(verdicts, record.record_id), rule=rule)
    return outcome


def not_begun(record: Record) -> Outcome:
    """Of a record for which the time did not suffice at all."""
    problem = NO_TIME.within(Where(record=record.record_id))
    return Outcome(record.record_id, record.identifier, "unfinished", problems=(problem,))


def give_up(outcomes: Sequence[Outcome], is_old: Callable[[int], bool]) -> list[Outcome]:
    """Refuse what is too old to wait for, up to the first record that comes again.

    What lies behind that one comes again with it, and need not be given up before. What the time did not suffice for
    was not tried, and comes again however old: else a backlog would be parked that a target would take.
    """
    settled = list(outcomes)
    for index, outcome in enumerate(outcomes):
        if outcome.state != "unfinished":
            continue
        if not is_old(index) or any(problem.code == NO_TIME.code for problem in outcome.problems):
            break
        problems = (GIVEN_UP.within(Where(record=outcome.record_id)), *outcome.problems)
        settled[index] = replace(outcome, state="refused", problems=problems)
    return settled


def _problems(verdicts: Iterable[Verdict], record_id: str) -> tuple[Problem, ...]:
    place = Where(record=record_id)
    return tuple(dict.fromkeys(verdict.problem.within(place) for verdict in verdicts if verdict.problem))


def _first_refused(consignment: Consignment, verdicts: Sequence[Verdict]) -> str:
    events = consignment.deliveries.values()
    return next(event.rule for event, verdict in zip(events, verdicts, strict=True) if verdict.said == "refused")
