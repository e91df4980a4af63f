"""`changebridge schemas export`: documents for EventBridge's schema registry, and what they no longer say."""

import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli.report import Format, FormatOption, ProjectOption, count, has_findings, project_folder, show_json
from bridge.cli.report import show_problems as show
from bridge.cli.schemas.chosen import Names, chosen, write
from bridge.core.export.plan import Step
from bridge.core.export.registry import TYPES, Form
from bridge.core.wire import pretty_json
from bridge.exporting import Exported, exported
from bridge.project import load_project

app = typer.Typer(add_completion=False)


class To(StrEnum):
    """Registries that schemas are exported to."""

    EVENTBRIDGE = "eventbridge"


class FormName(StrEnum):
    """What the registry takes."""

    OPENAPI = "openapi"
    JSONSCHEMA = "jsonschema"


FormOption = Annotated[FormName, typer.Option("--form", help="openapi for code bindings, jsonschema for validators.")]


def form_of(name: FormName) -> Form:
    """The form by its name on the command line."""
    return "openapi" if name is FormName.OPENAPI else "jsonschema"


@app.command()
def export(
    *,
    to: Annotated[To, typer.Option("--to", help="The kind of registry.")],
    names: Names = None,
    project: ProjectOption = None,
    notation: FormOption = FormName.OPENAPI,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to write the documents.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Write each event as EventBridge's registry takes it, and say what is lost.

    Example: changebridge schemas export --to eventbridge --out exported
    """
    del to
    found = load_project(project_folder(project))
    made, skipped = exported(found, chosen(found, names), form_of(notation))
    if out is not None:
        write(out, {f"{each.export.name}.json": pretty_json(each.export.document) for each in made})
    if form is Format.JSON:
        show_json([_as_json(each) for each in made] + [{"schema": step.name, "skipped": step.why} for step in skipped])
    else:
        _print(made, skipped)
    problems = [problem for each in made for problem in each.problems]
    raise typer.Exit(1 if has_findings(problems) else 0)


def _print(made: list[Exported], skipped: list[Step]) -> None:
    for each in made:
        harmless = Counter(loss.what for _, loss in each.losses if loss.harmless)
        print(f"{each.export.name}  {TYPES[each.export.form]}, {len(each.export.content):,} characters")
        for place, loss in each.losses:
            if not loss.harmless:
                print(f"    {place}: does not say {loss.what}")
        for what, times in harmless.items():
            print(f"    without {what}" + f" ({times} times)" * (times > 1))
        show(each.problems)
    for step in skipped:
        print(f"{step.name}  skipped: {step.why}")
    print(f"{count(len(made), 'document')} for EventBridge", file=sys.stderr)


def _as_json(each: Exported) -> dict[str, Any]:
    losses = [
        {"file": place.file, "line": place.line, "path": place.path, "what": loss.what, "harmless": loss.harmless}
        for place, loss in each.losses
    ]
    made = each.export
    return {
        "name": made.name,
        "schema": made.schema,
        "type": TYPES[made.form],
        "document": made.document,
        "allows_all": made.proof.answer,
        "lost": losses,
        "problems": [problem.as_json() for problem in each.problems],
    }
