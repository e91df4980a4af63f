"""Large events go by claim check: the data is there before the event is, and nothing is lost where it cannot be."""

from dataclasses import dataclass, field, replace

import pytest

from bridge.budget import NO_TIME
from bridge.claiming import Claiming, whole_size
from bridge.errors import Problem, Where
from bridge.local.memory import MemoryClock
from bridge.loop import run
from bridge.ports import DELIVERED, Verdict
from tests.core.test_claim import event

AWAY = Problem(Where(), "B031", "away", "wait")


@dataclass
class Narrow:
    """A target with little room."""

    log: list
    name: str = "bus"
    ordered: bool = False
    room: int = 10_000
    granted: list = field(default_factory=list)

    def size(self, event):
        return len(event.body) + 10

    def objection(self, event):
        return Problem(Where(), "B001", "too large", "say less") if self.size(event) > self.room else None

    def calls(self, events):
        return [list(events[start : start + 2]) for start in range(0, len(events), 2)]

    async def publish(self, events, seconds):
        self.granted.append(seconds)
        self.log.extend(("sent", event.id, "dataref" in event.extensions) for event in events)
        return [DELIVERED] * len(events)


@dataclass
class Store:
    log: list
    clock: MemoryClock
    away: frozenset = frozenset()
    takes: float = 0.0
    granted: list = field(default_factory=list)

    def reference(self, event):
        return f"s3://claims/{event.id}"

    def store(self, event, seconds):
        self.granted.append(seconds)
        self.clock.sleep(self.takes)
        if event.id in self.away:
            return AWAY
        self.log.append(("stored", event.id, event.data_bytes))
        return None


def claiming(**store):
    log, clock = [], MemoryClock()
    return Claiming(Narrow(log), Store(log, clock, **store), clock), log


def of(size, name="large"):
    made = event("", id=name)
    return event("x" * (size - len(made.body) - 10), id=name)


SMALL, LARGE = of(200, "small"), of(20_000)


def test_the_data_is_stored_before_the_event_that_names_it_is_sent():
    target, log = claiming()
    assert run(target.publish([SMALL, LARGE], 4.0)) == [DELIVERED] * 2
    assert log == [("stored", "large", LARGE.data_bytes), ("sent", "small", False), ("sent", "large", True)]


def test_an_event_whose_data_cannot_be_stored_is_unavailable_and_the_others_go():
    target, log = claiming(away=frozenset({"large"}))
    other = of(30_000, "other")
    assert run(target.publish([LARGE, SMALL, other], 4.0)) == [Verdict("unavailable", AWAY), DELIVERED, DELIVERED]
    assert [name for what, name, _ in log if what == "sent"] == ["small", "other"]


def test_nothing_is_sent_where_nothing_could_be_stored():
    target, log = claiming(away=frozenset({"large"}))
    assert run(target.publish([LARGE], 4.0)) == [Verdict("unavailable", AWAY)]
    assert log == []


def test_storing_leaves_time_for_sending():
    target, _ = claiming(takes=1.0)
    run(target.publish([LARGE, of(20_000, "next")], 4.0))
    assert (target.claims.granted, target.target.granted) == ([2.0, 1.5], [2.0])


@pytest.mark.parametrize(("size", "by_claim"), [(9_999, False), (10_000, False), (10_001, True)])
def test_an_event_goes_by_claim_from_the_first_byte_beyond_the_room(size, by_claim):
    target, log = claiming()
    assert target.objection(of(size)) is None
    assert target.size(of(size)) == (size if not by_claim else target.size(of(20_000)))
    run(target.publish([of(size)], 4.0))
    assert log[-1] == ("sent", "large", by_claim)


def test_it_tells_how_large_an_event_is_that_goes_by_claim():
    target, _ = claiming()
    assert [whole_size(target, of(size)) for size in (10_000, 10_001)] == [None, 10_001]
    assert whole_size(target.target, of(10_001)) is None


def test_calls_are_cut_by_what_is_sent_and_hold_what_is_to_be_sent():
    target, _ = claiming()
    assert target.calls([LARGE, SMALL, LARGE]) == [[LARGE, SMALL], [LARGE]]


def test_a_reference_of_the_rule_itself_is_never_replaced():
    target, _ = claiming()
    own = LARGE._replace(extensions={"dataref": "https://example.com/7"})
    problem = target.objection(own)
    assert (problem.code, "no `dataref`" in problem.fix) == ("B001", True)


def test_what_is_too_large_even_as_a_claim_is_refused():
    target, _ = claiming()
    target = replace(target, target=replace(target.target, room=100))
    problem = target.objection(LARGE)
    assert (problem.code, problem.fix.startswith("say less besides `data`")) == ("B001", True)


def test_it_stands_for_its_target():
    target, _ = claiming()
    assert (target.name, target.ordered, target.room) == ("bus", False, 10_000)


def test_a_process_that_stood_still_while_it_stored_sends_nothing_behind_its_time():
    target, log = claiming(takes=9.0)
    verdicts = run(target.publish([SMALL, LARGE], 5.0))
    assert verdicts == [Verdict("unavailable", NO_TIME)] * 2
    assert [entry[0] for entry in log] == ["stored"]
