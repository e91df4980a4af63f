"""`changebridge map`: records in, events out, nothing sent."""

import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from bridge.cli.report import (
    Format,
    FormatOption,
    ProjectOption,
    count,
    place_of,
    project_folder,
    read_input,
    show_lines,
    show_problems,
)
from bridge.core.decode import Record, decode
from bridge.core.event import Event
from bridge.core.intake import read_records
from bridge.core.rules import Rules
from bridge.core.wire import write_json
from bridge.errors import Problem, RecordRefused, Where
from bridge.ports import Target
from bridge.project import load_project
from bridge.wiring import offline_targets

app = typer.Typer(add_completion=False)

#: A record, the events that it becomes, and why it is refused.
Mapped = tuple[Record, tuple[Event, ...], tuple[Problem, ...]]


@app.command("map")
def map_records(
    file: Annotated[
        str, typer.Argument(help="A Lambda event, records, one record or JSON Lines; `-` for standard input.")
    ],
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show the events that records become. Nothing is sent.

    Example: changebridge map record.json
    """
    found = load_project(project_folder(project))
    records = read_records(read_input(file), place_of(file))
    targets = offline_targets(found)
    mapped = [_mapped(record, found.rules, targets) for record in records]
    if form is Format.JSON:
        show_lines([_as_json(*one) for one in mapped], b"[", b",\n", b"]\n")
    else:
        _show(mapped)
    raise typer.Exit(1 if any(problems for _, _, problems in mapped) else 0)


def _mapped(record: Record, rules: Rules, targets: Mapping[str, Target]) -> Mapped:
    """The record with its events, and what refuses it, the word of each target on each event included."""
    where = Where(record=record.record_id)
    try:
        events = rules.translate(decode(record)).events
    except RecordRefused as error:
        return record, (), error.within(where).problems
    asked = (targets[name].objection(event) for event in events for name in event.targets)
    return record, events, tuple(problem.within(where) for problem in asked if problem is not None)


def _as_json(record: Record, events: tuple[Event, ...], problems: tuple[Problem, ...]) -> bytes:
    """The events are the very bytes that would be sent."""
    targets = write_json({event.id: list(event.targets) for event in events})
    told = write_json([problem.as_json() for problem in problems])
    bodies = b",".join(event.body for event in events)
    head = b'{"record":%s,"events":[%s]' % (write_json(record.record_id), bodies)
    return head + b',"targets":%s,"problems":%s}' % (targets, told)


def _show(mapped: list[Mapped]) -> None:
    for record, events, problems in mapped:
        for event in events:
            arrow = "─✗" if problems else "─►"
            print(f"{record.record_id} {arrow} {event.type}  to {', '.join(event.targets)}")
            sys.stdout.write(event.body.decode() + "\n")
        if not events and not problems:
            print(f"{record.record_id} ─► nothing: no rule asks for it")
        show_problems(problems)
    made = sum(len(events) for _, events, _ in mapped)
    refused = sum(1 for _, _, problems in mapped if problems)
    print(f"{count(len(mapped), 'record')}, {count(made, 'event')}, {refused} refused", file=sys.stderr)
