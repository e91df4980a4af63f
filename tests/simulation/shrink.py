"""The smallest schedule that still breaks the same law: faults, rows and settings go as long as it does."""

from collections.abc import Iterator
from dataclasses import replace

from tests.simulation.laws import broken
from tests.simulation.mapping import Settings
from tests.simulation.run import run
from tests.simulation.schedule import Schedule

#: What each setting is at its plainest.
PLAIN = {
    "kinesis": False,
    "latency": 0.01,
    "idle": 0.0,
    "most": 10,
    "groups": False,
    "wave": 1000,
    "dear": 0.0,
    "options": frozenset(),
    "timeout": 30.0,
    "mapping": Settings(),
}


def shrink(schedule: Schedule, law: str) -> Schedule:
    """Of a schedule that breaks the law. Ends, since every step makes it smaller or plainer."""
    while True:
        smaller = next((each for each in _smaller(schedule) if _breaks(each, law)), None)
        if smaller is None:
            return schedule
        schedule = smaller


def _breaks(schedule: Schedule, law: str) -> bool:
    return any(said.startswith(f"{law}:") for said in broken(run(schedule)))


def _smaller(schedule: Schedule) -> Iterator[Schedule]:
    for index in range(len(schedule.faults)):
        yield replace(schedule, faults=_without(schedule.faults, index))
    for index in range(len(schedule.rows)):
        yield replace(schedule, rows=_without(schedule.rows, index))
    for name, plain in PLAIN.items():
        if getattr(schedule, name) != plain:
            yield replace(schedule, **{name: plain})
    for index, row in enumerate(schedule.rows):
        for plain in ({"flaw": ""}, {"written": 0.0}, {"age": 0.0}, {"says": row.says[:1]}):
            if any(getattr(row, name) != value for name, value in plain.items()):
                yield replace(
                    schedule, rows=(*schedule.rows[:index], replace(row, **plain), *schedule.rows[index + 1 :])
                )
    yield from _sooner(schedule)
    if any(row.shard for row in schedule.rows):
        yield replace(schedule, rows=tuple(replace(row, shard=0) for row in schedule.rows))


def _sooner(schedule: Schedule) -> Iterator[Schedule]:
    """With faults that strike earlier, so that less need come before."""
    for index, fault in enumerate(schedule.faults):
        if fault.at and fault.port != "process":
            earlier = replace(fault, at=fault.at // 2)
            yield replace(schedule, faults=(*schedule.faults[:index], earlier, *schedule.faults[index + 1 :]))


def _without(values: tuple, index: int) -> tuple:
    return values[:index] + values[index + 1 :]
