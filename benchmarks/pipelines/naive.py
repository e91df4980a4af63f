"""What people write: Powertools' BatchProcessor and Idempotency, `jsonschema`, the CloudEvents SDK, and boto3.

As their documentation teaches it; `ENTRIES` events a call of PutEvents. With more than one, the events are sent when
all records were handled: the usual way, although a record is then remembered before its event has left.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from benchmarks import shop

SCHEMAS = Path(__file__).parents[1] / "project" / "schemas"
ENTRIES = int(os.environ.get("ENTRIES", "1"))

documents = [json.loads(path.read_text()) for path in SCHEMAS.rglob("*.json")]
registry = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in documents)
validators = {
    entity: Draft202012Validator(
        json.loads((SCHEMAS / entity / "saved.v1.json").read_text()),
        registry=registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    for entity in shop.SAYS
}
form = JSONFormat()
bus = boto3.client("events")
processor = BatchProcessor(event_type=EventType.DynamoDBStreams)
config = IdempotencyConfig(event_key_jmespath="eventID")
persistence = DynamoDBPersistenceLayer(table_name="idempotency")
pending = []


@idempotent_function(data_keyword_argument="record", config=config, persistence_store=persistence)
def record_handler(record):
    pending.append(entry(record))
    if ENTRIES == 1:
        flush()


def entry(record):
    body = record.dynamodb
    entity, subject, data = shop.say(record.event_name.name, body.new_image, body.old_image)
    validators[entity].validate(data)
    attributes = {
        "id": f"{record.event_id}/{entity}.saved",
        "source": f"/shop/{entity}s",
        "type": f"com.example.shop.{entity}.saved.v1",
        "subject": subject,
        "time": datetime.fromtimestamp(body.approximate_creation_date_time, UTC),
        "datacontenttype": "application/json",
    }
    detail = form.write(CloudEvent(attributes, data)).decode()
    source, kind = attributes["source"], attributes["type"]
    return {"EventBusName": "domain", "Source": source, "DetailType": kind, "Detail": detail}


def flush():
    while pending:
        answer = bus.put_events(Entries=pending[:ENTRIES])
        del pending[:ENTRIES]
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"{answer['FailedEntryCount']} entries failed")


def handle(event, context):
    config.register_lambda_context(context)
    pending.clear()
    answer = process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
    flush()
    return answer
