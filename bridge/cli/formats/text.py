"""Findings for a person: place, code and what is wrong, the line with a caret under the place, and the fix.

```
rules/order.yaml:23:7: R008 the key 'total' is written twice
   21 |       total: ${new.total}
      |       ----- first written here
   23 |       total: ${new.sum}
      |       ^^^^^
    fix: keep one of them
```

The first line is what editors and scripts read, and stays as it is.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.cli.formats.files import Files
from bridge.errors import Problem, Where

#: What a caret stands under, where a word or something quoted begins at the place; else one character.
_WORD = re.compile(r"\$\{[^}]*\}|\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|`[^`]*`|\$?[\w./-]*\w\??")
_WIDTH = 110  #: columns of a line that are shown
_LONGEST = 2_000  #: characters of a message, which names may make long
_LEAD = 30  #: of which so many stand before the place, where the line is cut


@dataclass(frozen=True, slots=True)
class _Ink:
    """Colours, or none."""

    on: bool

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.on and text else text


_STYLES = {"error": "1;31", "warning": "1;33", "bold": "1", "frame": "34", "fix": "32"}


def rendered(problems: Sequence[Problem], files: Files) -> str:
    """All problems, one below the other."""
    ink = _Ink(_is_colourful())
    return "".join(f"{line}\n" for problem in problems for line in _lines(problem, files, ink))


def _is_colourful() -> bool:
    """Whether stdout is a terminal whose user wants colours."""
    if not sys.stdout.isatty():
        return False
    from rich.console import Console  # noqa: PLC0415 -- slow to import, and only terminals have colours

    return Console().color_system is not None and not Console().no_color


def _lines(problem: Problem, files: Files, ink: _Ink) -> list[str]:
    place = f"{problem.where}: " if str(problem.where) else ""
    level = "" if problem.level == "error" else " (warning)"
    head = ink.paint(place, "bold") + ink.paint(problem.code, problem.level) + f" {printable(problem.what)}{level}"
    return [head, *_snippet(problem, files, ink), f"    {ink.paint('fix:', 'fix')} {printable(problem.fix)}"]


def _snippet(problem: Problem, files: Files, ink: _Ink) -> list[str]:
    """The line of the problem, and that of its second place, in the order of the file."""
    marks: list[tuple[Where, str, str, str]] = [(problem.where, "^", "", problem.level)]
    if problem.also:
        elsewhere = "" if problem.also.where.file == problem.where.file else f": {problem.also.where}"
        marks.append((problem.also.where, "-", f" {problem.also.says}{elsewhere}", "frame"))
    shown = []
    for where, sign, label, style in sorted(marks, key=lambda mark: (mark[0].file != problem.where.file, mark[0])):
        line = files.line(where)
        if line and where.column:
            text, caret = excerpt(line, where.column, sign)
            shown += [
                f"{ink.paint(f'{where.line:>5} |', 'frame')} {text}",
                f"{ink.paint('      |', 'frame')} {ink.paint(caret + label, style)}",
            ]
    return shown


def excerpt(line: str, column: int, sign: str) -> tuple[str, str]:
    """What is shown of a line, and below it the signs under what stands at the column."""
    at = min(column - 1, len(line))
    found = _WORD.match(line, at)
    length = len(found[0]) if found else 1
    start = max(0, at - _LEAD) if at + length > _WIDTH else 0
    cut = line[start : start + _WIDTH]
    before, under = line[start:at], line[at : min(at + length, start + _WIDTH)]
    dots = "…" if start else ""
    shown = dots + printable(cut) + ("…" if start + _WIDTH < len(line) else "")
    return shown, " " * _columns(dots + printable(before)) + sign * max(1, _columns(printable(under)))


def printable(text: str) -> str:
    """The text with nothing in it that moves a terminal's cursor or changes its colours, and not without end."""
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return "".join(char if char.isprintable() else " " if char in "\t\n" else "\ufffd" for char in text)


def _columns(text: str) -> int:
    """How many columns a terminal gives a text: two to East Asian wide characters, none to combining marks."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
