"""The CloudEvents SDK's object model at the public edge."""

from datetime import datetime
from typing import Any

from cloudevents.core.v1.event import CloudEvent

from bridge.core.wire import read_json


def to_cloudevent(body: bytes) -> CloudEvent:
    """The SDK's object of a structured JSON event, its numbers exact: int and Decimal, never float.

    Raises `UndecodableRecord` where it is not JSON, and the SDK's `CloudEventValidationError` where it is no event.
    """
    # A fresh dict, since the SDK keeps it and writes into it; and with an id, since it would invent one.
    attributes: dict[str, Any] = {"id": None} | read_json(body)
    data = attributes.pop("data", None)
    if "time" in attributes:
        attributes["time"] = datetime.fromisoformat(attributes["time"])
    return CloudEvent(attributes, data)
