"""A quarantine in a folder: one JSON file a parcel, `<fingerprint>/<date>/<record id>.json`."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import ObjectWithheld, Problem, StoreUnavailable, UndecodableRecord, Where
from bridge.local.memory import merged
from bridge.parcel import parcel_as_json, parcel_from_json
from bridge.ports import Parcel


@dataclass(frozen=True, slots=True)
class FolderQuarantine:
    """Implements `ports.Quarantine` for one process at a time. The folder is made when the first parcel comes."""

    folder: Path

    def park(self, parcel: Parcel, seconds: float) -> None:  # noqa: ARG002 -- a disk needs no patience
        with _reachable(self.folder):
            there = self._file(parcel.key)
            kept = _merged(there.read_bytes(), parcel) if there.exists() else parcel
            there.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(there, parcel_as_json(kept))

    def keys(self, prefix: str = "") -> Sequence[str]:
        with _reachable(self.folder):
            keys = [path.relative_to(self.folder).with_suffix("").as_posix() for path in self.folder.rglob("*.json")]
        return sorted(key for key in keys if key.startswith(prefix))

    def parcel(self, key: str) -> Parcel:
        there = self._file(key)
        try:
            return parcel_from_json(there.read_bytes(), key, Where(file=str(there)))
        except FileNotFoundError:
            raise KeyError(key) from None
        except OSError as error:
            what = f"this file of the quarantine cannot be read: {error.strerror}"
            raise ObjectWithheld(Problem(Where(file=str(there)), "B096", what, "make it readable")) from None

    def drop(self, key: str) -> None:
        with _reachable(self.folder):
            self._file(key).unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def _merged(there: bytes, parcel: Parcel) -> Parcel:
    try:
        return merged(parcel_from_json(there, parcel.key), parcel)
    except UndecodableRecord:  # nothing that we wrote; the record that we hold is whole
        return parcel


def _write_whole(path: Path, data: bytes) -> None:
    """The whole file or the old one: a process that stops in between leaves no half."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)


@contextmanager
def _reachable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"the quarantine in folder '{folder}' cannot be used: {error.strerror}"
        raise StoreUnavailable(Problem(Where(), "B096", what, "make the folder readable and writable")) from None
