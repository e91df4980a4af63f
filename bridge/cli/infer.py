"""`changebridge infer items`: drafts the schemas of stored items from recorded changes."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bridge.captured import captured
from bridge.cli.report import (
    Format,
    FormatOption,
    ProjectOption,
    count,
    project_folder,
    show_json,
    show_refused,
    unreadable,
)
from bridge.core.change import Change
from bridge.core.decode import decode
from bridge.core.infer import Inferred, infer_items
from bridge.core.wire import write_json
from bridge.errors import UndecodableRecord
from bridge.project import Project, load_project

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)

FILES = typer.Argument(help="Captured records: files of any form that `map` reads, or folders of them.")


@app.callback()
def infer() -> None:
    """Draft what the project does not say yet, from recorded changes.

    Example: changebridge infer items records.jsonl
    """


@app.command()
def items(
    files: Annotated[list[Path], FILES],
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
    write: Annotated[bool, typer.Option("--write", help="Write each where there is none yet.")] = False,
) -> None:
    """Draft the schema of each entity's items, from the records that its `when` matches.

    Example: changebridge infer items records.jsonl --write
    """
    found = load_project(project_folder(project))
    drafts = infer_items(found.rules.entities, _changes(files))
    if form is Format.JSON:
        show_json([_as_json(found, draft) for draft in drafts])
    for draft in drafts:
        seen = f"{count(draft.records, 'record')} of {count(draft.items, 'item')}"
        print(f"{draft.entity}: {_file(found, draft)} drafted from {seen}", file=sys.stderr)
        if write:
            _write(found, draft)
        elif form is Format.TEXT:
            print(_pretty(draft))
    if not drafts:
        print("no record is about any entity: compare `when` with the records", file=sys.stderr)
        raise typer.Exit(1)


def _changes(files: list[Path]) -> Iterator[Change]:
    for file in files:
        try:
            records = list(captured(file))
        except OSError as error:
            raise typer.BadParameter(unreadable(error.filename or file, error)) from None
        if not records:
            raise typer.BadParameter(f"{file} holds no records")
        for record in records:
            try:
                yield decode(record)
            except UndecodableRecord as error:
                show_refused(error.problems)


def _file(project: Project, draft: Inferred) -> str:
    return f"{project.manifest.schemas.rstrip('/')}/{draft.name}"


def _pretty(draft: Inferred) -> str:
    return json.dumps(json.loads(write_json(dict(draft.schema))), indent=2, ensure_ascii=False)


def _write(project: Project, draft: Inferred) -> None:
    path = project.folder / _file(project, draft)
    if path.exists():
        print(f"  {_file(project, draft)} is there already and stays as it is", file=sys.stderr)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_pretty(draft) + "\n", encoding="utf-8")
    print(f"  written; name it in the rule file: item_schema: {draft.name}", file=sys.stderr)


def _as_json(project: Project, draft: Inferred) -> dict[str, object]:
    return {
        "entity": draft.entity,
        "file": _file(project, draft),
        "records": draft.records,
        "items": draft.items,
        "schema": dict(draft.schema),
    }
