"""An event whose data lies elsewhere gets it from there."""

import json
from urllib.parse import quote

import boto3
import pytest

from bridge.subscriber import InvalidData, LostClaim, NotNow, receive, services
from tests.aws import faults
from tests.subscriber.deliveries import ORDER_ID, event, sqs, sqs_record

BUCKET = "claims"


@pytest.fixture
def s3(aws):
    client = boto3.client("s3", region_name="eu-west-1")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


def claim(reference, **more):
    return event(data=None, dataref=reference, **more)


@pytest.mark.parametrize("key", ["7de3/order.placed", "a b/%/ü?#"])
def test_data_is_read_from_s3_exactly(s3, key):
    s3.put_object(Bucket=BUCKET, Key=key, Body=b'{"total":0.12345678901234567890123}')
    (received,) = receive(claim(f"s3://{BUCKET}/{quote(key)}"))
    assert str(received.data["total"]) == "0.12345678901234567890123"
    assert received.event.get_data() == received.data
    assert received.event.get_extension("dataref") == f"s3://{BUCKET}/{quote(key)}"


def test_the_version_that_is_named_is_read(s3):
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=BUCKET, Key="k", Body=b"1")["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"2")
    assert receive(claim(f"s3://{BUCKET}/k?versionId={first}"))[0].data == 1
    assert receive(claim(f"s3://{BUCKET}/k"))[0].data == 2


def test_an_event_with_data_beside_its_claim_fetches_nothing(s3):
    assert receive(event(dataref="s3://nowhere/at-all"))[0].data["orderId"] == "7"


def test_resolved_data_is_validated_and_typed(s3, tmp_path):
    (tmp_path / "placed.json").write_text(
        f'{{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"{ORDER_ID}","type":"object","required":["a"]}}'
    )
    s3.put_object(Bucket=BUCKET, Key="k", Body=b'{"b":1}')
    delivery = claim(f"s3://{BUCKET}/k", dataschema=ORDER_ID)
    with pytest.raises(InvalidData, match="U012"):
        receive(delivery, schemas=tmp_path)
    assert receive(delivery, models={delivery["type"]: sorted})[0].data == ["b"]


def test_data_of_another_media_type_stays_bytes(s3):
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"\x00{")
    assert receive(claim(f"s3://{BUCKET}/k", datacontenttype="image/png"))[0].data == b"\x00{"


def test_data_that_is_not_the_json_it_says_is_refused(s3):
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"{")
    with pytest.raises(InvalidData, match=r"1:2 record 7de3/order.placed \$.data: D002"):
        receive(claim(f"s3://{BUCKET}/k", datacontenttype="application/vnd.shop+json; charset=utf-8"))


@pytest.mark.parametrize("reference", [f"s3://{BUCKET}/gone", "s3://no-such-bucket/k"])
def test_what_is_not_there_any_more_is_lost(s3, reference):
    with pytest.raises(LostClaim, match=r"\$.dataref: U021 the data is not there any more: S3 says NoSuch"):
        receive(claim(reference))


@pytest.mark.parametrize(
    "reference", ["https://example.com/a", "s3://", "s3://bucket", "s3:///key", "/relative", 7, {}]
)
def test_what_is_no_object_of_s3_is_not_followed(reference):
    with pytest.raises(LostClaim, match=r"\$.dataref: U020 the `dataref` names nothing that can be followed"):
        receive(claim(reference))


def test_s3_that_does_not_answer_is_tried_again_later(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    services._clients.cache_clear()
    with pytest.raises(NotNow, match="U022 the data could not be fetched from S3: EndpointConnectionError"):
        receive(claim(f"s3://{BUCKET}/k"))
    services._clients.cache_clear()


@pytest.mark.parametrize("page", [b"<html>all is well</html>", b"", b'{"all":"well"}'])
def test_a_page_in_s3s_place_is_no_data_and_tried_again_later(monkeypatch, page):
    with faults.serve(faults.answer(200, page, "text/html")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        services._clients.cache_clear()
        with pytest.raises(NotNow, match="U022 the data could not be fetched from S3: NoAnswer"):
            receive(claim(f"s3://{BUCKET}/k"))
    services._clients.cache_clear()


def test_a_given_way_to_fetch_is_taken_for_whatever_is_named():
    asked = []
    (received,) = receive(claim("https://example.com/a"), fetch=lambda reference: asked.append(reference) or b"[1]")
    assert (received.data, asked) == ([1], ["https://example.com/a"])


def test_a_given_way_that_fails_is_tried_again_later_and_its_words_are_not_told():
    def fetch(reference):
        raise TimeoutError("secret")

    with pytest.raises(NotNow) as later:
        receive(sqs(sqs_record(json.dumps(claim("https://example.com/a")))), fetch=fetch)
    assert "U022 the data could not be fetched: TimeoutError" in str(later.value)
    assert "secret" not in str(later.value)


def test_a_given_way_may_say_that_the_data_is_lost():
    def fetch(reference):
        raise LostClaim

    with pytest.raises(LostClaim):
        receive(claim("https://example.com/a"), fetch=fetch)
