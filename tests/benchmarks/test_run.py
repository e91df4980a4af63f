"""The benchmarks run: every pipeline says the right events, and the report says what was measured."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib import import_module
from operator import attrgetter

import pytest

from benchmarks import chart, measure, report, work
from benchmarks.everything import BATCHES, RECORDS, RULES, SCALES, Results
from benchmarks.marks import marks
from benchmarks.measure import Peaks, Start
from benchmarks.stages import STAGES
from benchmarks.work import Sample

SAMPLE = Sample(0.00004, 0.00002, 0.1, "{}", 50 * 10**6, {"PutEvents": 100, "UpdateItem": 2}, 8, 20, 9_000)
ROUND = {
    "one": replace(SAMPLE, handler=0.0024, wall=32.0, write_units=2000),
    "ten": replace(SAMPLE, handler=0.002, wall=24.0, write_units=2000),
    "node": replace(SAMPLE, handler=0.0004, wall=0.4),
    "bridge": SAMPLE,
    "floor": replace(SAMPLE, handler=0.00001),
}
ROUNDS = [ROUND, ROUND]
ARTIFACT = {"zipped": 8e6, "unpacked": 20e6, "parts": [{"name": "orjson", "zipped": 1e5, "unpacked": 3e5}]}
RESULTS = Results(
    every=ROUNDS,
    late=[{name: ROUND[name] for name in ("node", "bridge", "floor")}],
    slow_late=[{name: ROUND[name] for name in ("one", "ten")}],
    records=[dict.fromkeys(RECORDS, SAMPLE)],
    batches=[{1: SAMPLE, BATCHES: SAMPLE}],
    rules=[dict.fromkeys(RULES, SAMPLE)],
    sizes=dict.fromkeys(SCALES, ROUNDS),
    starts=[{"boto3": Start(0.2, None), **dict.fromkeys(("one", "bridge", "floor"), Start(0.1, 0.05))}],
    peaks=dict.fromkeys(("one", "bridge", "floor"), Peaks(60e6, 65e6, 110e6, 115e6)),
    thousands=[SAMPLE] * 10,
    hundreds=[SAMPLE] * 10,
    stages={"decode": 1e-6, "relay": 3e-6},
    artifacts={"arm64": ARTIFACT, "x86_64": ARTIFACT},
)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_every_pipeline_says_the_right_events_to_the_stub():
    """`carry` stops where they are not; (a) and (b) are one program, and Node is not everywhere."""
    with work.bench() as bench:
        rounds = measure.side_by_side(bench, work.cast("one", "bridge", "floor"), measure.Load(records=20, repeats=1))
    assert {name: sample.calls["PutEvents"] for name, sample in rounds[0].items()} == {
        "one": 20,
        "bridge": 2,
        "floor": 2,
    }


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_those_that_deduplicate_say_nothing_of_an_event_that_comes_again():
    with work.bench() as bench, bench.workers(work.cast("ten", "bridge", "floor")) as workers:
        again = bench.work(5, 0)
        sent = {name: _sent_again(bench, worker, again) for name, worker in workers.items()}
    assert sent == {"ten": 0, "bridge": 0, "floor": 1}


def _sent_again(bench, worker, again):
    bench.carry(worker, again)
    bench.stub.go_on()
    worker.run(again.path)
    return len(bench.stub.report()["put_events"])


@pytest.mark.parametrize("place", [place for places in STAGES.values() for place in places])
def test_every_stage_is_a_function_that_there_is(place):
    module, _, path = place.partition(":")
    assert callable(attrgetter(path)(import_module(module)))


def test_a_mark_is_reached_missed_or_not_measured():
    rows = {mark.about: mark.row() for mark in marks(RESULTS)}
    assert rows["CPU of the handler against Powertools"][1:] == ("1/70", "1/120", "yes")
    assert rows["peak memory, an event of 6 MB"][1:] == ("120.0 MB", "110.0 MB", "yes")
    missed = replace(RESULTS, peaks={"bridge": Peaks(60e6, 65e6, 121e6, 122e6)}, artifacts={"arm64": None})
    rows = {mark.about: mark.row() for mark in marks(missed)}
    assert rows["peak memory, an event of 6 MB"][2:] == ("121.0 MB", "**no**")
    assert rows["artifact for arm64, zipped"][2:] == ("not measured here", "")


def test_without_node_its_marks_are_not_measured():
    rounds = [{name: sample for name, sample in ROUND.items() if name != "node"}]
    told = {mark.about: mark.row() for mark in marks(replace(RESULTS, every=rounds, late=rounds))}
    assert told["CPU, all in, against aws-lambda-stream"][2] == "not measured here"


def test_the_report_tells_of_every_pipeline_and_mark():
    text = report.report(RESULTS)
    assert all(name in text for name in report.NAMES.values())
    assert all(mark.about in text for mark in marks(RESULTS))
    assert str(work.HERE) not in text


def test_the_chart_is_an_image_with_a_bar_for_each_pipeline():
    image = ET.fromstring(chart.chart(RESULTS))
    bars = [bar for bar in image.iter("{http://www.w3.org/2000/svg}rect") if "part" not in bar.get("class")]
    assert len(bars) == 2 * len(ROUND)
    assert max(float(bar.get("width")) for bar in bars) <= chart.ROOM
