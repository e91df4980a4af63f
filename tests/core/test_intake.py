"""The records of a file, and the sample events that others publish."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.decode import decode
from bridge.core.intake import read_records
from bridge.errors import UndecodableRecord, Where

SAMPLES = Path(__file__).parents[1] / "samples"
RECORD = {
    "eventID": "1",
    "eventName": "INSERT",
    "eventSource": "aws:dynamodb",
    "dynamodb": {"Keys": {"pk": {"S": "A"}}, "NewImage": {"pk": {"S": "A"}}},
}
LINE = json.dumps(RECORD)
EVENT = json.dumps({"Records": [RECORD, RECORD]})
FAILURE = {"version": "1.0", "DDBStreamBatchInfo": {"batchSize": 2}}


def told(data):
    """Each record in a word: its id, or the code and the line of its problem."""
    return [
        word(record) for record in read_records(data if isinstance(data, bytes) else data.encode(), Where(file="f"))
    ]


def word(record):
    try:
        return decode(record).id
    except UndecodableRecord as error:
        (one,) = error.problems
        return f"{one.code}:{one.where.line}"


def problem(data):
    with pytest.raises(UndecodableRecord) as caught:
        told(data)
    (only,) = caught.value.problems
    return only


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (LINE, ["1"]),
        (json.dumps(RECORD, indent=2), ["1"]),
        (f"[{LINE}, {LINE}]", ["1", "1"]),
        (EVENT, ["1", "1"]),
        (f"[{EVENT}, {LINE}]", ["1", "1", "1"]),
        (f"{LINE}\n{EVENT}\n\n[{LINE}]\n", ["1", "1", "1", "1"]),
        (f"\ufeff{LINE}\r\n{LINE}\r\n", ["1", "1"]),
        (json.dumps(FAILURE | {"payload": EVENT}), ["1", "1"]),
        (json.dumps(FAILURE | {"payload": json.loads(EVENT)}), ["1", "1"]),
        (f"[{json.dumps(FAILURE | {'payload': EVENT})}]", ["1", "1"]),
        ("[]", []),
        ('{"Records": []}', []),
    ],
)
def test_every_usual_form_of_a_file_is_read(data, words):
    assert told(data) == words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (f"{LINE}\nnot json\n{LINE}", ["1", "D002:2", "1"]),
        (f"not json\n{LINE}", ["D002:1", "1"]),
        (f'{LINE}\n\n{{"a": NaN}}\n5\n[]', ["1", "D004:3", "D010:4"]),
        (LINE.encode() + b"\n\xff\n" + LINE.encode(), ["1", "D001:2", "1"]),
        (f"{'[' * 200}\n{LINE}\n{LINE}", ["D003:1", "1", "1"]),
        (f'{LINE}\n{{"eventID": "2", "dynamodb": {{}}, "eventName": "INSERT"}}', ["1", "D014:2"]),
        (f"[{EVENT}, 3, {LINE}]", ["1", "1", "D010:0", "1"]),
        (f"{LINE}\n{json.dumps(FAILURE)}", ["1", "D018:2"]),
        (f'{LINE}\n{{"dynamodb": "\\ud800"}}', ["1", "D011:2"]),
    ],
)
def test_one_bad_line_or_element_loses_no_other(data, words):
    assert told(data) == words


def test_a_bad_line_is_kept_as_it_was_and_named_by_its_digest():
    _, bad = read_records(LINE.encode() + b"\n{\xff}", Where(file="f"))
    assert (bad.raw, bad.identifier, len(bad.record_id)) == ("{\\xff}", None, 32)
    with pytest.raises(UndecodableRecord, match=rf"^f:2:2 record {bad.record_id}: D001 this is not UTF-8"):
        decode(bad)


def test_problems_of_a_record_name_the_line_that_it_was_read_from():
    _, bad = read_records(f'{LINE}\n{{"eventID": "2", "dynamodb": {{}}}}'.encode(), Where(file="f"))
    with pytest.raises(UndecodableRecord, match=r"^f:2 record 2 \$\.eventName: D013 "):
        decode(bad)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("", "D002", 1),
        ("5", "D010", 0),
        ('{"Records": [{"eventSource": "aws:sqs"}]}', "D010", 0),
        (json.dumps(RECORD, indent=1)[:-2], "D002", 16),
        (f"[\n{LINE},\n{LINE}\n", "D002", 4),
        ("a\nb\n", "D002", 1),
        (LINE.encode("utf-16"), "D001", 0),
        (json.dumps(FAILURE), "D018", 0),
        (json.dumps(FAILURE | {"payload": "{"}), "D002", 1),
    ],
)
def test_a_file_that_holds_no_records_is_refused_whole(data, code, line):
    one = problem(data)
    assert (one.code, one.where.file, one.where.line) == (code, "f", line)


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.lists(st.sampled_from([b"\n", b"[", b"]", LINE.encode(), b",", b'"', b"5", b"\xff"])).map(b"".join)
)
def test_any_bytes_are_records_or_our_refusal(data):
    try:
        words = told(data)
    except UndecodableRecord:
        return
    assert all(words)


# What others publish

EXPECTED = {
    "aws-lambda-dotnet/dynamodb-with-ms-event.json": "insert Example-Table 2016-12-02T01:27:00Z, expire Example-Table 2016-12-02T01:27:00Z",
    "aws-lambda-go/dynamodb-event.json": "insert Example-Table 2016-12-02T01:27:00Z, insert Example-Table 2016-12-02T01:27:00Z",
    "aws-lambda-go/dynamodb-time-window-event.json": "insert - 2016-12-02T01:27:00Z, modify - 2016-12-02T01:27:00Z, remove - 2016-12-02T01:27:00Z",
    "aws-lambda-go/kinesis-time-window-event.json": "D017",
    "aws-lambda-java-libs/dynamo_ddb_stream_record.json": "modify ExampleTableWithStream 2015-04-09T00:00:00Z",
    "aws-lambda-java-libs/dynamo_event_roundtrip.json": (
        "insert ExampleTableWithStream 2015-04-09T00:00:00Z, modify ExampleTableWithStream 2021-11-01T02:40:07.123Z, "
        "remove ExampleTableWithStream 2015-04-09T00:00:00Z"
    ),
    "aws-lambda-java-libs/dynamodb_event.json": (
        "insert ExampleTableWithStream -, modify ExampleTableWithStream -, remove ExampleTableWithStream -, "
        "insert lambda-ddb-streams-int-test 2015-09-03T18:34:00Z"
    ),
    "powertools-lambda-python/dynamoStreamLambdaInvocationEvent.json": "D018",
    "powertools-lambda-python/dynamoStreamTumblingWindowEvent.json": "insert - -, modify - -, remove - -",
    "powertools-lambda-typescript/dynamodb-base.json": "insert - 2023-09-06T10:45:55Z, modify - -",
    "powertools-lambda-typescript/kinesis-dynamodb-stream.json": ", ".join(
        ["insert PowertoolsEventsStack-DynamoDBTable59784FC0-8NKAMTERTAXY 2024-11-18T10:09:15.370Z"] * 2
    ),
}


def summary(record):
    change = decode(record)
    return f"{change.kind} {change.table or '-'} {change.at or '-'}"


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.json")), ids=lambda path: str(path.relative_to(SAMPLES)))
def test_sample_events_that_others_publish_decode(path):
    """All but one that holds no change, and one that holds no records."""
    try:
        said = ", ".join(map(summary, read_records(path.read_bytes())))
    except UndecodableRecord as error:
        said = error.problems[0].code
    assert said == EXPECTED[str(path.relative_to(SAMPLES))]


def test_every_sample_has_its_source_and_licence():
    listed = (SAMPLES / "SOURCE.md").read_text()
    for path in SAMPLES.rglob("*.json"):
        (row,) = [line for line in listed.splitlines() if line.startswith(f"| {path.relative_to(SAMPLES)} |")]
        assert row.endswith(("| Apache-2.0 |", "| MIT-0 |"))


def test_every_type_of_a_sample_that_writes_all_types_beside_each_other_is_read():
    image = decode(read_records((SAMPLES / "aws-lambda-go/dynamodb-event.json").read_bytes())[1]).new
    assert (image["List"][:2], image["Map"], image["Null"], image["EmptyStringSet"], image["b2"]) == (
        ["Cookies", "Coffee"],
        {"Name": "Joe", "Age": 35},
        None,
        [],
        "test",
    )


def test_what_is_nested_too_deep_is_named_by_record_and_line():
    deep = "[" * 200 + "]" * 200
    with pytest.raises(UndecodableRecord) as caught:
        read_records(f'{{\n"eventID": "1",\n"dynamodb": {deep}}}'.encode(), Where(file="f"))
    (one,) = caught.value.problems
    assert (one.code, one.where.line, len(one.where.record)) == ("D003", 3, 32)
    _, bad = read_records(f'{LINE}\n{{"eventID": "1", "dynamodb": {deep}}}'.encode(), Where(file="f"))
    (one,) = bad.problems
    assert (one.code, one.where.line, one.where.record) == ("D003", 2, bad.record_id)


# Documents about batches that failed

STREAM = "arn:aws:dynamodb:eu-west-1:111122223333:table/shop/stream/2026-11-20T08:00:00.000"
PLACE = {"shardId": "shard-1", "startSequenceNumber": "7", "endSequenceNumber": "9", "streamArn": STREAM}


def test_what_getrecords_gave_and_somebody_put_into_a_document_is_of_the_documents_stream():
    """GetRecords names no stream, and a record without a table is none that a rule is about."""
    (record,) = read_records(json.dumps({"DDBStreamBatchInfo": PLACE, "payload": {"Records": [RECORD]}}).encode())
    assert decode(record).table == "shop"
    other = RECORD | {"eventSourceARN": STREAM.replace("shop", "mall")}
    (record,) = read_records(json.dumps({"DDBStreamBatchInfo": PLACE, "payload": {"Records": [other]}}).encode())
    assert decode(record).table == "mall"
    assert told(json.dumps({"DDBStreamBatchInfo": PLACE, "payload": {"Records": [RECORD, 3]}})) == ["1", "D011:0"]


@pytest.mark.parametrize(
    ("document", "fix"),
    [
        (
            {"DDBStreamBatchInfo": PLACE},
            (
                "while the stream has them (DynamoDB: 24 hours) read them again, up to 9: "
                f"`aws dynamodbstreams get-shard-iterator --stream-arn {STREAM} --shard-id shard-1 "
                "--shard-iterator-type AT_SEQUENCE_NUMBER --sequence-number 7`, "
                "then `aws dynamodbstreams get-records --shard-iterator …`; "
                "put what that prints into the document as its `payload`; and use an S3 bucket as on-failure destination"
            ),
        ),
        (
            {
                "KinesisBatchInfo": {
                    **PLACE,
                    "endSequenceNumber": None,
                    "streamArn": "arn:aws:kinesis:eu-west-1:1:stream/s",
                }
            },
            (
                "while the stream has them (DynamoDB: 24 hours) read them again: "
                "`aws kinesis get-shard-iterator --stream-arn arn:aws:kinesis:eu-west-1:1:stream/s --shard-id shard-1 "
                "--shard-iterator-type AT_SEQUENCE_NUMBER --starting-sequence-number 7`, "
                "then `aws kinesis get-records --shard-iterator …`; "
                "put a list of each record's `Data`, decoded from base64, into the document as its `payload`; "
                "and use an S3 bucket as on-failure destination"
            ),
        ),
    ],
)
def test_a_document_without_its_batch_says_the_commands_that_read_it_again(document, fix):
    assert problem(json.dumps(document)).fix == fix


@pytest.mark.parametrize(
    "info",
    [{}, None, [], {**PLACE, "shardId": "s; rm -rf /"}, {**PLACE, "streamArn": "arn:aws:sqs:x"}, {"streamArn": STREAM}],
)
def test_no_command_is_made_of_what_is_no_name(info):
    assert problem(json.dumps({"DDBStreamBatchInfo": info})).fix == (
        "use an S3 bucket as on-failure destination; it does not say from where the records can be read again"
    )
