"""A zip whose bytes depend on nothing but what is in it: sorted names, one date, one mode."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import bridge

#: The services that the function calls; botocore's descriptions of the 400 others are 26 of its 31 MB.
SERVICES = frozenset({"dynamodb", "events", "eventbridgev2", "s3", "sns", "sts"})

# zip's first day: one date for every file, so that equal content is equal bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16
_UNIX = 3


def zipped(contents: Mapping[str, bytes], level: int) -> bytes:
    """The files, by their names in the zip. `level`: of zlib, 1 fast to 9 small."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system, entry.external_attr = _UNIX, _REGULAR_FILE
            made.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, level)
    return archive.getvalue()


def tree(top: Path, name: PurePosixPath) -> Iterator[tuple[str, Path]]:
    """A file, or every file below a folder, under their names in the zip."""
    for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
        inside = name / path.relative_to(top)
        if path.is_file() and wanted(inside):
            yield str(inside), path


def ours() -> Iterator[tuple[str, Path]]:
    """The bridge itself."""
    yield from tree(Path(bridge.__file__).parent, PurePosixPath("bridge"))


def project_files(folder: Path, parts: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """These files and folders of a project."""
    for part in parts:
        yield from tree(folder / part, PurePosixPath(part))


def wanted(name: PurePosixPath) -> bool:
    """Neither commands, nor compiled leftovers, nor descriptions of services that we never call."""
    parts = name.parts
    if ".." in parts or "__pycache__" in parts or name.suffix == ".pyc":
        return False
    described = parts[:2] == ("botocore", "data") and len(parts) > len(("botocore", "data", "file"))
    return not described or parts[2] in SERVICES
