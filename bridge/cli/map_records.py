"""`changebridge map`: records in, events out, nothing sent."""

import sys
from typing import Annotated, NamedTuple

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
from bridge.core.wire import write_json
from bridge.errors import Problem, RecordRefused, Where
from bridge.project import load_project
from bridge.rehearsal import Rehearsal, rehearse

app = typer.Typer(add_completion=False)


class Mapped(NamedTuple):
    """What a record becomes."""

    record: Record
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()  #: why it is refused
    silence: str = ""  #: why nothing is said of it, whatever the rules say


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
    bridge = rehearse(load_project(project_folder(project)))
    mapped = [_mapped(record, bridge) for record in read_records(read_input(file), place_of(file))]
    if form is Format.JSON:
        show_lines([_as_json(one) for one in mapped], b"[", b",\n", b"]\n")
    else:
        _show(mapped)
    raise typer.Exit(1 if any(one.problems for one in mapped) else 0)


def _mapped(record: Record, bridge: Rehearsal) -> Mapped:
    """The record with its events, and what refuses it, the word of each target on each event included."""
    where = Where(record=record.record_id)
    try:
        change = decode(record)
        silence = bridge.silence(change)
        events = () if silence else bridge.project.rules.translate(change).events
    except RecordRefused as error:
        return Mapped(record, problems=error.within(where).problems)
    asked = (bridge.targets[name].objection(event) for event in events for name in event.targets)
    return Mapped(record, events, tuple(problem.within(where) for problem in asked if problem is not None), silence)


def _as_json(mapped: Mapped) -> bytes:
    """The events are the very bytes that would be sent."""
    targets = write_json({event.id: list(event.targets) for event in mapped.events})
    told = write_json([problem.as_json() for problem in mapped.problems])
    bodies = b",".join(event.body for event in mapped.events)
    head = b'{"record":%s,"events":[%s]' % (write_json(mapped.record.record_id), bodies)
    return head + b',"targets":%s,"problems":%s,"silent":%s}' % (targets, told, write_json(mapped.silence or None))


def _show(mapped: list[Mapped]) -> None:
    for record, events, problems, silence in mapped:
        for event in events:
            arrow = "─✗" if problems else "─►"
            print(f"{record.record_id} {arrow} {event.type}  to {', '.join(event.targets)}")
            sys.stdout.write(event.body.decode() + "\n")
        if not events and not problems:
            print(f"{record.record_id} ─► nothing: {silence or 'no rule asks for it'}")
        show_problems(problems)
    made = sum(len(one.events) for one in mapped)
    refused = sum(1 for one in mapped if one.problems)
    print(f"{count(len(mapped), 'record')}, {count(made, 'event')}, {refused} refused", file=sys.stderr)
