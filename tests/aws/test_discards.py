"""The on-failure destination on S3: listed by when Lambda discarded, read, dropped; what else lies there is let be."""

import pytest
from moto import mock_aws

from bridge.aws.discards import S3Discards
from bridge.errors import StoreUnavailable
from bridge.ports import Discarded
from tests.aws.conftest import BentClock, a_client, new_clients

#: As the Lambda developer guide names them.
KEYS = [
    "aws/lambda/0a1b/shardId-00000001573689847184-864758bb/2026/11/20/2026-11-20T09.30.00-9d8c",
    "aws/lambda/0a1b/shardId-00000001573689847184-864758bb/2026/11/20/2026-11-20T09.29.59-ffff",
    "aws/lambda/0a1b/shardId-00000001573600000000-00000000/2026/11/19/2026-11-19T23.00.00-aaaa",
]


def discards(bucket="failed"):
    return S3Discards(bucket, new_clients(), BentClock())


@pytest.fixture
def bucket():
    with mock_aws():
        s3 = a_client("s3")
        s3.create_bucket(Bucket="failed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield s3


def test_batches_are_listed_by_the_moment_in_their_names(bucket):
    for key in (*KEYS, "somebody/else.json"):
        bucket.put_object(Bucket="failed", Key=key, Body=b"1234")
    assert discards().batches() == [
        Discarded(KEYS[2], "2026-11-19T23:00:00", 4),
        Discarded(KEYS[1], "2026-11-20T09:29:59", 4),
        Discarded(KEYS[0], "2026-11-20T09:30:00", 4),
    ]


def test_one_of_another_name_counts_from_when_it_was_written(bucket):
    bucket.put_object(Bucket="failed", Key="aws/lambda/mine", Body=b"")
    written = bucket.head_object(Bucket="failed", Key="aws/lambda/mine")["LastModified"]
    assert discards().batches() == [Discarded("aws/lambda/mine", f"{written:%Y-%m-%dT%H:%M:%S}", 0)]


def test_one_is_read_and_dropped(bucket):
    bucket.put_object(Bucket="failed", Key=KEYS[0], Body=b"{}")
    assert discards().document(KEYS[0]) == b"{}"
    discards().drop(KEYS[0])
    discards().drop(KEYS[0])
    assert discards().batches() == []
    with pytest.raises(KeyError):
        discards().document(KEYS[0])


def test_it_says_where_something_lies():
    assert (discards().place("a/b"), discards().place()) == ("s3://failed/a/b", "s3://failed/")


@mock_aws
@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda store: store.batches(), "could not be listed"),
        (lambda store: store.drop("k"), "could not be written"),
    ],
)
def test_a_bucket_that_is_not_there_is_a_store_that_is_not_available(act, what):
    with pytest.raises(StoreUnavailable) as caught:
        act(discards("nowhere"))
    assert str(caught.value) == (
        f"B030 the on-failure destination, bucket 'nowhere', {what}: NoSuchBucket (HTTP 404)\n"
        "    fix: create it, or mend its name in bridge.yaml"
    )


@mock_aws
def test_an_object_that_cannot_be_read_is_named():
    with pytest.raises(StoreUnavailable, match=r"^s3://nowhere/k: B030 the on-failure destination"):
        discards("nowhere").document("k")


@mock_aws
def test_a_name_that_no_bucket_has_is_a_mistake_in_the_project_file():
    with pytest.raises(StoreUnavailable) as caught:
        discards("Not a bucket!").batches()
    (problem,) = caught.value.problems
    assert problem.fix == "mend the name in bridge.yaml, or the variable that it is taken from"
