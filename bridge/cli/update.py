"""Writes what the rules say now into the examples that expected something else, and shows what it wrote."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.cli.ink import Ink
from bridge.core.examples import Example, Outcome, judged
from bridge.core.golden import Ending, ending_of, write
from bridge.core.yamledit import Editor
from bridge.errors import Problem, ProjectInvalid, Where

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Updated:
    """What came of an update."""

    written: tuple[Example, ...]
    refused: tuple[tuple[Example, str], ...]  #: with the reason


def update(folder: Path, examples: Sequence[Example], outcome_of: Callable[[Example], Outcome], ink: Ink) -> Updated:
    """Write the endings of those that do not hold, or have none; print the changed lines of each file."""
    endings = [(each, ending) for each in examples if (ending := _ending(each, outcome_of(each))) is not None]
    files = dict.fromkeys(each.where.file for each, _ in endings)
    for file in files:
        _rewrite(folder / file, file, [pair for pair in endings if pair[0].where.file == file], ink)
    written = tuple(each for each, ending in endings if isinstance(ending, Ending))
    return Updated(written, tuple((each, ending) for each, ending in endings if isinstance(ending, str)))


def _ending(example: Example, outcome: Outcome) -> Ending | str | None:
    """None where the example holds."""
    return None if example.ending and judged(example, outcome) is None else ending_of(example, outcome)


def _rewrite(path: Path, name: str, endings: Sequence[tuple[Example, Ending | str]], ink: Ink) -> None:
    before = path.read_bytes().decode()
    mark = BOM * before.startswith(BOM)
    editor = Editor(before.removeprefix(BOM))
    for example, ending in endings:
        if isinstance(ending, Ending):
            write(editor, example, ending)
    after = mark + editor.result()
    if after != before:
        _write(path, after, name)
        _show(before, after, name, ink)


def _write(path: Path, text: str, name: str) -> None:
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        what = f"the file cannot be written: {error.strerror}"
        raise ProjectInvalid(Problem(Where(file=name), "R058", what, "make it writable, or update a copy")) from None


def _show(before: str, after: str, name: str, ink: Ink) -> None:
    styles = {"-": "bad", "+": "good", "@": "dim"}
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, n=2, lineterm=""):
        print(ink.paint(line, styles.get(line[0], "")) if line[0] in styles else line)
