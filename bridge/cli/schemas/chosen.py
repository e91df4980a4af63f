"""Which schemas a command is about, and what of them it works with."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bridge.core.export.bundle import Bundle, bundle
from bridge.core.export.saying import Saying, sayings
from bridge.core.fields import did_you_mean
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.project import Project

Names = Annotated[
    list[str] | None, typer.Argument(metavar="NAME", help="Schemas by file, such as order/placed.v1, or by type.")
]
All = Annotated[bool, typer.Option("--all", help="Every schema that a rule says.")]


def chosen(project: Project, names: Sequence[str] | None, *, everything: bool = True) -> dict[str, Bundle]:
    """The bundles of the schemas named, or of all that rules say. Raises `ProjectInvalid` G001."""
    said = sayings(project.rules)
    if not names and not everything:
        raise typer.BadParameter("name a schema, or give --all")
    wanted = [_found(project, said, name) for name in names or ()] or [n for n in project.schemas.names if n in said]
    return {name: bundle(project.schemas.links, name) for name in dict.fromkeys(wanted)}


def _found(project: Project, said: Mapping[str, Sequence[Saying]], name: str) -> str:
    by_type = {saying.type: schema for schema, each in said.items() for saying in each}
    for known in (name, f"{name}.json", by_type.get(name, "")):
        if project.schemas.get(known):
            return known
    hint = did_you_mean(name, [*project.schemas.names, *by_type])
    fix = "write its path below the schemas folder, such as order/placed.v1, or the type of its event"
    raise ProjectInvalid(Problem(Where(), "G001", f"there is no schema '{name}'{hint}", fix))


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files below a folder, and say so. Raises `ProjectInvalid` G011 where that is not possible."""
    for name, data in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            what = f"cannot be written: {error.strerror}"
            problem = Problem(Where(file=str(path)), "G011", what, "name another place with --out")
            raise ProjectInvalid(problem) from None
    print(f"{len(files)} written to {folder}", file=sys.stderr)
