"""What an item holds is planted wherever an item can hold it, and appears in no log, metric, answer or error."""

import itertools
import json

import pytest
from typer.testing import CliRunner

from bridge.cli.quarantine import app
from bridge.errors import BridgeError
from bridge.local.memory import Inline, MemoryClock, MemoryLedger, MemoryQuarantine, MemoryTarget, Trouble
from bridge.observe import Observer
from bridge.ports import DELIVERED
from bridge.project import load_project
from bridge.relay import Bridge, relay
from bridge.settings import Settings
from tests.local.world import ARN, NOW, REFUSED, UNAVAILABLE

_names = (f"secrets-{number}" for number in itertools.count())

SECRETS = ["S3CRET@mail", "s3cret", "S3 'CRET' \"\\", "s3crét"]

FILES = {
    "bridge.yaml": """
        project: t
        rules: rules/
        schemas: schemas/
        targets: {bus: {eventbridge: {bus: b}}}
        ledger: {dynamodb: {table: l}}
        quarantine: {s3: {bucket: q}}
        """,
    "rules/e.yaml": """
        entity: e
        source: /s
        to: [bus]
        events:
          a:
            type: a.v1
            schema: e.json
            when: {change: [insert]}
            data: {n: "${new.n}", m: "${new.m}"}
          b:
            type: b.v1
            schema: e.json
            when: {change: [modify]}
            each: ${new.l}
            key: ${it.k}
            data: {n: "${it.n}", m: {}}
        """,
    "schemas/e.json": json.dumps(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://x.example/e.json", "title": "t",
            "type": "object",
            "properties": {
                "n": {"type": "integer"}, "m": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
        }
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text.replace("\n        ", "\n"))
    return load_project(folder)


def record(new, old=None, **more):
    images = {"NewImage": new} | ({"OldImage": old} if old else {})
    return {
        "eventID": "e1", "eventName": "MODIFY" if old else "INSERT", "eventSource": "aws:dynamodb", "eventSourceARN": ARN,
        "dynamodb": {"ApproximateCreationDateTime": NOW, "Keys": {"pk": {"S": "P"}}, "SequenceNumber": "1", **images},
    } | more  # fmt: skip


ONE = {"N": "1"}


def planted(secret):
    """Records that are refused or carried, each with the secret at another place."""
    element = {"M": {"k": {"S": secret}, "n": ONE}}
    broken = {"M": {"k": {"S": secret}, "n": {"S": secret}}}
    return {
        "a value that breaks the schema": record({"n": {"S": secret}, "m": {"M": {}}}),
        "a key whose value breaks the schema": record({"n": ONE, "m": {"M": {secret: {"S": "x"}}}}),
        "a key of an attribute that nobody can read": record({"n": ONE, "m": {"M": {secret: {"Q": "x"}}}}),
        "the name of an attribute that nobody can read": record({secret: {"Q": "x"}}),
        "half a character under a key": record({"n": ONE, "m": {"M": {secret: {"S": "\ud83d"}}}}),
        "a number": record({"n": {"N": secret}}),
        "a type": record({"n": {secret: "1"}}),
        "the key of the item": record({"n": {"S": "x"}}) | {"eventID": None},
        "the key of an element": record({"l": {"L": [element]}}, {"l": {"L": []}}),
        "the key of an element that breaks the schema": record({"l": {"L": [element, broken]}}, {"l": {"L": []}}),
        "an operation": record({"n": ONE}) | {"eventName": secret},
        "the key of a record without a name": record({"m": {"M": {secret: {"S": "x"}}}, "n": ONE})
        | {"dynamodb": {secret: 1}},
    }


@pytest.fixture
def told(project, capsys):
    """All that is written, answered and raised of one record."""

    def run(raw, verdict=DELIVERED, parking=0, script=None):
        clock, bus = MemoryClock(NOW + 1), MemoryTarget("bus", script=script or (lambda _: verdict))
        bridge = Bridge(
            project.rules.translate, {"bus": bus}, MemoryLedger(), MemoryQuarantine(parking=Trouble(parking)), clock, "v",
            pool=Inline, words=project.rules.words,
        )  # fmt: skip
        observer = Observer.start(Settings.read({"POWERTOOLS_SERVICE_NAME": next(_names)}))
        try:
            report = relay({"Records": [raw]}, bridge, clock.countdown(3))
            observer.batch(report)
        except Exception as error:  # noqa: BLE001 -- as the handler does
            observer.failed(error)
            return capsys.readouterr().out + (str(error) if isinstance(error, BridgeError) else "")
        return capsys.readouterr().out + str(report.response)

    return run


def holds(said, secret):
    """Whether it is in there, as it is or written as JSON or Python writes it."""
    return any(form in said for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]))


@pytest.mark.parametrize("place", planted(""))
def test_no_secret_of_an_item_leaves_through_logs_metrics_or_the_answer(told, place):
    for secret in SECRETS:
        for verdict in (DELIVERED, REFUSED):
            said = told(planted(secret)[place], verdict)
            assert "batch relayed" in said
            assert not holds(said, secret)


@pytest.mark.parametrize("place", planted(""))
def test_nor_through_the_error_that_lambda_logs_where_nothing_can_be_asked_for_again(told, place):
    for secret in SECRETS:
        nameless = planted(secret)[place]
        nameless["dynamodb"] = nameless["dynamodb"] | {"SequenceNumber": None}
        said = told(nameless, UNAVAILABLE, parking=-1)
        assert "B093" in said
        assert not holds(said, secret)


def test_nor_through_a_bug(told):
    def script(event):
        raise LookupError(event.id)

    said = told(planted("s3cret")["the key of an element"], script=script)
    assert "LookupError" in said
    assert not holds(said, "s3cret")


def test_what_is_the_schemas_own_is_shown(told):
    assert "e1 $.data.n" in told(planted("s3cret")["a value that breaks the schema"])
    assert "e1 $.data.m[*]" in told(planted("s3cret")["a key whose value breaks the schema"])


@pytest.mark.parametrize("place", planted(""))
def test_a_list_of_what_is_parked_says_no_more_than_the_logs(project, monkeypatch, place):
    """`quarantine list` is for whoever looks after the bridge; what is in a record is shown by `show`, which is asked."""
    for secret in SECRETS:
        clock, quarantine = MemoryClock(NOW + 1), MemoryQuarantine()
        bridge = Bridge(
            project.rules.translate, {"bus": MemoryTarget("bus", script=lambda _: REFUSED)}, MemoryLedger(), quarantine,
            clock, "v", pool=Inline, words=project.rules.words,
        )  # fmt: skip
        relay({"Records": [planted(secret)[place]]}, bridge, clock.countdown(3))
        monkeypatch.setattr("bridge.wiring.open_stores", lambda *_, quarantine=quarantine: (quarantine, None))
        ran = CliRunner().invoke(app, ["list", "--project", "."], catch_exceptions=False)
        assert "1 record parked" in ran.output
        assert not holds(ran.output, secret)
