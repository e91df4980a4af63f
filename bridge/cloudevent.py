"""The CloudEvents SDK's object model at the public edge."""

from datetime import datetime
from typing import Any

from cloudevents.core.v1.event import CloudEvent

from bridge.core.wire import read_json


def to_cloudevent(body: bytes) -> CloudEvent:
    """The SDK's object of a structured JSON event, its numbers exact: int and Decimal, never float.

    Raises `UndecodableRecord` where it is not JSON, and the SDK's `CloudEventValidationError` where it is no event.
    """
    attributes: dict[str, Any] = read_json(body)  # a fresh dict: the SDK keeps it, and writes into it
    data = attributes.pop("data", None)
    if "time" in attributes:
        attributes["time"] = datetime.fromisoformat(attributes["time"])
    return CloudEvent(attributes, data)
