"""What has been published: one file a schema and major version, one line of JSON a release, lines only ever added.

A line holds the text of the schema and of every file that it refers to, so that it means the same for ever, whatever
becomes of them. Its digest is over all of it, so that no line is changed unnoticed. A line without files retires the
schema: it is published no more, and later versions need not agree with it.

Rejected: git tags, which a shallow clone does not have; and whole copies of the folder, in which nobody sees what has
changed since.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.wire import canonical_json, read_json, write_json
from bridge.errors import BridgeError, Problem, ProjectInvalid, Where

#: In the schemas folder. Not `.json`: the files there are schemas, and these are not.
FOLDER: Final = "released"
SUFFIX: Final = ".jsonl"


@dataclass(frozen=True, slots=True)
class Release:
    """One publication of one schema."""

    schema: str  #: the schema's name: `order/placed.v1.json`
    number: int  #: from 1
    date: str  #: `2026-11-21`
    types: tuple[str, ...]
    sources: tuple[str, ...]
    files: Mapping[str, str]  #: by name, the schema's own among them; empty where it is retired

    @property
    def label(self) -> str:
        """As findings call it."""
        return f"release {self.number} of {self.date}"

    @property
    def line(self) -> bytes:
        """The line of its file."""
        return write_json({"digest": _digest(self._said), **self._said}) + b"\n"

    @property
    def _said(self) -> dict[str, Value]:
        said: dict[str, Any] = {"schema": self.schema, "release": self.number, "date": self.date}
        return {**said, "types": list(self.types), "sources": list(self.sources), "files": dict(self.files)}

    def says_the_same(self, other: "Release") -> bool:
        """Whether nothing has changed but the layout of the files."""
        mine, theirs = ((each.types, each.sources, each._documents()) for each in (self, other))  # noqa: SLF001 -- its own kind
        return mine == theirs

    def _documents(self) -> bytes:
        return canonical_json({name: read_json(text) for name, text in self.files.items()})


def file_of(schema: str) -> str:
    """The file of a schema's releases, relative to the schemas folder."""
    return f"{FOLDER}/{schema.removesuffix('.json')}{SUFFIX}"


def read_releases(file: str, data: bytes) -> list[Release]:
    """The releases in a file, oldest first. Raises `ProjectInvalid` K035 with every line that is not as it was."""
    releases: list[Release] = []
    problems: list[Problem] = []
    for number, line in enumerate(data.splitlines(), 1):
        try:
            releases.append(_release(line, number))
        except (BridgeError, ValueError, LookupError, TypeError) as error:
            reason = str(error) if isinstance(error, _Damaged) else "it is no line of a release"
            fix = (
                "restore the file from version control; releases are only ever added, by: changebridge schemas release"
            )
            problems.append(Problem(Where(file, number, 1), "K035", f"this release was changed: {reason}", fix))
    if problems:
        raise ProjectInvalid(*problems)
    return releases


class _Damaged(ValueError):
    """Why a line is not the one that was written."""


def _release(line: bytes, number: int) -> Release:
    said: Any = read_json(line)
    digest = said.pop("digest")
    if digest != _digest(said):
        raise _Damaged("its digest does not fit")
    if said["release"] != number:
        raise _Damaged(f"it is number {said['release']}, on line {number}")
    return Release(
        said["schema"], number, said["date"], tuple(said["types"]), tuple(said["sources"]), dict(said["files"])
    )


def _digest(said: Mapping[str, Value]) -> str:
    return f"sha256:{hashlib.sha256(canonical_json(dict(said))).hexdigest()}"


def current(releases: Sequence[Release]) -> list[Release]:
    """Those that later versions must agree with: all since the schema was last retired."""
    retired = max((index for index, release in enumerate(releases) if not release.files), default=-1)
    return list(releases[retired + 1 :])
