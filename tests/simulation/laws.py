"""What must be true of every history. Each law yields a sentence for every way in which it is broken."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from zlib import crc32

from bridge.breaker import BEFORE
from bridge.budget import FIRST_PAUSE, LONGEST_PAUSE
from bridge.core.digest import faithful_json
from bridge.ports import Delivery
from bridge.settle import GIVEN_UP
from tests.simulation import optional, progress, redriving
from tests.simulation.edge import EPOCH, Act, Invocation
from tests.simulation.mapping import Lost
from tests.simulation.progress import GIVE_UP, is_hindered, stood_still, strikes_of
from tests.simulation.run import Run
from tests.simulation.schedule import Schedule
from tests.simulation.world import Expected, deliveries, group_of, number

Law = Callable[[Run], Iterator[str]]
ORDERED = "topic"


def broken(history: Run) -> list[str]:
    """Every sentence of every law, after its name."""
    if history.endless:
        return ["all_drains: the mapping sends the same again and again"]
    return [f"{law.__name__}: {said}" for law in LAWS for said in law(history)]


def nothing_is_lost(history: Run) -> Iterator[str]:
    """Every event of every decodable record arrives at each of its targets, whatever happened before."""
    arrived = {act.delivery for act in history.edge.acts}
    for delivery in sorted(deliveries(history.every) - arrived):
        yield f"{delivery} never arrived"
    for record in history.mapping.trimmed:
        yield f"record {record.number} was trimmed by its stream"


def the_stream_brings_what_is_sound(history: Run) -> Iterator[str]:
    """Without any redrive, all arrived but what lies in the quarantine or was discarded by Lambda."""
    arrived = {act.delivery for act in history.edge.acts[: history.streamed]}
    parked = {parcel.record_id for parcel in history.parked.values()} | _discarded(history)
    for each in history.every:
        missing = set(each.deliveries) - arrived
        if missing and each.record_id not in parked:
            yield f"record {each.row.index} is neither parked nor delivered: {sorted(missing)}"


def nothing_arrives_twice_without_excuse(history: Run) -> Iterator[str]:
    """An event repeats only as the design names it: lost answer, stopped process, ledger, two at once."""
    acts: defaultdict[Delivery, list[Act]] = defaultdict(list)
    for act in history.edge.acts:
        for before in acts[act.delivery][-1:]:
            if not _excuses(before, act):
                yield f"{act.delivery} arrived again at {act.time} by {act.who.name} {act.who.order}"
        acts[act.delivery].append(act)
        if act.known and "clock" not in dict(act.who.strikes):
            yield f"{act.delivery} was sent although the ledger knew it"


def _excuses(before: Act, after: Act) -> list[str]:
    """The exceptions that the design names, as far as they are true of it."""
    who = before.who
    together = who is not after.who and (who.end is None or max(who.end, before.time) > after.who.start)
    true = {
        "answer lost": not before.answered,
        "process stopped": who.dead,
        "not written": _may_forget(who),
        "expired": after.expired,
        "two at once": together,
    }
    return [name for name, is_true in true.items() if is_true]


def excuses(history: Run) -> Iterator[list[str]]:
    """Of every event that arrived again, what excuses it."""
    last: dict[Delivery, Act] = {}
    for act in history.edge.acts:
        if act.delivery in last:
            yield _excuses(last[act.delivery], act)
        last[act.delivery] = act


def _may_forget(who: Invocation) -> bool:
    """Whether its ledger failed for long, or its time was gone before it could write: it stood still, or its clock leapt."""
    return stood_still(who) or (is_hindered(who) and any(port == "remember" for port, _ in who.strikes))


def what_was_answered_is_remembered(history: Run) -> Iterator[str]:
    """An invocation that was not stopped leaves what it knows in the ledger, if the ledger takes it."""
    for act in history.edge.acts:
        who = act.who
        if act.answered and not who.dead and not _may_forget(who) and act.delivery not in history.edge.noted:
            yield f"{act.delivery} was delivered by {who.name} {who.order} and never remembered"


def only_what_the_rules_say_is_sent(history: Run) -> Iterator[str]:
    """No other event, toward no other target; the same change says the same id."""
    wanted = deliveries(history.every) | {delivery for each in history.every for delivery in each.maybe}
    for delivery in sorted({act.delivery for act in history.edge.acts} - wanted):
        yield f"{delivery} belongs to no record"


def each_items_events_are_sent_in_order(history: Run) -> Iterator[str]:
    """Toward a target that keeps order, an event goes only after all before it of its item; what was parked excepted."""
    late = {parcel.record_id for _, parcel, _ in history.edge.parkings}
    late |= _discarded(history)
    exempt = {delivery for each in history.every if each.record_id in late for delivery in each.deliveries}
    before: dict[Delivery, set[Delivery]] = {}
    lanes: dict[tuple, Delivery] = {}
    for each in history.every:
        ties = _ties(each, history.schedule)
        for delivery in each.deliveries:
            if delivery.target == ORDERED and delivery not in before and delivery not in exempt:
                before[delivery] = {lanes[tie] for tie in ties if tie in lanes}
                lanes |= dict.fromkeys(ties, delivery)
    arrived = set()
    for act in history.edge.acts:
        for earlier in sorted(before.get(act.delivery, ())):
            if earlier not in arrived:
                yield f"{act.delivery} was sent before {earlier}"
        arrived.add(act.delivery)


def _ties(each: Expected, schedule: Schedule) -> tuple[tuple, ...]:
    """What its events share an order with: its item, and of its queue those of its group."""
    row = each.row
    queue = crc32(row.item.encode()) % schedule.mapping.factor
    return ("item", row.item), ("group", group_of(row, schedule), row.shard, queue)


def a_call_holds_one_event_of_a_lane(history: Run) -> Iterator[str]:
    """Toward a target that keeps order no call carries two events of one item, or of one group."""
    for call in history.edge.sent:
        lanes = [event.lane for event in call.events]
        groups = [event.partitionkey for event in call.events]
        if call.target == ORDERED and (len(set(lanes)) < len(lanes) or len(set(groups)) < len(groups)):
            yield f"a call of {call.who.name} {call.who.order} holds two events of one item or group"


def what_is_refused_is_parked_once_and_whole(history: Run) -> Iterator[str]:
    """A refused record lies in the quarantine as Lambda gave it; once, or once more where it had been given up before.

    Nothing went out of one that could not be mapped.
    """
    lost = _discarded(history)
    for each in history.every:
        parcels = [parcel for parcel in history.parked.values() if parcel.record_id == each.record_id]
        lasting = [parcel for parcel in parcels if parcel.problems[0].code != GIVEN_UP.code]
        if _is_refused(each) and each.record_id not in lost and (not parcels or len(lasting) > 1):
            yield f"record {each.row.index} ({each.row.flaw}) is parked {len(parcels)} times"
        for parcel in parcels:
            if faithful_json(parcel.record) != faithful_json(each.raw):
                yield f"record {each.row.index} is parked as something else"
            if not _is_refused(each) and parcel.problems[0].code != GIVEN_UP.code:
                yield f"record {each.row.index} is parked for nothing: {parcel.problems[0].code}"
        if each.row.flaw == "poison":
            for act in history.edge.acts[: history.streamed]:
                if act.delivery in each.deliveries:
                    yield f"{act.delivery} was sent of a record that cannot be mapped"


def _is_refused(each: Expected) -> bool:
    """Whether the rules or a target refuse it for good until somebody mends them."""
    return each.row.flaw == "garbage" or bool(each.row.flaw and each.deliveries)


def only_what_is_old_is_given_up(history: Run) -> Iterator[str]:
    """A record that is merely unavailable is parked after twelve hours, not before."""
    by_id = {each.record_id: each for each in history.every}
    waits = not history.schedule.kinesis  # duplicates of a change have one time, however late they come
    written = {each.record_id: waits * each.row.written - each.row.age for each in history.every}
    for _, parcel, wall in history.edge.parkings:
        age = wall - EPOCH - written[parcel.record_id]
        if not _is_refused(by_id[parcel.record_id]) and age < GIVE_UP - 2:
            yield f"record {parcel.record_id} was given up after {age} s"


def a_parcel_tells_what_was_delivered(history: Run) -> Iterator[str]:
    """A parcel names every delivery of its record that whoever parked it knew of."""
    by_id = {each.record_id: each for each in history.every}
    for who, parcel, _ in history.edge.parkings:
        if parcel.problems[0].code[0] in "MD":
            continue  # no event of it could be made, so none is known by name
        missing = who.knew & set(by_id[parcel.record_id].deliveries) - set(parcel.delivered)
        if missing and who.name == "invocation":
            yield f"the parcel of {parcel.record_id} does not tell of {sorted(missing)}"


def a_redrive_sends_what_is_missing(history: Run) -> Iterator[str]:
    """It sends nothing that a parcel of the record tells of, nothing of other records; in the end only garbage stays."""
    told = {}
    for who, parcels, batches in history.redrives:
        told[who] = {delivery for parcel in parcels.values() for delivery in parcel.delivered}
        records = {parcel.record_id for parcel in parcels.values()} | _in(history, batches.values())
        rows = [each for each in history.every if each.record_id in records]
        theirs = {delivery for each in rows for delivery in (*each.deliveries, *each.maybe)}
        for act in history.edge.acts:
            if act.who is who and act.delivery in told[who]:
                yield f"{act.delivery} was sent by a redrive although a parcel tells that it is delivered"
            if act.who is who and act.delivery not in theirs:
                yield f"{act.delivery} was sent by a redrive that did not have it"
    left = {parcel.record_id for parcel in history.edge.parcels.values()}
    garbage = {each.record_id for each in history.every if each.row.flaw == "garbage"}
    for record_id in sorted(left ^ garbage):
        yield f"record {record_id} {'stays in' if record_id in left else 'is gone from'} the quarantine"


def a_redrive_keeps_each_items_order(history: Run) -> Iterator[str]:
    """Among themselves, what one redrive sends of an item toward a target that keeps order goes as it was written."""
    change = {delivery: each.row.change for each in history.every for delivery in each.deliveries}
    last: dict[tuple[Invocation, str], int] = {}
    for act in history.edge.acts:
        if "redrive" in act.who.name and act.delivery.target == ORDERED and act.delivery in change:
            lane = act.who, history.edge.lanes[act.delivery.event]
            if change[act.delivery] < last.get(lane, -1):
                yield f"{act.delivery} was sent by a redrive behind a later change of its item"
            last[lane] = change[act.delivery]


def a_discarded_batch_goes_once_nothing_of_it_is_missing(history: Run) -> Iterator[str]:
    """Not before everything in it has arrived or is parked, and not later: in the end none is left."""
    assert history.discards
    by_id = {each.record_id: each for each in history.every}
    for dropped in history.discards.dropped:
        arrived = {act.delivery for act in history.edge.acts[: dropped.acts]}
        for record_id in sorted(_in(history, [dropped.lost]) - dropped.parked):
            if missing := set(by_id[record_id].deliveries) - arrived:
                yield f"a batch was dropped of which {sorted(missing)} had not arrived"
    for key in history.discards.lost:
        yield f"the batch {key} stays"


def _discarded(history: Run) -> set[str]:
    """Ids of the records that Lambda discarded."""
    return _in(history, history.mapping.lost)


def _in(history: Run, lost: Iterable[Lost]) -> set[str]:
    """Ids of the records in these batches."""
    numbers = {record.number for each in lost for record in each.records}
    return {each.record_id for each in history.every if number(each.row) in numbers}


def what_is_redriven_says_so(history: Run) -> Iterator[str]:
    """What a redrive sends is marked, since it may come behind what is later; nothing else is."""
    for act in history.edge.acts:
        if ("redriven" in act.event.extensions) is not ("redrive" in act.who.name):
            yield f"{act.delivery} was sent by {act.who.name} {act.who.order} with the other's mark"


def each_answer_is_one_that_lambda_understands(history: Run) -> Iterator[str]:
    """One identifier of the batch at most, never null or empty; nothing is a failure without a cause."""
    numbers = {row.index: number(row) for row in history.schedule.rows}
    for who in history.invocations:
        if who.error or who.response is None:
            if not who.error and who.end is not None and who.name == "invocation":
                yield f"invocation {who.order} answered nothing"
            continue
        named = [entry["itemIdentifier"] for entry in who.response["batchItemFailures"] or ()]
        if len(named) > 1 or not set(named) <= {numbers[index] for index in who.rows}:
            yield f"invocation {who.order} answered {who.response}"


def none_fails_without_a_cause(history: Run) -> Iterator[str]:
    """An invocation that met no fault that lasts does its whole batch: so poison delays nobody, and they are bounded."""
    for who in history.invocations:
        failed = who.error or (who.response and who.response["batchItemFailures"])
        if failed and not is_hindered(who) and "raise" not in dict(map(reversed, who.strikes)):
            yield f"invocation {who.order} met little and left something: {failed}"
        if who.error == "timeout" and not stood_still(who):
            yield f"invocation {who.order} ran into its timeout"


def one_item_delays_no_other(history: Run) -> Iterator[str]:
    """Where a target takes nothing of some items, everything else of the batch is delivered all the same."""
    by_index = {each.row.index: each for each in history.every}
    for who in history.invocations:
        ports = {port for port, _ in strikes_of(who)}
        if ports - {"remember", "park"} or who.error or not who.starved or who.end is None:
            continue
        groups = {_group(history, delivery) for delivery in who.starved}
        for index in who.rows:
            each = by_index[index]
            for delivery in each.deliveries if each.row.flaw not in ("poison", "rejected") else ():
                free = (
                    delivery not in who.starved if delivery.target == "bus" else _group(history, delivery) not in groups
                )
                if free and delivery not in who.knew:
                    yield f"{delivery} waited in invocation {who.order} for another item"


def _group(history: Run, delivery: Delivery) -> tuple[str, str]:
    item = history.edge.lanes[delivery.event]
    return delivery.target, "shared" if history.schedule.groups and item in "AB" else item


def a_dead_target_is_not_hammered(history: Run) -> Iterator[str]:
    """Of the calls of one invocation, not many in a row are in vain: a dozen, then one after each of growing rests."""
    vain: Counter[tuple[Invocation, str]] = Counter()
    for call in history.edge.sent:
        if any(said != "unavailable" for said in call.said):
            vain[call.who, call.target] = 0
            continue
        vain[call.who, call.target] += 1
        end = history.machine.now if call.who.end is None else call.who.end
        if not stood_still(call.who) and vain[call.who, call.target] > _in_vain(end - call.who.start):
            yield f"{call.who.name} {call.who.order} called '{call.target}' again and again"


def _in_vain(seconds: float) -> int:
    """How many calls in vain the rests of a target leave room for."""
    calls, rest, at = BEFORE, FIRST_PAUSE, 0.0
    while at < seconds:
        calls, at, rest = calls + 1, at + rest, min(2 * rest, LONGEST_PAUSE / 2)
    return calls


def the_ledger_is_asked_first(history: Run) -> Iterator[str]:
    """Nothing is sent before the ledger answered."""
    for who in {act.who for act in history.edge.acts}:
        if not who.asked:
            yield f"{who.name} {who.order} published without asking the ledger"


LAWS: tuple[Law, ...] = (
    nothing_is_lost,
    the_stream_brings_what_is_sound,
    nothing_arrives_twice_without_excuse,
    what_was_answered_is_remembered,
    only_what_the_rules_say_is_sent,
    each_items_events_are_sent_in_order,
    a_call_holds_one_event_of_a_lane,
    what_is_refused_is_parked_once_and_whole,
    only_what_is_old_is_given_up,
    a_parcel_tells_what_was_delivered,
    a_redrive_sends_what_is_missing,
    a_redrive_keeps_each_items_order,
    a_discarded_batch_goes_once_nothing_of_it_is_missing,
    what_is_redriven_says_so,
    each_answer_is_one_that_lambda_understands,
    none_fails_without_a_cause,
    one_item_delays_no_other,
    a_dead_target_is_not_hammered,
    the_ledger_is_asked_first,
    *progress.LAWS,
    *optional.LAWS,
    *redriving.LAWS,
)
