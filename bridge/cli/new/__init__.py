"""`changebridge new`: a project to start from, and a rule drafted from a captured record."""

from collections.abc import Mapping
from typing import Any, Final

import typer

from bridge.cli.lazy import Commands

#: Each command's module in this package.
COMMANDS: Final[Mapping[str, str]] = {"project": "project", "rule": "rule"}


class _New(Commands):
    """`new DIR` is `new project DIR`."""

    package = __name__
    table = COMMANDS

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments with the command that is meant where none is named."""
        named = not args or args[0] in COMMANDS or args[0] == "--help"
        return super().parse_args(ctx, args if named else ["project", *args])


app = typer.Typer(cls=_New, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.callback()
def new() -> None:
    """Make a project to start from, or draft a rule from a captured record.

    Example: changebridge new shop
    """
