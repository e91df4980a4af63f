"""The command: finds what to look at, looks, prints."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli.report import Format, FormatOption, ProjectOption, project_folder, show_json, unreadable
from bridge.errors import raise_if_any
from bridge.project import Project, load_project

app = typer.Typer(add_completion=False)


@app.command()
def doctor(  # noqa: PLR0917 -- its options
    parameters: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=VALUE]...", help="The template's parameters: looks before anything is made."),
    ] = None,
    stack: Annotated[str, typer.Option("--stack", metavar="NAME", help="A deployed stack of the template.")] = "",
    function: Annotated[str, typer.Option("--function", metavar="NAME", help="A deployed function.")] = "",
    before: Annotated[bool, typer.Option("--before", help="Before a deployment, also without parameters.")] = False,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE", help="By default infra/template.yaml of the project.")
    ] = None,
    hours: Annotated[int, typer.Option("--hours", min=1, max=336, help="How far back to look for silence.")] = 24,
    deploy_plan: Annotated[bool, typer.Option("--deploy-plan", help="What a deployment would change.")] = False,
    base: Annotated[
        str, typer.Option("--base", metavar="REF|DIR", help="For the plan, in place of what is deployed.")
    ] = "",
    records: Annotated[
        Path | None, typer.Option("--records", metavar="PATH", help="For the plan: recorded changes.")
    ] = None,
    values: Annotated[bool, typer.Option("--values/--no-values", help="For the plan: show items' values.")] = True,
    project: ProjectOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Look at everything that the project needs of AWS, and say of each fault how to mend it. Changes nothing.

    Without --stack, --function and parameters it looks at what this shell's environment variables name.

    Example: changebridge doctor --stack shop --deploy-plan --records captured/
    """
    given = _parameters(parameters or ())
    if stack and function:
        raise typer.BadParameter("--stack and --function are two ways to say what to look at: give one of them")
    if (given or before) and (function or deploy_plan):
        raise typer.BadParameter("parameters and --before are for a look before anything is made: leave the others out")
    if (base or records) and not deploy_plan:
        raise typer.BadParameter("--base and --records are for the plan: add --deploy-plan")
    if deploy_plan and not (stack or function or base):
        raise typer.BadParameter("--deploy-plan needs to know what is deployed: --stack, --function or --base")
    folder = project_folder(project)
    if deploy_plan:
        raise typer.Exit(_plan(folder, (stack, function), base, records, values, form))
    from bridge.cli.doctor import shown  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none
    from bridge.doctor.asking import Amazon  # noqa: PLC0415 -- with it
    from bridge.doctor.examination import examine  # noqa: PLC0415 -- with it

    amazon, loaded = Amazon(), load_project(folder)
    if given or before:
        subject = _before(loaded, amazon, given, template, stack)
    else:
        subject = _deployed(loaded, amazon, stack, function)
    results = examine(subject, amazon, hours)
    if form is Format.JSON:
        show_json(shown.as_json(subject, results))
    else:
        shown.show(results)
    print(shown.summary(subject, results), file=sys.stderr)
    raise typer.Exit(shown.code(results))


def _plan(folder: Path, named: tuple[str, str], base: str, records: Path | None, values: bool, form: Format) -> int:  # noqa: PLR0917 -- the command's options
    from bridge.cli.doctor import plan, plan_shown  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none
    from bridge.doctor.asking import Amazon  # noqa: PLC0415 -- with it

    amazon, loaded = Amazon(), load_project(folder)
    subject = _deployed(loaded, amazon, *named) if any(named) else None
    there = plan.deployed_project(amazon, subject.home.function) if subject and not base else nullcontext(base)
    with there as before:
        try:
            made = plan.plan(folder, before, subject, records, values=values)
        except OSError as error:
            raise typer.BadParameter(unreadable(str(error.filename or records), error)) from None
    if form is Format.JSON:
        show_json(plan_shown.as_json(made))
    else:
        print(plan_shown.as_lines(made), end="")
    return plan_shown.code(made)


def _before(project: Project, amazon: Any, given: dict[str, str], file: Path | None, stack: str) -> Any:
    """Raises `ProjectInvalid` for what the template itself refuses: that need not be looked for at AWS."""
    from bridge.core.infra import parameters as core  # noqa: PLC0415 -- with what follows
    from bridge.doctor import template  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none

    path = file or project.folder / template.FILE
    read = template.read(path)
    raise_if_any(core.problems(read, given, path.name))
    return template.of_parameters(project, amazon, read, given, stack)


def _deployed(project: Project, amazon: Any, stack: str, function: str) -> Any:
    from bridge.doctor import subject  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none
    from bridge.settings import Settings  # noqa: PLC0415 -- with it

    if stack:
        return subject.of_stack(project, amazon, stack)
    if function:
        return subject.of_function(project, amazon, function)
    return subject.of_environment(project, amazon, Settings.read())


def _parameters(words: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` each. Raises `typer.BadParameter`."""
    for word in words:
        if "=" not in word:
            raise typer.BadParameter(f"'{word}' is no NAME=VALUE")
    return {name: value for name, _, value in (word.partition("=") for word in words)}
