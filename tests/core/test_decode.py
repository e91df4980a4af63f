"""Records of either stream as changes."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.decode import Batch, Record, decode, read_batch
from bridge.core.digest import digest_of_bytes, faithful_json
from bridge.core.moment import UNKNOWN, read_moment
from bridge.core.snapshot import snapshot
from bridge.core.wants import Wants
from bridge.errors import Problem, UndecodableRecord, Where

ARN = "arn:aws:dynamodb:us-west-2:111122223333:table/shop/stream/2023-06-10T19:26:16.525"
KEYS = {"pk": {"S": "ORDER#7"}}
OLD = KEYS | {"n": {"N": "1"}, "tags": {"SS": ["a", "b"]}}
NEW = KEYS | {"n": {"N": "2"}, "tags": {"SS": ["b", "a"]}}
SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
TIME = "ApproximateCreationDateTime"


def stream_record(name="MODIFY", **dynamodb):
    images = {"INSERT": {"NewImage": NEW}, "MODIFY": {"NewImage": NEW, "OldImage": OLD}}.get(name, {"OldImage": OLD})
    body = {TIME: 1698878479.0, "Keys": KEYS, **images, "SequenceNumber": "3950500000000007790329561"} | dynamodb
    return {
        "eventID": "7b88d38ec9ae44dceb8a384cb2173b23",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-west-2",
        "dynamodb": {field: value for field, value in body.items() if value is not ...},
        "eventSourceARN": ARN,
    }


def change_data(name="INSERT", event_id="f89436e0-627d-4d37-9879-42f86249aa83", **dynamodb):
    return {
        "awsRegion": "us-east-2",
        "eventID": event_id,
        "eventName": name,
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": "flight",
        "dynamodb": {TIME: 1721011165891550, "Keys": KEYS, "NewImage": NEW, "SizeBytes": 137} | dynamodb,
        "eventSource": "aws:dynamodb",
    }


def kinesis_record(data, number="49590338271490256608559692538361571095921575989136588898"):
    return {
        "kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": "1", "sequenceNumber": number, "data": data},
        "eventSource": "aws:kinesis",
        "eventID": f"shardId-000000000006:{number}",
        "eventName": "aws:kinesis:record",
        "awsRegion": "us-east-2",
        "eventSourceARN": "arn:aws:kinesis:us-east-2:123456789012:stream/changes",
    }


def in_kinesis(data, **more):
    return kinesis_record(b64encode(json.dumps(data).encode()).decode(), **more)


def flattened(record):
    return {name: value for name, value in record.items() if name != "kinesis"} | record["kinesis"]


def change_of(raw):
    (record,) = read_batch({"Records": [raw]}).records
    return decode(record)


def problem(function, *arguments):
    with pytest.raises(UndecodableRecord) as caught:
        function(*arguments)
    (only,) = caught.value.problems
    return only


def refusals(function, argument):
    """Why the function refuses; empty where it does not."""
    try:
        function(argument)
    except UndecodableRecord as error:
        return error.problems
    return ()


# Telling apart


def test_a_batch_of_dynamodb_streams_is_named_by_its_sequence_numbers():
    event = {"Records": [stream_record()], "window": {}, "state": {}, "isFinalInvokeForWindow": False}
    (record,) = read_batch(event).records
    assert read_batch(event).source == "dynamodb"
    assert (record.identifier, record.record_id) == ("3950500000000007790329561", "7b88d38ec9ae44dceb8a384cb2173b23")


def test_a_batch_of_kinesis_is_named_by_the_outer_sequence_numbers():
    batch = read_batch({"Records": [in_kinesis(change_data(), number="4959")]})
    assert (batch.source, batch.records[0].identifier) == ("kinesis", "4959")


def test_a_batch_of_pipes_is_named_by_the_outer_event_ids():
    batch = read_batch([stream_record(), flattened(in_kinesis(change_data(), number="4959"))])
    assert batch.source == "pipes"
    assert [record.identifier for record in batch.records] == [
        "7b88d38ec9ae44dceb8a384cb2173b23",
        "shardId-000000000006:4959",
    ]


@pytest.mark.parametrize(
    ("raw", "source"),
    [
        (stream_record(), "dynamodb"),
        (in_kinesis(change_data()), "kinesis"),
        (flattened(in_kinesis(change_data())), "pipes"),
        (change_data(), "dynamodb"),
    ],
)
def test_a_lone_record_is_a_batch_of_one(raw, source):
    batch = read_batch(raw)
    assert (batch.source, len(batch.records)) == (source, 1)
    assert decode(batch.records[0]).keys == {"pk": "ORDER#7"}


def test_an_empty_batch_is_one():
    assert read_batch([]) == Batch("pipes", ())
    assert read_batch({"Records": []}) == Batch("dynamodb", ())


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ({"Records": [{"eventSource": "aws:sqs", "body": "x"}]}, "this is no batch of changes but one of aws:sqs"),
        ({"Records": [{"EventSource": "aws:sns"}]}, "this is no batch of changes but one of aws:sns"),
        ({"detail-type": "x", "source": "y"}, "this is no batch of changes but an event of EventBridge"),
        (
            {"requestContext": {}},
            "this is no batch of changes but a request of API Gateway, a load balancer or a function URL",
        ),
        ({"Records": [None]}, "this is no batch of changes"),
        ({"Records": "x"}, "this is no batch of changes"),
        ({"eventSource": "secret"}, "this is no batch of changes"),
        ({}, "this is no batch of changes"),
        ([1], "this is no batch of changes but a list without any"),
        (None, "this is no batch of changes but a bare value without any"),
    ],
)
def test_an_event_of_something_else_is_refused_whole(event, what):
    one = problem(read_batch, event)
    assert (one.code, one.what) == ("D010", what)


def test_a_bad_record_does_not_harm_its_neighbours():
    batch = read_batch({"Records": [None, {"eventID": "x"}, {"dynamodb": 5, "eventID": 7}, stream_record()]})
    assert [record.identifier for record in batch.records] == [None, None, None, "3950500000000007790329561"]
    assert [problem(decode, record).code for record in batch.records[:3]] == ["D011", "D011", "D011"]
    assert decode(batch.records[3]).kind == "modify"


def test_a_record_without_identity_is_named_by_the_digest_of_its_bytes():
    one, other = read_batch({"Records": [stream_record() | {"eventID": name} for name in (None, "\ud800")]}).records
    assert one.record_id == digest_of_bytes(faithful_json(one.raw)) != other.record_id
    assert len(one.record_id) == len(other.record_id) == 32


def test_the_bytes_of_a_record_are_whatever_came():
    deep = []
    for _ in range(10_000):
        deep = [deep]
    raw = {
        "a": [1, 1.5, float("nan"), "\ud800é", None, True, Decimal("1.50"), 10**5000],
        "b": {},
        1: b"ab",
        "t": datetime(2024, 1, 2, tzinfo=UTC),
        "o": {1},
    }
    expected = (
        '{"a":[1,1.5,NaN,"\\ud800\\u00e9",null,true,1.50,1'
        + "0" * 5000
        + '],"b":{},"1":"YWI=","t":"2024-01-02T00:00:00+00:00","o":"{1}"}'
    )
    assert faithful_json(raw).decode() == expected
    assert faithful_json(deep) == b"[" * 10_001 + b"]" * 10_001


# DynamoDB Streams


def test_a_change_of_the_stream_in_full():
    change = change_of(stream_record())
    assert change.document() == {
        "change": "modify",
        "table": "shop",
        "region": "us-west-2",
        "account": "111122223333",
        "keys": {"pk": "ORDER#7"},
        "new": {"pk": "ORDER#7", "n": 2, "tags": ["a", "b"]},
        "old": {"pk": "ORDER#7", "n": 1, "tags": ["a", "b"]},
        "item": {"pk": "ORDER#7", "n": 2, "tags": ["a", "b"]},
        "changed": ["n"],
        "changes": [{"name": "n", "old": 1, "new": 2}],
        "id": "7b88d38ec9ae44dceb8a384cb2173b23",
        "at": "2023-11-01T22:41:19Z",
        "sequence": "3950500000000007790329561",
    }
    assert (change.order, change.stream, change.age_from) == ("3950500000000007790329561".zfill(40), ARN, 1698878479.0)


@pytest.mark.parametrize(
    ("name", "user", "kind"),
    [
        ("INSERT", None, "insert"),
        ("insert", None, "insert"),
        ("INSERT", SERVICE, "insert"),
        ("MODIFY", SERVICE, "modify"),
        ("REMOVE", None, "remove"),
        ("REMOVE", {"type": "Service", "principalId": "someone"}, "remove"),
        ("REMOVE", "Service", "remove"),
        ("REMOVE", SERVICE, "expire"),
        ("REMOVE", {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}, "expire"),
    ],
)
def test_the_operation_is_told_and_a_ttl_deletion_differs_from_a_removal(name, user, kind):
    assert change_of(stream_record(name) | {"userIdentity": user}).kind == kind


@pytest.mark.parametrize(
    ("name", "images", "unknown", "item"),
    [
        ("INSERT", {"NewImage": NEW}, "", 2),
        ("INSERT", {}, "new item changed changes", None),
        ("INSERT", {"OldImage": OLD}, "new item changed changes", None),
        ("MODIFY", {"NewImage": NEW}, "old changed changes", 2),
        ("MODIFY", {"OldImage": OLD}, "new item changed changes", None),
        ("MODIFY", {}, "new old item changed changes", None),
        ("MODIFY", {"NewImage": NEW, "OldImage": {}}, "old changed changes", 2),
        ("REMOVE", {"OldImage": OLD}, "", 1),
        ("REMOVE", {"NewImage": None}, "old item changed changes", None),
    ],
)
def test_an_image_that_the_operation_implies_but_the_record_lacks_is_unknown(name, images, unknown, item):
    change = change_of(stream_record(name, **{"NewImage": ..., "OldImage": ...} | images))
    assert change.unknown == frozenset(unknown.split())
    assert (change.item or {}).get("n") == item
    assert change.document().keys().isdisjoint(change.unknown)


def test_every_attribute_of_an_insert_and_a_removal_has_changed():
    assert (
        change_of(stream_record("INSERT")).changed == change_of(stream_record("REMOVE")).changed == ("n", "pk", "tags")
    )


def test_images_that_do_not_belong_to_the_operation_are_left_aside():
    change = change_of(stream_record("REMOVE", NewImage=NEW))
    assert (change.new, change.old) == (None, {"pk": "ORDER#7", "n": 1, "tags": ["a", "b"]})


def test_a_record_out_of_the_api_of_the_stream_is_read_as_boto3_gives_it():
    at = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    raw = stream_record("REMOVE", OldImage=KEYS | {"b": {"B": b"foobar"}}, **{TIME: at})
    raw |= {"userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}}
    del raw["eventSourceARN"]
    change = change_of(raw)
    assert (change.kind, change.at, change.old["b"]) == ("expire", "2024-01-02T01:04:05Z", "Zm9vYmFy")
    assert (change.table, change.region, change.account, change.stream) == ("", "us-west-2", "", "")


@pytest.mark.parametrize(
    ("arn", "place"),
    [
        (ARN, ("shop", "us-west-2", "111122223333")),
        ("arn:aws-cn:dynamodb:cn-north-1:1:table/t", ("t", "cn-north-1", "1")),
        ("arn:aws:dynamodb:us-west-2:account-id", ("", "us-west-2", "")),
        ("stream-ARN", ("", "us-west-2", "")),
        (None, ("", "us-west-2", "")),
        ("\ud800", ("", "us-west-2", "")),
    ],
)
def test_where_the_change_happened_is_told_as_far_as_the_arn_tells(arn, place):
    change = change_of(stream_record() | {"eventSourceARN": arn})
    assert (change.table, change.region, change.account) == place
    untold = {name for name, told in zip(("table", "region", "account"), place, strict=True) if not told}
    assert change.unknown == untold
    assert untold.isdisjoint(change.document())


@pytest.mark.parametrize(
    ("number", "order"),
    [("111", "0" * 37 + "111"), ("9" * 40, "9" * 40), ("9" * 41, "0" * 40), ("abc", "0" * 40), (None, "0" * 40)],
)
def test_the_order_sorts_as_text(number, order):
    change = change_of(stream_record(SequenceNumber=number))
    assert (change.sequence, change.order) == (number or "", order)


@pytest.mark.parametrize(
    ("raw", "code", "path"),
    [
        (stream_record() | {"eventID": None}, "D012", ""),
        (stream_record() | {"eventID": ""}, "D012", "$.eventID"),
        (stream_record() | {"eventID": 7}, "D012", "$.eventID"),
        (stream_record() | {"eventName": "UPSERT"}, "D013", "$.eventName"),
        (stream_record() | {"eventName": None}, "D013", "$.eventName"),
        (stream_record(Keys=...), "D014", "$.dynamodb.Keys"),
        (stream_record(Keys={}), "D014", "$.dynamodb.Keys"),
        (stream_record(Keys="x"), "D022", "$.dynamodb.Keys"),
        (stream_record(NewImage=[]), "D022", "$.dynamodb.NewImage"),
        (stream_record(OldImage={"a": {"N": "NaN"}}), "D023", "$.dynamodb.OldImage.a"),
        (stream_record(**{TIME: "soon"}), "D015", f"$.dynamodb.{TIME}"),
    ],
)
def test_a_record_that_does_not_tell_what_changed_is_refused(raw, code, path):
    (record,) = read_batch({"Records": [raw]}).records
    one = problem(decode, record)
    assert (one.code, one.where) == (code, Where(path=path, record=record.record_id))


NOTHING_BUT_NAMES = Wants(frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize("image", ["NewImage", "OldImage"])
def test_what_differs_cannot_be_told_of_an_attribute_that_is_none_though_nobody_wants_it(image):
    images = {"NewImage": {"a": {"N": "1"}}, "OldImage": {"a": {"N": "2"}}} | {image: {"a": {"N": "NaN"}}}
    (record,) = read_batch({"Records": [stream_record(**images)]}).records
    one = problem(lambda record: decode(record, lambda _table, _keys: NOTHING_BUT_NAMES), record)
    assert (one.code, one.where.path) == ("D023", f"$.dynamodb.{image}.a")


def nested(levels, leaf):
    value = {"S": leaf}
    for _ in range(levels):
        value = {"L": [value]}
    return value


@pytest.mark.parametrize(("levels", "code"), [(47, None), (48, "D025"), (300, "D025"), (20_000, "D025")])
def test_what_differs_is_told_as_deep_as_values_are_read(levels, code):
    raw = stream_record(NewImage={"a": nested(levels, "x")}, OldImage={"a": nested(levels, "y")})
    record = replace(read_batch({"Records": [stream_record()]}).records[0], raw=raw)
    if code is None:
        assert decode(record, lambda _table, _keys: NOTHING_BUT_NAMES).changed == ("a",)
    else:
        assert problem(lambda record: decode(record, lambda _table, _keys: NOTHING_BUT_NAMES), record).code == code


def test_a_mistake_of_ours_in_telling_what_differs_is_no_fault_of_the_record(monkeypatch):
    def mistaken(_old, _new):
        raise ValueError("ours")

    monkeypatch.setattr("bridge.core.decode.differing", mistaken)
    with pytest.raises(ValueError, match="ours"):
        change_of(stream_record())


def test_the_message_says_what_to_do():
    record = replace(read_batch(stream_record() | {"eventID": None}).records[0], record_id="d1")
    assert str(problem(decode, record)) == (
        "record d1: D012 the record has no eventID, so nothing tells it from another\n"
        "    fix: send the record whole, as DynamoDB Streams delivers it"
    )


@pytest.mark.parametrize(
    ("identity", "what"),
    [
        (7, "is no text"),
        ("", "is empty"),
        ("é", "is not printable ASCII"),
        ("a\nb", "is not printable ASCII"),
        ("x" * 513, "is longer than 512 characters"),
    ],
)
def test_an_event_id_that_names_nothing_is_told_what_is_wrong_with_it(identity, what):
    record = replace(read_batch(stream_record() | {"eventID": identity}).records[0], record_id="d1")
    assert str(problem(decode, record)) == (
        f"record d1 $.eventID: D012 the record's eventID {what}, so it names no event\n"
        "    fix: give it as DynamoDB Streams does: 1 to 512 characters of printable ASCII"
    )


def test_what_is_known_to_be_wrong_before_is_said_when_decoded():
    known = Problem(Where(line=3), "D002", "broken", "mend it")
    assert problem(decode, Record("x", None, "d1", "dynamodb", problems=(known,))) == known


# Kinesis


def test_a_change_out_of_kinesis_in_full():
    change = change_of(in_kinesis(change_data("REMOVE", OldImage=OLD) | {"userIdentity": SERVICE}, number="4959"))
    assert (change.kind, change.new, change.old["n"], change.changed) == ("expire", None, 1, ("n", "pk", "tags"))
    assert (change.table, change.region, change.account) == ("flight", "us-east-2", "123456789012")
    assert (change.at, change.sequence, change.order) == (
        "2024-07-15T02:39:25.891550Z",
        "4959",
        "1721011165891550".zfill(40),
    )
    assert change.stream == "arn:aws:kinesis:us-east-2:123456789012:stream/changes"


def test_a_duplicate_in_kinesis_has_the_same_id_whatever_its_event_id():
    one = change_of(in_kinesis(change_data()))
    again = in_kinesis(
        change_data(event_id="other", NewImage=KEYS | {"tags": {"SS": ["a", "b"]}, "n": {"N": "2.0"}}), number="5000"
    )
    assert change_of(again).id == one.id
    assert (
        decode(read_batch([flattened(again)]).records[0]).id
        == decode(read_batch(change_data()).records[0]).id
        == one.id
    )


@pytest.mark.parametrize(
    "other",
    [
        change_data(**{TIME: 1721011165891551}),
        change_data(NewImage=OLD),
        change_data(Keys={"pk": {"S": "ORDER#8"}}),
        change_data("REMOVE", OldImage=NEW),
        change_data() | {"tableName": "other"},
    ],
)
def test_another_change_in_kinesis_has_another_id(other):
    assert change_of(in_kinesis(other)).id != change_of(in_kinesis(change_data())).id


def test_the_region_of_the_stream_stands_in_for_that_of_the_change():
    assert change_of(in_kinesis(change_data() | {"awsRegion": None})).region == "us-east-2"


def test_kinesis_data_may_be_bytes():
    assert change_of(kinesis_record(json.dumps(change_data()).encode())).table == "flight"


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        ("a b", "D016", "$.kinesis.data"),
        ("é", "D016", "$.kinesis.data"),
        (None, "D016", "$.kinesis.data"),
        (7, "D016", "$.kinesis.data"),
        (b"Hello World", "D017", "$.kinesis.data"),
        (b"\xff\x00", "D017", "$.kinesis.data"),
        (b'{"id": 1}', "D017", "$.kinesis.data"),
        (b"[1]", "D017", "$.kinesis.data"),
        (b'{"dynamodb": 1}', "D011", ""),
        (b"[" * 500, "D003", "$.kinesis.data"),
        (b"[NaN]", "D004", "$.kinesis.data"),
        (b'{"a": "\\ud800"}', "D005", "$.kinesis.data.a"),
    ],
)
def test_kinesis_data_that_is_no_change_is_refused(data, code, path):
    (record,) = read_batch({"Records": [kinesis_record(data)]}).records
    one = problem(decode, record)
    assert (one.code, one.where) == (code, Where(path=path, record=record.record_id))


def test_data_at_the_top_of_a_record_of_pipes_is_named_so():
    (record,) = read_batch([flattened(kinesis_record("@"))]).records
    assert problem(decode, record).where.path == "$.data"


# Time


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (1698878479, "2023-11-01T22:41:19Z"),
        (1698878479.0, "2023-11-01T22:41:19Z"),
        (1698878479.5, "2023-11-01T22:41:19.5Z"),
        (1721011165.89155, "2024-07-15T02:39:25.89155Z"),
        (Decimal("1.635734407123456789E9"), "2021-11-01T02:40:07.123456789Z"),
        (Decimal("1635734407.12345678987"), "2021-11-01T02:40:07.123456789Z"),
        ("1678831218.0", "2023-03-14T22:00:18Z"),
        ("1.4285376E9", "2015-04-09T00:00:00Z"),
        ("2024-05-01T10:00:00.25-07:00", "2024-05-01T17:00:00.250000Z"),
        (datetime(2024, 1, 2, 3, 4, 5, 60, tzinfo=UTC).replace(tzinfo=None), "2024-01-02T03:04:05.000060Z"),
        (1721011165891, "2024-07-15T02:39:25.891Z"),
        (1721011165891550, "2024-07-15T02:39:25.891550Z"),
        (1721011165891550.0, "2024-07-15T02:39:25.8915500Z"),
        (0, "1970-01-01T00:00:00Z"),
    ],
)
def test_the_time_is_told_digit_for_digit(value, at):
    assert read_moment(value).at == at


@pytest.mark.parametrize(
    ("value", "precision", "at"),
    [
        (1721011165, "MICROSECOND", "1970-01-01T00:28:41.011165Z"),
        (1721, "MILLISECOND", "1970-01-01T00:00:01.721Z"),
        (1721011165891550, "MICROSECOND", "2024-07-15T02:39:25.891550Z"),
        (1721011165891550, "NANOSECOND", "2024-07-15T02:39:25.891550Z"),
        (1721011165891550, [], "2024-07-15T02:39:25.891550Z"),
    ],
)
def test_the_unit_that_the_record_names_goes_before_the_magnitude(value, precision, at):
    assert read_moment(value, precision).at == at


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "T-1",
        "",
        True,
        [],
        {},
        -1,
        -0.5,
        float("nan"),
        float("inf"),
        1e300,
        10**30,
        "253402300800000000",
        datetime(1960, 1, 1, tzinfo=UTC),
        b"1",
    ],
)
def test_what_is_no_time_is_refused(value):
    with pytest.raises(ValueError):
        read_moment(value)


def test_a_record_without_time_is_of_unknown_age_and_never_too_old():
    change = change_of(stream_record(**{TIME: ...}))
    assert (change.at, change.age_from, "at" in change.document()) == ("", inf, False)
    assert read_moment(None) is UNKNOWN


@given(st.integers(0, 253_402_300_799), st.integers(0, 999_999))
def test_streams_kinesis_and_boto3_tell_the_same_moment(seconds, micros):
    moments = [
        read_moment(Decimal(f"{seconds}.{micros:06}"))
        if seconds < 10**11
        else read_moment(f"{seconds}.{micros:06}", "SECOND"),
        read_moment(seconds * 1_000_000 + micros, "MICROSECOND"),
        read_moment(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=micros)),
    ]
    assert moments == [moments[0]] * 3


# Whatever comes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Records",
                    "kinesis",
                    "data",
                    "dynamodb",
                    "Keys",
                    "NewImage",
                    "eventName",
                    "eventID",
                    "S",
                    TIME,
                    "tableName",
                    "userIdentity",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_event_is_a_batch_and_any_record_a_change_or_our_refusal(event):
    assert {one.code for one in refusals(read_batch, event)} <= {"D010"}
    for record in () if refusals(read_batch, event) else read_batch(event).records:
        assert {one.where.record for one in refusals(decode, record)} <= {record.record_id}


@given(
    JSON,
    st.sampled_from(
        [
            "eventID",
            "eventName",
            "dynamodb",
            "userIdentity",
            "eventSourceARN",
            "Keys",
            "NewImage",
            "OldImage",
            TIME,
            "SequenceNumber",
        ]
    ),
)
def test_one_wild_field_is_a_change_or_our_refusal(value, field):
    raw = stream_record()
    (raw if field in raw else raw["dynamodb"])[field] = value
    for shaped in (raw, in_kinesis(change_data(**{field: value}))):
        (record,) = read_batch({"Records": [shaped]}).records
        assert {one.where.record for one in refusals(lambda record: decode(record).document(), record)} <= {
            record.record_id
        }


# Snapshots, and attributes left out


def test_a_snapshot_says_the_same_id_for_the_same_item():
    change = snapshot("shop", "eu-west-1", "1", {"pk": "a"}, {"pk": "a", "n": Decimal("1.0")}, "2024-01-02T03:04:05Z")
    again = snapshot("shop", "eu-west-1", "1", {"pk": "a"}, {"n": 1, "pk": "a"}, "2025-01-02T03:04:05Z")
    assert (change.kind, change.changed, change.order, change.age_from) == ("snapshot", ("n", "pk"), "0" * 40, inf)
    assert change.id == again.id != snapshot("other", "eu-west-1", "1", {"pk": "a"}, {"pk": "a", "n": 1}, "").id


def test_attributes_left_out_are_gone_from_new_old_changed_and_changes_but_not_from_the_keys():
    change = change_of(stream_record()).without({"n", "pk"})
    document = change.document()
    assert (document["new"], document["old"], document["changed"], document["changes"]) == (
        {"tags": ["a", "b"]},
        {"tags": ["a", "b"]},
        [],
        [],
    )
    assert document["keys"] == {"pk": "ORDER#7"}
    assert change_of(stream_record("INSERT")).without(["n"]).old is None
