"""The files that findings are about: their lines, and where they lie."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import Where

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
        lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n") if text else []
        return lines[where.line - 1] if 0 < where.line <= len(lines) else ""

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
