"""What an item holds is in no log, metric, answer or error, even where a service quotes it in what it answers."""

import itertools
import json
import logging

import pytest

from bridge.aws.clock import SystemClock
from bridge.aws.eventbridge import EventBridge
from bridge.aws.ledger import DynamoLedger
from bridge.aws.quarantine import S3Quarantine
from bridge.aws.sns import Topic
from bridge.core.wire import write_json
from bridge.errors import BridgeError
from bridge.observe import Observer
from bridge.relay import Bridge, relay
from bridge.settings import Settings
from tests.faults import services, wire
from tests.faults.run import TOPIC, clients, endpoint
from tests.faults.seeds import wired
from tests.faults.services import Services
from tests.simulation.schedule import Row
from tests.simulation.test_breakages import LONG_OUTAGE
from tests.simulation.world import raw, rules

SECRET = "s3cret-of-an-item"
KINDS = ("", "500", "503", "413", "throttled", "denied", "expired", "lost", "nonsense", "cut", "reset-after", "refused")
_names = (f"wire-secrets-{number}" for number in itertools.count())


def quoting(request, status, code):
    """An error that quotes what was asked, as services do when they complain of a value."""
    if not request.xml:
        return wire.Answer(status, write_json({"__type": code, "message": f"the value '{SECRET}' is not allowed"}))
    inner = f"<Error><Code>{code}</Code><Message>the value '{SECRET}' is not allowed</Message></Error>"
    return wire.Answer(status, f"<ErrorResponse>{inner}</ErrorResponse>".encode())


@pytest.mark.parametrize("lean", [True, False], ids=["lean", "boto3"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_service_quotes_is_not_repeated(kind, lean, monkeypatch, capsys, caplog):
    """Not even where Lambda's own log level is DEBUG, at which boto3 tells the bodies of its calls."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(wire, "error", quoting)
    monkeypatch.setattr(services, "error", quoting)
    held = Services(
        lambda target, name, index: ("MalformedDetail" if target == "bus" else "InvalidParameter") * (kind == "refused")
    )
    server, clock, row = endpoint(), SystemClock(), Row(0, 0, "A", ("both",))
    server.serve, server.kind = held.serve, kind.replace("refused", "")
    record = raw(row, LONG_OUTAGE)
    record["dynamodb"]["NewImage"] |= {"word": {"S": SECRET}, "group": {"S": SECRET}}
    ways = clients(lean=lean)
    bridge = Bridge(
        translate=rules(mended=False).translate,
        targets={"bus": EventBridge("bus", "simulated", ways, clock), "topic": Topic("topic", TOPIC, ways, clock)},
        ledger=DynamoLedger("simulated", ways, clock), quarantine=S3Quarantine("simulated", ways, clock),
        clock=clock, project="simulation", give_up=1e12,
    )  # fmt: skip
    observer = Observer.start(Settings.read({"POWERTOOLS_SERVICE_NAME": next(_names)}))
    with wired():
        try:
            report = relay({"Records": [record]}, bridge, lambda: 30.0 if kind == "refused" else 1.2)
            observer.batch(report)
            said = str(report.response)
        except BridgeError as error:
            observer.failed(error)
            said = str(error)
    server.kind = ""
    told = capsys.readouterr().out + said + caplog.text
    assert "batch" in told
    assert SECRET not in told
    if kind == "refused":
        assert any(SECRET in json.dumps(json.loads(body)["record"]) for body in held.objects.values())
