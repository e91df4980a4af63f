"""`changebridge lint`: everything that is wrong in rules, schemas and project file, at once."""

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.formats import LintFormat, show_findings
from bridge.cli.formats.files import project_files
from bridge.cli.formats.verdicts import show_verdicts
from bridge.cli.report import ProjectOption, count, has_findings, project_folder
from bridge.pages import pages
from bridge.review import Review, review

app = typer.Typer(add_completion=False)

FormOption = Annotated[LintFormat, typer.Option("--format", help="For a person, a program or a code host.")]


@app.command()
def lint(
    project: ProjectOption = None,
    *,
    form: FormOption = LintFormat.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as findings too.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended in one way only.")] = False,
    proof: Annotated[bool, typer.Option("--proof", help="List what is proven of each place of each event.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="CODE", help="Say what a code means and how to mend it.")
    ] = None,
) -> None:
    """Find every problem of rules, schemas and project at once.

    Example: changebridge lint --strict
    """
    if explain is not None:
        _explain(explain)
        return
    folder = project_folder(project)
    if diff:
        raise typer.Exit(1 if _show_diff(folder) else 0)
    if fix:
        _mend(folder)
    found = review(folder)
    if proof and found.proof:
        show_verdicts(found.proof.verdicts, form)
    else:
        show_findings(found.problems, form, project_files(folder).sources, folder)
    print(found.proof.summary if proof and found.proof else _summary(found), file=sys.stderr)
    raise typer.Exit(1 if has_findings(found.problems, strict=strict) else 0)


def _summary(found: Review) -> str:
    entities = found.project.rules.entities if found.project else ()
    events = sum(len(entity.rules) for entity in entities)
    looked = f"{count(len(entities), 'rule file')}, {count(events, 'event')}"
    unproven = "; nothing is proved until the errors are mended" if events and not found.proof else ""
    return f"{looked}: {count(len(found.problems), 'problem') if found.problems else 'no problem'}{unproven}"


def _explain(code: str) -> None:
    page = pages().get(code.upper())
    if page is None:
        near = get_close_matches(code.upper(), pages(), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise typer.BadParameter(f"there is no code {code}{hint}", param_hint="--explain")
    print(f"{page.code} {page.title}\n\n{page.text}")


def _show_diff(folder: Path) -> str:
    from bridge.mending import mend  # noqa: PLC0415 -- only for those who ask

    found = mend(folder).diff
    sys.stdout.write(found)
    return found


def _mend(folder: Path) -> None:
    from bridge.mending import mend  # noqa: PLC0415 -- only for those who ask

    done = mend(folder)
    done.write(folder)
    for problem in done.problems:
        print(f"mended {problem.where}: {problem.code} {problem.what}", file=sys.stderr)
