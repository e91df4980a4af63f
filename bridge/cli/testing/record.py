"""Reads the files that examples name as what they are given."""

from collections.abc import Callable
from pathlib import Path

from bridge.errors import Problem, ProjectInvalid, Where


def reader(folder: Path) -> Callable[[str], bytes]:
    """Reads a file by its path from the project's folder. Raises `ProjectInvalid` R055."""

    def read(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
            reason = error.strerror if isinstance(error, OSError) else error
            what = f"the record '{name}' cannot be read: {reason}"
            raise ProjectInvalid(Problem(Where(file=name), "R055", what, "name a file below the project")) from None

    return read
