"""`changebridge map`: records in, events out, nothing sent."""

import sys
from typing import Annotated, Any

import typer

from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, read_input, show_json, show_problems
from bridge.core.decode import Record, decode
from bridge.core.event import Event
from bridge.core.intake import read_records
from bridge.core.rules import Rules
from bridge.core.wire import read_json
from bridge.errors import Problem, RecordRefused, Where
from bridge.project import load_project

app = typer.Typer(add_completion=False)


@app.command("map")
def map_records(
    file: Annotated[str, typer.Argument(help="A Lambda event, records, one record or JSON Lines; `-` for standard input.")],
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show the events that records become. Nothing is sent.

    Example: changebridge map record.json
    """
    rules = load_project(project_folder(project)).rules
    records = read_records(read_input(file), Where(file="" if file == "-" else file))
    mapped = [_mapped(record, rules) for record in records]
    if form is Format.JSON:
        show_json([_as_json(*one) for one in mapped])
    else:
        _show(mapped)
    raise typer.Exit(1 if any(problems for _, _, problems in mapped) else 0)


def _mapped(record: Record, rules: Rules) -> tuple[Record, tuple[Event, ...], tuple[Problem, ...]]:
    try:
        return record, rules.translate(decode(record)).events, ()
    except RecordRefused as error:
        return record, (), error.within(Where(record=record.record_id)).problems


def _as_json(record: Record, events: tuple[Event, ...], problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {
        "record": record.record_id,
        "events": [read_json(event.body) for event in events],
        "targets": {event.id: list(event.targets) for event in events},
        "problems": [problem.as_json() for problem in problems],
    }


def _show(mapped: list[tuple[Record, tuple[Event, ...], tuple[Problem, ...]]]) -> None:
    for record, events, problems in mapped:
        for event in events:
            print(f"{record.record_id} ─► {event.type}  to {', '.join(event.targets)}")
            sys.stdout.write(event.body.decode() + "\n")
        if not events and not problems:
            print(f"{record.record_id} ─► nothing: no rule asks for it")
        show_problems(problems)
    made = sum(len(events) for _, events, _ in mapped)
    refused = sum(1 for _, _, problems in mapped if problems)
    print(f"{count(len(mapped), 'record')}, {count(made, 'event')}, {refused} refused", file=sys.stderr)
