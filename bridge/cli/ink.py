"""Colours on a terminal that wants them, and plain text everywhere else."""

import sys
from dataclasses import dataclass
from typing import Final

#: What each style is in the terminal's codes.
STYLES: Final = {"bold": "1", "good": "32", "bad": "31", "dim": "2"}


@dataclass(frozen=True, slots=True)
class Ink:
    """Paints, or does not."""

    on: bool

    def paint(self, text: str, style: str) -> str:
        """The text in a style of `STYLES`."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.on and text else text


def ink() -> Ink:
    """Colours where stdout is a terminal whose user wants them."""
    if not sys.stdout.isatty():
        return Ink(on=False)
    from rich.console import Console  # noqa: PLC0415 -- slow to import, and only terminals have colours

    console = Console()
    return Ink(on=console.color_system is not None and not console.no_color)
