"""What can go wrong, as values that say where, what and how to mend it.

```
BridgeError                  the root: `except BridgeError` catches whatever is ours
├── ProjectInvalid           an author's mistake, found by `lint`; carries every Problem at once
├── RecordRefused            this record can never be carried: park it and go on
│   ├── UndecodableRecord    not a change record that we can read
│   ├── UnmappableChange     a rule asks for what the change does not have
│   ├── InvalidEvent         the event breaks its schema or the CloudEvents specification
│   ├── EventTooLarge        the event exceeds what its target carries
│   └── RejectedByTarget     the target said no for what the event itself says
└── Unavailable              the outside world said no for now: stop, and let Lambda send it again
    ├── TargetUnavailable
    └── StoreUnavailable     ledger or quarantine
        └── ObjectWithheld   one object of it; the others can be had
```

The first two branches below the root are the operational decision: park, or retry.
Whatever is not a `BridgeError` is a bug.
"""

from collections.abc import Iterable
from dataclasses import asdict, field, replace
from typing import Literal

from bridge.frozen import frozen, ordered

Level = Literal["error", "warning"]


@ordered
class Where:
    """A place: `file:line:column` for authors, record and JSON path for data. Empty means not known."""

    file: str = ""
    line: int = 0  #: 1-based
    column: int = 0  #: 1-based, counts code points
    path: str = ""  #: JSON path such as `$.new.lines[0].sku`
    record: str = ""  #: eventID of the record, or the digest of its bytes

    def __str__(self) -> str:
        at = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        record = f"record {self.record}" if self.record else ""
        return " ".join(part for part in (at, record, self.path) if part)

    def right(self, columns: int) -> "Where":
        """The place so many columns further on the same line."""
        return replace(self, column=self.column + columns)


@frozen
class Aside:
    """A second place that helps to see a problem, and what stands there."""

    where: Where
    says: str  #: such as "first written here"


@frozen
class Edit:
    """What mends a problem in its file: so many characters from a place on become another text."""

    where: Where
    length: int  #: counts code points
    text: str


@ordered
class Problem:
    """One thing that is wrong: where, a stable code, what, and the fix."""

    where: Where
    code: str  #: family letter and number, documented in `bridge/codes/`
    what: str
    fix: str
    level: Level = field(default="error", compare=False)
    also: Aside | None = field(default=None, compare=False)
    edit: Edit | None = field(default=None, compare=False)  #: where there is exactly one way to mend it

    def __str__(self) -> str:
        place = f"{self.where}: " if str(self.where) else ""
        return f"{place}{self.code} {self.what}\n    fix: {self.fix}"

    def as_json(self) -> dict[str, str | int | None]:
        """The shape that every command prints: design section 7, absent values null."""
        where = {name: value or None for name, value in asdict(self.where).items()}
        return {"code": self.code, "level": self.level, "what": self.what, "fix": self.fix} | where

    def within(self, where: Where) -> "Problem":
        """The same problem with the parts of its place that were not known filled in."""
        known = {name: value for name, value in asdict(self.where).items() if value}
        return replace(self, where=replace(where, **known))


class BridgeError(Exception):
    """Anything that the bridge itself says no with. `problems` has one entry or more."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def within(self, where: Where) -> "BridgeError":
        """The same error, its problems placed within `where`."""
        return type(self)(*(problem.within(where) for problem in self.problems))


class ProjectInvalid(BridgeError):
    """The project (rules, schemas, settings) cannot be used as it is written."""


class RecordRefused(BridgeError):
    """The record can never be carried as things are: it belongs in the quarantine."""


class UndecodableRecord(RecordRefused):
    """Not a change record that we can read."""


class UnmappableChange(RecordRefused):
    """A rule asks for what the change does not have."""


class InvalidEvent(RecordRefused):
    """The event breaks its schema or the CloudEvents specification."""


class EventTooLarge(RecordRefused):
    """The event exceeds what its target carries."""


class RejectedByTarget(RecordRefused):
    """The target will never take this event, for what the event itself says."""


class Unavailable(BridgeError):
    """The outside world said no for now; the same call may succeed later."""


class TargetUnavailable(Unavailable):
    """A bus or topic did not take an event for now."""


class StoreUnavailable(Unavailable):
    """The ledger or the quarantine did not answer for now."""


class ObjectWithheld(StoreUnavailable):
    """The store answers, and does not hand this one object out: no permission, a key that is disabled, an archive."""


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise `ProjectInvalid` with every error among the problems, in file order; warnings do not count."""
    errors = sorted(problem for problem in problems if problem.level == "error")
    if errors:
        raise ProjectInvalid(*errors)
