"""The report for a person: what each part found, then the summary."""

from collections.abc import Sequence
from pathlib import Path

from bridge.cli.ci.parts import Ran


def rendered(ran: Sequence[Ran], against: str, _: Path) -> str:
    """A section for each part that has something to show, and a line for each."""
    return "".join(map(_section, ran)) + summary(ran, against)


def summary(ran: Sequence[Ran], against: str) -> str:
    """A line for each part: its name, how it ended, and what it says of itself."""
    width = max(len(each.verdict) for each in ran)
    lines = [f"{each.part.name:8} {each.verdict:{width}}  {each.says}".rstrip() for each in ran]
    return "\n".join([f"compared with {against}" if against else "no commit to compare with", *lines, ""])


def body(each: Ran) -> str:
    """What a part printed, or what ended it."""
    return each.report or "".join(f"{problem}\n" for problem in each.problems)


def _section(each: Ran) -> str:
    shown = body(each).strip("\n")
    return f"{each.part.name}\n{'-' * len(each.part.name)}\n{shown}\n\n" if shown else ""
