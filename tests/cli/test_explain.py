"""`changebridge explain`: the tree and the JSON of a record's story."""

import base64
import json

import pytest

from bridge.errors import Problem, StoreUnavailable, Where
from bridge.ports import Delivery


def _bytes(record):
    return json.dumps(record).encode()


def test_a_record_that_becomes_an_event_is_explained_value_by_value(run, a_record):
    ran = run("explain", "-", stdin=_bytes(a_record("1")))
    assert (ran.code, ran.err) == (0, "1 record, 0 refused\n")
    assert ran.out.splitlines() == [
        "record e1",
        "├─ insert in table orders at 2026-01-01T00:00:00Z",
        '├─ keys {"id":"A"}',
        '├─ id: absent ─► "A"',
        "├─ total: absent ─► 1.50",
        "└─ order",
        "   └─ placed  com.example.placed.v1",
        "      ├─ id e1/order.placed",
        '      ├─ type        "com.example.placed.v1"  a literal  (rules/order.yaml:7:11)',
        '      ├─ source      "/tiny/orders"  a literal  (rules/order.yaml:2:9)',
        '      ├─ data.id     "A"  ${new.id}  (rules/order.yaml:11:11)',
        "      ├─ data.total  1.50  ${new.total}  (rules/order.yaml:12:14)",
        "      ├─ schema https://example.com/order/placed.v1.json: valid",
        "      └─ to bus: 469 of 999,999 bytes",
    ]


def test_what_did_not_match_says_what_was_false(run, a_record):
    lines = b"\n".join(_bytes(a_record(*each)) for each in [("1", None, "INSERT", "other"), ("2", None, "MODIFY")])
    out = run("explain", "-", stdin=lines).out
    assert '└─ order  no: $.table is "other", asked for is ["orders"]  (rules/order.yaml:4:15)\n' in out
    assert '   └─ placed  no: $.change is "modify", asked for is ["insert"]  (rules/order.yaml:9:20)\n' in out


def test_a_modification_shows_both_values_and_an_image_that_is_missing_is_named(run, a_record):
    record = a_record("1", name="MODIFY")
    assert "not delivered by the stream: changed, changes, old" in run("explain", "-", stdin=_bytes(record)).out
    record["dynamodb"]["OldImage"] = {"id": {"S": "A"}, "gone": {"BOOL": True}, "total": {"N": "1.5"}}
    out = run("explain", "-", stdin=_bytes(record)).out
    assert "├─ gone: true ─► absent\n" in out
    assert "total" not in out


def test_what_is_refused_is_told_at_its_value(run, a_record):
    ran = run("explain", "-", stdin=_bytes(a_record("1", image={"id": {"N": "7"}})))
    assert (ran.code, ran.err) == (1, "1 record, 1 refused\n")
    assert "      └─ data.total  null  ${new.total}  (rules/order.yaml:12:14)\n         └─ M001 the value comes to null in this change\n            fix: " in ran.out  # fmt: skip


def test_the_schemas_verdict_stands_at_the_path(run, a_record):
    ran = run("explain", "-", stdin=_bytes(a_record("1", image={"id": {"N": "7"}, "total": {"N": "1"}})))
    assert ran.code == 1
    assert (
        "      ├─ data.id     7  ${new.id}  (rules/order.yaml:11:11)\n"
        "      │  └─ S052 this is an integer, where the schema wants a string (order/placed.v1.json)\n"
        "      │     fix: convert it with text(...)\n"
    ) in ran.out


def test_what_a_target_cannot_carry_is_told_below_it(run, a_record):
    ran = run("explain", "-", stdin=_bytes(a_record("1", image={"id": {"S": "A"}, "total": {"N": "9223372036854775808"}})))  # fmt: skip
    assert (ran.code, ran.err) == (1, "1 record, 1 refused\n")
    assert (
        " of 999,999 bytes\n         └─ B005 target 'bus' refuses integers beyond 64 bits  (rules/order.yaml:12:14)\n"
        in ran.out
    )


def test_a_line_that_is_no_record_is_told_and_the_others_are_explained(run, a_record):
    ran = run("explain", "-", stdin=_bytes(a_record("1")) + b"\n{bad\n" + _bytes(a_record("3")))
    assert (ran.code, ran.err) == (1, "3 records, 1 refused\n")
    assert "\n└─ D002 this is not JSON" in ran.out
    assert ran.out.count("com.example.placed.v1\n") == 2


def test_records_of_pipes_and_of_kinesis_are_explained_too(run, a_record):
    assert "order.placed" in run("explain", "-", stdin=json.dumps([a_record("1")]).encode()).out
    change = a_record("1")
    change = {**change, "recordFormat": "application/json", "tableName": "orders", "userIdentity": None}
    change["dynamodb"].pop("SequenceNumber")
    change["dynamodb"].pop("StreamViewType")
    change["dynamodb"] |= {"ApproximateCreationDateTime": 1767225600000000, "ApproximateCreationDateTimePrecision": "MICROSECOND"}  # fmt: skip
    outer = {
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": "p", "sequenceNumber": "495", "approximateArrivalTimestamp": 1767225601.5,
            "data": base64.b64encode(_bytes(change)).decode(),
        },
        "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "shardId-000000000000:495", "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::111122223333:role/r", "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:kinesis:us-east-1:111122223333:stream/s",
    }  # fmt: skip
    ran = run("explain", "-", stdin=json.dumps({"Records": [outer]}).encode())
    assert (ran.code, "/order.placed" in ran.out) == (0, True)


