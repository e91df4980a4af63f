"""SNS topics, standard and FIFO: `PublishBatch`. The body is the CloudEvent; attributes serve filter policies."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from bridge.aws import sending
from bridge.aws.clients import Clients, answered
from bridge.aws.failure import NO_ANSWER, Failure, entry_failure
from bridge.core.address import TOPIC, demand
from bridge.core.event import Event
from bridge.core.services import TOPIC_ATTRIBUTES as ATTRIBUTES
from bridge.core.services import TOPIC_ROOM as ROOM
from bridge.errors import Problem
from bridge.frozen import frozen
from bridge.late import late
from bridge.ports import DELIVERED, Clock, Verdict

#: Entries of a call (botocore 1.44.5, sns PublishBatch: "up to 10 messages").
ENTRIES = 10
#: Characters of an attribute's name (the same page). CloudEvents names are of a-z and 0-9, which all are allowed.
ATTRIBUTE_NAME = 256
#: What an attribute's value may hold: text without control characters and without what takes a surrogate pair
#: (the same page).
ATTRIBUTE_VALUE = late("[ -\x7e\xa0-\ud7ff\ue000-\ufffd]+")
#: Numbers that filter policies compare (SNS developer guide, "Filter policy constraints").
NUMBER = 1_000_000_000
#: MessageGroupId and MessageDeduplicationId: up to 128 letters, digits and punctuation of ASCII
#: (botocore 1.44.5, sns PublishBatchRequestEntry).
TOKEN = late("[!-~]{1,128}")

#: Codes by which SNS refuses a message, or a call for what one of its messages says (botocore 1.44.5, sns
#: PublishBatch; "Common errors" of its API reference). Whatever is not listed here, throttling, KMS, permissions
#: and a missing topic above all, is no verdict on the event: it counts as unavailable.
REFUSED_ENTRY = frozenset(
    {
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "ParameterValueInvalid",
        "ValidationError",
        "ValidationException",
        "MessageTooLong",
    }
)
REFUSED_CALL = REFUSED_ENTRY | {"BatchRequestTooLong", "BatchRequestTooLongException", "413", "RequestEntityTooLarge"}


@frozen
class Topic:
    """Implements `ports.Target`. Raises `ProjectInvalid` where `arn` is no topic's."""

    name: str
    arn: str
    clients: Clients
    clock: Clock

    def __post_init__(self) -> None:
        demand(f"target '{self.name}'", "sns", self.arn)

    @property
    def ordered(self) -> bool:
        """FIFO topics keep the order of a message group."""
        return self.arn.endswith(".fifo")

    @property
    def room(self) -> int:
        """The most bytes of a message."""
        return ROOM

    def objection(self, event: Event) -> Problem | None:
        """Why the topic could never carry the event: only its size."""
        size = self.size(event)
        return sending.too_large(self.name, size, ROOM) if size > ROOM else None

    def calls(self, events: Sequence[Event]) -> list[list[Event]]:
        """At most `ENTRIES` and `ROOM` bytes a call, in order."""
        return sending.cut(events, self.size, ENTRIES, ROOM)

    async def publish(self, events: Sequence[Event], seconds: float) -> list[Verdict]:
        """One PublishBatch; several only where it is refused as a whole."""
        return await sending.publish(events, seconds, self.clock, self._send, self._of_call)

    def size(self, event: Event) -> int:
        """Bytes of the message, as AWS counts them: body and attributes with names, types and values."""
        texts = (text for attribute in attributes(event) for text in attribute)
        return len(event.body) + sum(len(text.encode()) for text in texts)

    def _entry(self, index: int, event: Event) -> dict[str, Any]:
        entry = {
            "Id": str(index),
            "Message": event.body.decode(),
            "MessageAttributes": {
                name: {"DataType": kind, "StringValue": value} for name, kind, value in attributes(event)
            },
        }
        fifo = {"MessageGroupId": token(event.partitionkey), "MessageDeduplicationId": token(event.id)}
        return entry | (fifo if self.ordered else {})

    async def _send(self, events: Sequence[Event], seconds: float) -> list[Verdict] | Failure:
        entries = [self._entry(index, event) for index, event in enumerate(events)]
        region = TOPIC.fullmatch(self.arn)["region"]  # type: ignore[index]  # __post_init__ saw it match
        client = partial(self.clients.client, "sns", seconds, region)
        answer = await answered(client, "publish_batch", TopicArn=self.arn, PublishBatchRequestEntries=entries)
        if isinstance(answer, Failure):
            return answer
        said = self._by_id(answer)
        return [said.get(entry["Id"]) or sending.unavailable(self.name, NO_ANSWER) for entry in entries]

    def _by_id(self, answer: dict[str, Any]) -> dict[str, Verdict]:
        successful, failed = (sending.entries(answer, name) for name in ("Successful", "Failed"))
        taken = {str(entry.get("Id")): DELIVERED for entry in successful if entry.get("MessageId")}
        return taken | {str(entry.get("Id")): self._of_entry(entry) for entry in failed}

    def _of_entry(self, entry: dict[str, Any]) -> Verdict:
        codes = REFUSED_ENTRY if entry.get("SenderFault") else frozenset()
        return self._verdict(entry_failure(entry.get("Code"), entry.get("Message")), codes)

    def _of_call(self, failure: Failure) -> Verdict:
        return self._verdict(failure, REFUSED_CALL)

    def _verdict(self, failure: Failure, codes: frozenset[str]) -> Verdict:
        # Where SNS complains of the topic's ARN, it is the project that is wrong, and no event of it.
        blames_event = failure.code in codes and "topicarn" not in failure.message.lower()
        return (sending.refused if blames_event else sending.unavailable)(self.name, failure)


def token(text: str) -> str:
    """The text itself where SNS takes it as an id of a group or of a duplicate, else its SHA-256."""
    return text if TOKEN.fullmatch(text) else hashlib.sha256(text.encode()).hexdigest()


def attributes(event: Event) -> list[tuple[str, str, str]]:
    """(name, data type, value): type, source, subject, then the extensions in the rule's order; ten at most.

    What SNS would refuse as an attribute is left out: it is still in the body.
    """
    named = {"type": event.type, "source": event.source, "subject": event.subject or ""} | dict(event.extensions)
    return list(islice(_allowed(named), ATTRIBUTES))


def _allowed(named: dict[str, str | int | bool]) -> Iterator[tuple[str, str, str]]:
    for name, value in named.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if len(name) <= ATTRIBUTE_NAME and ATTRIBUTE_VALUE.fullmatch(text):
            yield name, _data_type(value), text


def _data_type(value: str | int | bool) -> str:
    number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= NUMBER
    return "Number" if number else "String"
