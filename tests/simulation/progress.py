"""Laws of getting on: what is over at once leaves nothing, one hindrance holds up nothing else, and time is used."""

from collections.abc import Iterator

from bridge.breaker import ENOUGH
from bridge.budget import LONGEST_PAUSE, NO_TIME
from bridge.ports import Delivery
from bridge.settle import GIVEN_UP
from bridge.unsent import NO_ANSWER
from tests.simulation.edge import Call, Invocation
from tests.simulation.options import behind
from tests.simulation.run import Run
from tests.simulation.schedule import HOUR
from tests.simulation.world import Expected, number

GIVE_UP = 12 * HOUR
STANDSTILLS = {"pause", "zombie", "jump"}  #: kinds of faults after which an invocation's time may be gone at once
#: Kinds of faults that are over at once, so that the same call may be made again in the same invocation.
AT_ONCE = {"throttle", "throttled", "fail", "reset", "half", "500", "503", "undone", "untold", "conflict"}
#: So many of them hinder nobody, not even in six seconds.
FEW = 2
#: Seconds of an invocation that may be left where it says that they did not suffice: the longest pause, and a reserve.
TOO_FEW = LONGEST_PAUSE + 3.0


def strikes_of(who: Invocation) -> list[tuple[str, str]]:
    """What went wrong inside it: neither a twin nor a lost answer does."""
    return [(port, kind) for port, kind in who.strikes if port != "invoke"]


def is_hindered(who: Invocation) -> bool:
    """Whether it met more than what is over at once."""
    strikes = strikes_of(who)
    return bool(who.starved) or len(strikes) > FEW or any(kind not in AT_ONCE for _, kind in strikes)


def stood_still(who: Invocation) -> bool:
    """Whether its time may have been gone at once."""
    return any(kind in STANDSTILLS for _, kind in who.strikes)


def the_answer_names_the_first_unfinished(history: Run) -> Iterator[str]:
    """The first record of which something is neither known to be delivered nor parked, and no other."""
    by_index = {each.row.index: each for each in history.every}
    for who in history.invocations:
        untold = history.schedule.kinesis and ("rules", "dear") in who.strikes  # a duplicate may not be reached
        if who.error or who.response is None or untold:
            continue
        rows = [by_index[index] for index in who.rows]
        dropped = behind(rows, who) if "drop" in history.schedule.options else ()
        left = [number(each.row) for each in rows if each.row.index not in dropped and not _is_done(each, who)]
        named = [entry["itemIdentifier"] for entry in who.response["batchItemFailures"] or ()]
        if named != left[:1] and not _heard_too_late(who):
            yield f"invocation {who.order} answered {named} where {left} was left"


def _is_done(each: Expected, who: Invocation) -> bool:
    if each.record_id in who.done:
        return True
    if not (each.deliveries or each.maybe) and ("rules", "dear") in who.strikes and _lacks_time(who, each):
        return False  # nobody has read that it says nothing
    return each.row.flaw != "garbage" and who.done >= {*each.deliveries, *each.maybe}


def _heard_too_late(who: Invocation) -> bool:
    """Whether it stood still while a target answered, and had given that up when it went on."""
    outcomes = who.report.outcomes if who.report else ()
    return stood_still(who) and any(
        _code(each) == NO_ANSWER.problem.code for each in outcomes if each.state == "unfinished"
    )


def only_a_broken_contract_raises(history: Run) -> Iterator[str]:
    """The whole batch fails only where a port raises what no port may."""
    for who in history.invocations:
        raised = who.error and who.error not in ("killed", "timeout") and not who.dead
        if raised and not any(kind == "raise" for _, kind in who.strikes):
            yield f"invocation {who.order} raised {who.error}"


def time_is_used(history: Run) -> Iterator[str]:
    """Nothing is left for want of time while there is some."""
    for who in history.invocations:
        if who.report is None or who.end is None or stood_still(who) or ("rules", "dear") in who.strikes:
            continue
        left = who.start + history.schedule.timeout - who.end
        late = [each for each in who.report.outcomes if each.state == "unfinished" and _code(each) == NO_TIME.code]
        if late and left > TOO_FEW:
            yield f"invocation {who.order} had no time for {late[0].record_id}, with {left} s left"


def _code(outcome: object) -> str:
    return outcome.problems[0].code if outcome.problems else ""


