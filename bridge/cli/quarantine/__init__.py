"""`changebridge quarantine`: what was refused, what Lambda discarded, why, and how to send it again."""

from collections.abc import Mapping
from typing import Final

import typer

from bridge.cli.lazy import Commands

#: Each command's module in this package.
COMMANDS: Final[Mapping[str, str]] = {"list": "listing", "show": "show", "redrive": "redrive"}


class _Quarantine(Commands):
    package = __name__
    table = COMMANDS


app = typer.Typer(cls=_Quarantine, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.callback()
def quarantine() -> None:
    """Look at what was refused and at what Lambda discarded, and send it again."""
