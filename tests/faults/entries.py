"""What an entry says of its event beside the event itself: it must be what the event says."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any


def misfits_of_bus(entry: Mapping[str, Any]) -> Iterator[str]:
    """Of an entry of PutEvents."""
    event = json.loads(entry["Detail"])
    time = datetime.fromisoformat(event["time"]).timestamp()
    wanted = {"EventBusName": "simulated", "Source": event["source"], "DetailType": event["type"]}
    yield from (f"{name} of an entry is another" for name, value in wanted.items() if entry.get(name) != value)
    if entry.get("Time") != time or not entry.get("Resources"):
        yield "an entry does not tell when, or of which stream"


def misfits_of_topic(asked: Mapping[str, str], prefix: str) -> Iterator[str]:
    """Of an entry of PublishBatch, whose fields begin so."""
    event = json.loads(asked[f"{prefix}Message"])
    wanted = {"MessageGroupId": event["partitionkey"], "MessageDeduplicationId": event["id"]}
    yield from (
        f"{name} of a message is another" for name, value in wanted.items() if asked.get(prefix + name) != value
    )
    if asked.get(f"{prefix}MessageAttributes.entry.1.Value.StringValue") != event["type"]:
        yield "the first attribute of a message is not its type"
