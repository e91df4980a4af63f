"""The schedules of projects with options are not harmless: what their laws are about comes about, and is struck."""

from collections import Counter

from bridge.core.claim import DATAREF
from bridge.core.mark import OVERTAKEN
from tests.simulation.options import GUARDS, draw
from tests.simulation.run import run
from tests.simulation.schedule import draw as drawn

SEEDS = range(500)


def test_a_third_of_all_schedules_has_options():
    """As many as `benchmarks/RELIABILITY.md` says."""
    found = Counter(option for seed in range(2000) for option in draw(seed).options)
    assert sum(bool(draw(seed).options) for seed in range(2000)) == 666
    assert found == {"claims": 250, "drop": 175, "v2": 165, "flag": 162}


def test_a_schedule_without_options_is_what_it_was():
    plain = [seed for seed in range(100) if not draw(seed).options]
    assert [draw(seed) for seed in plain] == [drawn(seed) for seed in plain]


def test_what_the_laws_of_options_are_about_comes_about():
    seen = Counter()
    for schedule in filter(lambda each: each.options, map(draw, SEEDS)):
        history = run(schedule)
        seen.update(_seen(history))
        seen.update(port for who in history.invocations for port, _ in who.strikes if port in ("claims", "latest"))
    assert {name for name in WANTED if seen[name] < WANTED[name]} == set(), seen


#: At least so often.
WANTED = {"claimed": 100, "claimed and redriven": 5, "marked": 5, "dropped": 5, "claims": 10, "latest": 10, "noted": 50}


def _seen(history):
    arrived = {act.delivery for act in history.edge.acts}
    for act in history.edge.acts:
        if DATAREF in act.event.extensions:
            yield "claimed and redriven" if "redriven" in act.event.extensions else "claimed"
        if OVERTAKEN in act.event.extensions:
            yield "marked"
    yield from ["dropped" for each in history.every if each.maybe and not arrived & set(each.maybe)]
    yield from ["noted"] * len(history.edge.latest) if history.schedule.options & set(GUARDS) else ()
