"""`changebridge --version`."""

from typing import Annotated

import typer


def _tell(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 -- slow to import

        print(f"changebridge {version('changebridge')}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_tell, is_eager=True, help="Show the version and exit.")
]
