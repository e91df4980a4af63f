"""The function as a zip: our package, what it needs at run time, and the project's files.

The dependencies come out of the environment that is running, so nothing is fetched: the closure of our own
distribution's requirements without extras, each with the files its wheel installed. So the package runs on this
machine's platform and Python, which is what the embedded AWS wants. Equal input gives equal bytes.
"""

import importlib.metadata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bridge.archive import ours, project_files, wanted, zipped
from bridge.errors import Problem, Unavailable, Where

DISTRIBUTION = "changebridge"

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
    files = dict(installed(DISTRIBUTION)) | dict(ours()) | dict(project_files(project, tuple(parts)))
    contents = {name: path.read_bytes() for name, path in files.items()}
    return Package(zipped(contents, _LEVEL), len(contents), sum(map(len, contents.values())))


def installed(root: str, *, itself: bool = False) -> Iterator[tuple[str, Path]]:
    """The files of every distribution that this one needs here, under their names in an environment."""
    for distribution in [*([_found(Requirement(root))] if itself else []), *_closure(root)]:
        for file in distribution.files or ():
            if wanted(file) and (path := Path(str(file.locate()))).is_file():
                yield str(file), path


def _closure(root: str) -> Iterator[importlib.metadata.Distribution]:
    """Every distribution that this one needs here, itself left out; extras only where they are asked for."""
    seen: set[tuple[str, str]] = set()
    todo = [Requirement(root)]
    while todo:
        requirement = todo.pop()
        distribution = _found(requirement)
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


def _found(requirement: Requirement) -> importlib.metadata.Distribution:
    try:
        return importlib.metadata.distribution(requirement.name)
    except importlib.metadata.PackageNotFoundError as absent:
        what = f"the function needs {requirement}, which is not installed in this environment"
        raise Unavailable(Problem(Where(), "E003", what, "run `make setup`")) from absent
