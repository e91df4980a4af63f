"""What came of a parcel or a discarded batch, told without any data of its items."""

import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Any

from bridge.cli.quarantine.masked import named, told
from bridge.cli.report import count, show_problems
from bridge.discards import Resent
from bridge.parking import Unread
from bridge.ports import Delivery
from bridge.redrive import Redriven


def show_result(result: Redriven | Resent, words: Container[str]) -> None:
    """For a person."""
    print(f"{result.state:10} {result.key}")
    lines = _events(result.deliveries) if isinstance(result, Redriven) else _summary(result)
    for line in lines:
        print(f"    {line}")
    show_problems(told(problem, words) for problem in result.problems)
    if isinstance(result, Resent):
        show_problems(told(problem, words) for record in result.records for problem in record.problems)


def _events(deliveries: Iterable[Delivery]) -> Iterator[str]:
    return (f"{named(delivery.event)} to {delivery.target}" for delivery in deliveries)


def _summary(batch: Resent) -> Iterator[str]:
    """Numbers in place of a line each: a batch may hold thousands."""
    states = Counter(record.state for record in batch.records)
    targets = Counter(delivery.target for record in batch.records for delivery in record.deliveries)
    yield f"{count(len(batch.records), 'record')}: {', '.join(f'{many} {state}' for state, many in states.items())}"
    yield from (f"{count(many, 'event')} to {target}" for target, many in targets.items())


def tell_unread(objects: int) -> None:
    """That not all is told of, on stderr."""
    if objects:
        print(f"{count(objects, 'object')} could not be read: left alone", file=sys.stderr)


def exit_code(unread: Iterable[Unread]) -> int:
    """3 where something may be had another time, 1 where something is no parcel, 0 where all was read."""
    return max((3 if each.withheld else 1 for each in unread), default=0)


def as_json(result: Redriven | Resent, words: Container[str]) -> dict[str, Any]:
    """For a program."""
    head: dict[str, Any] = {"key": result.key, "state": result.state}
    if isinstance(result, Resent):
        head["records"] = [{"record": each.record_id} | _outcome(each, words) for each in result.records]
        return head | {"problems": [told(problem, words).as_json() for problem in result.problems]}
    return head | _outcome(result, words)


def _outcome(result: Redriven, words: Container[str]) -> dict[str, Any]:
    deliveries = [{"event": named(each.event), "target": each.target} for each in result.deliveries]
    problems = [told(problem, words).as_json() for problem in result.problems]
    return {"state": result.state, "deliveries": deliveries, "problems": problems}
