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

#: Where tests go ways through the code that others go as well. To measure coverage takes twice the time.
UNMEASURED = (
    "aws/test_ledger_laws.py",
    "benchmarks/",
    "compat/test_circles.py::test_a_proof_that_would_take_too_long_is_given_up",
    "differential/",
    "faults/",
    "fuzz/test_bounds.py",
    "proof/test_laws.py",
    "schemas/test_export_laws.py",
    "schemas/test_models.py",
    "schemas/test_models_nasty.py",
    "schemas/test_publish_wire.py",
    "simulation/test_breakages.py",
    "simulation/test_coverage.py",
    "simulation/test_options.py",
    "simulation/test_schedules_2.py",
    "simulation/test_schedules_3.py",
    "simulation/test_schedules_4.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure what the written examples reach: what is drawn is much, and goes the same ways."""
    for item in items:
        if item.nodeid.removeprefix("tests/").startswith(UNMEASURED) or is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.no_cover)
