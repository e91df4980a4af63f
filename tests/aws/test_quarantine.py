"""The quarantine on S3: parking twice is parking once, and no delivery is forgotten."""

import json
from decimal import Decimal

import pytest
from moto import mock_aws

from bridge.aws.quarantine import S3Quarantine
from bridge.errors import ObjectWithheld, Problem, StoreUnavailable, UndecodableRecord, Where
from bridge.ports import Delivery, Parcel
from tests.aws import faults
from tests.aws.conftest import BentClock, a_client, new_clients

A, B, C = (Delivery(name, "bus") for name in "abc")
RECORD = {"eventID": "e1", "dynamodb": {"ApproximateCreationDateTime": 1698878479.25, "Keys": {"pk": {"S": "\ud800"}}}}


def parcel(*delivered, key="f00/2026-01-02/e1", **given):
    problem = Problem(Where("rules/order.yaml", 7, 3, "$.new.total", "e1"), "M001", "it is absent", "require it")
    return Parcel(
        **({"key": key, "record": RECORD, "record_id": "e1", "problems": (problem,), "fingerprint": "f00"} | given),
        project="p1",
        delivered=delivered,
        shape={"source": "dynamodb"},
    )


def quarantine(clients=None, bucket="lost"):
    return S3Quarantine(bucket, clients or new_clients(), BentClock())


@pytest.fixture
def bucket():
    with mock_aws():
        s3 = a_client("s3")
        s3.create_bucket(Bucket="lost", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield s3


def test_what_is_parked_is_read_back_whole_and_is_json_to_everybody(bucket):
    quarantine().park(parcel(A), 5)
    read = quarantine().parcel("f00/2026-01-02/e1")
    assert read == parcel(
        A, record=RECORD | {"dynamodb": RECORD["dynamodb"] | {"ApproximateCreationDateTime": Decimal("1698878479.25")}}
    )
    there = bucket.get_object(Bucket="lost", Key="f00/2026-01-02/e1")
    assert there["ContentType"] == "application/json"
    assert json.loads(there["Body"].read())["record_id"] == "e1"


@pytest.mark.usefixtures("bucket")
def test_parking_again_keeps_the_deliveries_of_both_and_the_newer_reason():
    quarantine().park(parcel(A, B), 5)
    newer = (Problem(Where(), "B010", "refused", "mend it"),)
    quarantine().park(parcel(B, C, problems=newer), 5)
    assert quarantine().parcel("f00/2026-01-02/e1").delivered == (A, B, C)
    assert quarantine().parcel("f00/2026-01-02/e1").problems == newer
    assert quarantine().keys() == ["f00/2026-01-02/e1"]


def test_an_object_that_is_no_parcel_gives_way_to_the_record(bucket):
    bucket.put_object(Bucket="lost", Key="f00/2026-01-02/e1", Body=b"scribble")
    with pytest.raises(UndecodableRecord, match=r"^s3://lost/f00/2026-01-02/e1: B095"):
        quarantine().parcel("f00/2026-01-02/e1")
    quarantine().park(parcel(A), 5)
    assert quarantine().parcel("f00/2026-01-02/e1").delivered == (A,)


@pytest.mark.usefixtures("bucket")
def test_keys_are_sorted_and_found_by_how_they_start():
    for key in ("b/2026-01-01/2", "a/2026-01-01/1%2F2", "b/2026-01-01/10"):
        quarantine().park(parcel(key=key), 5)
    assert quarantine().keys() == ["a/2026-01-01/1%2F2", "b/2026-01-01/10", "b/2026-01-01/2"]
    assert quarantine().keys("b/") == ["b/2026-01-01/10", "b/2026-01-01/2"]
    assert quarantine().keys("c") == []


def test_more_keys_than_a_page_holds_are_all_listed(monkeypatch):
    pages = [
        f"<ListBucketResult><IsTruncated>{more}</IsTruncated><NextContinuationToken>t{name}</NextContinuationToken>"
        f"<Contents><Key>k/{name}</Key></Contents></ListBucketResult>".encode()
        for more, name in (("true", 2), ("true", 3), ("false", 1))
    ]
    with faults.serve(*(faults.answer(200, page, "application/xml") for page in pages)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        assert quarantine().keys("k/") == ["k/1", "k/2", "k/3"]
        assert b"continuation-token=t3" in server.requests[2]


@pytest.mark.usefixtures("bucket")
def test_what_is_dropped_is_gone_and_dropping_it_again_is_no_harm():
    quarantine().park(parcel(), 5)
    for _ in range(2):
        quarantine().drop("f00/2026-01-02/e1")
    assert quarantine().keys() == []
    with pytest.raises(KeyError, match="f00/2026-01-02/e1"):
        quarantine().parcel("f00/2026-01-02/e1")


@mock_aws
@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda store: store.park(parcel(), 1), "could not be written"),
        (lambda store: store.keys(), "could not be listed"),
        (lambda store: store.drop("k"), "could not be written"),
    ],
)
def test_a_bucket_that_is_not_there_is_a_store_that_is_not_available(act, what):
    with pytest.raises(StoreUnavailable) as caught:
        act(quarantine(bucket="nowhere"))
    assert str(caught.value) == (
        f"B030 the quarantine, bucket 'nowhere', {what}: NoSuchBucket (HTTP 404)\n    fix: create it, or mend its name in bridge.yaml"
    )


