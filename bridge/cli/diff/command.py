"""The command: finds both projects and the records, compares, prints."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.baseline import project_at, said_of
from bridge.cli.diff.cases import Side, of_examples, of_records, side
from bridge.cli.diff.words import summary
from bridge.cli.report import ProjectOption, project_folder, unreadable
from bridge.core.diff import Case, Diff, compare
from bridge.core.revision import revisions
from bridge.errors import ProjectInvalid

app = typer.Typer(add_completion=False)


class DiffFormat(StrEnum):
    """Who reads it. Each is a module of this package with `rendered(diff, base) -> str`."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command()
def diff(  # noqa: PLR0917 -- its options
    base: Annotated[
        str, typer.Option("--base", metavar="REF|DIR", help="What to compare with: a commit, or a project's folder.")
    ] = "HEAD",
    records: Annotated[
        Path | None,
        typer.Option(
            "--records", metavar="PATH", help="A file or folder of records; without it the examples' changes."
        ),
    ] = None,
    project: ProjectOption = None,
    form: Annotated[
        DiffFormat, typer.Option("--format", help="For a person, a program, or a pull request.")
    ] = DiffFormat.TEXT,
    values: Annotated[bool, typer.Option("--values/--no-values", help="Show items' values in the samples.")] = True,
    samples: Annotated[int, typer.Option("--samples", min=0, help="How many samples of each difference.")] = 3,
) -> None:
    """Show which events appear, vanish or change, and what is refused, when this project replaces that of the base.

    What bridge.yaml says otherwise is told by target and setting: what subscribers notice is a finding, what only
    operators do is not. Names count as written: nothing is looked up.

    Example: changebridge diff --base main --records captured/
    """
    with _sides(project_folder(project), base) as (before, now):
        words = before.project.rules.words | now.project.rules.words
        found = compare(_cases(records, before, now), samples, values=values, words=words)
        found = replace(found, revisions=revisions(before.project.manifest, now.project.manifest))
    if not found.records and (records or not (found.is_noticed or found.revisions)):
        raise typer.BadParameter(f"{records} holds no records" if records else "there is no example to compare with")
    module = importlib.import_module(f"bridge.cli.diff.{form.value}")  # only the one that is asked for
    sys.stdout.buffer.write(module.rendered(found, base).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    _tell(found, base, records)
    raise typer.Exit(1 if found.is_noticed else 0)


@contextmanager
def _sides(folder: Path, base: str) -> Iterator[tuple[Side, Side]]:
    with project_at(base, folder) as there:
        try:
            before = side(there)
        except ProjectInvalid as error:
            raise said_of(base, error) from None
        yield before, side(folder)


def _cases(records: Path | None, before: Side, now: Side) -> Iterator[Case]:
    if records is None:
        yield from of_examples(before, now)
        return
    try:
        yield from of_records(records, before, now)
    except OSError as error:
        raise typer.BadParameter(unreadable(str(error.filename or records), error)) from None


def _tell(found: Diff, base: str, records: Path | None) -> None:
    if records is None:
        print("compared over the changes of both sides' examples; name recorded ones: --records PATH", file=sys.stderr)
    print(summary(found, base), file=sys.stderr)
