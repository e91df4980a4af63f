"""`changebridge schemas models`: types for subscribers in Python and TypeScript."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.report import ProjectOption, project_folder
from bridge.cli.schemas.chosen import Names, chosen, write
from bridge.core.export.saying import sayings
from bridge.core.export.speech import TOLERANT
from bridge.core.export.widen import widen
from bridge.models import python_models, typescript_models
from bridge.project import load_project

app = typer.Typer(add_completion=False)


class Language(StrEnum):
    """What models are made for."""

    PYTHON = "python"
    TYPESCRIPT = "typescript"


@app.command()
def models(
    language: Annotated[Language, typer.Option("--language", help="python: Pydantic v2. typescript: interfaces.")],
    names: Names = None,
    project: ProjectOption = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="The folder of the package.")] = None,
) -> None:
    """Make models of the events' data that no addition breaks.

    Example: changebridge schemas models --language python --out shop_events
    """
    folder = project_folder(project)
    found = load_project(folder)
    opened = {name: widen(each.document, TOLERANT).document for name, each in chosen(found, names).items()}
    said = sayings(found.rules)
    if language is Language.PYTHON:
        files = python_models(opened, {name: [each.type for each in said.get(name, ())] for name in opened})
    else:
        files = typescript_models(opened, folder)
    if out is not None:
        write(out, files)
    elif len(opened) == 1:
        sys.stdout.buffer.write(next(data for name, data in files.items() if name != "__init__.py"))
    else:
        raise typer.BadParameter("several schemas need a folder", param_hint="--out")
