"""The files that findings are about: their lines, and where they lie."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bridge.errors import Where

#: A line without its end. Found one by one, since a file may have millions.
_LINE = re.compile(r"(?:^|(?<=\r)(?!\n))[^\r\n]*", re.MULTILINE)
#: The text of a file by the name that problems call it; None where it cannot be shown.
Sources = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one project."""

    sources: Sources
    folder: Path  #: the project's

    def line(self, where: Where) -> str:
        """The line at a place, without its end; empty where it is not known."""
        text = self.sources(where.file) if where.file and where.line else None
        lines = _LINE.finditer((text or "").removeprefix("\ufeff"))
        found = next(islice(lines, max(0, where.line - 1), None), None)
        return found[0] if found else ""

    def from_here(self, file: str) -> str:
        """The path from the working directory, which is what a code host knows files by; else as it is."""
        here, there = Path.cwd().resolve(), (self.folder / file).resolve()
        return there.relative_to(here).as_posix() if file and there.is_relative_to(here) else file


def project_files(folder: Path) -> Files:
    """The files below a project's folder, each read once."""
    read: dict[str, str | None] = {}

    def source(file: str) -> str | None:
        if file not in read:
            try:
                read[file] = (folder / file).read_bytes().decode("utf-8", "replace")
            except (OSError, ValueError):
                read[file] = None
        return read[file]

    return Files(source, folder)