@mock_aws
def test_an_object_that_cannot_be_read_is_named():
    with pytest.raises(
        StoreUnavailable, match=r"^s3://nowhere/k: B030 the quarantine, bucket 'nowhere', could not be read"
    ):
        quarantine(bucket="nowhere").parcel("k")


def test_an_object_that_s3_denies_is_withheld_and_no_sign_of_the_whole_store(monkeypatch):
    denied = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    with faults.serve(faults.answer(403, denied, "application/xml")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        with pytest.raises(ObjectWithheld, match=r"^s3://lost/f00/2026-01-02/e1: B030 .*AccessDenied"):
            quarantine().parcel("f00/2026-01-02/e1")


def test_a_deletion_between_the_two_writes_is_seen(bucket):
    """Somebody drops the object after our put was refused and before we read it."""
    store = quarantine(Meddling(bucket, lambda: bucket.delete_object(Bucket="lost", Key="f00/2026-01-02/e1")))
    quarantine().park(parcel(A), 5)
    store.park(parcel(B), 5)
    assert quarantine().parcel("f00/2026-01-02/e1").delivered == (B,)
    assert len(store.clock.slept) == 1


def test_a_write_between_our_reading_and_our_writing_is_not_undone(bucket):
    """Another invocation parks the same record after we read it."""
    store = quarantine(Meddling(bucket, after=lambda: quarantine().park(parcel(C), 5)))
    quarantine().park(parcel(A), 5)
    store.park(parcel(B), 5)
    assert set(quarantine().parcel("f00/2026-01-02/e1").delivered) == {A, B, C}


class Meddling:
    """`Clients` of an S3 where somebody else acts once, before or after the first reading."""

    def __init__(self, s3, before=None, after=None):
        self.s3, self.before, self.after = s3, before, after

    def client(self, service, seconds):
        return self

    def put_object(self, **given):
        if given.get("IfMatch") and self.s3.head_object(Bucket="lost", Key=given["Key"])["ETag"] != given["IfMatch"]:
            raise self.s3.exceptions.ClientError(
                {"Error": {"Code": "PreconditionFailed"}}, "PutObject"
            )  # moto looks at neither
        return self.s3.put_object(**{name: value for name, value in given.items() if name != "IfMatch"})

    def get_object(self, **given):
        before, self.before = self.before, None
        if before:
            before()
        answer = self.s3.get_object(**given)
        after, self.after = self.after, None
        if after:
            after()
        return answer


def KEPT(server, connection):
    """S3's answer to a write: it names what it wrote."""
    server.requests.append(faults._request(connection))
    connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "0f00"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')


def xml(status, code):
    return faults.answer(status, f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode(), "application/xml")


@pytest.mark.parametrize(
    "fault",
    [
        xml(503, "SlowDown"),
        xml(500, "InternalError"),
        faults.reset_before,
        faults.reset_after,
        xml(403, "AccessDenied"),
    ],
)
def test_a_store_that_does_not_answer_is_not_available(monkeypatch, fault):
    with faults.serve(fault) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        with pytest.raises(StoreUnavailable) as caught:
            quarantine().park(parcel(), 0.5)
        assert caught.value.problems[0].code == "B030"
        assert 1 <= len(server.requests) < 9


@pytest.mark.parametrize("page", [b"", b"<html>please sign in</html>"])
def test_a_yes_that_names_no_object_is_not_believed(monkeypatch, page):
    """A proxy's page, in the place of S3: it says 200, and has kept nothing."""
    with faults.serve(faults.answer(200, page, "text/html"), KEPT) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        quarantine().park(parcel(), 3)
        assert len(server.requests) == 2


def test_a_write_that_failed_for_the_moment_is_repeated(monkeypatch):
    with faults.serve(xml(503, "SlowDown"), KEPT) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        quarantine().park(parcel(), 3)
        assert [request.split(b" ")[0] for request in server.requests] == [b"PUT", b"PUT"]
        assert b"if-none-match: *" in server.requests[1].lower()


def test_reading_what_is_there_may_fail_as_well(monkeypatch):
    with faults.serve(xml(412, "PreconditionFailed"), xml(403, "AccessDenied")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        with pytest.raises(StoreUnavailable, match="AccessDenied"):
            quarantine().park(parcel(), 3)


@pytest.mark.parametrize("body", [b"", b"<html>all is well</html>", b"<ListBuck", b"{}"])
@pytest.mark.parametrize(
    "ask", [S3Quarantine.keys, lambda it: it.parcel("f00/2026-01-02/e1"), lambda it: it.drop("f00/2026-01-02/e1")],
    ids=["keys", "parcel", "drop"],
)  # fmt: skip
def test_a_page_in_s3s_place_is_no_list_no_object_and_no_deletion(monkeypatch, ask, body):
    """Else nothing would wait where much does, and a parcel that stays would count as gone."""
    with faults.serve(*[faults.answer(200, body, "text/html")] * 40) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        with pytest.raises(StoreUnavailable):
            ask(quarantine())
