"""`changebridge schemas publish`: the project's events in EventBridge's schema registry, a plan first."""

import sys
from collections import Counter
from typing import Annotated, Any

import typer

from bridge.cli.report import Format, FormatOption, ProjectOption, has_findings, project_folder, show_json
from bridge.cli.report import show_problems as show
from bridge.cli.schemas.chosen import Names, chosen
from bridge.cli.schemas.export import FormName, FormOption, form_of
from bridge.core.export.plan import Step
from bridge.exporting import exported
from bridge.project import load_project
from bridge.publishing import Publication, Registry, prepare
from bridge.publishing import publish as carry_out

app = typer.Typer(add_completion=False)


@app.command()
def publish(
    *,
    registry: Annotated[
        str, typer.Option("--registry", metavar="NAME", help="The registry; made where there is none.")
    ],
    names: Names = None,
    project: ProjectOption = None,
    notation: FormOption = FormName.OPENAPI,
    yes: Annotated[bool, typer.Option("--yes", help="Publish. Without it, only the plan is shown.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Bring EventBridge's schema registry up to date with the schemas; the plan is shown first.

    Example: changebridge schemas publish --registry shop --yes
    """
    found = load_project(project_folder(project))
    made, skipped = exported(found, chosen(found, names), form_of(notation))
    to = _open(registry)
    planned = prepare([each.export for each in made], to)
    problems = [*(problem for each in made for problem in each.problems), *planned.problems]
    problems = list(dict.fromkeys(problems))
    refused = has_findings(problems)
    if form is Format.TEXT:
        _print(planned, skipped, registry)
        show(problems)
    if yes and not refused:
        carry_out(planned, to, found.manifest.project)
    if form is Format.JSON:
        steps = [_as_json(step) for step in (*planned.steps, *skipped)]
        told = [problem.as_json() for problem in problems]
        show_json({"registry": registry, "new": planned.is_new, "steps": steps, "published": yes and not refused,
                   "problems": told})  # fmt: skip
    elif planned.changes and not refused:
        done = f"{planned.changes} published" if yes else "nothing was published: --yes does it"
        print(done, file=sys.stderr)
    raise typer.Exit(1 if refused else 0)


def _open(name: str) -> Registry:
    from bridge.aws.clients import Clients  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none
    from bridge.aws.clock import SystemClock  # noqa: PLC0415
    from bridge.aws.registry import SchemaRegistry  # noqa: PLC0415

    return SchemaRegistry(name, Clients(), SystemClock())


def _print(planned: Publication, skipped: list[Step], registry: str) -> None:
    if planned.is_new and planned.changes:
        print(f"{'create':10} registry {registry}")
    steps = (*planned.steps, *skipped)
    for step in steps:
        print(f"{step.action:10} {step.name}: {step.why}")
    counted = Counter(step.action for step in steps)
    print(", ".join(f"{number} to {action}" if action in ("create", "update") else f"{number} {action}"
                    for action, number in counted.items()), file=sys.stderr)  # fmt: skip


def _as_json(step: Step) -> dict[str, Any]:
    return {"action": step.action, "name": step.name, "why": step.why}
