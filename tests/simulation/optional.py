"""Laws of what only some projects have: claim checks, the order guard, a bus that drops duplicates."""

from collections.abc import Iterator
from functools import cache

from bridge.cloudevent import to_cloudevent
from bridge.core.batch import name_record
from bridge.core.claim import DATAREF
from bridge.core.decode import decode
from bridge.core.mark import OVERTAKEN
from bridge.core.wire import read_json
from bridge.errors import Where
from bridge.ports import Delivery
from bridge.subscriber.claims import resolved
from tests.simulation.edge import Invocation
from tests.simulation.options import BUCKET, GUARDS, behind, late
from tests.simulation.progress import is_hindered, stood_still
from tests.simulation.run import Run
from tests.simulation.world import Expected, rules

#: Seconds within which a custom event bus drops what it took (AWS's guide to EventBridge, "Deduplication").
FORGETS = 300


def a_claim_lies_there_before_its_event(history: Run) -> Iterator[str]:
    """What an event names is stored before the event is sent, whatever happened to either call."""
    for delivery in history.edge.unbacked:
        yield f"{delivery} arrived before its data was stored"


def what_is_claimed_arrives_whole(history: Run) -> Iterator[str]:
    """By the subscriber's own resolution; and nothing goes so that its target would have carried."""
    if "claims" not in history.schedule.options:
        return
    large = {each.record_id: each.row.large for each in history.every}
    said = {event.id: (each, event) for each in history.every for event in _events(each, history)}
    for act in history.edge.acts:
        each, whole = said.get(act.delivery.event, (None, None))
        if whole is None:
            continue  # another law says so
        if (DATAREF in act.event.extensions) is not large[each.record_id]:
            yield f"{act.delivery} was {'not ' * large[each.record_id]}claimed"
        event = to_cloudevent(act.event.body)
        if DATAREF in act.event.extensions and act.delivery not in history.edge.unbacked:
            event = resolved(event, lambda reference: _fetched(history, reference), Where())
        elif DATAREF in act.event.extensions:
            continue
        if event.get_data() != read_json(whole.data_bytes):
            yield f"{act.delivery} arrived with other data than its rule says"


def _fetched(history: Run, reference: str) -> bytes:
    return history.edge.claims[reference.removeprefix(f"s3://{BUCKET}/")]


def _events(each: Expected, history: Run) -> tuple:
    if each.row.flaw == "garbage":
        return ()
    return _translated(each.record_id, history.schedule.kinesis, _Raw(each.raw))


class _Raw:
    """A record, told apart by what it is."""

    def __init__(self, raw: object) -> None:
        self.raw = raw

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Raw) and self.raw == other.raw

    def __hash__(self) -> int:
        return 0


@cache
def _translated(_: str, kinesis: bool, raw: _Raw) -> tuple:
    record = name_record(raw.raw, "kinesis" if kinesis else "dynamodb")
    return rules(mended=True).translate(decode(record)).events


def what_is_marked_came_late(history: Run) -> Iterator[str]:
    """Only events of a change that came behind a later one of its item are marked so."""
    behind = late(history.every)
    rows = [each for each in history.every if each.row.index in behind]
    may = {delivery for each in rows for delivery in (*each.deliveries, *each.maybe)}
    for act in history.edge.acts:
        if OVERTAKEN in act.event.extensions and act.delivery not in may:
            yield f"{act.delivery} is marked, and came behind nothing"
        may.add(act.delivery)  # if it must be sent again, others of its item may have gone before


def what_came_late_is_marked_or_dropped(history: Run) -> Iterator[str]:
    """Exactly those are that are older than what the guard knew of their item, or than one before them in the batch."""
    modes = [mode for mode in GUARDS if mode in history.schedule.options]
    if not modes:
        return
    by_index = {each.row.index: each for each in history.every}
    for who in history.invocations:
        if who.latest is None:
            continue
        fits = _judged([by_index[index] for index in who.rows], who)
        for act in history.edge.acts:
            if act.who is who and (OVERTAKEN in act.event.extensions) not in fits.get(act.delivery, {True, False}):
                yield f"{act.delivery} of invocation {who.order} is {'' if OVERTAKEN in act.event.extensions else 'not '}marked"
            if act.who is who and modes == ["drop"] and OVERTAKEN in act.event.extensions:
                yield f"{act.delivery} is marked where it should be dropped"


def _judged(rows: list[Expected], who: Invocation) -> dict[Delivery, set[bool]]:
    """Of each delivery of a batch, whether it is to be marked; both where the same change is there twice."""
    found, fits = behind(rows, who), dict[Delivery, set[bool]]()
    for each in rows:
        for delivery in (*each.deliveries, *each.maybe) if each.row.flaw != "poison" else ():
            fits.setdefault(delivery, set()).add(each.row.index in found)
    return fits


def what_is_done_is_noted(history: Run) -> Iterator[str]:
    """Of each item the latest change that an invocation ended with is kept, if the store takes it and there is time.

    It is what an invocation does last: a quarantine that is away may use up what there is.
    """
    emptied = any(fault.kind == "wiped" for fault in history.schedule.faults)
    if emptied or not set(GUARDS) & history.schedule.options:
        return
    by_id = {each.record_id: each for each in history.every}
    for who in history.invocations:
        if who.report is None or who.dead or stood_still(who) or _forgets(who) or is_hindered(who):
            continue
        for outcome in who.report.outcomes:
            if outcome.state == "unfinished":
                break
            each = by_id[outcome.record_id]
            if outcome.state == "done" and each.deliveries and history.edge.latest.get(each.lane, "") < each.order:
                yield f"the change {each.row.change} of {each.row.item} is done, and nobody knows"


def _forgets(who: Invocation) -> bool:
    """Whether what keeps the latest changes failed it."""
    return bool({"latest", "seen", "remember"} & {port for port, _ in who.strikes})


LAWS = (
    a_claim_lies_there_before_its_event,
    what_is_claimed_arrives_whole,
    what_is_marked_came_late,
    what_came_late_is_marked_or_dropped,
    what_is_done_is_noted,
)
