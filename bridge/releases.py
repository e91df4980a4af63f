"""The released schemas of a project's folder: read, planned, and added to."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from bridge.core.compat.contract import contract
from bridge.core.compat.released import FOLDER, SUFFIX, Release, current, file_of, read_releases
from bridge.core.compat.side import Side, Use, Version, closure, read_links
from bridge.errors import Problem, ProjectInvalid, Where, raise_if_any
from bridge.folders import files_below


def released(schemas: Path, name: str) -> dict[str, list[Release]]:
    """All releases below a schemas folder, by schema, oldest first; problems call the folder `name`.

    Raises `ProjectInvalid` K035 with every line that is not as it was written.
    """
    found: dict[str, list[Release]] = {}
    problems: list[Problem] = []
    folder = schemas / FOLDER
    for path in files_below(folder, lambda name: name.endswith(SUFFIX)) if folder.is_dir() else ():
        file = path.relative_to(schemas).as_posix()
        try:
            releases = read_releases(f"{name.rstrip('/')}/{file}", path.read_bytes())
        except ProjectInvalid as error:
            problems += error.problems
        else:
            found[releases[0].schema if releases else file] = releases
    raise_if_any(problems)
    return {schema: releases for schema, releases in found.items() if releases}


def emptied(schemas: Path, name: str) -> list[Problem]:
    """K039 for each file of releases that holds none: only when there is one to record is a file made."""
    folder = schemas / FOLDER
    files = files_below(folder, lambda name: name.endswith(SUFFIX)) if folder.is_dir() else ()
    empty = [path.relative_to(schemas).as_posix() for path in files if not path.stat().st_size]
    return [
        _lost(f"{name.rstrip('/')}/{file}", "this file holds no release any more", "it was in version control")
        for file in empty
    ]


def lost(
    before: Mapping[str, Sequence[Release]], now: Mapping[str, Sequence[Release]], name: str, at: str
) -> list[Problem]:
    """K039 for each schema of which a release of `before`, as recorded `at` a commit or folder, is no more."""
    found = []
    for schema, releases in before.items():
        here = now.get(schema, ())
        gone = next((each for each, there in zip_longest(releases, here[: len(releases)]) if each != there), None)
        if gone:
            what = f"{gone.label} of {schema}, which is recorded at '{at}', is not recorded here"
            found.append(_lost(f"{name.rstrip('/')}/{file_of(schema)}", what, f"it is at '{at}'"))
    return found


def _lost(file: str, what: str, whole: str) -> Problem:
    fix = f"restore the file as {whole}: what is published is recorded for ever"
    return Problem(Where(file), "K039", what, fix)


def versions(releases: Mapping[str, Sequence[Release]], name: str) -> dict[str, list[Version]]:
    """What later versions must agree with, by schema; those that are retired are left out. `name` as for `released`."""
    found = {schema: [_version(release, name) for release in current(each)] for schema, each in releases.items()}
    return {schema: each for schema, each in found.items() if each}


def _version(release: Release, name: str) -> Version:
    place = Where(f"{name.rstrip('/')}/{file_of(release.schema)}", release.number, 1)
    files = {name: text.encode() for name, text in release.files.items()}
    links = read_links(files, f"{release.label}:")
    use = Use((), frozenset(release.types), frozenset(release.sources))
    return Version(release.label, contract(links, release.schema), use, place)


def plan(now: Side, releases: Mapping[str, Sequence[Release]], date: str) -> list[Release]:
    """What is to be released: schemas that are new or have changed, and what is no longer there.

    One whose `$id` another file has now is not gone: what was released of it still holds.
    Raises `ProjectInvalid` K038 where the date, such as `2026-11-21`, lies before a release that there is.
    """
    made = []
    ids = {version.contract.id for version in now.versions.values()}
    for name in sorted({*now.versions, *releases}):
        before = releases.get(name, ())
        if name not in now.versions and _id(before[-1]) in ids:
            continue
        release = _next(now, name, len(before) + 1, date)
        if not before or not release.says_the_same(before[-1]):
            made.append(release)
    late = [each for name in releases for each in releases[name] if each.date > date]
    if made and late:
        what = f"{late[0].schema} has a release of {late[0].date}, after {date}"
        raise ProjectInvalid(Problem(Where(), "K038", what, "give a date that is not before it: --date"))
    return made


def _id(release: Release) -> str:
    """The `$id` of what was released; empty where it was retired."""
    return _version(release, "").contract.id if release.files else ""


def _next(now: Side, name: str, number: int, date: str) -> Release:
    version = now.versions.get(name)
    if version is None:
        return Release(name, number, date, (), (), {})
    files = {file: now.links.sources[file].text for file in closure(now.links, name)}
    return Release(name, number, date, tuple(sorted(version.use.types)), tuple(sorted(version.use.sources)), files)


def add(schemas: Path, release: Release) -> Path:
    """Write a release behind those that its file has."""
    path = schemas / file_of(release.schema)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(release.line)
    return path
