"""The subscribers at work: they read their queues, check what they get, and note when it came.

Most read each message with the CloudEvents SDK and validate its data with `jsonschema`: what a subscriber in Python
would use, and neither is what the bridge itself validates with. One is a Lambda function's handler that takes the
message as SQS delivers it, and opens it with `bridge.subscriber`.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from bridge.local.deployment import Deployment
from bridge.local.story import Form, Subscriber
from bridge.subscriber import MessageRefused, receive

#: Seconds between two looks at the queues: the resolution of every latency that is shown.
_PAUSE = 0.01

#: What is wrong with an event's data by the schema it names; empty when nothing is.
Validate = Callable[[str | None, Any], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Opinions:
    """What subscribers make of what they get."""

    validate: Validate
    function: Callable[[Mapping[str, Any]], Mapping[str, Any]]  #: from an SQS event to the batch item failures


class Due(NamedTuple):
    """One arrival as it was expected, or as it came: who, the event's type, and what it is about."""

    subscriber: str
    type: str
    subject: str | None  #: None for bare data, which does not say


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as a subscriber got it."""

    due: Due
    at: float  #: `time.monotonic()` when the subscriber had it
    attributes: Mapping[str, Any]  #: the CloudEvent's; empty for bare data
    data: Any  #: the event's data, as JSON values
    faults: tuple[str, ...]  #: what the subscriber finds wrong with it

    @property
    def id(self) -> str | None:
        """The event's id; None for bare data, which has none."""
        return self.attributes.get("id")


@dataclass(frozen=True, slots=True)
class Listeners:
    """All that has arrived so far, in order of arrival."""

    arrivals: list[Arrival] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, due: Counter[Due], since: int, seconds: float) -> Sequence[Arrival]:
        """What came from arrival number `since` on, as soon as everything due is there, or after so many seconds."""
        with self._news:
            self._news.wait_for(lambda: due <= Counter(arrival.due for arrival in self.arrivals[since:]), seconds)
            return tuple(self.arrivals[since:])

    def note(self, arrival: Arrival) -> None:
        """One more has come."""
        with self._news:
            self.arrivals.append(arrival)
            self._news.notify_all()


@contextmanager
def listening(shop: Deployment, subscribers: Sequence[Subscriber], opinions: Opinions) -> Iterator[Listeners]:
    """Let the subscribers read their queues while within."""
    listeners = Listeners()
    closed = threading.Event()
    thread = threading.Thread(target=_listen, args=(shop, subscribers, opinions, listeners, closed), daemon=True)
    thread.start()
    try:
        yield listeners
    finally:
        closed.set()
        thread.join()


def _listen(
    shop: Deployment,
    subscribers: Sequence[Subscriber],
    opinions: Opinions,
    listeners: Listeners,
    closed: threading.Event,
) -> None:
    queues = shop.cloud.client("sqs")
    while not closed.wait(_PAUSE):
        with suppress(BotoCoreError, ClientError):  # ministack is stopping; else it is asked again
            taken = [(subscriber, _take(queues, shop.queues[subscriber.name])) for subscriber in subscribers]
            for subscriber, (messages, at) in taken:
                for message in messages:
                    listeners.note(_heard(subscriber, message, at, opinions))
                    queues.delete_message(QueueUrl=shop.queues[subscriber.name], ReceiptHandle=message["ReceiptHandle"])


def _take(queues: Any, url: str) -> tuple[list[dict[str, Any]], float]:
    """A short poll: ministack's long poll looks only every tenth of a second, which would hide the latency."""
    messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return messages, time.monotonic()


def _heard(subscriber: Subscriber, message: Mapping[str, str], at: float, opinions: Opinions) -> Arrival:
    if subscriber.form == "function":
        return _handled(subscriber, message, at, opinions)
    return _read(subscriber, message["Body"], at, opinions.validate)


def _handled(subscriber: Subscriber, message: Mapping[str, str], at: float, opinions: Opinions) -> Arrival:
    """The message as Lambda hands it to a function, and whether that took it."""
    record = {"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"}
    answer = opinions.function({"Records": [record]})
    faults = ("its function did not take it",) if answer["batchItemFailures"] else ()
    try:
        (received,) = receive(record)
    except MessageRefused as refused:
        return Arrival(Due(subscriber.name, "unreadable", None), at, {}, message["Body"], (str(refused),))
    event = received.event
    due = Due(subscriber.name, received.type, received.subject)
    return Arrival(due, at, event.get_attributes(), event.get_data(), faults)


def _read(subscriber: Subscriber, body: str, at: float, validate: Validate) -> Arrival:
    if subscriber.form == "data":
        envelope = json.loads(body)
        return Arrival(Due(subscriber.name, envelope["detail-type"], None), at, {}, envelope["detail"], ())
    try:
        event = JSONFormat().read(CloudEvent, _cloud_event(subscriber.form, body))
    except Exception as fault:  # noqa: BLE001 - whatever the SDK makes of it is the subscriber's finding
        return Arrival(Due(subscriber.name, "unreadable", None), at, {}, body, (f"{type(fault).__name__}: {fault}",))
    due, data = Due(subscriber.name, event.get_type(), event.get_subject()), event.get_data()
    return Arrival(due, at, event.get_attributes(), data, tuple(validate(event.get_dataschema(), data)))


def _cloud_event(form: Form, body: str) -> str:
    return json.dumps(json.loads(body)["detail"]) if form == "envelope" else body
