"""The rules that look at how a schema was changed: against the version before it, member by member."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bridge.core.compat.finding import Finding, place
from bridge.core.compat.side import Version
from bridge.core.compat.tree import Member, Path, members, shown
from bridge.core.schema.dialect import Pointer
from bridge.core.wire import write_json


@dataclass(frozen=True, slots=True)
class _Change:
    """Two versions of one schema, and what each declares."""

    now: Version
    earlier: Version
    new: Mapping[Path, Member]
    old: Mapping[Path, Member]

    def finding(self, rule: str, pointer: Pointer, what: str) -> Finding:
        where = place(self.now.contract.links, pointer)
        return Finding(rule, self.now.contract.name, where, what, self.now.use.events)

    def parent(self, path: Path) -> Pointer:
        """Where the members stand beside which one is missing now."""
        return self.new[path[:-1]].holding("properties")


def changes(now: Version, earlier: Version) -> Iterator[Finding]:
    """What was removed, renamed, added to enumerations, or said in another format."""
    new = members(now.contract.links, now.contract.name)
    old = members(earlier.contract.links, earlier.contract.name)
    change = _Change(now, earlier, new, old)
    for path in old:
        if path in new:
            yield from _enumeration(change, path)
            yield from _format(change, path)
        elif path[:-1] in new:
            yield from _removal(change, path)


def _removal(change: _Change, path: Path) -> Iterator[Finding]:
    heir = _heir(change, path)
    if not change.old[path].is_deprecated:
        what = f"{shown(path)} is gone, and {change.earlier.label} did not mark it as deprecated"
        yield change.finding("PROPERTY_REMOVED_WITHOUT_DEPRECATION", change.parent(path), what)
    if heir is not None:
        what = f"{shown(heir)} is described as {shown(path)} was, which is gone: a rename?"
        yield change.finding("PROPERTY_RENAMED", change.new[heir].at, what)


def _heir(change: _Change, path: Path) -> Path | None:
    """A new member beside a removed one that is described alike."""
    beside = [other for other in change.new if other[:-1] == path[:-1] and other not in change.old]
    alike = [other for other in beside if change.new[other].likeness == change.old[path].likeness]
    return alike[0] if len(alike) == 1 else None


def _enumeration(change: _Change, path: Path) -> Iterator[Finding]:
    old, new = change.old[path], change.new[path]
    added = [value for text, value in new.listed.items() if text not in old.listed]
    if old.listed and added and not old.is_extensible:
        values = ", ".join(write_json(value).decode() for value in added[:8])
        what = f"{shown(path)} may now be {values}, which {change.earlier.label} does not list"
        yield change.finding("ENUM_VALUE_ADDED", new.holding("enum"), what)


def _format(change: _Change, path: Path) -> Iterator[Finding]:
    old, new = change.old[path].formats, change.new[path].formats
    if old and new and old != new:
        what = f"{shown(path)} is a {' and '.join(sorted(new))} now, and was a {' and '.join(sorted(old))}"
        yield change.finding("FORMAT_CHANGED", change.new[path].holding("format"), what)
