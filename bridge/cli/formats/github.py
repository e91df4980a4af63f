"""Findings as GitHub's workflow commands, which annotate the lines of a pull request.

Syntax and escapes: GitHub Actions, "Workflow commands for GitHub Actions", and `command.ts` of actions/toolkit.
"""

from collections.abc import Sequence
from typing import Final

from bridge.cli.formats.files import Files
from bridge.errors import Problem
from bridge.pages import title

_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def rendered(problems: Sequence[Problem], files: Files) -> str:
    """One command a line."""
    return "".join(_command(problem, files) for problem in problems)


def _command(problem: Problem, files: Files) -> str:
    where = problem.where
    named = {
        "file": files.from_here(where.file),
        "line": where.line,
        "col": where.column,
        "title": f"{problem.code} {title(problem.code)}".rstrip(),
    }
    properties = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in named.items() if value)
    also = f"\n{problem.also.says}: {problem.also.where}" if problem.also else ""
    said = f"{problem.what}{also}\nfix: {problem.fix}"
    return f"::{problem.level} {properties}::{said.translate(_DATA)}\n"
