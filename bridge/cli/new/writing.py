"""New files in a folder: all of them or none, and never in place of one that is there."""

from collections.abc import Mapping
from pathlib import Path

from bridge.errors import Problem, ProjectInvalid, Where


def write_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts by their path below the folder. Raises `ProjectInvalid`: C040 one is there, C041 it cannot be."""
    there = sorted(name for name in files if (folder / name).exists() or (folder / name).is_symlink())
    if there:
        fix = "move it away, or give the new one another name or folder; nothing was written"
        raise ProjectInvalid(
            *(Problem(Where(file=str(folder / name)), "C040", "it is there already", fix) for name in there)
        )
    for name, text in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            fix = "correct the path or its permissions"
            problem = Problem(Where(file=str(path)), "C041", f"it cannot be written: {error.strerror}", fix)
            raise ProjectInvalid(problem) from None
        print(path)
