"""The two sides of a check, read from folders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.baseline import forked_at, project_at, said_of
from bridge.core.compat.policy import FILE, Policy, read_policy
from bridge.core.compat.released import Release
from bridge.core.compat.side import Side, Version, read_links, side
from bridge.errors import Problem, ProjectInvalid, Unavailable, raise_if_any
from bridge.folders import files_below
from bridge.project import Project, is_schema, read_project
from bridge.releases import emptied, lost, released, versions

RELEASED: Final = "released"
_COMMIT: Final = "HEAD"


@dataclass(frozen=True, slots=True)
class Here:
    """The project as it is."""

    project: Project
    side: Side
    policy: Policy

    @property
    def schemas(self) -> Path:
        """The schemas folder."""
        return self.project.folder / self.project.manifest.schemas


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was there before."""

    versions: Mapping[str, Sequence[Version]]  #: what the schemas are held against, by schema, oldest first
    lost: Sequence[Problem] = ()  #: releases that were recorded, and are no more


def read_here(folder: Path) -> Here:
    """The schemas of a project, its rules as far as they can be read, and its policy.

    Raises `ProjectInvalid` with every problem of schemas, policy and project file, and where releases were emptied.
    """
    project, now = _read(folder, "now")
    problems: list[Problem] = []
    file = folder / project.manifest.schemas / FILE
    name = f"{project.manifest.schemas.rstrip('/')}/{FILE}"
    policy = read_policy(file.read_bytes(), name, problems) if file.is_file() else Policy()
    raise_if_any([*problems, *emptied(folder / project.manifest.schemas, project.manifest.schemas)])
    return Here(project, now, policy)


def read_earlier(here: Here, against: str) -> Earlier:
    """What the schemas are held against: releases, and the state at a commit or folder.

    Raises `ProjectInvalid` where it cannot be read.
    """
    name = here.project.manifest.schemas
    known = released(here.schemas, name)
    if against == RELEASED:
        return Earlier(versions(known, name), lost(_committed(here), known, name, _COMMIT))
    with project_at(against, here.project.folder) as there:
        try:
            project, then = _read(there, against)
            before = released(there / project.manifest.schemas, project.manifest.schemas)
        except ProjectInvalid as error:
            raise said_of(against, error) from None
    found = versions(before, project.manifest.schemas)
    for schema, version in then.versions.items():
        found.setdefault(schema, []).append(version)
    fork = forked_at(against, here.project.folder)  # what was recorded there later is no loss of this branch
    return Earlier(found, lost(_committed(here, fork) if fork else before, known, name, against))


def _committed(here: Here, commit: str = _COMMIT) -> Mapping[str, Sequence[Release]]:
    """The releases that a commit has; none where there is no git, no commit, or nothing that can be read."""
    name = here.project.manifest.schemas
    try:
        with project_at(commit, here.project.folder) as there:
            return released(there / name, name)
    except (ProjectInvalid, Unavailable):
        return {}


def _read(folder: Path, label: str) -> tuple[Project, Side]:
    project, problems = read_project(folder)
    raise_if_any(problem for problem in problems if project is None or problem.code[0] in "CS")
    assert project is not None, "a project whose schemas have no problem was read"
    inside = folder / project.manifest.schemas
    files = {path.relative_to(inside).as_posix(): path.read_bytes() for path in files_below(inside, is_schema)}
    links = read_links(files, f"{project.manifest.schemas.rstrip('/')}/")
    return project, side(label, links, project.rules.entities)
