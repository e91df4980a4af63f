"""`changebridge lint`: everything that is wrong in rules, schemas and project file, at once."""

import sys
from typing import Annotated

import typer

from bridge.cli.report import (
    Format,
    FormatOption,
    ProjectOption,
    count,
    has_findings,
    project_folder,
    show_json,
    show_problems,
)
from bridge.project import read_project

app = typer.Typer(add_completion=False)


@app.command()
def lint(
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as findings too.")] = False,
) -> None:
    """Find every problem of rules, schemas and project at once.

    Example: changebridge lint --strict
    """
    found, problems = read_project(project_folder(project))
    if form is Format.JSON:
        show_json([problem.as_json() for problem in problems])
    else:
        show_problems(problems)
        entities = found.rules.entities if found else ()
        events = sum(len(entity.rules) for entity in entities)
        looked = f"{count(len(entities), 'rule file')}, {count(events, 'event')}"
        print(f"{looked}: {count(len(problems), 'problem') if problems else 'no problem'}", file=sys.stderr)
    raise typer.Exit(1 if has_findings(problems, strict=strict) else 0)
