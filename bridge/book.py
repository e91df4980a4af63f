"""The book of one batch: what is known of each delivery, and what the ledger is still to be told."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import field
from functools import partial
from math import inf

from bridge.budget import CLOSING, LAST, LEAST, LOOK_UP_WAVE, REMEMBER_WAVE, Budget, patiently
from bridge.errors import Problem, StoreUnavailable
from bridge.frozen import slotted
from bridge.ports import DELIVERED, Delivery, Ledger, Second, Verdict


@slotted
class Book:
    """Written by the relay's own thread alone."""

    ledger: Ledger
    budget: Budget
    verdicts: dict[Delivery, Verdict] = field(default_factory=dict)  #: the last word on each; none: not begun
    known: set[Delivery] = field(default_factory=set)  #: what was delivered before this batch
    dated: dict[Delivery, Second] = field(default_factory=dict)  #: what was looked up, with the second of its change
    pending: dict[Delivery, Second] = field(default_factory=dict)  #: delivered, not yet remembered
    failed: bool = False  #: whether the ledger did not take a note
    lost: frozenset[Delivery] = frozenset()  #: deliveries that nobody could look up
    unparked: int = 0  #: refused records that the quarantine did not take
    overtaken: int = 0  #: records whose item a later change had overtaken
    unplaced: int = 0  #: items whose latest change could not be noted
    publish_seconds: float = 0.0

    def look_up(self, dated: Mapping[Delivery, Second], parcels: int, most: float = inf) -> None:
        """Learn which were delivered before. What the ledger does not tell of is unavailable: it may not be sent.

        What it tells of comes before what it does not, in the order given, so that nothing overtakes. `most` bounds
        the seconds without an answer.
        """
        self.dated |= dated
        told = 0
        for wave in waves(dated, LOOK_UP_WAVE):
            try:
                self.know(patiently(partial(self.ledger.seen, wave), self.budget, parcels, most))
            except StoreUnavailable as error:
                self.lose(list(dated)[told:], error.problems[0])
                return
            told += len(wave)

    def lose(self, deliveries: Collection[Delivery], problem: Problem) -> None:
        """Nobody tells of these, so that they may not be sent."""
        self.lost = self.lost | frozenset(deliveries)
        self.verdicts |= dict.fromkeys(deliveries, Verdict("unavailable", problem))

    def know(self, deliveries: Collection[Delivery]) -> None:
        """These were delivered before."""
        self.known.update(deliveries)
        self.verdicts |= dict.fromkeys(deliveries, DELIVERED)

    def note(self, delivery: Delivery, verdict: Verdict) -> None:
        """Keep what a target said."""
        self.verdicts[delivery] = verdict
        if verdict.said == "delivered":
            self.pending[delivery] = self.dated[delivery]

    def delivered(self, delivery: Delivery) -> bool:
        """Whether it was delivered, now or before."""
        verdict = self.verdicts.get(delivery)
        return verdict is not None and verdict.said == "delivered"

    def remember(self, seconds: float) -> None:
        """Tell the ledger what is pending, between publishes. A ledger that failed is asked again at the end."""
        until = self.budget.clock.monotonic() + seconds
        while self.pending and not self.failed and (left := until - self.budget.clock.monotonic()) >= LEAST:
            try:
                self._write(left)
            except StoreUnavailable:
                self.failed = True

    def close(self, parcels: int) -> None:
        """Tell the ledger what is pending, patiently. What it does not take stays pending: it may repeat at worst.

        Where no time is left, as a clock that leapt may say, it is told once all the same: should we be stopped before
        it answers, nothing is worse than if it had not been told.
        """
        with suppress(StoreUnavailable):  # counted by what stays pending; the record is finished all the same
            while self.pending and self.budget.left(parcels=parcels) >= LEAST:
                patiently(self._write, self.budget, parcels, CLOSING)
            if self.pending:
                self._write(LAST)

    def _write(self, seconds: float) -> None:
        """One wave."""
        wave = next(waves(self.pending, REMEMBER_WAVE))
        self.ledger.remember(wave, seconds)
        for delivery in wave:
            del self.pending[delivery]


def waves(dated: Mapping[Delivery, Second], most: int) -> Iterator[dict[Delivery, Second]]:
    """The deliveries in order, cut where they would be of more than so many seconds: one second is one place."""
    wave: dict[Delivery, Second] = {}
    places: set[Delivery | Second] = set()
    for delivery, second in dated.items():
        place = delivery if second is None else second
        if place not in places and len(places) == most:
            yield wave
            wave, places = {}, set()
        places.add(place)
        wave[delivery] = second
    if wave:
        yield wave