def test_elements_and_conditions_are_branches_of_their_own(run, project, a_record):
    rule = project / "rules" / "order.yaml"
    text = rule.read_text().replace("    data:\n", "    each: ${new.lines}\n    if: ${it.on}\n    data:\n")
    rule.write_text(text.split("    examples:")[0])
    lines = {"L": [{"M": {"on": {"BOOL": True}}}, {"M": {"on": {"BOOL": False}}}, {"M": {}}]}
    record = a_record("1", image={"id": {"S": "A"}, "total": {"N": "1"}, "lines": lines})
    out = run("explain", "-", stdin=_bytes(record)).out
    assert '   └─ placed\n      ├─ it = {"on":true}  com.example.placed.v1\n' in out
    assert "      │  ├─ if it.on is true with it.on = true  (rules/order.yaml:11:11)\n" in out
    assert '      ├─ it = {"on":false}  no: if it.on is false with it.on = false  (rules/order.yaml:11:11)\n' in out
    assert "      └─ it = {}  refused\n         └─ M003 " in out
    record["dynamodb"]["NewImage"]["lines"] = {"L": []}
    assert "   └─ placed  no: the list under `each` is empty\n" in run("explain", "-", stdin=_bytes(record)).out
    record["dynamodb"]["NewImage"]["lines"] = {"S": "x"}
    assert "   └─ placed  refused\n      └─ M004 " in run("explain", "-", stdin=_bytes(record)).out


def test_the_story_as_json(run, a_record):
    ran = run("explain", "-", "--format", "json", stdin=_bytes(a_record("1")))
    (story,) = ran.json
    assert story["record"] == "e1"
    assert story["change"]["new"] == {"id": "A", "total": 1.5}
    (entity,) = story["entities"]
    (event,) = entity["events"]
    assert (entity["entity"], entity["matched"], entity["false"], event["matched"]) == ("order", True, None, True)
    (said,) = event["said"]
    assert said["event"] == {
        "id": "e1/order.placed", "type": "com.example.placed.v1", "dataschema": "https://example.com/order/placed.v1.json"
    }  # fmt: skip
    assert said["values"][-1] == {
        "path": "data.total", "value": 1.5, "by": "${new.total}", "optional": False,
        "file": "rules/order.yaml", "line": 12, "column": 14, "problems": [],
    }  # fmt: skip
    assert said["targets"] == [{"target": "bus", "bytes": 469, "room": 999999, "sent": None, "problem": None}]


def test_json_of_what_did_not_match_or_was_refused(run, project, a_record):
    rule = project / "rules" / "order.yaml"
    rule.write_text(rule.read_text().replace("    data:\n", "    if: ${new.total > old.total}\n    data:\n"))
    lines = [a_record("1", table="x"), a_record("2", name="MODIFY"), a_record("3"), a_record("4", image={})]
    rule.write_text(rule.read_text().replace("> old.total", "> default(old.total, `9`)"))
    first, second, third, _ = run("explain", "-", "--format", "json", stdin=b"\n".join(map(_bytes, lines))).json
    assert first["entities"][0]["false"] == {
        "path": "$.table", "expected": ["orders"], "actual": "x", "file": "rules/order.yaml", "line": 4, "column": 15
    }  # fmt: skip
    assert second["entities"][0]["events"][0]["false"]["path"] == "$.change"
    (said,) = third["entities"][0]["events"][0]["said"]
    assert said["event"] is None
    assert said["if"] == {
        "text": "new.total > default(old.total, `9`)", "is": False, "with": {"new.total": 1.5, "old.total": None},
        "file": "rules/order.yaml", "line": 10, "column": 11,
    }  # fmt: skip
    (bad,) = run("explain", "-", "--format", "json", stdin=b'{"eventID": "x", "eventName": "INSERT", "dynamodb": {}}').json  # fmt: skip
    assert (bad["change"], bad["entities"], bool(bad["problems"])) == (None, [], True)


class _Ledger:
    """Remembers what it is told to."""

    def __init__(self, *seen):
        self._seen = set(seen)

    def seen(self, deliveries, _seconds):
        return self._seen & set(deliveries)


class _Away:
    def seen(self, _deliveries, _seconds):
        raise StoreUnavailable(Problem(Where(), "B020", "the ledger does not answer", "look at it"))


def test_the_ledger_tells_what_was_sent_already(run, a_record, monkeypatch):
    lines = _bytes(a_record("1")) + b"\n" + _bytes(a_record("2"))
    monkeypatch.setattr("bridge.cli.explain.open_ledger", lambda _: _Ledger(Delivery("e1/order.placed", "bus")))
    out = run("explain", "-", "--ledger", stdin=lines).out
    assert "└─ to bus: 469 of 999,999 bytes, sent already\n" in out
    assert "└─ to bus: 469 of 999,999 bytes, not sent yet\n" in out


def test_a_ledger_that_is_away_ends_the_command_with_3(run, a_record, monkeypatch):
    monkeypatch.setattr("bridge.cli.explain.open_ledger", lambda _: _Away())
    ran = run("explain", "-", "--ledger", stdin=_bytes(a_record("1")))
    assert (ran.code, "the ledger does not answer" in ran.err) == (3, True)


def test_the_ledger_needs_its_own_variable_alone(run, a_record, monkeypatch):
    monkeypatch.delenv("TINY_LEDGER", raising=False)
    ran = run("explain", "-", "--ledger", stdin=_bytes(a_record("1")))
    assert (ran.code, "C020" in ran.err, "TINY_LEDGER" in ran.err) == (1, True, True)


@pytest.mark.parametrize("word", ["absent ─► ", "keys"])
def test_a_snapshot_or_removal_is_explained_without_an_image_of_the_other_side(run, a_record, word):
    record = a_record("1", name="REMOVE")
    record["dynamodb"]["OldImage"] = record["dynamodb"].pop("NewImage")
    out = run("explain", "-", stdin=_bytes(record)).out
    assert ('id: "A" ─► absent' in out, word in out) == (True, word == "keys")
