"""From a Lambda event or a message to CloudEvents: opened, resolved, validated, typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.v1.event import CloudEvent

from bridge.cloudevent import from_document
from bridge.core.change import Value
from bridge.core.way import json_path
from bridge.errors import Problem, Where
from bridge.subscriber.claims import Fetch, is_claim, resolved
from bridge.subscriber.envelopes import Enclosed, Message, enclosed, messages
from bridge.subscriber.errors import UnreadableMessage
from bridge.subscriber.models import Model, fitted
from bridge.subscriber.registry import Registry, Source

#: What becomes of data that comes without a CloudEvent around it.
Bare = Literal["refuse", "wrap"]


@dataclass(frozen=True, slots=True)
class Received:
    """One event as a subscriber gets it."""

    event: CloudEvent  #: the SDK's object, its data resolved and its numbers exact
    data: Any  #: the event's data, as the model given for its type makes it, else as it is
    message: str | None  #: the id of the SQS message that it came in

    @property
    def source(self) -> str:
        """The event's source; together with `id` it says which event this is."""
        return self.event.get_source()

    @property
    def id(self) -> str:
        """The event's id: the same however often it comes."""
        return self.event.get_id()

    @property
    def type(self) -> str:
        """The event's type."""
        return self.event.get_type()

    @property
    def subject(self) -> str | None:
        """What the event is about."""
        return self.event.get_subject()

    @property
    def partitionkey(self) -> str | None:
        """Events with the same one are in order among themselves."""
        return _text(self.event.get_extension("partitionkey"))

    @property
    def sequence(self) -> str | None:
        """Sorts as text among the events of a source and partition key."""
        return _text(self.event.get_extension("sequence"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How events are read. Fields as the parameters of `receive`."""

    registry: Registry | None
    models: Mapping[str, Model]
    fetch: Fetch | None
    bare: Bare

    def of(self, message: Message) -> list[Received]:
        """All events of a message, or the error of the first that is not right."""
        return [self._received(each, message) for each in enclosed(message)]

    def _received(self, found: Enclosed, message: Message) -> Received:
        event = _cloudevent(_wrapped(found, self.bare) if found.bare else found.document, found.where)
        where = Where(record=event.get_id())
        if is_claim(event):
            event = resolved(event, self.fetch, where)
        if self.registry is not None and not found.bare:  # bare data names no schema
            self.registry.check(event, where)
        model = self.models.get(event.get_type())
        data = event.get_data()
        return Received(event, data if model is None else fitted(model, data, where), message.id)


def receive(
    event: object,
    *,
    schemas: Source | None = None,
    models: Mapping[str, Model] | None = None,
    fetch: Fetch | None = None,
    bare: Bare = "refuse",
) -> list[Received]:
    """The CloudEvents inside any Lambda event or message, in its order.

    `event` may be what Lambda hands over from SQS, SNS, EventBridge (either kind of bus, one event or an array) or
    a pipe; boto3's answer to `receive_message`, or one of its messages; a message's body as text or bytes; a
    CloudEvent or a batch of them. They may lie inside one another, as SNS delivers to SQS.
    Numbers are int or Decimal. Text keeps every digit; of what Lambda has parsed already, the float's shortest.
    Of a name that an object has twice the last counts: Lambda parses so too before we see anything, and one event
    must not be two things by the way that it came. What is validated is what is handed over.

    `schemas` is a folder, a `Registry` or compiled `Schemas`: data is validated against the schema that the event
    names by `dataschema`, tolerantly: what the schema does not declare may be there.
    `models` says by type what the data becomes: a pydantic model, a dataclass, or anything that takes it.
    `fetch` gives the bytes that a `dataref` names; without it, S3 is asked for `s3://bucket/key`.
    `bare` says what becomes of an EventBridge detail that is no CloudEvent: refused, or wrapped into one whose id is
    EventBridge's own, which is new with every publishing and so recognises no repetition of it.

    Raises `UnreadableMessage`, `InvalidData`, `LostClaim` for the first event that is not right, `NotNow` where the
    data of one cannot be fetched for now. Of a batch, `consume` keeps the good ones.
    """
    reading = reading_of(schemas, models, fetch, bare)
    return [received for message in messages(event) for received in reading.of(message)]


def reading_of(schemas: Source | None, models: Mapping[str, Model] | None, fetch: Fetch | None, bare: Bare) -> Reading:
    """The options as one value, the registry read."""
    return Reading(None if schemas is None else Registry.of(schemas), models or {}, fetch, bare)


def _wrapped(found: Enclosed, bare: Bare) -> Mapping[str, Value]:
    if bare != "wrap":
        what = "the detail is bare data without a CloudEvent around it"
        fix = "subscribe to a target that sends the whole event, or take it as it is: bare='wrap'"
        raise UnreadableMessage(Problem(found.where, "U002", what, fix))
    names = {"id": "id", "source": "source", "type": "detail-type", "time": "time", "data": "detail"}
    return {"specversion": "1.0"} | {name: found.document.get(theirs) for name, theirs in names.items()}


def _cloudevent(document: Mapping[str, Value], where: Where) -> CloudEvent:
    if "data" in document and "data_base64" in document:  # JSON format, section 3.1.1: one or the other
        raise UnreadableMessage(_wrong("data_base64", where))
    try:
        return from_document(document)
    except CloudEventValidationError as error:
        raise UnreadableMessage(*(_wrong(name, where) for name in error.errors)) from None


def _wrong(name: str, where: Where) -> Problem:
    place = Where(record=where.record, path=json_path((None, name), where.path))
    what = "this attribute is missing, or not what CloudEvents 1.0 allows"
    return Problem(place, "U003", what, "let the publisher send CloudEvents 1.0 in structured JSON")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
