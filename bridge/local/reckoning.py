"""The reckoning after a play: what had to hold, and whether it did."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bridge.local.listening import Arrival, Due
from bridge.local.play import Redelivery, Scene
from bridge.local.shop import ORDERED


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that had to hold."""

    says: str
    ok: bool
    found: str  #: the evidence, or what was wrong


def reckon(scenes: Sequence[Scene], arrivals: Sequence[Arrival], again: Redelivery) -> list[Check]:
    """Every check of a play. `arrivals` are all that there were, the redelivery's included."""
    return [
        _delivered(scenes, arrivals),
        _once(scenes, arrivals),
        _valid(arrivals),
        _named(scenes, arrivals),
        _in_order(arrivals),
        _parked(scenes, again),
        _absorbed(again),
    ]


def _check(says: str, wrong: Iterable[str], evidence: str) -> Check:
    faults = list(wrong)
    return Check(says, not faults, "; ".join(faults) or evidence)


def _delivered(scenes: Sequence[Scene], arrivals: Sequence[Arrival]) -> Check:
    due, came = _due(scenes), _came(arrivals)
    wrong = [f"missing: {_text(each)}" for each in (due - came).elements()]
    return _check("everything expected has arrived", wrong, f"{due.total()} deliveries")


def _once(scenes: Sequence[Scene], arrivals: Sequence[Arrival]) -> Check:
    times = Counter((arrival.due.subscriber, arrival.id) for arrival in arrivals if arrival.id)
    twice = [f"{subscriber} got {id_} {count} times" for (subscriber, id_), count in times.items() if count > 1]
    beyond = [f"unexpected: {_text(each)}" for each in (_came(arrivals) - _due(scenes)).elements()]
    return _check("each exactly once, and nothing else", [*twice, *beyond], f"{len(arrivals)} messages")


def _valid(arrivals: Sequence[Arrival]) -> Check:
    wrong = [f"{_text(arrival.due)}: {fault}" for arrival in arrivals for fault in arrival.faults]
    events = sum(1 for arrival in arrivals if arrival.id)
    says = "every CloudEvent is read by the CloudEvents SDK and fits the schema it names"
    return _check(says, wrong, f"{events} validated by their subscribers")


def _named(scenes: Sequence[Scene], arrivals: Sequence[Arrival]) -> Check:
    changes = {record["eventID"] for scene in scenes for record in scene.records}
    ids = {arrival.id for arrival in arrivals if arrival.id}
    wrong = [f"{id_} names no change of the stream" for id_ in sorted(ids) if id_.split("/")[0] not in changes]
    return _check("every event's id names the change that it came from", wrong, f"{len(ids)} ids")


def _in_order(arrivals: Sequence[Arrival]) -> Check:
    lanes: dict[str, list[str]] = defaultdict(list)
    for arrival in arrivals:
        if arrival.due.subscriber == ORDERED and arrival.id:
            lanes[arrival.attributes["partitionkey"]].append(arrival.attributes["sequence"])
    wrong = [lane for lane, order in lanes.items() if any(one >= other for one, other in pairwise(order))]
    says = f"{ORDERED}, behind the FIFO topic, saw each item's events in order"
    return _check(says, (f"out of order: {lane}" for lane in wrong), f"{len(lanes)} items")


def _parked(scenes: Sequence[Scene], again: Redelivery) -> Check:
    poison = sorted(scene.records[0]["eventID"] for scene in scenes if scene.step.poison)
    parked = sorted(str(parcel["record"]["eventID"]) for parcel in again.parked)
    wrong = [] if parked == poison else [f"parked: {parked}, but poison was: {poison}"]
    return _check("the poison record is parked, whole and once", wrong, _reasons(again.parked))


def _absorbed(again: Redelivery) -> Check:
    wrong = [f"{_text(arrival.due)} arrived again" for arrival in again.arrivals]
    if again.answer.response != {"batchItemFailures": []}:
        wrong.append(f"the function answered {again.answer.response}")
    evidence = f"{len(again.records)} records again, {again.answer.duplicates} duplicates not sent"
    return _check("a redelivered batch is absorbed by the ledger", wrong, evidence)


def _due(scenes: Sequence[Scene]) -> Counter[Due]:
    return Counter(due for scene in scenes for due in scene.due)


def _came(arrivals: Sequence[Arrival]) -> Counter[Due]:
    return Counter(arrival.due for arrival in arrivals)


def _reasons(parcels: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(problem["code"] for parcel in parcels for problem in parcel["problems"])


def _text(due: Due) -> str:
    about = f" of {due.subject}" if due.subject else ""
    return f"{due.type}{about} at {due.subscriber}"
