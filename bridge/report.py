"""What came of a batch: the answer for Lambda, one outcome per record, and the numbers that metrics need."""

from collections.abc import Container, Mapping
from dataclasses import field
from typing import Literal

from bridge.errors import Problem, Unavailable
from bridge.frozen import frozen

State = Literal["done", "unmatched", "refused", "unfinished"]

#: What Lambda is told: `{"batchItemFailures": [{"itemIdentifier": …}]}` with one entry at most.
Response = dict[str, list[dict[str, str]]]


class Unanswerable(Unavailable):
    """The first unfinished record has no identifier, so that only failing the whole batch brings it back."""


@frozen
class Outcome:
    """What came of one record."""

    record_id: str  #: eventID, else the digest of the record's bytes
    identifier: str | None  #: what `batchItemFailures` must say to get it again
    state: State
    events: tuple[str, ...] = ()  #: ids of the CloudEvents that it became
    problems: tuple[Problem, ...] = ()  #: why it is refused or unfinished
    rule: str = ""  #: `<entity>.<event>` that the first problem is about, where known


@frozen
class Report:
    """What came of a batch. Counts are of this invocation; mappings leave out what is zero."""

    response: Response
    outcomes: tuple[Outcome, ...] = ()  #: one per record, in batch order
    delivered: Mapping[tuple[str, str], int] = field(default_factory=dict)  #: (event type, target) to deliveries
    duplicates: int = 0  #: deliveries not made, since the ledger knew them or the batch had them twice
    refused: Mapping[str, int] = field(default_factory=dict)  #: code of the first problem to records
    unavailable: Mapping[str, int] = field(default_factory=dict)  #: target, `ledger` or `quarantine` to what it left
    held_back: int = 0  #: deliveries that waited behind an unavailable one of their lane
    overtaken: int = 0  #: records that came behind a later change of their item, where that is looked for
    not_begun: int = 0  #: deliveries that the time did not suffice for
    unremembered: int = 0  #: deliveries that the ledger could not be told: may repeat, alarm
    parked: int = 0  #: records that lie in the quarantine now
    publish_seconds: float = 0.0  #: from the first publish to the last answer
    oldest_seconds: float = 0.0  #: age of the oldest change
    words: Container[str] = ()  #: names that a log may show of a place in an item: the project's own

    @property
    def records(self) -> int:
        """How many records the batch had."""
        return len(self.outcomes)

    @property
    def unmatched(self) -> int:
        """Records that no rule speaks of."""
        return self.count("unmatched")

    @property
    def bugs(self) -> int:
        """Records refused for a mistake of ours: alarm."""
        return self.refused.get("bug", 0)

    @property
    def events(self) -> int:
        """Deliveries made."""
        return sum(self.delivered.values())

    def count(self, state: State) -> int:
        """How many records came to this."""
        return sum(outcome.state == state for outcome in self.outcomes)
