"""Every message of an event through a handler, one by one: a message that fails does not take the others with it."""

import logging
from collections.abc import Callable, Mapping

from bridge.errors import BridgeError
from bridge.subscriber.claims import Fetch
from bridge.subscriber.envelopes import Message, messages
from bridge.subscriber.latest import Latest, is_overtaken
from bridge.subscriber.models import Model
from bridge.subscriber.receiving import Bare, Reading, Received, reading_of
from bridge.subscriber.registry import Source

#: What Lambda makes of it: the messages that come again (event source mapping with ReportBatchItemFailures).
Response = dict[str, list[dict[str, str]]]
Handle = Callable[[Received], object]

_LOG = logging.getLogger("bridge.subscriber")


def consume(  # noqa: PLR0913 -- those of `receive`, and one
    event: object,
    handle: Handle,
    *,
    schemas: Source | None = None,
    models: Mapping[str, Model] | None = None,
    fetch: Fetch | None = None,
    bare: Bare = "refuse",
    latest: Latest | None = None,
) -> Response:
    """Give `handle` every event, and say which messages failed: `{"batchItemFailures": [{"itemIdentifier": id}]}`.

    The other parameters are those of `receive`; with `latest`, events that a newer one has overtaken are dropped.
    A message fails where it cannot be read or where `handle` raises for one of its events, whatever it raises; each
    failure is logged (logger `bridge.subscriber`), ours without a trace and without data. None of a message's events
    is handled where one cannot be read. From a FIFO queue, what follows a failure in its group is not tried and
    reported with it, so that order is kept.

    Messages without an id (SNS and EventBridge invoke Lambda directly) cannot be reported: after all were tried,
    their error is raised, several as an `ExceptionGroup`, and Lambda sends the whole event again.
    """
    reading = reading_of(schemas, models, fetch, bare)
    failed: list[str] = []
    stopped: set[str | None] = set()
    lost: list[Exception] = []
    for message in messages(event):
        error = None if message.group in stopped else _failure(message, reading, handle, latest)
        if error is not None:
            stopped |= {message.group} - {None}
            lost += [] if message.id else [error]
        if message.id and (error is not None or message.group in stopped):
            failed.append(message.id)
    if lost:
        raise lost[0] if len(lost) == 1 else ExceptionGroup("several events were not handled", lost)
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in failed]}


def _failure(message: Message, reading: Reading, handle: Handle, latest: Latest | None) -> Exception | None:
    try:
        for received in reading.of(message):
            if latest is None or not is_overtaken(received, latest):
                handle(received)
    except BridgeError as error:
        _LOG.error("message %s is not taken: %s", message.id or "without id", error)
        return error
    except Exception as error:  # noqa: BLE001 -- whatever a handler raises is this message's failure, and no other's
        _LOG.exception("message %s failed", message.id or "without id")
        return error
    return None
