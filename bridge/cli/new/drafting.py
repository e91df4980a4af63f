"""From a file with a captured record to the draft of a rule."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bridge.captured import captured
from bridge.cli.report import unreadable
from bridge.core.batch import Record
from bridge.core.change import Change
from bridge.core.decode import decode
from bridge.core.draft import scrub
from bridge.core.rules.parts import NAME

EntityOption = Annotated[
    str | None, typer.Option("--entity", metavar="NAME", help="The entity's name; without it the item's keys tell.")
]
RecordOption = Annotated[
    str | None, typer.Option("--record", metavar="ID", help="Which record of the file, by its eventID; else the first.")
]
ScrubOption = Annotated[
    bool, typer.Option("--scrub", help="Replace what may be personal in the example by made-up values.")
]


def change_in(file: Path, wanted: str | None, *, scrubbed: bool) -> tuple[Record, Change]:
    """The record of a file, and its change. Raises `UndecodableRecord`; a file without a record is a usage error."""
    try:
        records = list(captured(file))
    except OSError as error:
        raise typer.BadParameter(unreadable(error.filename or file, error)) from None
    found = [record for record in records if wanted in {None, record.record_id}]
    if not found:
        raise typer.BadParameter(f"{file} holds no record" + (f" '{wanted}'" if wanted else ""))
    change = decode(found[0])
    if len(found) > 1:
        print(f"drafting from the first of {len(found)} records; name another: --record ID", file=sys.stderr)
    if scrubbed:
        print("replaced what name or form show to be personal; read the example before you commit it", file=sys.stderr)
    else:
        print("the example will hold the record's own values; --scrub replaces what may be personal", file=sys.stderr)
    return found[0], scrub(change) if scrubbed else change


def entity_name(given: str | None) -> str:
    """The name that was given, "" where none was. A usage error for what is no name."""
    if given and not NAME.fullmatch(given):
        raise typer.BadParameter(f"'{given}' is no name of an entity: write lower-case words joined by `-`")
    return given or ""
