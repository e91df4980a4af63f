"""The book of one batch: what is known of each delivery, and what the ledger is still to be told."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field

from bridge.budget import LEAST, Budget, patiently
from bridge.errors import StoreUnavailable
from bridge.ports import DELIVERED, Delivery, Ledger, Verdict


@dataclass(slots=True)
class Book:
    """Written by the relay's own thread alone."""

    ledger: Ledger
    budget: Budget
    verdicts: dict[Delivery, Verdict] = field(default_factory=dict)  #: the last word on each; none: not begun
    known: set[Delivery] = field(default_factory=set)  #: what was delivered before this batch
    pending: list[Delivery] = field(default_factory=list)  #: delivered, not yet remembered
    failed: bool = False  #: whether the ledger did not take a note
    lost: int = 0  #: deliveries that nobody could look up
    unparked: int = 0  #: refused records that the quarantine did not take
    publish_seconds: float = 0.0

    def look_up(self, deliveries: Collection[Delivery], parcels: int) -> None:
        """Learn which were delivered before. Where the ledger does not say, all are unavailable: none may be sent."""
        if not deliveries:
            return
        try:
            self.know(patiently(lambda seconds: self.ledger.seen(deliveries, seconds), self.budget, parcels))
        except StoreUnavailable as error:
            self.lost = len(deliveries)
            self.verdicts = dict.fromkeys(deliveries, Verdict("unavailable", error.problems[0]))

    def know(self, deliveries: set[Delivery]) -> None:
        """These were delivered before."""
        self.known = deliveries
        self.verdicts = dict.fromkeys(deliveries, DELIVERED)

    def note(self, delivery: Delivery, verdict: Verdict) -> None:
        """Keep what a target said."""
        self.verdicts[delivery] = verdict
        if verdict.said == "delivered":
            self.pending.append(delivery)

    def delivered(self, delivery: Delivery) -> bool:
        """Whether it was delivered, now or before."""
        verdict = self.verdicts.get(delivery)
        return verdict is not None and verdict.said == "delivered"

    def remember(self, seconds: float) -> None:
        """Tell the ledger what is pending, once, between publishes. A ledger that failed is asked again at the end."""
        if self.pending and seconds >= LEAST and not self.failed:
            try:
                self._write(seconds)
            except StoreUnavailable:
                self.failed = True

    def close(self, parcels: int) -> None:
        """Tell the ledger what is pending, patiently. What it does not take stays pending: it may repeat at worst."""
        if self.pending:
            with suppress(StoreUnavailable):  # counted by what stays pending; the record is finished all the same
                patiently(self._write, self.budget, parcels)

    def _write(self, seconds: float) -> None:
        self.ledger.remember(tuple(self.pending), seconds)
        self.pending.clear()
