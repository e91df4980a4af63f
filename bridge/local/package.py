"""The function as a zip: our package, what it needs at run time, and the project's files.

The dependencies come out of the environment that is running, so nothing is fetched: the closure of our own
distribution's requirements without extras, each with the files its wheel installed. So the package runs on this
machine's platform and Python, which is what the embedded AWS wants. Equal input gives equal bytes.
"""

import importlib.metadata
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bridge
from bridge.errors import Problem, Unavailable, Where

DISTRIBUTION = "changebridge"

#: The services the function calls; botocore's descriptions of the 400 others are 26 of its 31 MB.
SERVICES = frozenset({"dynamodb", "events", "s3", "sns", "sts"})

# zip's first day: one date for every file, so that equal content is equal bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
# Speed over size: it travels over loopback.
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Package:
    """A function package, ready to be uploaded."""

    archive: bytes  #: the zip
    files: int
    unpacked: int  #: bytes; Lambda allows 262,144,000 with layers (AWS Lambda quotas, "deployment package")


def package(project: Path, parts: Iterable[str]) -> Package:
    """Pack the function and, at its root, these files and folders of the project.

    Raises `Unavailable` (E003) where a dependency is not installed here.
    """
    contents = dict(_dependencies()) | dict(_ours()) | dict(_project(project, parts))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = _MODE
            made.writestr(entry, contents[name].read_bytes(), zipfile.ZIP_DEFLATED, _LEVEL)
    return Package(archive.getvalue(), len(contents), sum(path.stat().st_size for path in contents.values()))


def _project(project: Path, parts: Iterable[str]) -> Iterator[tuple[str, Path]]:
    for part in parts:
        yield from _tree(project / part, PurePosixPath(part))


def _ours() -> Iterator[tuple[str, Path]]:
    yield from _tree(Path(bridge.__file__).parent, PurePosixPath("bridge"))


def _tree(top: Path, name: PurePosixPath) -> Iterator[tuple[str, Path]]:
    """A file, or every file below a folder, under their names in the zip."""
    for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
        inside = name / path.relative_to(top)
        if path.is_file() and _wanted(inside):
            yield str(inside), path


def _dependencies() -> Iterator[tuple[str, Path]]:
    for distribution in _closure(DISTRIBUTION):
        for file in distribution.files or ():
            if _wanted(file) and (path := Path(str(file.locate()))).is_file():
                yield str(file), path


def _closure(root: str) -> Iterator[importlib.metadata.Distribution]:
    """Every distribution that this one needs here, itself left out; extras only where they are asked for."""
    seen: set[tuple[str, str]] = set()
    todo = [Requirement(root)]
    while todo:
        requirement = todo.pop()
        distribution = _installed(requirement)
        if requirement.name != root:
            yield distribution
        for extra in {"", *requirement.extras}:
            key = (canonicalize_name(requirement.name), extra)
            if key not in seen:
                seen.add(key)
                todo += _asked(distribution, extra)


def _asked(distribution: importlib.metadata.Distribution, extra: str) -> Iterator[Requirement]:
    for line in distribution.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def _installed(requirement: Requirement) -> importlib.metadata.Distribution:
    try:
        return importlib.metadata.distribution(requirement.name)
    except importlib.metadata.PackageNotFoundError as absent:
        what = f"the function needs {requirement}, which is not installed in this environment"
        raise Unavailable(Problem(Where(), "E003", what, "run `make setup`")) from absent


def _wanted(name: PurePosixPath) -> bool:
    """Neither commands, nor compiled leftovers, nor descriptions of services that we never call."""
    parts = name.parts
    if ".." in parts or "__pycache__" in parts or name.suffix == ".pyc":
        return False
    described = parts[:2] == ("botocore", "data") and len(parts) > len(("botocore", "data", "file"))
    return not described or parts[2] in SERVICES
