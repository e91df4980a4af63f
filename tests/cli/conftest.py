"""A small project in a folder, and the command line run in this process."""

import io
import json
from dataclasses import dataclass

import pytest

from bridge.cli import main

MANIFEST = """\
project: tiny
rules: rules
schemas: schemas
targets:
  bus:
    eventbridge: {bus: "${env:TINY_BUS}"}
  feed:
    sns: {topic: "${env:TINY_TOPIC}"}
ledger:
  dynamodb: {table: "${env:TINY_LEDGER}"}
quarantine:
  s3: {bucket: "${env:TINY_BUCKET}"}
"""
RULE = """\
entity: order
source: /tiny/orders
to: [bus]
when: {table: [orders]}
events:
  placed:
    type: com.example.placed.v1
    schema: order/placed.v1.json
    when: {change: [insert]}
    data:
      id: ${new.id}
      total: ${new.total}
    examples:
      - name: an order is announced
        given: {change: insert, new: {id: A, total: 1.50}}
        says: {data: {id: A, total: 1.50}}
      - name: a change is not
        given: {change: modify, new: {id: A}, old: {id: A}}
        silent: true
item_schema: order/item.v1.json
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://example.com/order/placed.v1.json",
    "type": "object",
    "properties": {"id": {"type": "string"}, "total": {"type": "number"}},
    "required": ["id", "total"],
}
#: The whole project: files and what is in them.
FILES = {
    "bridge.yaml": MANIFEST,
    "rules/order.yaml": RULE,
    "schemas/order/placed.v1.json": json.dumps(SCHEMA),
    "schemas/order/item.v1.json": json.dumps({**SCHEMA, "$id": "https://example.com/order/item.v1.json"}),
}


def write_project(folder):
    """The project, in a folder that there may not yet be."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@dataclass
class Ran:
    """What a command printed, and its exit code."""

    out: str
    err: str
    code: int

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def project(tmp_path):
    """The folder of a project that is right."""
    write_project(tmp_path)
    return tmp_path


@pytest.fixture
def run(project, monkeypatch, capsysbinary):
    """Runs a command in the project's folder; `stdin` is bytes."""
    monkeypatch.chdir(project)

    def command(*arguments, stdin=b""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            main([str(argument) for argument in arguments])
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        printed = capsysbinary.readouterr()
        return Ran(printed.out.decode(), printed.err.decode(), code)

    return command


def record(number="1", image=None, name="INSERT", table="orders", **more):
    """A stream record of the little table."""
    image = {"id": {"S": "A"}, "total": {"N": "1.50"}} if image is None else image
    return {
        "eventID": f"e{number}", "eventName": name, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1767225600, "Keys": {"id": {"S": "A"}}, "NewImage": image,
            "SequenceNumber": number.rjust(21, "1"), "SizeBytes": 10, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": f"arn:aws:dynamodb:us-east-1:111122223333:table/{table}/stream/2026-01-01T00:00:00.000", **more,
    }  # fmt: skip


@pytest.fixture
def a_record():
    return record
