"""The load of benchmarks/load.py, shorter; and what it would notice."""

from dataclasses import replace

from benchmarks.load import CONNECTIONS, GROWTH, Look, complaints, run

WELL = Look(memory=50_000_000, descriptors=14, threads=1, seconds=0.1, taken=200, refused=0)


def test_nothing_grows_over_twenty_thousand_records():
    """In one warm process, its garbage collector off: no memory, descriptor or thread stays, and every event comes."""
    looks = list(run(20_000, 200))
    assert [said for said in complaints(looks, 200) if "CPU" not in said] == []  # tests share their cores


def test_what_grows_slows_down_or_is_lost_is_told():
    def told(**last):
        return " ".join(complaints([WELL] * 90 + [replace(WELL, **last)] * 10, 200))

    assert told() == ""
    assert "memory grew from 50.0 MB" in told(memory=round(WELL.memory * (1.01 + GROWTH)))
    assert told(descriptors=14 + CONNECTIONS) == ""
    assert "descriptors grew from 14" in told(descriptors=15 + CONNECTIONS)
    assert "threads grew" in told(threads=2)
    assert "200 ms in the end" in told(seconds=0.2)
    assert "10 events too few" in told(taken=199)
    assert "10 batches were not done" in told(refused=1)
