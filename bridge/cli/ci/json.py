"""The report for a program: each part with its verdict and its own report."""

from collections.abc import Sequence
from pathlib import Path

from bridge.cli.ci.parts import Ran, exit_code
from bridge.core.wire import read_json, write_json


def rendered(ran: Sequence[Ran], against: str, _: Path) -> str:
    """One line of JSON."""
    parts = [
        {
            "name": each.part.name,
            "verdict": each.verdict,
            "says": each.says,
            "report": read_json(each.report) if each.report.strip() else None,
            "problems": [problem.as_json() for problem in each.problems],
        }
        for each in ran
    ]
    return write_json({"ok": exit_code(ran) == 0, "against": against or None, "parts": parts}).decode() + "\n"
