"""What all tests share: laws are checked without a stopwatch, for a busy machine is no counterexample.

In CI the same inputs are drawn each time, so that a change is judged by what it changed; elsewhere they are new ones.
"""

import os
import signal

import pytest
from hypothesis import is_hypothesis_test, settings

settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")

# What a shell starts in the background ignores Ctrl-C, and so would the processes that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure what the written examples reach: it takes twice the time, and inputs that are drawn are many."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.no_cover)
