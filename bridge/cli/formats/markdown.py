"""Findings as a Markdown table, for the description or a comment of a pull request."""

from collections.abc import Sequence
from typing import Final

from bridge.cli.formats.files import Files
from bridge.cli.report import count
from bridge.errors import Level, Problem

_ESCAPES: Final = str.maketrans({"|": "\\|", "<": "&lt;", "\n": " ", "\r": " "})


def rendered(problems: Sequence[Problem], files: Files) -> str:
    """A sentence with the counts, then a row for each problem."""
    if not problems:
        return "**No problem.**\n"
    rows = [_row(problem, files) for problem in problems]
    head = ["", "| where | problem | fix |", "|---|---|---|"]
    return "\n".join([f"**{counts(problems)}**", *head, *rows]) + "\n"


def counts(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`."""
    levels: tuple[Level, ...] = ("error", "warning")
    numbers = {level: sum(problem.level == level for problem in problems) for level in levels}
    return ", ".join(count(number, level) for level, number in numbers.items() if number)


def _row(problem: Problem, files: Files) -> str:
    where = problem.where
    at = ":".join(str(part) for part in (files.from_here(where.file), where.line, where.column) if part)
    place = " ".join(part for part in (f"`{at}`" if at else "", f"`{where.path}`" if where.path else "") if part)
    level = "" if problem.level == "error" else " (warning)"
    cells = (place, f"**{problem.code}**{level} {problem.what}", problem.fix)
    return f"| {' | '.join(cell.translate(_ESCAPES) for cell in cells)} |"
