"""The function under AWS's own runtime client: its JSON in, its JSON out, its way to fail.

`awslambdaric` runs for real in a process of its own, against a Runtime API and an AWS of a few lines on loopback.
Bounded: every wait has an end, and the process is killed with its test.
"""

import base64
import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PATIENCE = 20  # seconds for anything that takes well under one

BRIDGE = """
project: shop
rules: rules/
schemas: schemas/
targets:
  bus:
    eventbridge: {bus: "${env:DOMAIN_BUS}"}
ledger:
  dynamodb: {table: ledger}
quarantine:
  s3: {bucket: lost}
"""
RULES = """
entity: order
source: /shop/orders
when: {table: [shop]}
to: [bus]
events:
  placed:
    type: com.example.shop.order.placed.v1
    schema: order/placed.v1.json
    when: {change: [insert]}
    data: {total: "${new.total}", customer: "${new.customer}"}
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://example.com/order/placed.v1.json",
    "type": "object",
    "properties": {"total": {"type": "number"}, "customer": {"type": "string"}},
    "required": ["total", "customer"],
}
WIDE = "1234567890.1234567890123456789012345678"  # 38 digits: a float would lose half of them


def record(number, total=f'{{"N": "{WIDE}"}}', customer="Ada Lovelace"):
    """One stream record as the runtime gets it: text, since what matters is how it is read."""
    return f"""{{
      "eventID": "e{number}", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
      "awsRegion": "eu-west-1",
      "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/shop/stream/2026-01-01T00:00:00.000",
      "dynamodb": {{
        "ApproximateCreationDateTime": 1.7000000005E9, "SequenceNumber": "{number}00", "SizeBytes": 70,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
        "Keys": {{"pk": {{"S": "ORDER#{number}"}}}},
        "NewImage": {{"pk": {{"S": "ORDER#{number}"}}, "total": {total}, "customer": {{"S": "{customer}"}}}}
      }}
    }}"""


def batch(*records):
    return f'{{"Records": [{",".join(records)}]}}'


class Loopback(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def say(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class RuntimeApi(Loopback):
    """https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, as much of it as one function needs."""

    def do_GET(self):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            event, seconds = self.server.events.get()
            headers = {
                "Lambda-Runtime-Aws-Request-Id": "request-1",
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:111122223333:function:bridge",
                "Content-Type": "application/json",
            }
            self.say(200, event.encode(), headers.items())

    def do_POST(self):
        what = self.path.removeprefix("/2018-06-01/runtime/")
        self.server.said.put((what, self.body().decode(errors="replace")))
        self.say(202)


class Amazon(Loopback):
    """The services by what they are asked; `server.throttled` is what the bus will not take."""

    def do_POST(self):
        asked, operation = json.loads(self.body()), self.headers["X-Amz-Target"].split(".")[1]
        self.server.asked.append((operation, asked))
        answers = {
            "BatchGetItem": lambda: {"Responses": {"ledger": []}, "UnprocessedKeys": {}},
            "UpdateItem": dict,
            "PutEvents": lambda: {"Entries": [self.entry(entry) for entry in asked["Entries"]]},
        }
        self.say(200, json.dumps(answers[operation]()).encode(), [("Content-Type", "application/x-amz-json-1.1")])

    def entry(self, entry):
        name = json.loads(entry["Detail"])["id"]
        return {"ErrorCode": "ThrottlingException"} if name.startswith(self.server.throttled) else {"EventId": name}

    def do_PUT(self):
        self.server.asked.append((self.path, self.body()))
        self.say(200, headers=[("ETag", '"1"')])


@contextlib.contextmanager
def serving(handler, **state):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    vars(server).update(state)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server, f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class Function:
    """The function in its sandbox."""

    def __init__(self, runtime, amazon, process):
        self.runtime, self.amazon, self.process = runtime, amazon, process

    def invoke(self, event, seconds=30.0):
        """What it answered: how, and the text."""
        self.runtime.events.put((event, seconds))
        return self.heard()

    def heard(self):
        return self.runtime.said.get(timeout=PATIENCE)

    def asked(self, operation):
        return [given for name, given in self.amazon.asked if operation in name]

    def printed(self):
        self.process.kill()
        return self.process.communicate(timeout=PATIENCE)[0]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "schemas" / "order").mkdir(parents=True)
    (tmp_path / "bridge.yaml").write_text(BRIDGE)
    (tmp_path / "rules" / "order.yaml").write_text(RULES)
    (tmp_path / "schemas" / "order" / "placed.v1.json").write_text(json.dumps(SCHEMA))
    return tmp_path


@pytest.fixture
def start(project):
    """Start the function; it stops with the test."""
    with contextlib.ExitStack() as stack:

        def run(**environ):
            runtime, api = stack.enter_context(serving(RuntimeApi, events=queue.Queue(), said=queue.Queue()))
            amazon, aws = stack.enter_context(serving(Amazon, asked=[], throttled="never"))
            command = [sys.executable, "-m", "awslambdaric", "bridge.handler.handle"]
            process = subprocess.Popen(
                command,
                env=_environment(project, api, aws) | environ,
                cwd=project,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            stack.callback(process.communicate)
            stack.callback(process.kill)
            return Function(runtime, amazon, process)

        yield run


def _environment(project, api, aws):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BRIDGE_", "POWERTOOLS_"))
    }
    return kept | {
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_FUNCTION_NAME": "bridge",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "LAMBDA_TASK_ROOT": str(project),
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ENDPOINT_URL": f"http://{aws}",
        "DOMAIN_BUS": "shop",
    }


def test_a_batch_goes_through_exactly_and_nothing_of_an_item_is_printed(start):
    function = start()
    poison = record(2, total='{"S": "twelve"}', customer="Grace Hopper")
    how, answer = function.invoke(batch(record(1), poison))
    assert (how, answer) == ("invocation/request-1/response", '{"batchItemFailures": []}')

    [put] = function.asked("PutEvents")
    [entry] = put["Entries"]
    assert f'"total":{WIDE}' in entry["Detail"]
    assert json.loads(entry["Detail"])["time"].startswith("2023-11-14T22:13:20.5")
    assert (entry["EventBusName"], entry["Time"]) == ("shop", 1700000000.5)
    assert len(function.asked("UpdateItem")[0]["ExpressionAttributeValues"][":ids"]["BS"]) == 1
    [parcel] = function.asked("/lost/")
    assert b"Grace Hopper" in parcel

    printed = function.printed()
    assert "record refused" in printed
    assert '"Records":[2.0]' in printed
    for data in ("Ada", "Hopper", "twelve", "1234567890", "ORDER#"):
        assert data not in printed


def test_what_was_throttled_is_named_once_and_comes_again(start):
    function = start()
    function.amazon.throttled = "e2/"
    now = str(time.time())  # what is older than 12 hours would be given up
    fresh = [record(number).replace("1.7000000005E9", now) for number in (1, 2, 3)]
    how, answer = function.invoke(batch(*fresh), seconds=3)
    assert (how, json.loads(answer)) == (
        "invocation/request-1/response",
        {"batchItemFailures": [{"itemIdentifier": "200"}]},
    )
    function.amazon.throttled = "never"
    assert function.invoke(batch(*fresh[1:]))[1] == '{"batchItemFailures": []}'


def test_whatever_the_runtimes_json_makes_of_a_time_loses_nothing(start):
    function = start()
    times = ["1E+400", '"1700000000.5"', "1700000000", "-1", "null"]
    records = [record(index).replace("1.7000000005E9", number) for index, number in enumerate(times)]
    assert function.invoke(batch(*records)) == ("invocation/request-1/response", '{"batchItemFailures": []}')
    sent = sum(len(put["Entries"]) for put in function.asked("PutEvents"))
    assert (sent, len(function.asked("/lost/"))) == (3, 2)


def test_what_the_runtime_cannot_read_never_reaches_us_and_comes_again(start):
    function = start()
    for number in ("NaN", "Infinity"):
        how, answer = function.invoke(batch(record(1).replace("1.7000000005E9", number)))
        assert (how, json.loads(answer)["errorType"]) == ("invocation/request-1/error", "Runtime.UnmarshalError")


def test_lone_surrogates_are_parked_not_lost(start):
    function = start()
    assert function.invoke(batch(record(1, customer="\\ud800")))[1] == '{"batchItemFailures": []}'
    assert function.asked("PutEvents") == []
    assert len(function.asked("/lost/")) == 1


def test_pipes_and_kinesis_are_told_by_their_shape(start):
    function = start()
    assert function.invoke(f"[{record(1)}]")[1] == '{"batchItemFailures": []}'
    inner = json.loads(record(2)) | {"tableName": "shop", "recordFormat": "application/json", "userIdentity": None}
    del inner["eventSourceARN"]
    data = base64.b64encode(json.dumps(inner).encode()).decode()
    kinesis = {"kinesisSchemaVersion": "1.0", "partitionKey": "k", "sequenceNumber": "49", "data": data}
    outer = {"eventID": "shardId-000000000006:49", "eventSource": "aws:kinesis", "kinesis": kinesis}
    outer |= {"eventName": "aws:kinesis:record", "eventSourceARN": "arn:aws:kinesis:eu-west-1:111122223333:stream/s"}
    assert function.invoke(json.dumps({"Records": [outer]}))[1] == '{"batchItemFailures": []}'
    assert sum(len(put["Entries"]) for put in function.asked("PutEvents")) == 2


def test_an_event_that_nobody_knows_fails_the_invocation_with_a_problem(start):
    function = start()
    for event in ("{}", "null", '"text"', '{"Records": 7}', '{"detail-type": "Scheduled Event"}'):
        how, answer = function.invoke(event)
        assert (how, json.loads(answer)["errorType"]) == ("invocation/request-1/error", "UndecodableRecord")
        assert "fix:" in json.loads(answer)["errorMessage"]


def test_a_project_that_cannot_be_loaded_fails_the_start_with_every_problem(start, project):
    rules = RULES.replace("new.total", "neww.total").replace("new.customer", "newer.customer")
    (project / "rules" / "order.yaml").write_text(rules)
    function = start()
    how, answer = function.heard()
    assert how == "init/error"
    said = json.loads(answer)
    assert said["errorType"] == "ProjectInvalid"
    assert "neww" in said["errorMessage"]
    assert "newer" in said["errorMessage"]


def test_an_unset_variable_fails_the_start_by_its_name(start):
    function = start(DOMAIN_BUS="")
    how, answer = function.heard()
    assert how == "init/error"
    assert "C020 the environment variable 'DOMAIN_BUS' is not set" in json.loads(answer)["errorMessage"]
