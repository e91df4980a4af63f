"""The command: runs each part, prints the report, and leaves with one exit code."""

import importlib
import sys
from enum import StrEnum
from typing import Annotated

import typer

from bridge.cli.ci.against import merge_base
from bridge.cli.ci.parts import PARTS, Ran, exit_code, run
from bridge.cli.report import ProjectOption, project_folder

app = typer.Typer(add_completion=False)


class CiFormat(StrEnum):
    """Who reads it. Each is a module of this package with `rendered(ran, against, folder) -> str`."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    MARKDOWN = "markdown"
    SARIF = "sarif"


@app.command()
def ci(
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="REF|DIR|released",
            help="What to compare with; by default where this branch left the main one, else what was released.",
        ),
    ] = "",
    project: ProjectOption = None,
    form: Annotated[
        CiFormat, typer.Option("--format", help="For a person, a program, a pull request or a code host.")
    ] = CiFormat.TEXT,
) -> None:
    """Run lint, test, schemas check and diff, and say in one summary how they ended.

    Findings of the first three fail it. What diff shows is news for the reviewer, not a fault.

    Example: changebridge ci --against origin/main
    """
    folder = project_folder(project)
    base = against or merge_base(folder)
    ran: list[Ran] = []
    for part in PARTS:
        ran.append(run(part, folder, base, form.value, asked=bool(against), before=ran))
    module = importlib.import_module(f"bridge.cli.ci.{form.value}")  # only the one that is asked for
    sys.stdout.buffer.write(module.rendered(ran, base, folder).encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    raise typer.Exit(exit_code(ran))
