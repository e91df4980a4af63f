"""The parts of a check: each is a command of its own, run in this process, its output kept and its end judged."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import typer

from bridge.cli.report import Reported, count
from bridge.errors import BridgeError, Problem, Unavailable, Where

Verdict = Literal["passed", "findings", "news", "not possible", "unavailable"]

RELEASED: Final = "released"
#: What says that there is nothing to compare with: no commit, repository, git, or project there.
_NOTHING_THERE: Final = frozenset({"C030", "C031", "C032", "C033"})


@dataclass(frozen=True, slots=True)
class Part:
    """One command of the check."""

    name: str
    command: tuple[str, ...]
    base: str = ""  #: the option that says what to compare with; empty where it compares nothing
    default: str = ""  #: what it compares with where no commit is known; empty where it cannot
    news: bool = False  #: whether what it finds is no fault
    forms: Mapping[str, str] = field(default_factory=dict)  #: what it reports in where it lacks a form


PARTS: Final = (
    Part("lint", ("lint",)),
    Part("test", ("test",), forms={"github": "json", "markdown": "json", "sarif": "json"}),
    Part("schemas", ("schemas", "check"), "--against", RELEASED),
    Part("diff", ("diff",), "--base", news=True, forms={"github": "text", "sarif": "text"}),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """A part that was run."""

    part: Part
    verdict: Verdict
    says: str  #: how it ended, in one line
    report: str = ""  #: what it printed, in the form asked for or in the part's own for that
    problems: tuple[Problem, ...] = ()  #: what ended it before it could print


def exit_code(ran: Sequence[Ran]) -> int:
    """1 for findings, else 3 where something outside was unavailable, else 0."""
    verdicts = {each.verdict for each in ran}
    return 1 if "findings" in verdicts else 3 if "unavailable" in verdicts else 0


def run(part: Part, folder: Path, base: str, form: str, *, asked: bool, before: Sequence[Ran]) -> Ran:
    """Run a part. `asked`: whether the base was named, so that to miss it is a finding; `before`: parts run so far."""
    to = base or part.default
    if part.base and (not to or (part.base == "--base" and to == RELEASED)):
        return Ran(part, "not possible", "there is no commit to compare with: name one with --against")
    compared = (part.base, to) if part.base else ()
    arguments = [*part.command, "--project", str(folder), "--format", part.forms.get(form, form), *compared]
    try:
        code, out, err = _called(arguments)
    except BridgeError as error:
        return _ended(part, error, asked=asked, before=before)
    except Reported as told:
        return _ended(part, told.error, asked=asked, before=before)
    except typer.BadParameter as error:
        return Ran(part, "not possible", error.message)
    says = err.strip().rpartition("\n")[2]
    return Ran(part, ("news" if part.news else "findings") if code else "passed", says, out)


def failures(ran: Ran) -> list[Problem]:
    """The examples that do not hold, as problems: T001, each at its place. For a part that reported in JSON."""
    return [_failure(each) for each in json.loads(ran.report)["failed"]] if ran.report else []


def _failure(failed: Mapping[str, Any]) -> Problem:
    where = Where(failed["file"], failed["line"], failed["column"])
    what = f"the example '{failed['example']}' of {failed['of']} does not hold: {'; '.join(failed['differences'])}"
    fix = "mend the rule, or the example where it is the one that is wrong: changebridge test --update"
    return Problem(where, "T001", what, fix)


def _ended(part: Part, error: BridgeError, *, asked: bool, before: Sequence[Ran]) -> Ran:
    problems = error.problems
    if not asked and {problem.code for problem in problems} <= _NOTHING_THERE:
        return Ran(part, "not possible", _first(problems))
    if isinstance(error, Unavailable):
        return Ran(part, "unavailable", _first(problems), problems=problems)
    if any(each.part.name == "lint" and each.verdict == "findings" for each in before):
        return Ran(part, "not possible", "the project has problems, see lint")
    return Ran(part, "findings", count(len(problems), "problem"), problems=problems)


def _first(problems: Sequence[Problem]) -> str:
    return str(problems[0]).partition("\n")[0]


def _called(arguments: list[str]) -> tuple[int, str, str]:
    """The command's exit code, and what it wrote to stdout and stderr."""
    from bridge.cli.app import app  # noqa: PLC0415 -- the table of commands, of which this is one

    with _kept() as (out, err):
        code = typer.main.get_command(app).main(arguments, "changebridge", standalone_mode=False)
    return int(code or 0), out.getvalue().decode(), err.getvalue().decode()


@contextmanager
def _kept() -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    out, err = io.BytesIO(), io.BytesIO()
    streams = [io.TextIOWrapper(each, "utf-8", "replace", write_through=True) for each in (out, err)]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        yield out, err
    for stream in streams:
        stream.detach()  # else what was kept is closed with it
