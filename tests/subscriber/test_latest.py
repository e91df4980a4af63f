"""An older event that comes late is dropped where that is asked for."""

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.subscriber import DynamoLatest, MemoryLatest, NotNow, consume
from tests.subscriber.deliveries import event


@pytest.fixture(params=["memory", "dynamo"])
def latest(request):
    if request.param == "memory":
        return MemoryLatest()
    request.getfixturevalue("table")
    return DynamoLatest("latest", "billing")


@pytest.fixture
def table(aws):
    return boto3.resource("dynamodb", region_name="eu-west-1").create_table(
        TableName="latest",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def handled(latest, *events):
    ids = []
    for each in events:
        consume(each, lambda received: ids.append(received.id), latest=latest)
    return ids


def said(number, sequence, **more):
    return event(id=str(number), sequence=None if sequence is None else str(sequence).zfill(40), **more)


def test_what_a_newer_one_has_overtaken_is_dropped(latest):
    assert handled(latest, said(1, 10), said(2, 30), said(3, 20), said(4, 40)) == ["1", "2", "4"]


def test_events_of_one_change_and_repetitions_pass(latest):
    assert handled(latest, said(1, 10), said(2, 10), said(1, 10)) == ["1", "2", "1"]


def test_each_source_and_partition_key_has_an_order_of_its_own(latest):
    assert handled(latest, said(1, 30), said(2, 20, partitionkey="other"), said(3, 20, source="/other")) == [
        "1",
        "2",
        "3",
    ]


def test_events_without_sequence_or_partition_key_are_not_compared(latest):
    assert handled(latest, said(1, 30), said(2, None), said(3, 20, partitionkey=None)) == ["1", "2", "3"]


def test_consumers_share_a_table_without_overtaking_each_other(table):
    assert handled(DynamoLatest("latest", "a"), said(1, 30)) == ["1"]
    assert handled(DynamoLatest("latest", "b"), said(1, 20)) == ["1"]


def test_a_lane_is_kept_as_long_as_asked(table):
    DynamoLatest("latest", "a", keep=100).advance("lane", "1")
    DynamoLatest("latest", "b").advance("lane", "1")
    assert sorted("expires" in item for item in table.scan()["Items"]) == [False, True]


def test_a_table_that_does_not_answer_is_tried_again_later(aws):
    with pytest.raises(
        NotNow, match="U032 the table 'missing', which knows what was seen last, did not answer: Resource"
    ):
        DynamoLatest("missing", "a").advance("lane", "1")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=3))))
def test_what_passes_never_goes_back(moves):
    latest, passed = MemoryLatest(), {"a": [""], "b": [""]}
    for lane, sequence in moves:
        if latest.advance(lane, sequence):
            passed[lane].append(sequence)
        else:
            assert sequence < passed[lane][-1]
    assert all(order == sorted(order) for order in passed.values())
