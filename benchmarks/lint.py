"""How long `lint` takes, proof and start-up included: the sample project, and one of 300 rules.

The large one has 150 entities, each with the schema of its item and two events with a schema each: 300 rules and their
300 schemas, and 150 more.

Run: `.venv/bin/python benchmarks/lint.py [rounds]`. Prints the median and the extremes in seconds: of
what a user waits, and of what the processor works for it (user and system), which a busy machine changes less.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENTITIES = 150
#: Promised on two cores.
PROMISED = {"the sample": 0.5, f"{2 * ENTITIES} rules and {2 * ENTITIES} schemas": 3.0}

#: Compiled once, as what is installed: the first run writes it.
COMPILED = tempfile.TemporaryDirectory()
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": COMPILED.name}

RULE = """\
# A thing: pk THING{n}#<id>, sk META.
entity: thing-{n}
about: A thing that the benchmark knows.
source: /bench/things
item_schema: thing-{n}/item.v1.json
when:
  table: [bench]
  keys: {{pk: [{{prefix: "THING{n}#"}}], sk: [META]}}
let:
  currency: ${{default(item.currency, 'EUR')}}
subject: ${{item.thingId}}
to: [domain-bus]

events:
  made:
    about: A thing is made and can be bought.
    type: com.example.bench.thing-{n}.made.v1
    schema: thing-{n}/made.v1.json
    when:
      change: [insert, modify]
      changed: [status]
      new: {{status: [MADE]}}
    data:
      thingId: ${{new.thingId}}
      madeAt: ${{iso(new.madeAt)}}
      channel: web
      summary: thing ${{new.thingId}} of ${{length(new.lines)}} line(s)
      total:
        amount: ${{new.total}}
        currency: ${{currency}}
      coupon?: ${{new.coupon}} # left out when absent
      lines:
        - $each: ${{new.lines}}
          line: ${{add(index, `1`)}}
          sku: ${{it.sku}}
          quantity: ${{it.quantity}}
          note?: ${{it.note}}
    examples:
      - name: a thing that is made at once
        given:
          change: insert
          keys: {{pk: "THING{n}#7", sk: META}}
          new: {{thingId: "7", status: MADE, total: 12, madeAt: 1795167000, lines: [{{sku: A, quantity: 2}}]}}
        says:
          subject: "7"
          data:
            thingId: "7"
            madeAt: 2026-11-20T09:30:00Z
            channel: web
            summary: thing 7 of 1 line(s)
            total: {{amount: 12, currency: EUR}}
            lines: [{{line: 1, sku: A, quantity: 2}}]
      - name: a draft says nothing
        given:
          change: insert
          keys: {{pk: "THING{n}#8", sk: META}}
          new: {{thingId: "8", status: DRAFT, total: 1, madeAt: 1795167000, lines: []}}
        silent: true

  sold:
    about: A thing that was made has found a customer.
    type: com.example.bench.thing-{n}.sold.v1
    schema: thing-{n}/sold.v1.json
    when:
      change: [modify]
      changed: [status]
      old: {{status: [MADE]}}
      new: {{status: [SOLD]}}
    if: ${{new.total >= old.total}}
    data:
      thingId: ${{new.thingId}}
      total:
        amount: ${{new.total}}
        currency: ${{currency}}
      pieces: ${{length(new.lines)}}
      note?: ${{new.coupon}}
    examples:
      - name: a thing that is sold
        given:
          change: modify
          keys: {{pk: "THING{n}#7", sk: META}}
          old: {{thingId: "7", status: MADE, total: 12, madeAt: 1795167000, lines: []}}
          new: {{thingId: "7", status: SOLD, total: 12, madeAt: 1795167000, lines: []}}
        says:
          data: {{thingId: "7", total: {{amount: 12, currency: EUR}}, pieces: 0}}
