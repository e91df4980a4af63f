"""The CloudEvents SDK's object model at the public edge."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cloudevents.core.exceptions import CloudEventValidationError, InvalidAttributeValueError
from cloudevents.core.v1.event import CloudEvent

from bridge.core.change import Value
from bridge.core.wire import read_json


def to_cloudevent(body: bytes) -> CloudEvent:
    """The SDK's object of a structured JSON event, its numbers exact: int and Decimal, never float.

    Raises `UndecodableRecord` where it is not JSON, and the SDK's `CloudEventValidationError` where it is no event.
    """
    document = read_json(body)
    if not isinstance(document, dict):
        raise _invalid("specversion", "not an object")
    return from_document(document)


def from_document(document: Mapping[str, Value]) -> CloudEvent:
    """The SDK's object of an event's JSON, already read. Null is as good as absent (CloudEvents JSON format, §2.2).

    Raises the SDK's `CloudEventValidationError`.
    """
    # A fresh dict, since the SDK keeps it and writes into it; and with an id and a version, since it would invent them.
    attributes: dict[str, Any] = {"id": None, "specversion": None} | {
        name: value for name, value in document.items() if value is not None
    }
    data = _data(attributes.pop("data", None), attributes.pop("data_base64", None))
    if "time" in attributes:
        attributes["time"] = _time(attributes["time"])
        return CloudEvent(attributes, data)
    event = CloudEvent(attributes, data)
    event.get_attributes().pop("time", None)  # the SDK invents one, too
    return event


def _data(data: Any, encoded: Any) -> Any:
    if encoded is None:
        return data
    try:
        return base64.b64decode(encoded, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise _invalid("data_base64", "not Base64") from None


def _time(value: Any) -> Any:
    """RFC 3339 allows a small `t` and `z`; Python does not."""
    try:
        return datetime.fromisoformat(value.upper())
    except (AttributeError, ValueError):
        raise _invalid("time", "not an RFC 3339 time") from None


def _invalid(name: str, why: str) -> CloudEventValidationError:
    return CloudEventValidationError({name: [InvalidAttributeValueError(name, f"Attribute '{name}' is {why}")]})
