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
