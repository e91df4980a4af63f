"""How commands print: results on stdout, progress and problems that end them on stderr."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from bridge.core.likeness import did_you_mean
from bridge.core.manifest import FILE
from bridge.core.way import outlined
from bridge.core.wire import write_json
from bridge.errors import BridgeError, Problem, ProjectInvalid, Where
from bridge.project import find_project


class Format(StrEnum):
    """What a report is for: a person, or a program."""

    TEXT = "text"
    JSON = "json"


ProjectOption = Annotated[
    Path | None, typer.Option("--project", metavar="DIR", help="The project's folder; found upwards from here.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="For a person, or for a program.")]


class Reported(Exception):
    """An error that a command has told of already, in the format asked for: only the exit code is left to say."""

    def __init__(self, error: BridgeError) -> None:
        super().__init__(error)
        self.error = error


def project_folder(given: Path | None) -> Path:
    """The folder named, else the nearest with bridge.yaml. Raises `ProjectInvalid` C001, `typer.BadParameter`."""
    if given is None:
        return find_project(Path.cwd())
    if not given.is_dir():
        raise typer.BadParameter(f"--project: there is no folder {given}")
    if not (given / FILE).exists():
        fix = f"name the folder that holds it: --project {_around(given) or 'DIR'}"
        raise ProjectInvalid(Problem(Where(file=str(given)), "C001", f"there is no {FILE} in this folder", fix))
    return given


def _around(given: Path) -> Path | None:
    """The project that it is a part of, for who named a folder within."""
    try:
        return find_project(given.resolve())
    except ProjectInvalid:
        return None


def show_json(value: Any) -> None:
    """One JSON document, exact to the digit."""
    sys.stdout.buffer.write(write_json(value) + b"\n")
    sys.stdout.buffer.flush()


def show_lines(documents: Iterable[bytes], start: bytes = b"", between: bytes = b"\n", end: bytes = b"\n") -> None:
    """JSON documents that are bytes already, as they are."""
    sys.stdout.buffer.write(start + between.join(documents) + end)
    sys.stdout.buffer.flush()


def show_problems(problems: Iterable[Problem], to: TextIO | None = None) -> None:
    """Each problem as `place: CODE what`, its fix below."""
    for problem in problems:
        print(problem, file=to or sys.stdout)


def show_refused(problems: Iterable[Problem]) -> None:
    """Why records are refused, on stderr: of their places only the outlines, for what a map has may be an item's."""
    show_problems((replace(each, where=outlined(each.where)) for each in problems), sys.stderr)


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 record`, `2 records`; `1 batch`, `2 batches` where the plural is given."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def has_findings(problems: Sequence[Problem], *, strict: bool = False) -> bool:
    """Whether the problems fail a check: errors do, warnings only where that is asked for."""
    return any(strict or problem.level == "error" for problem in problems)


def read_input(file: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises `typer.BadParameter` where it cannot be read."""
    if file == "-" and sys.stdin is None:
        raise typer.BadParameter("standard input is closed: name a file")
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise typer.BadParameter(unreadable(file, error)) from None


def place_of(file: str) -> Where:
    """Where a problem of what `read_input` gave is."""
    return Where(file="standard input" if file == "-" else file)


def unreadable(file: str | Path, error: OSError) -> str:
    """Why a file that a command names cannot be read, and what to name in its place."""
    path = Path(file)
    if str(file) and path.is_dir() and isinstance(error, IsADirectoryError):
        return f"'{file}' is a folder: name a file in it"
    if isinstance(error, FileNotFoundError):
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        return f"there is no file '{file}'{did_you_mean(path.name, beside)}"
    return f"'{file}' cannot be read: {error.strerror}"
