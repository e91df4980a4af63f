"""The schedules are not harmless: every fault strikes, and everything that the laws excuse or demand comes about."""

from collections import Counter

from bridge.settle import GIVEN_UP
from tests.simulation.laws import excuses
from tests.simulation.progress import is_hindered
from tests.simulation.run import run
from tests.simulation.schedule import STORE_KINDS, TARGET_KINDS, draw

#: Seeds that are looked at: a quarter of those of `make test`.
SEEDS = range(500)
STRIKES = {
    *((port, kind) for port in ("bus", "topic") for kind in (*TARGET_KINDS, "outage")),
    *((port, kind) for port in ("seen", "remember", "park") for kind in (*STORE_KINDS, "outage")),
    *(("process", kind) for kind in ("kill", "pause", "zombie", "timeout")),
    ("clock", "jump"),
    *(("invoke", kind) for kind in ("again", "twin", "throttled")),
}
EXCUSES = {"answer lost", "process stopped", "not written", "expired", "two at once"}


def test_every_fault_strikes_and_every_exception_comes_about():
    strikes, excused, seen = Counter(), Counter(), Counter()
    for seed in SEEDS:
        history = run(draw(seed))
        strikes.update(strike for who in history.invocations for strike in set(who.strikes))
        excused.update(name for found in excuses(history) for name in found)
        seen.update(_seen(history))
    assert STRIKES - strikes.keys() == set()
    assert EXCUSES - excused.keys() == set()
    assert {name for name in SEEN if seen[name] < SEEN[name]} == set(), seen


#: At least so often.
SEEN = {
    "starved": 30,
    "hindered little": 50,
    "given up": 15,
    "parked without a look": 5,
    "parked again": 10,
    "discarded by retries": 3,
    "discarded by age": 10,
    "redriven": 100,
    "partly delivered and parked": 10,
    "asked in waves": 100,
    "shared group": 50,
    "children": 100,
    "the same twice in a batch": 5,
}


def _seen(history):
    """What came about, as often as it did."""
    schedule, edge = history.schedule, history.edge
    parked = [parcel for _, parcel, _ in edge.parkings]
    conditions = [lost.document["requestContext"]["condition"] for lost in history.mapping.lost]
    changes = {row.index: row.change for row in schedule.rows}
    yield from ["starved" for who in history.invocations if who.starved]
    yield from ["hindered little" for who in history.invocations if who.strikes and not is_hindered(who)]
    yield from ["given up" for parcel in parked if parcel.problems[0].code == GIVEN_UP.code]
    yield from ["parked without a look" for parcel in parked if not parcel.looked_up]
    yield from ["parked again"] * (len(parked) - len({parcel.key for parcel in parked}))
    yield from ["partly delivered and parked" for parcel in parked if parcel.delivered]
    yield from ["discarded by retries" for condition in conditions if condition == "RetryAttemptsExhausted"]
    yield from ["discarded by age" for condition in conditions if condition == "RecordAgeExceeded"]
    yield from ["redriven" for act in edge.acts if "redrive" in act.who.name]
    yield from ["asked in waves"] * (schedule.wave < 10)
    yield from ["shared group"] * (schedule.groups and {"A", "B"} <= {row.item for row in schedule.rows})
    yield from ["children"] * any(schedule.parents)
    for who in history.invocations:
        yield from ["the same twice in a batch"] * (len({changes[index] for index in who.rows}) < len(who.rows))
