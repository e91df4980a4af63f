"""All checks over one subject, and what each came to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from bridge.doctor import around, discarded, function, keys, mapping, permissions, stores, streams, traffic
from bridge.doctor.asking import Amazon
from bridge.doctor.subject import Subject
from bridge.errors import Problem, Unavailable

Check = Callable[[Subject, Amazon], Iterator[Problem]]
#: What AWS did not tell: no finding of the project, and no proof that all is well.
UNSEEN: Final = frozenset({"A001", "A002"})


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found."""

    name: str
    problems: tuple[Problem, ...] = field(default=())

    @property
    def unseen(self) -> bool:
        """Whether something could not be looked at."""
        return any(problem.code in UNSEEN for problem in self.problems)


def examine(subject: Subject, amazon: Amazon, hours: int) -> list[Result]:
    """Every check, in the order in which a change travels; one that AWS does not answer stops no other."""
    return [Result(name, tuple(_found(check, subject, amazon))) for name, check in _checks(subject, hours)]


def _checks(subject: Subject, hours: int) -> Iterator[tuple[str, Check]]:
    yield "clock", around.check_clock
    yield "regions", around.check_regions
    if subject.stack:
        yield "stack", around.check_stack
    yield "stream", streams.check
    if subject.function is not None:
        yield "mapping", mapping.check
    yield "function", function.check if subject.parameters is None else function.check_variables
    if subject.function is not None:
        yield "code", function.check_code
    yield "targets and stores", stores.check
    yield "keys", keys.check
    if subject.function is not None or subject.parameters is not None:
        yield "permissions", permissions.check
    if subject.function is not None:
        yield "traffic", partial(traffic.check, hours=hours)
    if subject.parameters is None:
        yield "discarded batches", discarded.check
    if subject.alarms:
        yield "alarms", around.check_alarms


def _found(check: Check, subject: Subject, amazon: Amazon) -> Iterator[Problem]:
    try:
        yield from check(subject, amazon)
    except Unavailable as error:
        yield from error.problems
