"""The order of what comes from Kinesis, which may bring an item's changes in another order than they were made.

```
 change of t=1 … change of t=3 … change of t=2     the last is older than what was done of its item before
```

What is known of an item is the time of its latest change that is done: neither unfinished, which comes again in the
order of the stream, nor refused, of which nothing may have gone out. It is kept beside the ledger, and noted only
after everything else of the batch: whatever comes again finds it as it was. Two invocations that hold one item at the
same time may each not know of the other; the table keeps the later time of the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from bridge.book import Book
from bridge.budget import CLOSING, LEAST, patiently
from bridge.consignment import Consignment, objected
from bridge.core.batch import kinesis_part
from bridge.core.mark import OVERTAKEN, marked
from bridge.errors import StoreUnavailable
from bridge.frozen import slotted
from bridge.ports import Latest, Target
from bridge.report import Outcome


@slotted
class Guard:
    """What becomes of changes that came too late: their events are marked, or nothing is said of them."""

    latest: Latest
    mode: Literal["flag", "drop"]

    def check(self, every: Sequence[Consignment], targets: Mapping[str, Target], book: Book) -> list[Consignment]:
        """The same with those marked, or silenced, that a later one of their item has overtaken.

        Where nobody tells what came before, nothing is sent: it comes again.
        """
        items = dict.fromkeys(each.events[0].lane for each in every if _is_concerned(each))
        book.budget.kept = LEAST if items else 0.0
        try:
            times = patiently(partial(self.latest.times, list(items)), book.budget) if items else {}
        except StoreUnavailable as error:
            book.lose([delivery for each in every for delivery in each.deliveries], error.problems[0])
            return list(every)
        return [self._judged(each, times, targets, book) for each in every]

    def note(self, every: Sequence[Consignment], outcomes: Sequence[Outcome], book: Book) -> None:
        """Keep the latest time of each item of which a change is done, up to the first that comes again."""
        book.budget.kept = 0.0
        times: dict[str, str] = {}
        for each, outcome in zip(every, outcomes, strict=True):
            if outcome.state == "unfinished":
                break
            if outcome.state == "done" and _is_concerned(each):
                lane = each.events[0].lane
                times[lane] = max(each.order, times.get(lane, ""))
        try:
            if times:
                patiently(partial(self.latest.advance, times), book.budget, most=CLOSING)
        except StoreUnavailable:
            book.unplaced = len(times)

    def _judged(
        self, each: Consignment, times: dict[str, str], targets: Mapping[str, Target], book: Book
    ) -> Consignment:
        if not _is_concerned(each):
            return each
        lane = each.events[0].lane
        if each.order >= times.get(lane, ""):
            times[lane] = each.order
            return each
        book.overtaken += 1
        if self.mode == "drop":
            return replace(each, events=())
        return objected(replace(each, events=tuple(marked(event, OVERTAKEN) for event in each.events)), targets)


def _is_concerned(each: Consignment) -> bool:
    """Whether it is to be sent, and came by Kinesis: DynamoDB Streams keeps the order by itself."""
    return bool(each.events and each.order) and not each.problems and kinesis_part(each.record.raw) is not None
