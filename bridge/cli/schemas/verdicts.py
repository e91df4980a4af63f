"""How the verdicts of a check are told: as a table for people, as data for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from bridge.core.compat.check import Check, Verdict
from bridge.core.compat.containment import Comparison
from bridge.core.contain import NO_WITNESS
from bridge.core.wire import write_json

_HEAD = ("schema", "held against", "subscriber-safe", "replay-safe")
#: Longest schema of all that break that is shown; JSON has it whole.
_LONGEST = 400


def as_text(check: Check) -> str:
    """A table, below each row that is not safe what breaks; then what is acknowledged."""
    rows = [_cells(verdict) for verdict in check.verdicts]
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD))]
    lines = [_line(_HEAD, widths)]
    for verdict, row in zip(check.verdicts, rows, strict=True):
        lines += [_line(row, widths), *(f"    {said}" for said in _breaking(verdict))]
    return "".join(f"{line}\n" for line in [*lines, *_accepted(check)])


def as_markdown(check: Check) -> str:
    """The same as a table of Markdown."""
    rows = ["| " + " | ".join(_HEAD) + " |", "|" + "---|" * len(_HEAD)]
    rows += ["| " + " | ".join((f"`{row[0]}`", *row[1:])) + " |" for row in map(_cells, check.verdicts)]
    accepted = [f"- {said}" for said in _accepted(check)]
    return "\n".join([*rows, *([""] if accepted else []), *accepted]) + "\n\n"


def as_data(check: Check, against: str) -> dict[str, Any]:
    """Everything, counterexamples and schemas of all that break included."""
    return {
        "against": against,
        "verdicts": [_verdict(verdict) for verdict in check.verdicts],
        "problems": [problem.as_json() for problem in check.problems],
        "acknowledged": [
            {
                "schema": each.schema,
                "rule": each.rule,
                "at": each.at or None,
                "reason": each.reason,
                "until": each.until,
            }
            for _, each in check.accepted
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "schema": verdict.schema,
        "versions": verdict.versions,
        "subscriber-safe": verdict.subscriber_safe if verdict.versions else None,
        "replay-safe": verdict.replay_safe if verdict.versions else None,
        "comparisons": [_comparison(each) for each in verdict.comparisons],
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    found = comparison.found
    return {
        "question": comparison.direction,
        "against": comparison.earlier.label,
        "answer": comparison.answer,
        **({} if found.witness is NO_WITNESS else {"counterexample": found.witness}),
        "breaking": found.breaking,
        "reason": found.reason or None,
    }


def _cells(verdict: Verdict) -> tuple[str, ...]:
    if not verdict.versions:
        return verdict.schema, "nothing: new", "-", "-"
    many = f"{verdict.versions} version{'' if verdict.versions == 1 else 's'}"
    return verdict.schema, many, verdict.subscriber_safe, verdict.replay_safe


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _breaking(verdict: Verdict) -> Iterator[str]:
    for each in verdict.comparisons:
        if each.answer == "breaks" and each.found.breaking is not None:
            schema = {keyword: value for keyword, value in each.found.breaking.items() if keyword != "$schema"}
            text = write_json(schema).decode()
            if len(text) <= _LONGEST:
                yield f"{each.direction}, {each.earlier.label}: all that break it: {text}"


def _accepted(check: Check) -> Iterator[str]:
    for finding, each in check.accepted:
        yield f"acknowledged until {each.until}: {finding.rule} in {finding.schema}: {each.reason}"
