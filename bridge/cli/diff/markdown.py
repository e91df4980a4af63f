"""Differences for the description of a pull request, or a comment on it."""

import re
from collections.abc import Iterator
from typing import Final

from bridge.cli.diff.text import sides
from bridge.cli.diff.words import MARKS, REVISED, advice, said, shown, summary
from bridge.core.diff import Diff, Difference
from bridge.core.manifest import FILE

_WIDTH: Final = 160  #: characters of a value
#: What Markdown or HTML would read as its own inside a table.
_OWN = re.compile(r"([\\`*_{}\[\]<>|~#&])")


def rendered(diff: Diff, base: str) -> str:
    """A heading, a sentence, a table of settings, one of events, and the samples folded away."""
    parts = ["### What these rules change", f"{_escaped(summary(diff, base))}."]
    if diff.revisions:
        parts.append("\n".join(_settings(diff)))
    if diff.differences:
        parts += ["\n".join(_table(diff)), *(_folded(each) for each in diff.differences if each.samples)]
    return "\n\n".join(parts) + "\n"


def _settings(diff: Diff) -> Iterator[str]:
    yield f"| | {FILE} | for | before | now | |"
    yield "|---|---|---|---|---|---|"
    for each in diff.revisions:
        sides = (_escaped(shown(side, _WIDTH)) for side in (each.base, each.new))
        cells = (f"`{REVISED[each.concerns]}`", _escaped(each.setting), each.concerns, *sides, _escaped(each.means))
        yield f"| {' | '.join(cells)} |"


def _table(diff: Diff) -> Iterator[str]:
    yield "| | event | field | |"
    yield "|---|---|---|---|"
    for each in diff.differences:
        cells = (f"`{MARKS[each.kind]}`", _escaped(each.subject), _escaped(each.field), _told(each))
        yield f"| {' | '.join(cells)} |"


def _told(difference: Difference) -> str:
    more = advice(difference)
    return said(difference.kind, difference.count) + (f": {_escaped(more)}" if more else "")


def _folded(difference: Difference) -> str:
    title = " ".join(filter(None, (difference.subject, difference.field)))
    lines = [f"{sample.record}: {sides(sample, difference)}" for sample in difference.samples]
    fence = "`" * max(3, *(len(run) + 1 for line in lines for run in re.findall("`+", line + "`")))
    body = "\n".join([fence, *lines, fence])
    heading = _html(f"{said(difference.kind, difference.count)}: {title}")
    return f"<details><summary>{heading}</summary>\n\n{body}\n\n</details>"


def _escaped(text: str) -> str:
    return _OWN.sub(r"\\\1", text).replace("\n", " ")


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
