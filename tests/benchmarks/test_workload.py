"""What the benchmarks run is valid: never how fast."""

import json
from collections import Counter

import pytest

from benchmarks import workload
from bridge.core.decode import decode, read_batch
from bridge.project import load_project


def said(folder, batch):
    """The bridge's own events of a batch, by id, as far as everybody makes them."""
    rules = load_project(folder).rules
    told = [
        json.loads(event.body)
        for record in read_batch(batch).records
        for event in rules.translate(decode(record)).events
    ]
    ours = {"dataschema", "datacontenttype", "partitionkey", "sequence"}
    return {event["id"]: {key: value for key, value in event.items() if key not in ours} for event in told}


@pytest.mark.parametrize("scale", [1, 10])
def test_the_bridge_says_of_every_record_the_event_that_a_person_would_write_by_hand(scale):
    batch = json.loads(workload.batch(100, seed=7, scale=scale))
    events = workload.events(batch["Records"])
    assert len(events) == 100
    assert said(workload.PROJECT, batch) == events


def test_more_rules_of_other_entities_change_no_event(tmp_path):
    batch = json.loads(workload.batch(20))
    folder = workload.write_project(tmp_path, rules=10)
    assert len(list((folder / "rules").glob("*.yaml"))) == 10
    assert said(folder, batch) == workload.events(batch["Records"])


def test_the_same_seed_says_the_same_records_and_another_one_others():
    assert workload.batch(5, seed=1) == workload.batch(5, seed=1)
    ids = [record["eventID"] for seed in (1, 2) for record in workload.records(50, seed)]
    assert len(set(ids)) == 100


def test_records_are_what_the_docstring_says():
    records = workload.records(1000, seed=3)
    operations = Counter(record["eventName"] for record in records)
    images = [
        record["dynamodb"][name]
        for record in records
        for name in ("NewImage", "OldImage")
        if name in record["dynamodb"]
    ]
    sizes = [len(json.dumps(image, ensure_ascii=False, separators=(",", ":"))) for image in images]
    assert 540 < operations["MODIFY"] < 660
    assert 240 < operations["INSERT"] < 360
    assert 900 < min(sizes) < max(sizes) < 2100


def test_records_lie_in_one_second_or_are_spread_by_their_rate():
    def seconds(**options):
        return {record["dynamodb"]["ApproximateCreationDateTime"] for record in workload.records(100, **options)}

    assert seconds() == {float(workload.START)}
    assert seconds(rate=10) == {float(workload.START + second) for second in range(10)}
