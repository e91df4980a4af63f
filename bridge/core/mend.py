"""Applies the edits that problems carry to the text of a file."""

import re
from collections.abc import Iterable

from bridge.errors import Edit

_BREAK = re.compile(r"\r\n|\r|\n")


def mended(text: str, edits: Iterable[Edit]) -> tuple[str, list[Edit]]:
    """The text with the edits made, and which were: of those that overlap the first in the file alone."""
    starts = [0, *(found.end() for found in _BREAK.finditer(text))]
    made: list[Edit] = []
    pieces: list[str] = []
    done = 0
    for start, edit in sorted(((_offset(edit, starts), edit) for edit in set(edits)), key=_order):
        if start >= done or not made:
            pieces += [text[done:start], edit.text]
            done = start + edit.length
            made.append(edit)
    return "".join([*pieces, text[done:]]), made


def _offset(edit: Edit, starts: list[int]) -> int:
    return starts[edit.where.line - 1] + edit.where.column - 1


def _order(placed: tuple[int, Edit]) -> tuple[int, int, str]:
    start, edit = placed
    return start, -edit.length, edit.text
