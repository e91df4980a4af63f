"""`changebridge infra filters`: which records the function need not be invoked for."""

import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.captured import captured
from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, show_json, unreadable
from bridge.core.infra import filters as core
from bridge.core.infra.sample import passing
from bridge.errors import UndecodableRecord
from bridge.project import load_project

app = typer.Typer(add_completion=False)


class Stream(StrEnum):
    """What invokes the function."""

    DYNAMODB = "dynamodb"
    KINESIS = "kinesis"


@app.command()
def filters(
    *,
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
    stream: Annotated[Stream, typer.Option("--stream", help="What invokes the function.")] = Stream.DYNAMODB,
    sample: Annotated[
        Path | None, typer.Option("--sample", metavar="FILE|DIR", help="Captured records: how many are saved.")
    ] = None,
) -> None:
    """Print the event source mapping's FilterCriteria: every record that a rule can want passes, and few others.

    Example: changebridge infra filters --sample records/
    """
    rules = load_project(project_folder(project)).rules
    patterns = core.filters(rules, stream.value)
    saved = _saved(patterns, sample, stream) if sample else ""
    if form is Format.JSON:
        show_json(core.criteria(rules, stream.value))
    else:
        print("\n".join(patterns) or "no filter: a rule may want any record")
    if saved:
        print(saved, file=sys.stderr)


def _saved(patterns: Sequence[str], sample: Path, stream: Stream) -> str:
    try:
        found = list(captured(sample))
    except OSError as error:
        raise typer.BadParameter(unreadable(error.filename or sample, error), param_hint="--sample") from None
    unread = [problem for record in found if record.raw is None for problem in record.problems]
    if unread:  # what is no record is not one that is saved
        raise UndecodableRecord(*unread)
    records = [record.raw for record in found]
    others = Stream.DYNAMODB if stream is Stream.KINESIS else Stream.KINESIS
    if any(isinstance(raw, Mapping) and ("kinesis" in raw) != (stream is Stream.KINESIS) for raw in records):
        said = f"{sample} holds records of another stream, which these filters never see: --stream {others.value}"
        raise typer.BadParameter(said, param_hint="--sample")
    if not records:
        raise typer.BadParameter(f"{sample} holds no records", param_hint="--sample")
    saved = len(records) - sum(passing(patterns, records))
    return f"{saved} of {count(len(records), 'record')} never reach the function ({saved / len(records):.1%})"
