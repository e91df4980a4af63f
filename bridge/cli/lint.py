"""`changebridge lint`: everything that is wrong in rules, schemas and project file, at once."""

import sys
from typing import Annotated

import typer

from bridge.cli.formats import LintFormat, show_findings
from bridge.cli.formats.files import project_files
from bridge.cli.report import ProjectOption, count, has_findings, project_folder
from bridge.errors import Problem
from bridge.project import Project, read_project

app = typer.Typer(add_completion=False)


@app.command()
def lint(
    project: ProjectOption = None,
    form: Annotated[LintFormat, typer.Option("--format", help="For a person, a program or a code host.")] = (
        LintFormat.TEXT
    ),
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as findings too.")] = False,
) -> None:
    """Find every problem of rules, schemas and project at once.

    Example: changebridge lint --strict
    """
    folder = project_folder(project)
    found, problems = read_project(folder)
    show_findings(problems, form, project_files(folder).sources, folder)
    if form is LintFormat.TEXT:
        print(_summary(found, problems), file=sys.stderr)
    raise typer.Exit(1 if has_findings(problems, strict=strict) else 0)


def _summary(found: Project | None, problems: list[Problem]) -> str:
    entities = found.rules.entities if found else ()
    events = sum(len(entity.rules) for entity in entities)
    looked = f"{count(len(entities), 'rule file')}, {count(events, 'event')}"
    return f"{looked}: {count(len(problems), 'problem') if problems else 'no problem'}"
