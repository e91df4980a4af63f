"""The cyclic garbage collector, kept off the path of records.

A batch of 1,000 records is some 300,000 blocks of memory, 42,000 of them objects that the collector looks at, made by
the runtime's `json.loads` before the handler is called. Each time that enough of them have been made, the collector
looks through all that there are, and finds nothing: what a JSON reader makes has no cycles, and goes when the last
reference goes. That look doubles the cost of reading the event.

So the collector is off, from init's first imports on. What init made is frozen before the first event is looked at,
which takes it out of the collector's sight for good, and so is each event when the handler begins: at the handler's end
there is little left to look through. What the runtime itself left in cycles stays frozen with the event; every `WHOLE`
invocations it is all looked through once.

What an event lay in goes back to the system when the runtime lets go of it, and is asked for again by the next, page by
page: 5,000 of them for 1,000 records, up to a tenth of the batch's CPU where the machine has much else to do. So the
`eventID` of each record is kept until the next event, and with it the memory around it: four fifths of those pages.
That text is longer than most, and lies apart; to keep one of the many short ones keeps all pages, but leaves the next
event only gaps to be written into, here and there, and a batch then takes a tenth more. The peak is the same.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from bridge.settings import Settings

#: Invocations after which everything is looked through: about 100 ms, spread over as many batches.
WHOLE: Final = 500

_invocations = count(1)
_names: list[str] = []


if Settings.read().in_lambda:
    gc.disable()


@contextmanager
def swept(event: object) -> Iterator[None]:
    """What is done within is looked through at its end, and nothing of what was there before; what it lay in stays."""
    gc.freeze()
    try:
        yield
    finally:
        if next(_invocations) % WHOLE == 0:
            gc.unfreeze()
        gc.collect()
        _names[:] = _names_in(event)


def _names_in(event: Any) -> list[str]:
    """The names of its records, as far as it has records and they have names."""
    records = event.get("Records") if type(event) is dict else event
    fields = [record for record in records if type(record) is dict] if type(records) is list else []
    return [each["eventID"] for each in fields if type(each.get("eventID")) is str]
