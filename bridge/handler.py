"""Lambda's entry: one batch in, one answer out."""

from contextlib import nullcontext
from functools import cache
from typing import Any, Protocol

from bridge.errors import BridgeError
from bridge.garbage import swept
from bridge.observe import Observer
from bridge.relay import Bridge, relay
from bridge.report import Response
from bridge.settings import Settings
from bridge.wiring import connect


class Context(Protocol):
    """What we use of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda stops the invocation."""


class BatchFailed(Exception):
    """A bug stopped the batch, and Lambda sends it again. The bug's own message is left out: it may quote an item."""


def handle(event: Any, context: Context) -> Response:
    """Relay a batch of DynamoDB Streams, Kinesis or EventBridge Pipes; the answer names where to resume.

    Raises `BridgeError` where the project cannot be used, the event is none that we know, or no record can be
    named to resume at; `BatchFailed` for a bug.
    """
    with swept(event) if _settings().in_lambda else nullcontext():
        return _handle(event, context)


def _handle(event: Any, context: Context) -> Response:
    observer = _observer()
    try:
        report = relay(event, _bridge(), lambda: context.get_remaining_time_in_millis() / 1000)
    except BridgeError as error:
        observer.failed(error)
        raise
    except Exception as error:  # noqa: BLE001 it is raised again, without what it may quote
        observer.failed(error)
        raise BatchFailed(f"{type(error).__name__}: a bug of the bridge, see the log line 'batch failed'") from None
    try:
        observer.batch(report)
    except Exception as error:  # noqa: BLE001 what is done is not to come again, and again, for what is said of it
        observer.failed(error)
    return report.response


@cache
def _settings() -> Settings:
    return Settings.read()


@cache
def _observer() -> Observer:
    return Observer.start(_settings())


@cache
def _bridge() -> Bridge:
    return connect(_settings().project)


if _settings().in_lambda:  # INIT has a whole CPU, and a project that is wrong fails before it holds a batch
    _bridge(), _observer()
