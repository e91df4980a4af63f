"""The complete consumer that the documents show: it runs, and it counts each event once."""

import importlib.util
import json
import logging
import subprocess
import sys
from pathlib import Path

import boto3
import moto
import pytest

ROOT = Path(__file__).parents[2]
APP = ROOT / "examples" / "consumer" / "app.py"
EVENT = json.loads(APP.with_name("event.json").read_text())


class Context:
    """What Lambda says of the time left."""

    def get_remaining_time_in_millis(self):
        return 30_000


@pytest.fixture
def app(monkeypatch):
    """The example in an AWS of its own, as a function finds itself."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_REGION": "eu-west-1", "ACCOUNTS_TABLE": "accounts", "HANDLED_TABLE": "handled",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with moto.mock_aws():
        for table, key in (("accounts", "orderId"), ("handled", "id")):
            boto3.client("dynamodb").create_table(
                TableName=table,
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )
        spec = importlib.util.spec_from_file_location("example_consumer", APP)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def accounts():
    items = boto3.resource("dynamodb").Table("accounts").scan()["Items"]
    return {
        item.pop("orderId"): {name: int(n) if name != "currency" else n for name, n in item.items()} for item in items
    }


def test_it_books_what_is_due_and_what_was_paid(app):
    assert app.handler(EVENT, Context()) == {"batchItemFailures": []}
    assert accounts() == {"8": {"due": 1490, "paid": 1490, "currency": "EUR"}}


def test_it_books_each_event_once_however_often_and_in_whatever_order_it_comes(app):
    backwards = {"Records": EVENT["Records"][::-1]}
    for event in (backwards, EVENT, EVENT):
        app.handler(event, Context())
    assert accounts() == {"8": {"due": 1490, "paid": 1490, "currency": "EUR"}}


def test_what_goes_back_is_taken_off(app):
    envelope = json.loads(EVENT["Records"][1]["body"])
    event = json.loads(envelope["Message"])
    event |= {"id": "r", "type": event["type"].replace("captured", "refunded")}
    event["dataschema"] = event["dataschema"].replace("captured", "refunded")
    event["data"].pop("method")
    event["data"]["amount"]["amount"] = 490
    app.handler(EVENT, Context())
    app.handler({"Records": [{"messageId": "m", "body": json.dumps(event)}]}, Context())
    assert accounts()["8"]["paid"] == 1000


def test_a_message_that_breaks_its_schema_comes_again_and_the_others_are_booked(app, caplog):
    broken = EVENT["Records"][0] | {"messageId": "bad", "body": EVENT["Records"][0]["body"].replace("1490", '"1490"')}
    with caplog.at_level(logging.ERROR):
        answer = app.handler({"Records": [broken, EVENT["Records"][1]]}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert accounts() == {"8": {"paid": 1490, "currency": "EUR"}}
    assert "U012" in caplog.text


def test_other_events_are_passed_over(app):
    event = json.loads(EVENT["Records"][0]["body"])["detail"]
    event |= {
        "type": "com.example.shop.order.cancelled.v1",
        "data": {"orderId": "8", "reason": "twice", "refundDue": True},
    }
    event["dataschema"] = "https://schemas.example.com/shop/order/cancelled.v1.json"
    assert app.handler({"Records": [{"messageId": "m", "body": json.dumps(event)}]}, Context()) == {
        "batchItemFailures": []
    }
    assert accounts() == {}


def test_on_a_desk_it_shows_what_it_would_book():
    ran = subprocess.run([sys.executable, APP, APP.with_name("event.json")], capture_output=True, text=True, check=True)
    assert ran.stdout == (
        "7de3041dd709b024af6f29e4fa13d34c/order.placed com.example.shop.order.placed.v1"
        " Placed(orderId='8', total=Money(amount=1490, currency='EUR'))\n"
        "91c2a90fd709b024af6f29e4fa13e0b7/payment.captured com.example.shop.payment.captured.v1"
        " Captured(orderId='8', amount=Money(amount=1490, currency='EUR'))\n"
    )


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (None, 2, "required: file"),
        ("", 2, "cannot be read: No such file or directory"),
        ("no json", 1, "1:1: D002 this is not JSON"),
    ],
)
def test_on_a_desk_it_says_what_it_wants(tmp_path, content, code, says):
    file = tmp_path / "event.json"
    if content:
        file.write_text(content)
    arguments = [] if content is None else [file]
    ran = subprocess.run([sys.executable, APP, *arguments], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (code, "")
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr
