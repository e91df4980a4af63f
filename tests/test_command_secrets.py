"""What an item holds is planted wherever an item can hold it, and no command shows it that was not asked to.

`map`, `explain`, `eval`, `diff`, `quarantine show`, `infer` and `new rule` are for showing it, on stdout. What they say
on stderr, and what the other commands say at all, holds none of it; nor does what they leave in temporary files.
"""

import base64
import io
import itertools
import json
import logging
import sys
import tempfile
import traceback

import pytest

from bridge import wiring
from bridge.cli import main
from bridge.local.memory import (
    Inline,
    MemoryClock,
    MemoryDiscards,
    MemoryLedger,
    MemoryQuarantine,
    MemoryTarget,
    Trouble,
)
from bridge.observe import Observer
from bridge.ports import DELIVERED
from bridge.project import load_project
from bridge.relay import Bridge, relay
from bridge.settings import Settings
from tests.local.world import NOW, REFUSED, UNAVAILABLE

SECRET = "Xq7-secret-of-an-item"
SPOKEN = base64.b64encode(SECRET.encode()).decode()  # what bytes become
DIGITS = "77123456789012345"
FORMS = (SECRET, SECRET.upper(), SPOKEN, DIGITS, SECRET.encode().hex())

RULES = """
entity: e
source: /s
to: [bus, topic]
when: {table: [things]}
let: {c: "${new.c}"}
events:
  valid:
    type: valid.v1
    schema: e.json
    when: {change: [insert], new: {kind: [a]}}
    data: {n: "${new.n}", m?: "${new.m}", t?: "${new.t}", e?: "${new.e}", b?: "${new.b}"}
  each:
    type: each.v1
    schema: e.json
    when: {change: [insert], new: {kind: [b]}}
    each: ${new.l}
    key: ${it.k}
    data: {n: "${it.n}"}
  mapped:
    type: mapped.v1
    schema: e.json
    when: {change: [insert], new: {kind: [f]}}
    if: ${new.flag}
    subject: ${new.t}
    data: {n: "${number(new.t)}", t: "x ${new.m}"}
  typed:
    type: ${new.t}
    schemas: {g.v1: e.json}
    when: {change: [insert], new: {kind: [g]}}
    data: {n: 1}
  sourced:
    type: sourced.v1
    schema: e.json
    source: ${new.t}
    when: {change: [insert], new: {kind: [h]}}
    data: {n: "${json(new.j)}", d?: "${iso(new.t)}"}
  extended:
    type: extended.v1
    schema: e.json
    when: {change: [insert], new: {kind: [i]}}
    extensions: {ext: "${new.x}"}
    data: {n: "${integer(new.n)}", d?: "${iso(new.t)}", q?: "${divide(new.n, `0`, `2`)}"}
  large:
    type: large.v1
    schema: e.json
    when: {change: [insert], new: {kind: [j]}}
    data: {n: 1, big: "${new.big}"}
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://x.example/e.json", "title": "t",
    "type": "object",
    "properties": {
        "n": {"type": "integer", "maximum": 1000}, "m": {"type": "object", "additionalProperties": {"type": "integer"}},
        "t": {"type": "string", "maxLength": 3, "pattern": "^z"}, "e": {"enum": ["x", "y"]}, "b": {"type": "string"},
        "d": {"type": "string"}, "q": {"type": "integer"}, "big": {"type": "string"},
    },
}  # fmt: skip
MANIFEST = """
project: t
rules: rules/
schemas: schemas/
targets:
  bus: {eventbridge: {bus: b}}
  topic: {sns: {topic: "arn:aws:sns:eu-west-1:111122223333:t"}}
ledger: {dynamodb: {table: l}}
quarantine: {s3: {bucket: q}}
"""
STREAM = "arn:aws:dynamodb:eu-west-1:111122223333:table/things/stream/2026-01-01T00:00:00.000"
TEXT, ONE = {"S": SECRET}, {"N": "1"}


def _image(kind, **more):
    deep = {"M": {"deep": {"L": [TEXT, {"SS": [SECRET]}, {"B": SPOKEN}, {"N": DIGITS}]}}}
    return {"kind": {"S": kind}, "c": TEXT, "other": deep, **more}


def _record(number, image, keys=None, **more):
    return {
        "eventID": f"{number:032x}", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1", "eventSourceARN": STREAM,
        "dynamodb": {
            "ApproximateCreationDateTime": float(NOW), "Keys": keys or {"pk": TEXT}, "NewImage": image,
            "SequenceNumber": f"{10**20 + number}", "SizeBytes": 9, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    } | more  # fmt: skip


IMAGES = {
    "carried": _image("a", n=ONE, m={"M": {SECRET: ONE}}, extra={"M": {SECRET: {"N": "2"}}}, b=TEXT),
    "each element carried": _image("b", l={"L": [{"M": {"k": TEXT, "n": ONE}}]}),
    "values against the schema": _image("a", n=TEXT, m={"M": {SECRET: TEXT}}, t=TEXT, e=TEXT, b={"L": [TEXT]}),
    "a number against the schema": _image("a", n={"N": DIGITS}),
    "bytes against the schema": _image("a", n={"B": SPOKEN}),
    "a set against the schema": _image("a", n={"SS": [SECRET]}),
    "a map against the schema": _image("a", n=ONE, m={"M": {SECRET: {"M": {SECRET: {"N": DIGITS}}}}}),
    "an element against the schema": _image("b", l={"L": [{"M": {"k": TEXT, "n": TEXT}}]}),
    "elements of one name": _image("b", l={"L": [{"M": {"k": TEXT, "n": ONE}}] * 2}),
    "no condition": _image("f", flag=TEXT, t=TEXT),
    "no number": _image("f", flag={"BOOL": True}, t=TEXT, m={"M": {SECRET: TEXT}}),
    "an unlisted type": _image("g", t=TEXT),
    "no source": _image("h", t={"S": f"{SECRET} \u0001<>"}, j=ONE),
    "no JSON": _image("h", t={"S": "/x"}, j={"S": f'{{"{SECRET}": {SECRET}'}),
    "no date": _image("h", t=TEXT, j={"S": "1"}),
    "no extension": _image("i", x={"M": {SECRET: TEXT}}, n=ONE),
    "no integer": _image("i", x=TEXT, n={"N": f"{DIGITS}.5"}),
    "division by zero": _image("i", x=TEXT, n=ONE),
    "too large": _image("j", big={"S": SECRET * 60_000}),
    "half a character": _image("j", big={"S": f"{SECRET}\ud83d"}),
    "half a character in a key": _image("a", m={"M": {SECRET: {"S": "\ud83d"}}}),
    "an unknown type": _image("a", n={SECRET: "1"}),
    "a value of an unknown type": _image("a", n={"Q": SECRET}),
    "a number that is none": _image("a", n={"N": SECRET}),
    "bytes that are none": _image("a", n={"B": f"{SECRET}!"}),
    "a map of what nobody can read": _image("a", m={"M": {SECRET: {SECRET: SECRET}}}),
}
ODD = (
    _record(900, IMAGES["carried"], {"pk": {"N": SECRET}}),
    _record(901, IMAGES["carried"], eventName=SECRET),
    _record(902, IMAGES["carried"], eventSourceARN=SECRET),
    _record(903, IMAGES["carried"]) | {"dynamodb": {SECRET: 1}},
)


def _of_streams():
    return [*(_record(number, image) for number, image in enumerate(IMAGES.values())), *ODD]


def _of_kinesis():
    return [_in_kinesis(each) for each in _of_streams() if "Keys" in each["dynamodb"]]


def _in_kinesis(raw):
    inner = {**raw, "tableName": "things", "recordFormat": "application/json", "userIdentity": None}
    inner["dynamodb"] = {name: raw["dynamodb"][name] for name in ("Keys", "NewImage", "SizeBytes")}
    inner["dynamodb"]["ApproximateCreationDateTime"] = int(NOW) * 1000
    number = raw["dynamodb"]["SequenceNumber"]
    return {
        "eventID": f"shardId-000000000000:{number}", "eventName": "aws:kinesis:record", "eventSource": "aws:kinesis",
        "eventVersion": "1.0", "awsRegion": "eu-west-1",
        "eventSourceARN": "arn:aws:kinesis:eu-west-1:111122223333:stream/things",
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": "x", "sequenceNumber": number,
            "data": base64.b64encode(json.dumps(inner).encode()).decode(), "approximateArrivalTimestamp": float(NOW),
        },
    }  # fmt: skip


FAMILIES = {
    "streams": {"Records": _of_streams()},
    "kinesis": {"Records": _of_kinesis()},
    "pipes": _of_streams(),
}
CARRIED = json.dumps(_record(1, IMAGES["carried"]))
#: Files that hold no records, or not only.
BROKEN = {
    "cut": CARRIED[:-4].encode(),
    "no JSON": SECRET.encode(),
    "a quote too few": f'{{"Records": [{{"eventID": "{SECRET}, '.encode(),
    "UTF-16": SECRET.encode("utf-16"),
    "no UTF-8": f'{{"a": "{SECRET}'.encode() + b'\xff"}',
    "NaN": f'{{"{SECRET}": NaN}}'.encode(),
    "a bad line": f"{CARRIED}\n{SECRET}\n".encode(),
    "too deep": f'{{"{SECRET}":'.encode() * 300 + b"1" + b"}" * 300,
    "no record": json.dumps({SECRET: SECRET}).encode(),
    "a text": json.dumps(SECRET).encode(),
    "half a character": json.dumps({SECRET: {SECRET: "\ud83d"}}).encode(),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return _written(tmp_path_factory.mktemp("project"), RULES)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """The same project as it was, with other data."""
    rules = RULES.replace('m?: "${new.m}"', 'm?: "${merge(new.m, new.extra)}"').replace(', b?: "${new.b}"', "")
    return _written(tmp_path_factory.mktemp("earlier"), rules)


def _written(folder, rules):
    for name, text in {
        "bridge.yaml": MANIFEST,
        "rules/e.yaml": rules,
        "schemas/e.json": json.dumps(SCHEMA),
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(params=FAMILIES)
def records(request, tmp_path):
    path = tmp_path / "records.json"
    path.write_text(json.dumps(FAMILIES[request.param]))
    return path


@pytest.fixture
def run(monkeypatch, tmp_path):
    """A command as a process has it: what it wrote, and how it ended."""
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))

    def ran(*arguments):
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for name in ("stdout", "stderr")}
        for name, stream in streams.items():
            monkeypatch.setattr(sys, name, stream)
        try:
            main([str(each) for each in arguments])
            code = 0
        except SystemExit as left:
            code = left.code
        except BaseException:  # noqa: BLE001 -- what would be a traceback
            code = traceback.format_exc()
        assert code in (0, 1, 2, 3)
        assert list(room.rglob("*")) == []
        return code, *(stream.buffer.getvalue().decode() for stream in streams.values())

    return ran


def found(text):
    """The forms of the secret that are in there."""
    return [form for form in FORMS if form in text]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("command", ["map", "explain"])
def test_what_shows_records_shows_them_on_stdout_alone(run, project, records, command, form):
    code, out, err = run(command, records, "--project", project, "--format", form)
    assert code == 1
    assert found(out)
    assert form == "json" or "refused" in err
    assert not found(err)


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_diff_without_values_shows_none(run, project, earlier, records, form):
    asked = ["diff", "--base", earlier, "--records", records, "--project", project, "--format", form]
    code, out, err = run(*asked, "--no-values")
    assert code == 1
    assert out
    assert not found(out + err)
    _, out, err = run(*asked)
    assert found(out)
    assert not found(err)


def test_filters_tell_how_many_records_they_save_and_no_more(run, project, records):
    stream = "kinesis" if '"kinesis"' in records.read_text() else "dynamodb"
    code, out, err = run("infra", "filters", "--stream", stream, "--sample", records, "--project", project)
    assert (code, "never reach the function" in err) == (0, True)
    assert not found(out + err)


def test_drafting_says_on_stderr_what_it_cannot_read_and_none_of_it(run, project, records):
    code, _, err = run("infer", "items", records, "--project", project)
    assert code == 0
    assert "D0" in err
    assert not found(err)


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_without_records_is_not_quoted(run, earlier, tmp_path, name):
    path = tmp_path / "broken.json"
    path.write_bytes(BROKEN[name])
    (own := tmp_path / "own").mkdir()
    _written(own, RULES)  # `new` may write into it
    for arguments in (
        ("map", path), ("explain", path), ("infer", "items", path), ("infra", "filters", "--sample", path),
        ("diff", "--base", earlier, "--records", path), ("new", "rule", "--from-record", path, "--entity", "fresh"),
    ):  # fmt: skip
        code, out, err = run(*arguments, "--project", own)
        refused = code == 1
        shows = name == "a bad line" and arguments[0] in {"map", "explain", "infer", "diff"}  # its first is a record
        assert refused or name == "a bad line" or arguments[0] == "diff"
        assert not found(err if shows else out + err)


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("expression", ["@", "keys(@)[].integer(@)", "divide(@, `0`, `2`)", "integer(@)"])
def test_an_expression_that_fails_quotes_nothing(run, tmp_path, name, expression):
    path = tmp_path / "broken.json"
    path.write_bytes(BROKEN[name])
    code, out, err = run("eval", expression, path)
    assert not found(err)
    assert code == 0 or not found(out)


def test_an_example_of_a_record_that_cannot_be_read_is_not_quoted(run, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    named = "      - {name: a file, given: {file: record.json}, silent: true}\n"
    _written(
        folder,
        RULES.replace(
            "    when: {change: [insert], new: {kind: [a]}}\n",
            "    when: {change: [insert], new: {kind: [a]}}\n    examples:\n" + named,
        ),
    )
    for broken in [*BROKEN.values(), *(json.dumps(each).encode() for each in _of_streams()[20:])]:
        (folder / "record.json").write_bytes(broken)
        for form in ("text", "json", "junit"):
            code, out, err = run("test", "--project", folder, "--format", form)
            assert code in (0, 1)
            assert not found(out + err)


# What is parked


@pytest.fixture
def parked(project, monkeypatch):
    """The quarantine after a batch of them all, and the bridge that redrives it."""

    def made(records, script=None, **stores):
        clock, quarantine, rules = MemoryClock(NOW + 1), MemoryQuarantine(), load_project(project).rules
        targets = {name: MemoryTarget(name, script=script or (lambda _: REFUSED)) for name in ("bus", "topic")}
        bridge = Bridge(
            rules.translate, targets, MemoryLedger(), quarantine, clock, "v", pool=Inline, words=rules.words
        )
        relay(records, bridge, clock.countdown(30))
        assert len(quarantine.parcels) > 20
        for target in targets.values():
            target.script = stores.get("now", target.script)
        bridge.ledger.reading, quarantine.parking = stores.get("ledger", Trouble()), stores.get("parking", Trouble())
        monkeypatch.setattr("bridge.wiring.open_stores", lambda *_: (quarantine, None))
        monkeypatch.setattr("bridge.wiring.connect", lambda *_: bridge)
        return sorted(quarantine.parcels)

    return made


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_list_of_what_is_parked_shows_none(run, parked, project, family, form):
    parked(FAMILIES[family])
    code, out, err = run("quarantine", "list", "--project", project, "--format", form)
    assert (code, "parked" in err or form == "json") == (0, True)
    assert not found(out + err)


def breaks(event):
    raise LookupError(event.id)


STATES = {
    "all is well": {"now": lambda _: DELIVERED},
    "it is refused again": {"now": lambda _: REFUSED},
    "a target is away": {"now": lambda _: UNAVAILABLE},
    "the ledger is away": {"now": lambda _: DELIVERED, "ledger": Trouble(-1)},
    "the quarantine is away": {"now": lambda _: DELIVERED, "parking": Trouble(-1)},
}


@pytest.mark.parametrize("asked", [("text",), ("json",), ("text", "--yes"), ("json", "--yes")], ids=" ".join)
@pytest.mark.parametrize("state", STATES)
def test_a_redrive_shows_none(run, parked, project, state, asked):
    keys = parked(FAMILIES["streams"], **STATES[state])
    code, out, err = run("quarantine", "redrive", *keys, "--project", project, "--format", *asked)
    assert code in (1, 3)
    assert "each/[*]" in out or state != "all is well"
    assert not found(out + err)


@pytest.mark.parametrize("case", list(itertools.product([None, *BROKEN], ["text", "json"])), ids=str)
def test_batches_that_lambda_discarded_are_told_without_any(run, parked, project, monkeypatch, case):
    broken, form = case
    parked(FAMILIES["streams"], now=lambda _: DELIVERED)
    batch = {"requestContext": {"condition": "RetryAttemptsExhausted"}, "payload": json.dumps(FAMILIES["streams"])}
    data = json.dumps(batch).encode() if broken is None else BROKEN[broken]
    quarantine, _ = wiring.open_stores(project)
    discards = MemoryDiscards({"2026-11-20T09:30:00": data})
    monkeypatch.setattr("bridge.wiring.open_stores", lambda *_: (quarantine, discards))
    code, out, err = run("quarantine", "list", "--project", project, "--format", form)
    assert code == 0
    assert not found(out + err)
    code, out, err = run("quarantine", "redrive", "on-failure", "--yes", "--project", project, "--format", form)
    assert (code in (1, 3), "2026-11-20" in out) == (True, True)
    assert not found(out + err)


def test_a_name_that_nothing_is_parked_under_is_said_again_as_it_was_given(run, parked, project):
    """It was typed by who reads it."""
    parked(FAMILIES["streams"])
    assert run("quarantine", "redrive", SECRET, "--project", project)[0] == 1


def test_show_is_asked_for_what_it_shows(run, parked, project):
    keys = parked(FAMILIES["streams"])
    _, out, err = run("quarantine", "show", *keys, "--project", project, "--format", "json")
    assert found(out)
    assert not found(err)


# The function


@pytest.fixture
def logged(monkeypatch, capsys, caplog):
    """All that was logged and printed, at the lowest level."""
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "DEBUG")
    caplog.set_level(logging.DEBUG)
    return lambda: capsys.readouterr().out + caplog.text


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("script", [lambda _: DELIVERED, lambda _: REFUSED, lambda _: UNAVAILABLE, breaks])
@pytest.mark.parametrize("away", [(0, 0), (0, -1), (-1, 0), (-1, -1)])
def test_the_function_logs_none_at_any_level(project, logged, family, script, away):
    ledger, parking = away
    clock, rules = MemoryClock(NOW + 1), load_project(project).rules
    targets = {name: MemoryTarget(name, script=script) for name in ("bus", "topic")}
    bridge = Bridge(
        rules.translate, targets, MemoryLedger(reading=Trouble(ledger), writing=Trouble(ledger)),
        MemoryQuarantine(parking=Trouble(parking)), clock, "v", pool=Inline, words=rules.words,
    )  # fmt: skip
    observer = Observer.start(Settings.read({"POWERTOOLS_SERVICE_NAME": f"{family}{script}{ledger}{parking}"}))
    try:
        report = relay(FAMILIES[family], bridge, clock.countdown(30))
        observer.batch(report)
        said = str(report.response)
    except Exception as error:  # noqa: BLE001 -- as the handler does
        observer.failed(error)
        said = "" if script is breaks else str(error)
    told = logged() + said
    assert "batch" in told
    assert not found(told)


@pytest.mark.parametrize(
    "event", [{SECRET: SECRET}, {"Records": SECRET}, {"Records": [SECRET]}, SECRET, [SECRET], [[SECRET]]]
)
def test_an_event_that_nobody_knows_is_not_quoted(project, event):
    rules, clock = load_project(project).rules, MemoryClock(NOW)
    bridge = Bridge(rules.translate, {}, MemoryLedger(), MemoryQuarantine(), clock, "v", pool=Inline)
    try:
        said = str(relay(event, bridge, clock.countdown(30)).response)
    except Exception as error:  # noqa: BLE001 -- whatever Lambda would log
        said = str(error)
    assert said
    assert not found(said)
