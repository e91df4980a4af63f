"""`changebridge schemas release`: records what has been published, for ever."""

import re
import sys
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from bridge.cli.report import Format, FormatOption, ProjectOption, count, project_folder, show_json
from bridge.cli.schemas.sides import Here, read_here
from bridge.core.compat.check import check
from bridge.core.compat.released import Release, file_of
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.releases import add, plan, released, versions

app = typer.Typer(add_completion=False)


@app.command()
def release(
    project: ProjectOption = None,
    day: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The day of publication; today in UTC.")
    ] = None,
    form: FormatOption = Format.TEXT,
    yes: Annotated[bool, typer.Option("--yes", help="Record it. Without it, only say what would be.")] = False,
) -> None:
    """Record every schema that is new, has changed or is gone, as published on a day.

    Refused while a schema breaks what was released before. What is recorded is never changed again.

    Example: changebridge schemas release --date 2026-11-21
    """
    folder = project_folder(project)
    here = read_here(folder)
    known = released(here.schemas, here.project.manifest.schemas)
    planned = plan(here.side, known, _day(day))
    _refuse_what_breaks(here, known)
    for each in planned if yes else ():
        add(here.schemas, each)
    if form is Format.JSON:
        show_json([_as_data(each) for each in planned])
        return
    for each in planned:
        print(_line(each))
    print(_summary(planned, yes=yes), file=sys.stderr)


def _day(given: str | None) -> str:
    if given is None:
        return datetime.now(UTC).date().isoformat()
    try:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", given)
        return date.fromisoformat(given).isoformat()
    except (AssertionError, ValueError):
        raise typer.BadParameter(f"'{given}' is no day; write year, month and day, such as 2026-11-21") from None


def _refuse_what_breaks(here: Here, known: dict[str, list[Release]]) -> None:
    """Raises `ProjectInvalid` with the errors of the check; what is gone is what a release records."""
    today = datetime.now(UTC).date().isoformat()
    errors = [
        each
        for each in check(here.side, versions(known, here.project.manifest.schemas), here.policy, today).problems
        if each.level == "error"
    ]
    breaking = [each for each in errors if each.code != "K020"]
    if breaking:
        what = f"nothing is recorded before the check passes: {count(len(breaking), 'finding')}"
        fix = "see: changebridge schemas check; mend or acknowledge them"
        raise ProjectInvalid(*breaking, Problem(Where(file=here.project.manifest.schemas), "K037", what, fix))


def _line(each: Release) -> str:
    does = f"release {each.number}" if each.files else "retire"
    return f"{each.date}  {does.ljust(10)}  {each.schema}"


def _as_data(each: Release) -> dict[str, object]:
    does = "release" if each.files else "retire"
    return {
        "schema": each.schema,
        "release": each.number,
        "date": each.date,
        "does": does,
        "file": file_of(each.schema),
    }


def _summary(planned: list[Release], *, yes: bool) -> str:
    if not planned:
        return "everything that is published has been recorded"
    return f"{count(len(planned), 'release')} recorded" if yes else "nothing recorded yet; to record it: --yes"
