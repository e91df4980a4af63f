"""The report for a pull request: a table of the parts, then what each found."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bridge.cli.ci.parts import Ran, Verdict, failures
from bridge.cli.formats import markdown
from bridge.cli.formats.files import Files, project_files

#: Longest report of a part, in characters. GitHub takes 65,536 in a comment (REST API, issue comments).
LONGEST: Final = 14_000
_MARKS: Final[dict[Verdict, str]] = {
    "passed": "passed", "findings": "**findings**", "news": "see below", "not possible": "not possible",
    "unavailable": "**unavailable**",
}  # fmt: skip
_ESCAPES: Final = str.maketrans({"|": "\\|", "<": "&lt;", "\n": " "})


def rendered(ran: Sequence[Ran], against: str, folder: Path) -> str:
    """Headings of the third level, so that it may stand in a comment."""
    files = project_files(folder)
    head = f"### Changebridge\n\nCompared with `{against}`.\n\n" if against else "### Changebridge\n\n"
    rows = [f"| {each.part.name} | {_MARKS[each.verdict]} | {each.says.translate(_ESCAPES)} |\n" for each in ran]
    table = "| check | result | |\n|---|---|---|\n" + "".join(rows)
    return head + table + "".join(_section(each, files) for each in ran)


def _section(each: Ran, files: Files) -> str:
    if each.verdict in {"passed", "not possible"}:
        return ""
    own = failures(each) if each.part.name == "test" else []
    shown = markdown.rendered([*each.problems, *own], files) if each.problems or own else each.report
    return f"\n#### {each.part.name}\n\n{_cut(shown.strip())}\n"


def _cut(text: str) -> str:
    """At a line's end, so that no row of a table is broken."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rpartition("\n")[0]
    return f"{kept}\n\n*and more: run `changebridge ci` to see all of it*"
