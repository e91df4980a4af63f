"""A lean client for the services of the hot path: the calls of boto3's, at an eighth of the CPU.

Takes what boto3's client takes and gives what it gives, without checking arguments, walking a model or calling
hooks. A test holds both against each other over the same wire.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

from bridge.aws import json_protocol
from bridge.aws.connection import Answer, Connection
from bridge.aws.ladder import Ladder
from bridge.aws.route import PlainWay, Route, Service, Way
from bridge.aws.signing import signature
from bridge.aws.trust import opened, trust
from bridge.frozen import frozen
from bridge.loop import Aside

#: What urllib3 asks for in boto3's name; and who asks.
_MANNERS = (("accept-encoding", "identity"), ("user-agent", "changebridge"))

Headers = Sequence[tuple[str, str]]


class Spoken(Protocol):
    """A protocol of AWS's."""

    def headers(self, service: Service, operation: str, /) -> list[tuple[str, str]]:
        """The headers of every call of an operation."""

    def body(self, service: Service, operation: str, request: Mapping[str, Any], /) -> bytes:
        """The body of a call."""

    def read(self, operation: str, answer: Answer, /) -> dict[str, Any]:
        """What was answered. Raises `ErrorAnswer`, and `Unanswered` for what is no answer."""


class Form(NamedTuple):
    """What all requests of an operation have in common over a route."""

    operation: str  #: by AWS's name
    signed: Headers
    lines: str  #: how the request begins


@frozen
class Line:
    """The calls to one service in one Region, and the connections that rest between them. Safe to share."""

    service: Service
    region: str | None
    way: Way
    ladder: Ladder
    environ: Mapping[str, str] = field(repr=False)
    _resting: dict[Route, list[Connection]] = field(default_factory=dict, repr=False)
    _forms: dict[tuple[Route, str], Form] = field(default_factory=dict, repr=False)

    def warm(self) -> None:
        """Read what its TLS trusts, where the route is known before any call."""
        if isinstance(self.way, PlainWay) and (route := self.way.route("", {})).secure:
            trust(route)

    async def call(self, operation: str, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer. Raises `Unanswered`, `ErrorAnswer`, and what botocore raises of Region and credentials."""
        until = time.monotonic() + seconds
        route = self.way.route(operation, request)
        if route is None:
            boto3 = self.ladder.client(self.service.name, seconds, self.region)
            told: dict[str, Any] = await Aside(lambda: getattr(boto3, operation)(**request))
            return told
        data = self._written(route, operation, request)
        resting = self._resting.setdefault(route, [])
        connection = _rested(resting) or await Aside(lambda: opened(route, until))
        answer = await connection.exchange(data, until)
        if connection.reusable:
            resting.append(connection)
        return self._protocol.read(_named(operation), answer)

    @property
    def _protocol(self) -> Spoken:
        if self.service.target:
            return json_protocol
        from bridge.aws import query_protocol  # noqa: PLC0415 -- XML is slow to import, and only SNS speaks it

        return query_protocol

    def _written(self, route: Route, operation: str, request: Mapping[str, Any]) -> bytes:
        """The request as it goes over the wire, signed."""
        form = self._forms.get((route, operation)) or self._form(route, operation)
        body = self._protocol.body(self.service, form.operation, request)
        signs = signature(form.signed, body, self.way.credentials(), route.scope)
        lines = _lines((("content-length", str(len(body))), *signs, *_trace(self.environ)))
        return f"{form.lines}{lines}\r\n".encode("latin-1") + body

    def _form(self, route: Route, operation: str) -> Form:
        name = _named(operation)
        headers = [("host", route.authority), *self._protocol.headers(self.service, name)]
        form = Form(name, headers, f"POST / HTTP/1.1\r\n{_lines((*headers, *_MANNERS))}")
        return self._forms.setdefault((route, operation), form)


def _named(operation: str) -> str:
    """As AWS names what boto3 does."""
    return operation.title().replace("_", "")


def _rested(resting: list[Connection]) -> Connection | None:
    """The one that rested shortest, if it is fit."""
    while resting:
        try:
            connection = resting.pop()
        except IndexError:  # another thread took it
            return None
        if connection.is_fit():
            return connection
        connection.drop()
    return None


def _lines(headers: Headers) -> str:
    return "".join([f"{name}: {value}\r\n" for name, value in headers])


def _trace(environ: Mapping[str, str]) -> Headers:
    """By this Lambda tells a function that calls itself in circles (botocore, `add_recursion_detection_header`)."""
    trace = environ.get("_X_AMZN_TRACE_ID")
    if not trace or "AWS_LAMBDA_FUNCTION_NAME" not in environ:
        return ()
    return (("x-amzn-trace-id", _quoted(trace)),)


@lru_cache(maxsize=1)
def _quoted(trace: str) -> str:
    """It is one of each invocation."""
    return quote(trace, safe="-=;:+&[]{}\"',")
