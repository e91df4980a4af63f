"""An HTTP/1.1 endpoint on 127.0.0.1 in AWS's place, and what goes wrong between it and its clients.

The services (services.py) say what an answer would be; here it is sent, or lost:

| kind | what happens |
|---|---|
| reset-before | the connection is reset, and the service has seen nothing |
| reset-after | the service did it; the connection is reset in place of an answer |
| stall, stall-after | silence, before or after the service did it |
| drip | the service did it; its answer comes byte by byte, and never whole |
| cut | the service did it; its answer ends in the middle |
| 500-after, nonsense-after, empty-after | the service did it, and says something else |
| 500, 503, 413, throttled, denied, expired, skewed, redirect, nonsense, empty, lost, conflict | it did nothing, and says so, or something else |
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

_RST = struct.pack("ii", 1, 0)  # SO_LINGER for 0 s: closing sends a reset
_PAGE = b"<html>all is well</html>"


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]  #: names in small letters
    body: bytes

    @property
    def xml(self) -> bool:
        """Whether the service speaks XML: SNS and S3."""
        return "x-amz-target" not in self.headers


class Answer(NamedTuple):
    status: int
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 -- never changed


#: A service's answer to a request, the acting included.
Serve = Callable[[Request], Answer]


def error(request: Request, status: int, code: str) -> Answer:
    """An error as the service of that request says it."""
    if not request.xml:
        return Answer(status, f'{{"__type":"com.amazonaws#{code}","message":"told so"}}'.encode())
    inner = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>told so</Message></Error>"
    of_s3 = "x-amz-content-sha256" in request.headers and b"Action=" not in request.body
    return Answer(status, (inner if of_s3 else f"<ErrorResponse>{inner}</ErrorResponse>").encode())


#: Kinds that say something else, whether or not the service did it: status and code; "" for a body of another kind.
SAYS = {
    "500": (500, "InternalFailure"),
    "503": (503, "ServiceUnavailable"),
    "413": (413, ""),
    "throttled": (400, "ThrottlingException"),
    "denied": (403, "AccessDenied"),
    "expired": (403, "ExpiredTokenException"),
    "skewed": (403, "RequestTimeTooSkewed"),
    "lost": (400, "ResourceNotFoundException"),
    "conflict": (409, "ConditionalRequestConflict"),
}
_OTHER = {"redirect": Answer(307), "nonsense": Answer(200, _PAGE), "empty": Answer(200)}


def said(request: Request, kind: str) -> Answer:
    """What is said in the answer's place."""
    if kind in _OTHER:
        return _OTHER[kind]
    status, code = SAYS[kind]
    if kind == "lost" and request.xml:
        return error(request, 404, "NoSuchBucket" if "Action=" not in request.body.decode("latin-1") else "NotFound")
    return error(request, status, code) if code else Answer(status)


@dataclass
class Endpoint:
    """One for a process. What it serves, and what goes wrong next, is set before each call."""

    serve: Serve = lambda request: Answer(404)
    kind: str = ""
    url: str = ""
    heard: list[Request] = field(default_factory=list)
    open: int = 0  #: connections
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _tasks: set[asyncio.Task] = field(default_factory=set)

    def start(self) -> "Endpoint":
        """Listen on a free port, in a thread of its own that ends with the process."""
        ready = threading.Event()

        async def listen() -> None:
            server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=1 << 22)
            self.url = "http://{}:{}".format(*server.sockets[0].getsockname())
            ready.set()

        def forever() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.create_task(listen())
            self._loop.run_forever()

        threading.Thread(target=forever, daemon=True, name="endpoint").start()
        assert ready.wait(10)
        return self

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection lasts."""
        head = await reader.readuntil(b"\r\n\r\n")
        kind = self.kind
        if kind == "reset-before":
            return _reset(writer)
        request = _request(head, b"")
        body = await reader.readexactly(int(request.headers.get("content-length", 0)))
        request = request._replace(body=body)
        self.heard.append(request)
        if kind == "stall":
            return await _silence(reader, writer)
        word, _, after = kind.partition("-")
        acts = after == "after" or kind in ("", "drip", "cut", "entries")
        answer = self.serve(request) if acts else said(request, kind)
        if kind == "reset-after":
            return _reset(writer)
        if kind == "stall-after":
            return await _silence(reader, writer)
        if kind == "drip":
            return await _drip(writer)
        if after == "after":
            answer = said(request, word)
        return await _send(writer, request, answer, whole=kind != "cut")


def _request(head: bytes, body: bytes) -> Request:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    named = (line.partition(":") for line in lines)
    return Request(method, path, {name.lower(): value.strip() for name, _, value in named}, body)


def _reset(writer: asyncio.StreamWriter) -> bool:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
    writer.transport.abort()
    return False


async def _silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Until the other side gives up, ten seconds at most."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(reader.read(1), 10)
    return _reset(writer)


async def _drip(writer: asyncio.StreamWriter) -> bool:
    for byte in b"HTTP/1.1 2":
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.04)
    return _reset(writer)


async def _send(writer: asyncio.StreamWriter, request: Request, answer: Answer, *, whole: bool) -> bool:
    kind = "text/xml" if request.xml else "application/x-amz-json-1.1"
    headers = {"Content-Type": kind, **answer.headers, "Content-Length": str(len(answer.body) + (not whole) * 7)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    body = answer.body if whole else answer.body[: len(answer.body) // 2]
    bare = request.method == "HEAD" or answer.status == 204
    writer.write(f"HTTP/1.1 {answer.status} Said\r\n{lines}\r\n".encode() + (b"" if bare else body))
    await writer.drain()
    return whole