def what_was_not_tried_is_not_given_up(history: Run) -> Iterator[str]:
    """Whatever is given up was refused for now by somebody, and comes before all that comes again."""
    for who, parcel, _ in history.edge.parkings:
        if parcel.problems[0].code != GIVEN_UP.code:
            continue
        if NO_TIME.code in {problem.code for problem in parcel.problems}:
            yield f"record {parcel.record_id} was given up for want of time"
        outcomes = who.report.outcomes if who.report else ()
        ids = [each.record_id for each in outcomes]
        first = next((at for at, each in enumerate(outcomes) if each.state == "unfinished"), len(ids))
        if parcel.record_id in ids and ids.index(parcel.record_id) > first and not _fails_to_park(who):
            yield f"record {parcel.record_id} was given up, though it comes again behind an earlier one"


def what_is_too_old_does_not_come_again(history: Run) -> Iterator[str]:
    """After twelve hours a record whose target takes nothing of it is parked, else its stream would forget it."""
    by_number = {number(each.row): each for each in history.every}
    for who in history.invocations:
        if who.error or not who.response or not who.response["batchItemFailures"] or stood_still(who):
            continue
        each = by_number.get(who.response["batchItemFailures"][0]["itemIdentifier"])
        if each is None:
            continue  # another law says so
        waits = not history.schedule.kinesis
        age = who.start - waits * each.row.written + each.row.age
        leapt = any(fault.port == "clock" for fault in history.schedule.faults)
        if (
            leapt
            or age < GIVE_UP + 1
            or _fails_to_park(who)
            or {port for port, _ in strikes_of(who)} & {"seen", "rules"}
        ):
            continue
        missing = set(each.deliveries) - who.done
        if _lacked_time(who, each):
            continue
        if missing and all(_is_in_vain(history, who, delivery) for delivery in missing):
            yield f"record {each.row.index}, {age} s old, comes again after invocation {who.order}"


def _lacked_time(who: Invocation, each: Expected) -> bool:
    """Whether a slow ledger left none to park it. That time is used is a law of its own."""
    return _lacks_time(who, each) and any(port == "remember" and kind not in AT_ONCE for port, kind in who.strikes)


def _lacks_time(who: Invocation, each: Expected) -> bool:
    outcomes = who.report.outcomes if who.report else ()
    return any(_code(outcome) == NO_TIME.code for outcome in outcomes if outcome.record_id == each.record_id)


def _is_in_vain(history: Run, who: Invocation, delivery: Delivery) -> bool:
    """Whether the target said no to it, or to everything until it was only probed."""
    calls = [call for call in history.edge.sent if call.who is who and call.target == delivery.target and call.said]
    asked = any(event.id == delivery.event for call in calls for event in call.events)
    dead = len(calls) >= ENOUGH and all(said == "unavailable" for call in calls for said in call.said)
    return asked or dead


def _fails_to_park(who: Invocation) -> bool:
    return any(port == "park" for port, _ in who.strikes)


def a_dead_target_stops_no_other(history: Run) -> Iterator[str]:
    """Where only one target is in trouble, all goes to the other one, and as soon as if there were no trouble."""
    by_index = {each.row.index: each for each in history.every}
    for who in history.invocations:
        ports = {port for port, _ in strikes_of(who)}
        if who.error or who.response is None or who.starved or ports not in ({"bus"}, {"topic"}):
            continue
        other = "topic" if ports == {"bus"} else "bus"
        rows = [by_index[index] for index in who.rows]
        for delivery in (d for each in rows if not each.row.flaw for d in each.deliveries):
            if delivery.target == other and delivery not in who.done:
                yield f"{delivery} waited in invocation {who.order} for another target"
        calls = [call for call in history.edge.sent if call.who is who]
        acts = [act for act in history.edge.acts if act.who is who]
        last = max((act.time for act in acts if act.delivery.target == other), default=0.0)
        if calls and last > calls[0].time + _longest(history, calls, len(acts), other):
            yield f"'{other}' got its last event at {last} in invocation {who.order}, which began at {calls[0].time}"


def _longest(history: Run, calls: list[Call], acts: int, other: str) -> float:
    """Seconds of all calls to it, as if they came one by one, and of telling the ledger in between, one by one too."""
    return history.schedule.latency * (sum(call.target == other for call in calls) + acts) + 0.05


LAWS = (
    the_answer_names_the_first_unfinished,
    only_a_broken_contract_raises,
    time_is_used,
    what_was_not_tried_is_not_given_up,
    what_is_too_old_does_not_come_again,
    a_dead_target_stops_no_other,
)
