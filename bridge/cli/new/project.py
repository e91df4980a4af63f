"""`changebridge new project`: a folder with everything that a project needs."""

import re
import sys
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from bridge.cli.new.drafting import EntityOption, RecordOption, ScrubOption, change_in, entity_name
from bridge.cli.new.writing import write_new
from bridge.core.batch import Record
from bridge.core.change import Change
from bridge.core.draft import Place, draft
from bridge.core.draft.names import name_of
from bridge.core.manifest import FILE, VIEWS
from bridge.core.yamltext import scalar

app = typer.Typer(add_completion=False)

#: The files of a project to start from, the words PROJECT and TABLE in them to be replaced.
START = Path(__file__).parent / "start"
#: Those that every project gets, whatever its first rule is.
EVERY = (FILE, "README.md")
_TABLE = re.compile(r"\bTABLE\b")  # and no part of a variable's name
_VIEW = "NEW_AND_OLD_IMAGES"


@app.command()
def project(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; it may exist, its files are kept.")],
    record_file: Annotated[
        Path | None, typer.Option("--from-record", metavar="FILE", help="Draft the first rule from a captured record.")
    ] = None,
    entity: EntityOption = None,
    record: RecordOption = None,
    scrubbed: ScrubOption = False,
) -> None:
    """Make a project to start from: bridge.yaml, a rule with its examples, schemas, a README.

    Example: changebridge new shop --from-record record.json --scrub
    """
    name = name_of(folder.resolve().name) or "project"
    if record_file is None:
        files = {path: _TABLE.sub(name, text) for path, text in _start(name).items()}
    else:
        files = _drafted(name, entity_name(entity), *change_in(record_file, record, scrubbed=scrubbed))
    write_new(folder, files)
    there = quote(str(folder))
    print(f"next: changebridge lint --project {there}; changebridge test --project {there}", file=sys.stderr)


def _start(name: str) -> dict[str, str]:
    paths = sorted(path for path in START.rglob("*") if path.is_file())
    return {path.relative_to(START).as_posix(): path.read_text("utf-8").replace("PROJECT", name) for path in paths}


def _drafted(name: str, entity: str, record: Record, change: Change) -> dict[str, str]:
    place = Place(
        rules="rules",
        schemas="schemas",
        types=f"com.example.{name}",
        ids=f"https://schemas.example.com/{name}/",
        source=f"/{name}",
        target="domain-bus",
    )
    table, start = scalar(change.table or name), _start(name)
    files = {path: start[path].replace("TABLE: {view: " + _VIEW, f"{table}: {{view: {_view(record)}") for path in EVERY}
    return files | dict(draft(change, place, entity).files)


def _view(record: Record) -> str:
    """The view type that the record names; without one what rules can do most with."""
    view = record.raw.get("dynamodb", {}).get("StreamViewType")
    return str(view) if view in VIEWS else _VIEW
