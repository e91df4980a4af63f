"""`changebridge explain`: why a record became what it became."""

import sys
from typing import Annotated

import typer

from bridge.cli.explaining.document import as_json
from bridge.cli.explaining.tree import text_of
from bridge.cli.explaining.verdict import story
from bridge.cli.ink import ink
from bridge.cli.report import (
    Format,
    FormatOption,
    ProjectOption,
    count,
    place_of,
    project_folder,
    read_input,
    show_json,
)
from bridge.core.intake import read_records
from bridge.project import load_project
from bridge.rehearsal import rehearse
from bridge.wiring import open_ledger

app = typer.Typer(add_completion=False)


@app.command("explain")
def explain_records(
    file: Annotated[
        str, typer.Argument(help="A Lambda event, records, one record or JSON Lines; `-` for standard input.")
    ],
    *,
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
    ledger: Annotated[bool, typer.Option("--ledger", help="Ask the ledger whether it was sent already.")] = False,
) -> None:
    """Show for each record which rules asked for it, where each value comes from, and why the others stayed silent.

    Values of the items are shown. Nothing is sent.

    Example: changebridge explain record.json
    """
    found = load_project(project_folder(project))
    records = read_records(read_input(file), place_of(file))
    bridge, asked = rehearse(found), open_ledger(found) if ledger else None
    stories = [story(record, bridge, asked) for record in records]
    if form is Format.JSON:
        show_json([as_json(each) for each in stories])
    else:
        colours = ink()
        print("\n\n".join(text_of(each, colours) for each in stories))
    refused = sum(each.refused for each in stories)
    print(f"{count(len(stories), 'record')}, {refused} refused", file=sys.stderr)
    raise typer.Exit(1 if refused else 0)