"""
ID = {"type": "string", "pattern": "^[A-Za-z0-9-]+$", "maxLength": 40}
MONEY = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
COUNT = {"type": "integer", "minimum": 1, "maximum": 1_000_000}
NOTE = {"type": "string", "minLength": 1, "maxLength": 500}
MANIFEST = """\
project: bench
rules: rules/
schemas: schemas/
tables: {bench: {view: NEW_AND_OLD_IMAGES}}
targets: {domain-bus: {eventbridge: {bus: bench}}}
ledger: {dynamodb: {table: ledger}}
quarantine: {s3: {bucket: quarantine}}
"""


def schemas(n):
    """The stored item and the events of one entity."""
    line = {"sku": ID, "quantity": COUNT, "note": NOTE}
    item = {
        "type": "object",
        "required": ["thingId", "status", "total", "madeAt", "lines"],
        "properties": {
            "thingId": ID,
            "status": {"enum": ["DRAFT", "MADE", "SOLD"]},
            "total": MONEY,
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "madeAt": {"type": "integer", "minimum": 0, "maximum": 4102444799},
            "coupon": NOTE,
            "lines": {
                "type": "array",
                "items": {"type": "object", "required": ["sku", "quantity"], "properties": line},
            },
        },
    }
    numbered = {"line": {"type": "integer", "minimum": 1}, **line}
    event = {
        "type": "object",
        "required": ["thingId", "madeAt", "channel", "summary", "total", "lines"],
        "properties": {
            "thingId": ID,
            "madeAt": {"type": "string", "format": "date-time", "pattern": "Z$"},
            "channel": {"enum": ["web"]},
            "summary": {"type": "string", "minLength": 1, "maxLength": 200},
            "total": {"$ref": "../common/money.json"},
            "coupon": NOTE,
            "lines": {
                "type": "array",
                "items": {"type": "object", "required": ["line", "sku", "quantity"], "properties": numbered},
            },
        },
    }
    sold = {
        "type": "object",
        "required": ["thingId", "total", "pieces"],
        "properties": {
            "thingId": ID,
            "total": {"$ref": "../common/money.json"},
            "pieces": {"type": "integer", "minimum": 0},
            "note": NOTE,
        },
    }
    return {f"thing-{n}/item.v1.json": item, f"thing-{n}/made.v1.json": event, f"thing-{n}/sold.v1.json": sold}


def project(folder, entities=ENTITIES):
    """A project of so many entities."""
    money = {"type": "object", "required": ["amount", "currency"], "properties": {
        "amount": MONEY, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}}  # fmt: skip
    files = {"common/money.json": money}
    (folder / "rules").mkdir()
    (folder / "bridge.yaml").write_text(MANIFEST)
    for n in range(entities):
        (folder / f"rules/thing-{n}.yaml").write_text(RULE.format(n=n))
        files |= schemas(n)
    for name, schema in files.items():
        path = folder / "schemas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"https://example.com/bench/{name}"}
        path.write_text(json.dumps(head | schema, indent=2))
    return folder


def seconds(folder):
    """How long one run takes as a user waits for it, and how long the processor worked for it."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(
        [sys.executable, "-c", "from bridge.cli import main; main()", "lint", "--project", folder],
        capture_output=True, check=False, cwd=ROOT, env=ENVIRONMENT,
    )  # fmt: skip
    taken, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ran.returncode == 0, ran.stdout.decode()[:2000] + ran.stderr.decode()[:2000]
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds=5):
    with tempfile.TemporaryDirectory() as name:
        folders = dict(zip(PROMISED, (ROOT, project(Path(name))), strict=True))
        for what, folder in folders.items():
            seconds(folder)  # the first run compiles
            for title, taken in zip(
                ("waited", "worked"), zip(*(seconds(folder) for _ in range(rounds)), strict=True), strict=True
            ):
                median, least, most = statistics.median(taken), min(taken), max(taken)
                print(f"{what}: {title} {median:.2f} s ({least:.2f} to {most:.2f}); promised {PROMISED[what]} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
