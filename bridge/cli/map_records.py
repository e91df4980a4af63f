"""`changebridge map`: records in, events out, nothing sent."""

import sys
from collections.abc import Mapping
from types import MappingProxyType
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
    claims: Mapping[str, Mapping[str, int]] = MappingProxyType({})  #: by event id and target: see `Rehearsal.claim`


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
    objections = tuple(problem.within(where) for event in events for problem in bridge.objections(event))
    return Mapped(record, events, objections, silence, {event.id: _claims(event, bridge) for event in events})


def _claims(event: Event, bridge: Rehearsal) -> dict[str, int]:
    asked = {name: bridge.claim(event, name) for name in event.targets}
    return {name: size for name, size in asked.items() if size is not None}


def _as_json(mapped: Mapped) -> bytes:
    """The events are the very bytes that would be sent, to targets that `claims` names without the data."""
    targets = write_json({event.id: list(event.targets) for event in mapped.events})
    told = write_json([problem.as_json() for problem in mapped.problems])
    bodies = b",".join(event.body for event in mapped.events)
    head = b'{"record":%s,"events":[%s]' % (write_json(mapped.record.record_id), bodies)
    claims = write_json({name: list(sizes) for name, sizes in mapped.claims.items() if sizes})
    more = b',"claims":%s,"problems":%s,"silent":%s}' % (claims, told, write_json(mapped.silence or None))
    return head + b',"targets":%s' % targets + more


def _show(mapped: list[Mapped]) -> None:
    for record, events, problems, silence, claims in mapped:
        for event in events:
            arrow = "─✗" if problems else "─►"
            print(f"{record.record_id} {arrow} {event.type}  to {', '.join(event.targets)}")
            sys.stdout.write(event.body.decode() + "\n")
            for target, size in claims[event.id].items():
                print(f"  to {target} by claim check: its {size:,} bytes are too many, `dataref` stands for `data`")
        if not events and not problems:
            print(f"{record.record_id} ─► nothing: {silence or 'no rule asks for it'}")
        show_problems(problems)
    made = sum(len(one.events) for one in mapped)
    refused = sum(1 for one in mapped if one.problems)
    print(f"{count(len(mapped), 'record')}, {count(made, 'event')}, {refused} refused", file=sys.stderr)
