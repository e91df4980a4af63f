"""What the examples cover, and which broken rules they let pass: for a person, or a program."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from bridge.cli.ink import Ink
from bridge.cli.report import count
from bridge.cli.testing.record import reader
from bridge.core.coverage import Covered, coverage
from bridge.core.examples import Example
from bridge.core.mutate import Mutation, mutate
from bridge.errors import Where
from bridge.project import Project


def covered(project: Project, examples: Sequence[Example]) -> list[Covered]:
    """What the examples show of each entity and event."""
    return coverage(project.rules.entities, examples, reader(project.folder))


def mutated(project: Project, examples: Sequence[Example]) -> Mutation:
    """What the examples notice when the rules are broken."""
    return mutate(project.rules.entities, examples, project.around, reader(project.folder))


def coverage_text(covered: Sequence[Covered], ink: Ink) -> Iterator[str]:
    """Each entity and event with its share, below it what no example shows.

    ```
    order.placed  15 of 16
        rules/order.yaml:26:15: `change` always holds
    coverage: 98 %, 187 of 191
    ```
    """
    width = max((len(each.subject) for each in covered), default=0)
    for each in covered:
        done = len(each.points) - len(each.missing)
        share = ink.paint(f"{done} of {len(each.points)}", "bad" if each.missing else "good")
        yield f"{each.subject:<{width}}  {share}"
        yield from (f"    {point.where}: {point.what}" for point in each.missing)
    total, done = _sums(covered)
    yield ink.paint(f"coverage: {percent(done, total)} %, {done} of {total}", "bold")


def coverage_json(covered: Sequence[Covered]) -> dict[str, Any]:
    """The total, and for each entity and event what is missing."""
    total, done = _sums(covered)
    return {
        "percent": percent(done, total),
        "covered": done,
        "points": total,
        "of": [
            {
                "of": each.subject,
                "covered": len(each.points) - len(each.missing),
                "points": len(each.points),
                "missing": [{"kind": point.kind, "what": point.what, **_place(point.where)} for point in each.missing],
            }
            for each in covered
        ],
    }


def percent(done: int, total: int) -> Decimal | int:
    """The share in per cent with one digit, rounded down, so that only all of them are 100."""
    tenths = done * 1000 // total if total else 1000
    return tenths // 10 if tenths % 10 == 0 else Decimal(tenths) / 10


def mutants_text(mutation: Mutation, ink: Ink) -> Iterator[str]:
    """Each mutant that no example noticed, with what would.

    ```
    rules/order.yaml:26:15: order.placed: without `change` under `when`, every example still holds
        add an example in which `change` is another, and that ends in `silent: true`
    ```
    """
    for each in mutation.survivors:
        yield f"{ink.paint(f'{each.where}: {each.subject}', 'bold')}: {each.what}, every example still holds"
        yield f"    {ink.paint(each.hint, 'good')}"
    tried, left = mutation.tried, len(mutation.survivors)
    yield ink.paint(f"mutants: {count(tried, 'mutant')}, {tried - left} noticed, {left} survived", "bold")


def mutants_json(mutation: Mutation) -> dict[str, Any]:
    """How many were tried, and each that survived."""
    survivors = [
        {"of": each.subject, "what": each.what, "hint": each.hint, **_place(each.where)} for each in mutation.survivors
    ]
    return {"tried": mutation.tried, "survived": survivors}


def _sums(covered: Sequence[Covered]) -> tuple[int, int]:
    total = sum(len(each.points) for each in covered)
    return total, total - sum(len(each.missing) for each in covered)


def _place(where: Where) -> dict[str, Any]:
    return {"file": where.file, "line": where.line, "column": where.column}
