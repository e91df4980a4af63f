"""`changebridge schemas`: what subscribers depend on, kept from breaking and given out."""

from collections.abc import Mapping
from typing import Final

import typer

from bridge.cli.lazy import Commands

#: Each command's module in this package.
COMMANDS: Final[Mapping[str, str]] = {
    "check": "check",
    "release": "release",
    "bundle": "bundle",
    "models": "models",
    "export": "export",
    "publish": "publish",
}


class _Schemas(Commands):
    package = __name__
    table = COMMANDS


app = typer.Typer(cls=_Schemas, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.callback()
def schemas() -> None:
    """Keep the schemas that subscribers depend on from breaking, and give them out."""
