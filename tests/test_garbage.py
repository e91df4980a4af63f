"""What `bridge.garbage` does about an event's memory: most of it stays with the process, whatever the event is."""

import gc
import subprocess
import sys

import pytest

from benchmarks import workload
from bridge.garbage import swept

#: Reads an event as Lambda's runtime does, thrice, and says how many pages the last reading asked the system for.
READING = """
import json, resource, sys
from contextlib import nullcontext
from bridge.garbage import swept

body = sys.stdin.read()
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    event = json.loads(body)
    asked = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    with swept(event) if sys.argv[1] == "swept" else nullcontext():
        pass
    del event
print(asked)
"""


@pytest.fixture(autouse=True)
def _seen_by_the_collector_again():
    yield
    gc.unfreeze()


@pytest.mark.parametrize(
    "event",
    [
        None,
        7,
        "text",
        [],
        {},
        {"Records": None},
        {"Records": [None, 7, {}, {"eventID": None}, {"eventID": ["e"]}]},
        [{}],
    ],
)
def test_whatever_the_event_is_it_is_swept(event):
    with swept(event):
        pass


def test_what_fails_within_is_raised():
    with pytest.raises(ZeroDivisionError), swept({"Records": [{"eventID": "e1"}]}):
        1 / 0  # noqa: B018


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pages are Linux's")
def test_most_memory_of_an_event_stays_for_the_next():
    body = workload.batch(1000, 0).encode()
    kept, given_back = (_pages_asked_for(how, body) for how in ("swept", "not swept"))
    assert kept < given_back / 2


def _pages_asked_for(how, body):
    return int(subprocess.run([sys.executable, "-c", READING, how], input=body, capture_output=True, check=True).stdout)
