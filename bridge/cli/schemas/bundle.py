"""`changebridge schemas bundle`: a schema in one file, for subscribers in any language."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli.report import ProjectOption, project_folder
from bridge.cli.schemas.chosen import All, Names, chosen, write
from bridge.core.export.bundle import Bundle
from bridge.core.export.envelope import wrapped
from bridge.core.export.saying import Saying, sayings
from bridge.core.export.speech import TOLERANT
from bridge.core.export.widen import widen
from bridge.core.wire import pretty_json
from bridge.project import load_project

app = typer.Typer(add_completion=False)


class Envelope(StrEnum):
    """What is described around the data."""

    CLOUDEVENT = "cloudevent"
    EVENTBRIDGE = "eventbridge"
    EVENTBRIDGE_DATA = "eventbridge-data"


@app.command()
def bundle(
    *,
    names: Names = None,
    project: ProjectOption = None,
    everything: All = False,
    opened: Annotated[bool, typer.Option("--open", help="As a tolerant reader reads it: open to additions.")] = False,
    envelope: Annotated[
        Envelope | None, typer.Option("--envelope", help="The whole event as it arrives, not the data alone.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE|DIR", help="Where to write.")] = None,
) -> None:
    """Write a schema as one file that refers to nothing outside.

    Example: changebridge schemas bundle order/placed.v1 --open --envelope cloudevent
    """
    found = load_project(project_folder(project))
    bundles = chosen(found, names, everything=everything)
    said = sayings(found.rules)
    files = {name: pretty_json(_made(each, said.get(name, []), opened, envelope)) for name, each in bundles.items()}
    if out is not None and len(files) == 1 and not everything and not out.is_dir():
        write(out.parent, {out.name: next(iter(files.values()))})
    elif out is not None:
        write(out, files)
    elif len(files) == 1:
        sys.stdout.buffer.write(next(iter(files.values())))
    else:
        raise typer.BadParameter("several schemas need a folder", param_hint="--out")


def _made(given: Bundle, said_by: list[Saying], opened: bool, envelope: Envelope | None) -> dict[str, Any]:
    document = widen(given.document, TOLERANT).document if opened else given.document
    return wrapped(document, said_by, envelope.value) if envelope else document
