"""The clock on the wall."""

import time

from bridge.aws.clock import SystemClock


def test_time_passes_and_jitter_stays_below_one():
    clock = SystemClock()
    before, began = clock.now(), time.monotonic()
    clock.sleep(0.02)
    assert time.monotonic() - began >= 0.02
    assert abs(clock.now() - time.time()) < 5
    assert clock.now() >= before
    assert all(0 <= clock.jitter() < 1 for _ in range(99))


def test_durations_are_measured_by_a_clock_that_only_passes(monkeypatch):
    clock = SystemClock()
    before = clock.monotonic()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert 0.0 <= clock.monotonic() - before < 5.0
    assert clock.now() == 0.0
