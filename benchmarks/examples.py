"""How long `changebridge test` takes on a large project: 300 events in 75 rule files, 300 schemas, 1,000 examples.

    python benchmarks/examples.py

Prints the median of five runs, each a process of its own, start-up included; and of `--coverage` and `--mutate`.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ENTITIES, EVENTS, EXAMPLES, RUNS = 75, 4, 1000, 5
RUN = "from bridge.cli import main; main()"
MANIFEST = """\
project: large
rules: rules
schemas: schemas
targets:
  bus: {eventbridge: {bus: large}}
  feed: {sns: {topic: "arn:aws:sns:eu-west-1:111122223333:feed"}}
ledger:
  dynamodb: {table: ledger}
quarantine:
  s3: {bucket: quarantine}
"""
ENTITY = """\
entity: thing-{entity}
source: /large/things
when: {{table: [large], keys: {{pk: [{{prefix: "THING{entity}#"}}], sk: [META]}}}}
let:
  currency: ${{default(item.currency, 'EUR')}}
subject: ${{item.id}}
to: [bus]
extensions: {{correlationid?: "${{item.correlationId}}"}}
events:
"""
EVENT = """\
  event-{event}:
    type: com.example.large.thing-{entity}.event-{event}.v1
    schema: thing-{entity}/event-{event}.v1.json
    when: {{change: [insert, modify], new: {{status: [S{event}], total: [{{numeric: [">=", 0]}}]}}}}
    if: ${{new.total < `1000000`}}
    to: [bus, feed]
    data:
      id: ${{new.id}}
      total: {{amount: "${{new.total}}", currency: "${{currency}}"}}
      label: thing ${{new.id}} of ${{new.owner.name}}
      coupon?: ${{new.coupon}}
      lines:
        - $each: ${{new.lines}}
          sku: ${{it.sku}}
          quantity: ${{it.quantity}}
          note?: ${{it.note}}
    examples:
"""
SAYS = """\
      - name: thing {number} is announced
        given:
          change: insert
          keys: {{pk: "THING{entity}#{number}", sk: META}}
          new:
            id: T{number}
            status: S{event}
            total: {number}.50
            owner: {{name: Ada}}
            lines: [{{sku: A, quantity: 2}}, {{sku: B, quantity: 1, note: gift}}]
        says:
          subject: T{number}
          data:
            id: T{number}
            total: {{amount: {number}.50, currency: EUR}}
            label: thing T{number} of Ada
            lines: [{{sku: A, quantity: 2}}, {{sku: B, quantity: 1, note: gift}}]
"""
SILENT = """\
      - name: thing {number} is not
        given:
          change: insert
          keys: {{pk: "THING{entity}#{number}", sk: META}}
          new: {{id: T{number}, status: OTHER}}
        silent: true
"""


def schema(entity: int, event: int) -> dict:
    """An event's schema, of the usual size."""
    line = {
        "type": "object",
        "required": ["sku", "quantity"],
        "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}, "note": {"type": "string"}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://example.com/thing-{entity}/event-{event}.v1.json",
        "type": "object",
        "required": ["id", "total", "lines"],
        "properties": {
            "id": {"type": "string"},
            "total": {
                "type": "object",
                "required": ["amount", "currency"],
                "properties": {"amount": {"type": "number"}, "currency": {"enum": ["EUR", "GBP"]}},
            },
            "label": {"type": "string"},
            "coupon": {"type": "string"},
            "lines": {"type": "array", "items": line},
        },
    }


def build(folder: Path) -> None:
    """The large project."""
    (folder / "rules").mkdir()
    (folder / "bridge.yaml").write_text(MANIFEST)
    events = [(entity, event) for entity in range(ENTITIES) for event in range(EVENTS)]
    examples = {pair: [] for pair in events}
    for number in range(EXAMPLES):
        pair = events[number % len(events)]
        template = SILENT if number >= 2 * len(events) else SAYS
        examples[pair].append(template.format(entity=pair[0], event=pair[1], number=number))
    for entity in range(ENTITIES):
        folder_of_schemas = folder / "schemas" / f"thing-{entity}"
        folder_of_schemas.mkdir(parents=True)
        text = ENTITY.format(entity=entity)
        for event in range(EVENTS):
            (folder_of_schemas / f"event-{event}.v1.json").write_text(json.dumps(schema(entity, event)))
            text += EVENT.format(entity=entity, event=event) + "".join(examples[entity, event])
        (folder / "rules" / f"thing-{entity}.yaml").write_text(text)


def seconds(folder: Path, *options: str) -> float:
    """The median of `RUNS` runs."""
    command = [sys.executable, "-c", RUN, "test", "--project", str(folder), *options]
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=True)
        taken.append(time.perf_counter() - start)
        assert done.stderr == f"{EXAMPLES} examples, 0 failed\n".encode(), done.stderr
    return statistics.median(taken)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        build(Path(name))
        print(f"{ENTITIES * EVENTS} events, as many schemas, {EXAMPLES} examples; median of {RUNS} runs")
        for options in ((), ("--coverage",), ("--mutate",)):
            print(f"  test {' '.join(options):<12} {seconds(Path(name), *options):6.2f} s")


if __name__ == "__main__":
    main()
