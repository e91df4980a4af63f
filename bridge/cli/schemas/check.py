"""`changebridge schemas check`: may these schemas be published, as far as their subscribers are concerned?"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.formats import LintFormat, show_findings
from bridge.cli.formats.files import project_files
from bridge.cli.report import ProjectOption, Reported, count, has_findings, project_folder, show_json
from bridge.cli.schemas.sides import RELEASED, Earlier, read_earlier, read_here
from bridge.cli.schemas.verdicts import as_data, as_markdown, as_text
from bridge.core.compat.check import Check, check
from bridge.errors import BridgeError, Problem, Where

app = typer.Typer(add_completion=False)

_TABLES = {LintFormat.TEXT: as_text, LintFormat.MARKDOWN: as_markdown}


@app.command("check")
def check_schemas(
    against: Annotated[
        str,
        typer.Option("--against", metavar="GITREF|DIR|released", help="A commit, a project's folder, or the releases."),
    ] = RELEASED,
    project: ProjectOption = None,
    form: Annotated[LintFormat, typer.Option("--format", help="For a person, a program or a code host.")] = (
        LintFormat.TEXT
    ),
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as findings too.")] = False,
) -> None:
    """Tell of every schema whether its change breaks who subscribes, or who replays old events.

    Against a commit or folder, what was released there counts too.

    Example: changebridge schemas check --against main
    """
    folder = project_folder(project)
    try:
        here = read_here(folder)
        earlier = read_earlier(here, against)
    except BridgeError as error:
        _show(Check((), error.problems, ()), error.problems, form, against, folder)
        print(f"nothing was compared: {count(len(error.problems), 'problem')}", file=sys.stderr)
        raise Reported(error) from None
    found = check(here.side, earlier.versions, here.policy, datetime.now(UTC).date().isoformat())
    problems = [*found.problems, *earlier.lost, *_unreleased(against, here.schemas.name, earlier)]
    _show(found, problems, form, against, folder)
    print(_summary(found, problems, against), file=sys.stderr)
    raise typer.Exit(1 if has_findings(problems, strict=strict) else 0)


def _show(found: Check, problems: Sequence[Problem], form: LintFormat, against: str, folder: Path) -> None:
    if form is LintFormat.JSON:
        show_json(as_data(found, against) | {"problems": [problem.as_json() for problem in problems]})
        return
    if form in _TABLES and found.verdicts:
        print(_TABLES[form](found), end="")
    show_findings(problems, form, project_files(folder).sources, folder)


def _unreleased(against: str, schemas: str, earlier: Earlier) -> list[Problem]:
    if against != RELEASED or earlier.versions or earlier.lost:
        return []
    what = "nothing has been released, so there is nothing to hold the schemas against"
    fix = "record what is published: changebridge schemas release --yes; or name a commit: --against main"
    return [Problem(Where(file=schemas), "K036", what, fix, "warning")]


def _summary(found: Check, problems: list[Problem], against: str) -> str:
    looked = f"{count(len(found.verdicts), 'schema')} against {against}"
    return f"{looked}: {count(len(problems), 'problem') if problems else 'no problem'}"
