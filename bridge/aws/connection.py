"""One HTTP/1.1 connection whose every step ends in time, and which is torn down when it is given up.

The AWS Common Runtime and `http.client` would do this too, at two to three times the CPU: the former hands each step to
its own thread and back, the latter reads headers with the parser for mail. Neither can be told when a call must
have ended. So the usual answer, one with a Content-Length, is read here; whatever else by `http.client`.
"""

import contextlib
import re
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping

from bridge.aws.failure import Unanswered
from bridge.frozen import frozen
from bridge.loop import Aside, Ready, run

#: Inside AWS a connection opens within milliseconds; one lost SYN is sent again after 1 s.
CONNECT = 1.5
#: Seconds that a connection may rest before it is given up. A Lambda sandbox that was frozen does not hear that the
#: other side has hung up, and what it then sends may meet silence; a new connection costs 2 ms of CPU.
REST = 30.0
#: Bytes of an answer's head (`http.client` allows 65,536 a line).
HEAD = 65536
#: Bytes of a whole answer: four times the most that one of these services says (16 MB, DynamoDB BatchGetItem).
ANSWER = 64 << 20
#: Reads past its time: what has come when the loop looks late counts, and one that never ends has an end.
LATE = 64
_STATUS = re.compile(rb"HTTP/1\.([01]) (\d{3})(?: [^\r\n]*)?\r\n")
#: SO_LINGER of 0 s: closing drops what the kernel has not sent yet, where it would send it from a thawed sandbox.
_DROP = struct.pack("ii", 1, 0)


class Untrusted(Unanswered):
    """The host's certificate is signed by nobody who is trusted."""

    def __init__(self) -> None:
        super().__init__("SSLError")


@frozen
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]  #: names in small letters; of one that is repeated, the last
    body: bytes


def connected(host: str, port: int, context: ssl.SSLContext | None, until: float) -> "Connection":
    """A new connection; `context` where it speaks TLS. Raises `Unanswered`."""
    return Connection(_open(host, port, context, until))


