"""The files of a folder, or what stands in the way: a folder that is passed over would look like an empty one."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn


def files_below(folder: Path, is_wanted: Callable[[str], bool]) -> list[Path]:
    """Every file below it whose name is wanted, sorted; links to folders are not followed.

    Raises `OSError` where a folder cannot be read.
    """
    return sorted(path for path in _paths(folder) if is_wanted(path.name) and path.is_file())


def _paths(folder: Path) -> Iterator[Path]:
    for top, _, names in os.walk(folder, onerror=_fail):
        yield from (Path(top, name) for name in names)


def _fail(error: OSError) -> NoReturn:
    raise error
