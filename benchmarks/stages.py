"""The bridge with a clock around each of its stages: where its CPU goes.

A stage's time is that of its functions less that of the stages that they call. What the clocks themselves cost is
measured first and taken off, although they still slow what they measure: read shares, not sums.
"""

import threading
import time
from collections import Counter
from functools import wraps
from importlib import import_module
from operator import attrgetter

#: Functions by stage, where they are looked up. What no function here does is the relay itself.
STAGES = {
    "decode": ("bridge.relay:read_batch", "bridge.consignment:decode"),
    "match and map": ("bridge.core.rules.translate:Rules.translate",),
    "validate": ("bridge.core.schemas:Schema.holds", "bridge.core.schemas:Schema.problems"),
    "event": ("bridge.core.rules.translate:written", "bridge.core.rules.translate:make_event"),
    "ledger": ("bridge.aws.ledger:DynamoLedger.seen", "bridge.aws.ledger:DynamoLedger.remember"),
    "publish": ("bridge.relay:lanes_of", "bridge.relay:publish"),
    "answer": ("bridge.relay:tally", "bridge.observe:Observer.batch"),
}
REST = "relay"

spent, spans = Counter(), Counter()
within = threading.local()


def timed(stage, function):
    """The function with a clock on its own thread; whoever called it is not charged for it."""

    @wraps(function)
    def clocked(*given, **named):
        above, within.inner = getattr(within, "inner", 0.0), 0.0
        start = time.thread_time()
        try:
            return function(*given, **named)
        finally:
            took = time.thread_time() - start
            spent[stage] += took - within.inner
            spans[stage] += 1
            within.inner = above + took

    return clocked


def _put_clocks():
    for stage, places in STAGES.items():
        for place in places:
            module, _, path = place.partition(":")
            *outer, name = path.split(".")
            holder = attrgetter(".".join(outer))(import_module(module)) if outer else import_module(module)
            setattr(holder, name, timed(stage, getattr(holder, name)))


def _cost(times=20_000):
    """Seconds that a clock takes in all, and that it measures of itself."""
    clocked = timed("nothing", int)
    start = time.thread_time()
    for _ in range(times):
        clocked()
    return (time.thread_time() - start) / times, spent.pop("nothing") / times


def clocked():
    """The bridge's handler with the clocks in; it answers with CPU seconds by stage. For a process of its own."""
    whole, inner = _cost()
    _put_clocks()
    handle = import_module("bridge.handler").handle  # it binds what it calls when it is imported

    def handle_and_tell(event, context):
        spent.clear(), spans.clear()
        start = time.process_time()
        handle(event, context)
        took = time.process_time() - start - whole * spans.total()
        told = {stage: spent[stage] - inner * spans[stage] for stage in STAGES}
        return {**told, REST: took - sum(told.values())}

    return handle_and_tell
