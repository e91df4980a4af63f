"""What only some projects have, in virtual time: claim checks, a bus that drops duplicates, the order guard.

A schedule's `options` name them: `claims`, `v2`, `flag`, `drop`. Each stands behind the same faults as all else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from bridge.aws.ladder import LADDER
from bridge.claiming import Claiming
from bridge.core.claim import claim_key
from bridge.core.event import Event
from bridge.errors import Problem, StoreUnavailable
from bridge.local.memory import DOWN
from bridge.order import Guard
from tests.simulation.edge import Edge, Invocation
from tests.simulation.schedule import STORE_KINDS, Fault, Schedule
from tests.simulation.schedule import draw as drawn
from tests.simulation.world import Expected

BUCKET = "claims"
GUARDS = ("flag", "drop")


@dataclass(frozen=True, slots=True)
class SimulatedClaims:
    """Implements `ports.Claims`."""

    edge: Edge

    def reference(self, event: Event) -> str:
        return f"s3://{BUCKET}/{claim_key(event)}"

    def store(self, event: Event, seconds: float) -> Problem | None:
        if seconds < LADDER[0]:
            return DOWN
        try:
            fault = self.edge.store("claims", seconds)
        except StoreUnavailable:
            return DOWN
        if not fault or fault.kind != "half":
            self.edge.claims[claim_key(event)] = event.data_bytes
        self.edge.step()
        return DOWN if fault and fault.kind in ("reset", "half") else None


@dataclass(frozen=True, slots=True)
class SimulatedLatest:
    """Implements `ports.Latest`."""

    edge: Edge

    def times(self, items: Sequence[str], seconds: float) -> dict[str, str]:
        fault = self.edge.store("latest", seconds)
        if fault and fault.kind in ("reset", "half"):
            raise StoreUnavailable(DOWN)
        return {item: self.edge.latest[item] for item in items if item in self.edge.latest}

    def advance(self, times: Mapping[str, str], seconds: float) -> None:
        fault = self.edge.store("latest", seconds)
        kept = list(times)[: len(times) // 2] if fault and fault.kind == "half" else times
        for item in kept:
            self.edge.latest[item] = max(times[item], self.edge.latest.get(item, ""))
        self.edge.step()
        if fault and fault.kind in ("reset", "half"):
            raise StoreUnavailable(DOWN)


@dataclass(frozen=True, slots=True)
class Watching:
    """The order guard's store, and what each invocation was told by it."""

    latest: Any
    edge: Edge

    def times(self, items: Sequence[str], seconds: float) -> dict[str, str]:
        told: dict[str, str] = self.latest.times(items, seconds)
        self.edge.who.latest = dict(told)
        return told

    def advance(self, times: Mapping[str, str], seconds: float) -> None:
        self.latest.advance(times, seconds)


def guard(schedule: Schedule, edge: Edge, latest: Any) -> Guard | None:
    """The guard that the schedule's project has."""
    modes = [mode for mode in GUARDS if mode in schedule.options]
    return Guard(Watching(latest, edge), modes[0]) if modes else None


def claiming(schedule: Schedule, edge: Edge, claims: Any, targets: Mapping[str, Any]) -> dict[str, Any]:
    """The targets as its project has them."""
    if "claims" not in schedule.options:
        return dict(targets)
    return {name: Claiming(target, claims, edge) for name, target in targets.items()}


# Drawing


def draw(seed: int) -> Schedule:
    """The schedule of a seed, in a quarter of all for a project with options."""
    return with_options(drawn(seed), STORE_KINDS)


def with_options(schedule: Schedule, kinds: Sequence[str]) -> Schedule:
    """The same for a project that has some of them; `kinds` are those of the faults of their stores."""
    random = Random(f"options/{schedule.seed}")
    options, rows, faults = set(), schedule.rows, schedule.faults
    if schedule.kinesis and random.random() < 0.6:
        options.add(random.choice(GUARDS))
        faults += _faults(random, "latest", kinds)
    if random.random() < 0.12:
        options.add("claims")
        rows = tuple(replace(row, large=random.random() < 0.5) for row in rows)
        faults += _faults(random, "claims", kinds)
    if random.random() < 0.08:
        options.add("v2")
    if "drop" in options:  # of what is dropped nothing is refused
        rows = tuple(replace(row, flaw=row.flaw.replace("rejected", "")) for row in rows)
    return replace(schedule, options=frozenset(options), rows=rows, faults=faults)


def _faults(random: Random, port: str, kinds: Sequence[str]) -> tuple[Fault, ...]:
    return tuple(
        Fault(port, random.choice(kinds), random.choice([0, 0, 1, 2, 4]), random.choice([1, 1, 2, 5]), seconds=0.5)
        for _ in range(random.choice([0, 1, 1, 2]))
    )


# What Kinesis brings late


def late(every: Sequence[Expected]) -> set[int]:
    """The rows that come behind a later change of their item of which something is said."""
    latest: dict[str, str] = {}
    found = set()
    for each in every:
        if each.deliveries or each.maybe:
            if each.order < latest.get(each.lane, ""):
                found.add(each.row.index)
            latest[each.lane] = max(each.order, latest.get(each.lane, ""))
    return found


def spared(schedule: Schedule, every: Sequence[Expected]) -> list[Expected]:
    """What must come of the rows where the guard may drop what is late: of that, nothing must."""
    if "drop" not in schedule.options:
        return list(every)
    behind = late(every)
    return [
        replace(each, deliveries=(), maybe=each.deliveries) if each.row.index in behind and not each.row.flaw else each
        for each in every
    ]


def behind(rows: Sequence[Expected], who: Invocation) -> set[int]:
    """Which rows of its batch an invocation must take for late, by what it was told and what came before in the batch."""
    times, found = dict(who.latest or {}), set()
    for each in rows:
        if each.row.flaw == "poison" or not (each.deliveries or each.maybe):
            continue
        if each.order < times.get(each.lane, ""):
            found.add(each.row.index)
        else:
            times[each.lane] = each.order
    return found
