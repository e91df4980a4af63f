"""Opens what Lambda, SQS, SNS and EventBridge put around a CloudEvent: one table, each shape told by its names.

No attribute of a CloudEvent has a capital letter or a hyphen, so no envelope can be taken for one.
Shapes: Lambda developer guide (SQS, SNS, EventBridge), SNS developer guide (message and JSON formats), EventBridge
user guide (events; Custom Event Bus: transformers, Lambda target), boto3 (sqs receive_message).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bridge.core.change import Value
from bridge.core.way import json_path
from bridge.core.wire import read_json, to_exact
from bridge.errors import Problem, UndecodableRecord, Where
from bridge.subscriber.errors import UnreadableMessage

#: Envelopes inside one another: SQS, SNS, EventBridge and a batch are four.
LAYERS = 8


@dataclass(frozen=True, slots=True)
class Message:
    """One message of what a function or a poll was given: what succeeds or fails as a whole."""

    id: str | None  #: what a queue is told when it failed; None where nobody asks
    group: str | None  #: its message group, where it came from a FIFO queue
    where: Where
    content: Any  #: not opened yet


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What lay inside: a CloudEvent's JSON, or bare data in an EventBridge envelope."""

    where: Where
    document: Mapping[str, Value]
    bare: bool = False  #: whether `document` is an envelope whose `detail` is no CloudEvent


def messages(event: object) -> list[Message]:
    """The messages of an event. Raises `UnreadableMessage`: D001 to D005 where text is not JSON."""
    whole = _read(event, Where()) if isinstance(event, str | bytes) else event
    for name in ("Records", "Messages"):  # of Lambda; of boto3's receive_message
        if isinstance(whole, dict) and isinstance(whole.get(name), list):
            return [_message(each, f"$.{name}[{index}]") for index, each in enumerate(whole[name])]
    if isinstance(whole, list):
        return [_message(each, f"$[{index}]") for index, each in enumerate(whole)]
    return [_message(whole, "$")]


def enclosed(message: Message) -> Iterator[Enclosed]:
    """Every event inside a message. Raises `UnreadableMessage`: U001 an unknown shape, U004 too many layers, D0xx."""
    try:
        content = to_exact(message.content)
    except UndecodableRecord as error:
        raise UnreadableMessage(*(problem.within(message.where) for problem in error.problems)) from None
    yield from _opened(content, message.where, LAYERS)


def _message(content: Any, path: str) -> Message:
    named = content if isinstance(content, dict) else {}
    identity = next((named[name] for name in ("messageId", "MessageId") if isinstance(named.get(name), str)), None)
    return Message(identity, _group(named), Where(path=path, record=identity or ""), content)


def _group(named: Mapping[str, Any]) -> str | None:
    """The group of a FIFO queue's message. Standard queues have groups too, for fairness and without any order."""
    attributes = named.get("attributes")
    fifo = str(named.get("eventSourceARN", "")).endswith(".fifo")
    return str(attributes.get("MessageGroupId")) if fifo and isinstance(attributes, dict) else None


def _opened(content: Value, where: Where, room: int) -> Iterator[Enclosed]:
    if not room:
        what = f"there are more than {LAYERS} envelopes inside one another"
        raise UnreadableMessage(Problem(where, "U004", what, "send the event with fewer layers around it"))
    if isinstance(content, str):
        yield from _opened(_read(content, where), where, room - 1)
    elif isinstance(content, list):
        for index, each in enumerate(content):
            yield from _opened(each, _within(where, index), room - 1)
    elif isinstance(content, dict):
        yield from _of_object(content, where, room)
    else:
        raise _unknown(where, "this is neither text nor an object nor a list")


def _of_object(content: dict[str, Value], where: Where, room: int) -> Iterator[Enclosed]:
    if "specversion" in content:
        yield Enclosed(where, content)
        return
    inside = next((open_ for names, open_ in _ENVELOPES if all(name in content for name in names)), None)
    if inside is None:
        raise _unknown(where, "this is neither a CloudEvent nor anything that AWS puts around one")
    way, held = inside(content)
    within = _within(where, *way)
    if way == ("detail",) and not (isinstance(held, dict) and "specversion" in held):
        yield Enclosed(where, content, bare=True)
    else:
        yield from _opened(held, within, room - 1)


#: The way to what an envelope holds, and that.
_Held = tuple[tuple[str, ...], Value]


def _at(*way: str) -> Callable[[dict[str, Value]], _Held]:
    def held(content: dict[str, Value]) -> _Held:
        value: Value = content
        for step in way:
            value = value.get(step) if isinstance(value, dict) else None
        return way, value

    return held


#: Each envelope by names that it has, and where it holds what is inside.
_ENVELOPES: tuple[tuple[tuple[str, ...], Callable[[dict[str, Value]], _Held]], ...] = (
    (("messageId", "body"), _at("body")),  # a record of SQS, in Lambda or through a pipe
    (("Sns",), _at("Sns", "Message")),  # a record of SNS in Lambda
    (("Type", "TopicArn", "Message"), _at("Message")),  # SNS without raw delivery, in SQS or over HTTP
    (("MessageId", "Body"), _at("Body")),  # boto3's receive_message
    (("Data", "SystemMetadata"), _at("Data")),  # a Custom Event Bus, transformer WITH_METADATA
    (("detail-type", "detail"), _at("detail")),  # an EventBridge event, of either kind of bus
)


def _read(text: str | bytes, where: Where) -> Value:
    try:
        return read_json(text, where)
    except UndecodableRecord as error:
        raise UnreadableMessage(*error.problems) from None


def _within(where: Where, *steps: str | int) -> Where:
    path = where.path or "$"
    for step in steps:
        path = json_path((None, step), path)
    return replace(where, path=path)


def _unknown(where: Where, what: str) -> UnreadableMessage:
    fix = "give what Lambda, SQS, SNS or EventBridge delivered, or a CloudEvent in JSON"
    return UnreadableMessage(Problem(where, "U001", what, fix))
