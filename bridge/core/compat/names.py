"""The rules about what a schema and its events are called: file, `$id`, type and source."""

from collections.abc import Iterator

from bridge.core.compat.finding import Finding, place
from bridge.core.compat.side import Version
from bridge.core.compat.version import major, version
from bridge.core.schema.dialect import Pointer
from bridge.core.wire import canonical_json

_MAJOR, _MINOR, _PATCH = 1, 2, 3
_PARTS = {_MAJOR: "major", _MINOR: "minor", _PATCH: "patch"}


def names(now: Version) -> Iterator[Finding]:
    """Where file, `$id` and types show different major versions."""
    wanted = major(now.contract.name)
    shown = major(now.contract.id)
    if wanted is not None and shown is not None and wanted != shown:
        yield _at_id(now, "ID_NOT_BUMPED", f"the file is of version {wanted}, and its `$id` of version {shown}")
    for name in sorted(now.use.types):
        shown = major(name)
        if wanted is not None and shown is not None and wanted != shown:
            yield _at_id(
                now, "TYPE_NOT_BUMPED", f"the file is of version {wanted}, and its type {name} of version {shown}"
            )


def renames(now: Version, earlier: Version) -> Iterator[Finding]:
    """What events of the schema are no longer called as they were."""
    gone, come = earlier.use.types - now.use.types, now.use.types - earlier.use.types
    for name in sorted(gone):
        if come:
            yield _at_id(now, "TYPE_RENAMED", f"the type {name} of {earlier.label} is now {', '.join(sorted(come))}")
        else:
            yield _at_id(now, "TYPE_REMOVED", f"no rule says the type {name} of {earlier.label} any more")
    if now.use.types:
        for source in sorted(earlier.use.sources - now.use.sources):
            yield _at_id(now, "SOURCE_RENAMED", f"no event comes from the source {source} of {earlier.label} any more")


def bump(now: Version, earlier: Version, *, breaks: bool) -> Iterator[Finding]:
    """Whether `$id` shows the version that the change calls for, as far as it shows versions at all."""
    before, after = version(earlier.contract.id), version(now.contract.id)
    if len(before) < _MINOR or len(after) < _MINOR:
        if earlier.contract.id != now.contract.id:
            yield _at_id(now, "ID_CHANGED", f"`$id` was {earlier.contract.id} in {earlier.label}")
        return
    due = _due(now, earlier, breaks=breaks)
    if due == 0 or _is_raised(before, after, due):
        return
    what = f"the change since {earlier.label} is worth a {_PARTS[due]} version, and `$id`"
    if before == after:
        yield _at_id(now, "ID_NOT_BUMPED", f"{what} is still of {_text(after)}")
    else:
        yield _at_id(now, "BUMP_TOO_SMALL", f"{what} went from {_text(before)} to {_text(after)}")


def _due(now: Version, earlier: Version, *, breaks: bool) -> int:
    """Which number of the version must be raised; 0 for none."""
    if breaks:
        return _MAJOR
    if not now.contract.is_same_as(earlier.contract):
        return _MINOR
    before, after = (canonical_json(each.contract.source.document) for each in (earlier, now))
    return 0 if before == after else _PATCH


def _is_raised(before: tuple[int, ...], after: tuple[int, ...], due: int) -> bool:
    """Whether the number that is due was raised, or one above it; a number that is not shown need not be."""
    return after[:due] > before[:due] or len(after) < due


def _text(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def _at_id(now: Version, rule: str, what: str) -> Finding:
    pointer: Pointer = (now.contract.name, now.contract.source.dialect.id)
    return Finding(rule, now.contract.name, place(now.contract.links, pointer), what, now.use.events)
