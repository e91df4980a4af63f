"""A lean client for the JSON services of the hot path: the calls of boto3's, at a fifth to a tenth of the CPU.

Takes what boto3's client takes and gives what it gives, without checking arguments, walking a model or calling
hooks. A test holds both against each other over the same wire.
"""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson

from bridge.aws.connection import Answer, Connection
from bridge.aws.failure import ErrorAnswer
from bridge.aws.route import Credentials, Route
from bridge.aws.signing import signed
from bridge.aws.trust import trust

#: What urllib3 asks for in boto3's name; and who asks.
_MANNERS = (("accept-encoding", "identity"), ("user-agent", "changebridge"))


@dataclass(frozen=True, slots=True)
class Line:
    """The way to one service, and the connections that rest on it. Safe to share between threads."""

    route: Route
    credentials: Callable[[], Credentials]
    environ: Mapping[str, str] = field(repr=False)
    _resting: list[Connection] = field(default_factory=list, repr=False)

    def client(self, seconds: float) -> "LeanClient":
        """A client whose calls end within `seconds`."""
        return LeanClient(self, seconds)

    def call(self, operation: str, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer. Raises `Unanswered` and `ErrorAnswer`."""
        until = time.monotonic() + seconds
        body = orjson.dumps(request, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
        data = self._written(operation, body)
        connection = self._connection(until)
        answer = connection.exchange(data, until)
        if connection.reusable:
            self._resting.append(connection)
        else:
            connection.drop()
        return _read(answer)

    def _connection(self, until: float) -> Connection:
        while self._resting:
            try:
                connection = self._resting.pop()
            except IndexError:  # another thread took it
                break
            if connection.is_fit():
                return connection
            connection.drop()
        route = self.route
        return Connection(route.host, route.port, trust(route.bundle) if route.secure else None, until)

    def _written(self, operation: str, body: bytes) -> bytes:
        """The request as it goes over the wire, signed."""
        route = self.route
        headers = [
            ("host", route.authority),
            ("x-amz-target", f"{route.service.target}.{operation}"),
            ("content-type", f"application/x-amz-json-{route.service.version}"),
        ]
        headers = signed("/", headers, body, self.credentials(), route.scope)
        headers += (("content-length", str(len(body))), *_MANNERS, *self._trace())
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"POST / HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body

    def _trace(self) -> tuple[tuple[str, str], ...]:
        """By this Lambda tells a function that calls itself in circles (botocore, `add_recursion_detection_header`)."""
        trace = self.environ.get("_X_AMZN_TRACE_ID")
        if not trace or "AWS_LAMBDA_FUNCTION_NAME" not in self.environ:
            return ()
        return (("x-amzn-trace-id", quote(trace, safe="-=;:+&[]{}\"',")),)


@dataclass(frozen=True, slots=True)
class LeanClient:
    """What stands for boto3's client: its operations are those of the service, by boto3's names."""

    line: Line
    seconds: float  #: that a call may take as a whole

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        operation = "".join(word.title() for word in name.split("_"))
        return lambda **request: self.line.call(operation, request, self.seconds)


def _plain(value: object) -> object:
    """Binary as base64, times as seconds since the epoch."""
    if isinstance(value, datetime):
        return value.timestamp() if value.microsecond else int(value.timestamp())
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise TypeError


def _read(answer: Answer) -> dict[str, Any]:
    try:
        told = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        told = {"message": answer.body.decode(errors="replace")} if answer.status >= 300 else {}
    said = told if isinstance(told, dict) else {}
    if answer.status >= 300:
        raise ErrorAnswer(_code(answer, said), answer.status, said.get("message", said.get("Message", "")))
    return _with_binary(said) if b'"B' in answer.body else said


def _code(answer: Answer, said: Mapping[str, Any]) -> str:
    """As botocore's JSON parser reads it."""
    code = str(said.get("__type") or answer.status).split(":")[0].rpartition("#")[2]
    older = answer.headers.get("x-amzn-query-error", "").split(";")
    return older[0] if len(older) == 2 and older[0] else code


def _with_binary(value: Any) -> Any:
    """The same, DynamoDB's binary values decoded: only under their names, `B` and `BS`, stands text."""
    if isinstance(value, list):
        return [_with_binary(each) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("B"), str):
        return {"B": base64.b64decode(value["B"])}
    if isinstance(value.get("BS"), list) and all(isinstance(each, str) for each in value["BS"]):
        return {"BS": [base64.b64decode(each) for each in value["BS"]]}
    return {name: _with_binary(each) for name, each in value.items()}
