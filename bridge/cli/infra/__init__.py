"""`changebridge infra`: what the infrastructure must be, out of the rules and the project file."""

from collections.abc import Mapping
from typing import Final

import typer

from bridge.cli.lazy import Commands

#: Each command's module in this package.
COMMANDS: Final[Mapping[str, str]] = {"filters": "filters", "policy": "policy"}


class _Infra(Commands):
    package = __name__
    table = COMMANDS


app = typer.Typer(cls=_Infra, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.callback()
def infra() -> None:
    """Say what the infrastructure must be, out of the rules and the project file."""