class Connection:
    """A connection to a host, closed once it is forgotten."""

    def __init__(self, connected: socket.socket) -> None:
        connected.setblocking(False)
        self._socket = connected
        self._rests: tuple[float, float] | None = None  # by both clocks: either may stand still in a frozen sandbox
        self._taken = self._late = 0  # of the answer: bytes, and reads past its time
        self.reusable = True

    def __del__(self) -> None:
        self._socket.close()

    async def exchange(self, request: bytes, until: float) -> Answer:
        """Send the request and hear its answer before `until` (of `time.monotonic`).

        Raises `Unanswered`, and is closed then.
        """
        self._taken = self._late = 0
        try:
            with contextlib.suppress(BrokenPipeError):  # it may have been refused before it was read whole
                await self._say(request, until)
            answer = await self._hear(until)
        except BaseException as error:
            self.drop()
            raise _told(error) from error
        self._rests = (time.monotonic(), time.time())
        return answer

    def is_fit(self) -> bool:
        """Whether it has not rested too long, and the other side has neither hung up nor said anything since."""
        if not self.reusable or self._rests is None:
            return False
        monotonic, wall = self._rests
        rested = max(time.monotonic() - monotonic, time.time() - wall)
        return rested < REST and not _readable(self._socket)

    def drop(self) -> None:
        """Close it so that nothing more of it is sent."""
        self.reusable = False
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP)
        self._socket.close()

    async def _ready(self, event: int, until: float) -> None:
        if time.monotonic() >= until:  # else an answer that comes byte by byte would have no end
            raise TimeoutError
        await Ready(self._socket.fileno(), event, until)

    async def _say(self, request: bytes, until: float) -> None:
        left = memoryview(request)
        while left:
            try:
                left = left[self._socket.send(left) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                await self._ready(select.POLLOUT, until)
            except ssl.SSLWantReadError:
                await self._ready(select.POLLIN, until)

    async def _hear(self, until: float) -> Answer:
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0 and len(data) < HEAD:
            data += await self._more(until)
        found = _STATUS.match(data)
        if not found or end < 0:
            raise ConnectionError
        headers = _headers(data[found.end() : end])
        length = _length(headers)
        if length is None or found[2].startswith(b"1"):
            return await self._hear_unusual(bytes(data), until)
        body = data[end + 4 :]
        while len(body) < length:
            body += await self._more(until)
        lasting = found[1] == b"1" and "close" not in headers.get("connection", "").lower()
        self.reusable = lasting and len(body) == length
        if not self.reusable:
            self._socket.close()
        return Answer(int(found[2]), headers, bytes(body[:length]))

    async def _hear_unusual(self, heard: bytes, until: float) -> Answer:
        """Chunks, an answer that ends with the connection, or one that something comes before."""
        from bridge.aws.unusual import read_unusual  # noqa: PLC0415 -- http.client is slow to import, and rarely needed

        self.reusable = False
        told = await Aside(lambda: read_unusual(heard, lambda: run(self._heard(until))))
        self._socket.close()
        return Answer(*told)

    async def _more(self, until: float) -> bytes:
        if heard := await self._heard(until):
            return heard
        raise ConnectionError

    async def _heard(self, until: float) -> bytes:
        self._late += time.monotonic() >= until
        if self._late > LATE:
            raise TimeoutError
        while True:
            try:
                heard = self._socket.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                await self._ready(select.POLLIN, until)
            except ssl.SSLWantWriteError:
                await self._ready(select.POLLOUT, until)
            else:
                self._taken += len(heard)
                if self._taken > ANSWER:
                    raise ConnectionError
                return heard


def _length(headers: Mapping[str, str]) -> int | None:
    """Content-Length, where that is what says how long the answer is."""
    length = headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 12 and "transfer-encoding" not in headers else None


def _headers(head: bytearray) -> dict[str, str]:
    lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n"))
    return {name.lower(): value.strip() for name, _, value in lines}


def _open(host: str, port: int, context: ssl.SSLContext | None, until: float) -> socket.socket:
    failure = "EndpointConnectionError"
    for family, kind, protocol, _, address in _addresses(host, port, until):
        plain = socket.socket(family, kind, protocol)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(_bounded(until))
            plain.connect(address)
            plain.settimeout(_bounded(until))
            return context.wrap_socket(plain, server_hostname=_name(host)) if context else plain
        except ssl.SSLCertVerificationError as error:
            plain.close()
            raise Untrusted from error
        except ssl.SSLError as error:
            plain.close()
            raise Unanswered("SSLError") from error
        except TimeoutError:
            failure = "ConnectTimeoutError"
            plain.close()
        except OSError:
            plain.close()
    raise Unanswered(failure)


def _bounded(until: float) -> float:
    left = min(CONNECT, until - time.monotonic())
    if left <= 0:
        raise Unanswered("ConnectTimeoutError")
    return left


_Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]]


def _addresses(host: str, port: int, until: float) -> list[_Address]:
    """Where the host is. Looking it up cannot be bounded, so it is left to a thread that may be forgotten."""
    found: list[list[_Address]] = []

    def look_up() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            found.append(socket.getaddrinfo(_name(host), port, type=socket.SOCK_STREAM))  # type: ignore[arg-type]

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(_bounded(until))
    if thread.is_alive():
        raise Unanswered("ConnectTimeoutError")
    return found[0] if found else []


def _name(host: str) -> bytes:
    """As bytes: of text Python would make its own with IDNA, whose tables take 1 ms and half a megabyte."""
    return host.encode("ascii")


def _readable(plain: socket.socket) -> bool:
    poll = select.poll()
    poll.register(plain, select.POLLIN)
    return bool(poll.poll(0))


def _told(error: BaseException) -> BaseException:
    """By botocore's names, which operators know."""
    if isinstance(error, TimeoutError):
        return Unanswered("ReadTimeoutError")
    if isinstance(error, ssl.SSLError):
        return Unanswered("SSLError")
    if isinstance(error, OSError):
        return Unanswered("ConnectionClosedError")
    return error
