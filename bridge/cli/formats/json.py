"""Findings as a JSON array: the shape that every command gives a problem."""

from collections.abc import Sequence

from bridge.cli.formats.files import Files
from bridge.core.wire import write_json
from bridge.errors import Problem


def rendered(problems: Sequence[Problem], _: Files) -> str:
    """One line of JSON."""
    return write_json([problem.as_json() for problem in problems]).decode() + "\n"
