"""Recorded changes: a file of any form that `read_records` takes, or a folder of such files."""

from collections.abc import Iterator
from pathlib import Path

from bridge.core.batch import Record
from bridge.core.digest import digest_of_bytes
from bridge.core.intake import read_records
from bridge.errors import UndecodableRecord, Where
from bridge.folders import files_below

#: What the files of a folder with records end in: captured events, JSON Lines, an export of the quarantine.
SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})


def captured(path: Path) -> Iterator[Record]:
    """Every record of a file, or of the files below a folder in the order of their names.

    A file without any record is one record that says, when it is decoded, why it is none. Raises `OSError`.
    """
    for file in _files(path) if path.is_dir() else (path,):
        data = file.read_bytes()
        try:
            yield from read_records(data, Where(file=str(file)))
        except UndecodableRecord as error:
            name = digest_of_bytes(data)
            yield Record(None, None, name, "dynamodb", Where(file=str(file)), error.problems)


def _files(folder: Path) -> list[Path]:
    return files_below(folder, lambda name: Path(name).suffix.lower() in SUFFIXES)
