"""The cyclic garbage collector, kept off the path of records.

A batch of 1,000 records is some 300,000 objects, made by the runtime's `json.loads` before the handler is called. Each
time that enough of them have been made, the collector looks through all that there are, and finds nothing: what a JSON
reader makes has no cycles, and goes when the last reference goes. That look doubles the cost of reading the event.

So the collector is off, from init's first imports on. What init made is frozen before the first event is looked at,
which takes it out of the collector's sight for good, and so is each event when the handler begins: at the handler's end
there is little left to look through. What the runtime itself left in cycles stays frozen with the event; every `WHOLE`
invocations it is all looked through once.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

from bridge.settings import Settings

#: Invocations after which everything is looked through: about 100 ms, spread over as many batches.
WHOLE: Final = 500

_invocations = count(1)


if Settings.read().in_lambda:
    gc.disable()


@contextmanager
def swept() -> Iterator[None]:
    """What is done within is looked through at its end, and nothing of what was there before."""
    gc.freeze()
    try:
        yield
    finally:
        if next(_invocations) % WHOLE == 0:
            gc.unfreeze()
        gc.collect()
