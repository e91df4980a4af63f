"""A loopback HTTP server in AWS's place that answers by script: throttles, dies, stalls, talks nonsense.

Each connection takes the next line of the script; the last one repeats. Bounded: it serves daemon threads and
is closed by its fixture.
"""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_RST = struct.pack("ii", 1, 0)  # SO_LINGER for 0 s: closing sends a reset


@dataclass
class Server:
    script: list["Fault"]
    requests: list[bytes] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    open: list[socket.socket] = field(default_factory=list)

    @property
    def connections(self) -> int:
        """How many there were."""
        return len(self.open)

    url: str = ""

    def next(self) -> "Fault":
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


Fault = Callable[[Server, socket.socket], None]


def answer(
    status: int, body: bytes | dict = b"", content_type: str = "application/x-amz-json-1.1", **headers: str
) -> Fault:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Type": content_type, "Content-Length": str(len(data)), "Connection": "close"} | headers
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    head = f"HTTP/1.1 {status} Said\r\n{lines}\r\n"

    def fault(server: Server, connection: socket.socket) -> None:
        server.requests.append(_request(connection))
        connection.sendall(head.encode() + data)

    return fault


def raw(*data: bytes, then: Fault | None = None) -> Fault:
    """Each of these for a request of its own, on one connection, as it stands. Then it hangs up, or does what is said."""

    def fault(server: Server, connection: socket.socket) -> None:
        for each in data:
            server.requests.append(_request(connection))
            connection.sendall(each)
        if then:
            then(server, connection)

    return fault


def wait(server: Server, _connection: socket.socket) -> None:
    """Keep the connection open and say nothing until the test is over."""
    server.closing.wait(10)


def error(status: int, code: str, message: str = "") -> Fault:
    """An error as JSON services say it, and DynamoDB and EventBridge with them."""
    return answer(status, {"__type": f"com.amazonaws#{code}", "message": message})


def error_xml(status: int, code: str, message: str = "") -> Fault:
    """An error as SNS says it."""
    body = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    return answer(status, body.encode(), "text/xml")


def reset_before(server: Server, connection: socket.socket) -> None:
    """The connection is reset before anything of the request is read."""
    server.requests.append(b"")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)


def reset_after(server: Server, connection: socket.socket) -> None:
    """The request is taken whole, and its answer is lost."""
    server.requests.append(_request(connection))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)


def cut_short(server: Server, connection: socket.socket) -> None:
    """An answer that ends in the middle of its body."""
    server.requests.append(_request(connection))
    connection.sendall(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 900\r\n\r\n{"Ent'
    )


def stall(server: Server, connection: socket.socket) -> None:
    """The request is taken, and nothing is said until the test is over."""
    server.requests.append(_request(connection))
    server.closing.wait(10)


def drip(server: Server, connection: socket.socket) -> None:
    """An answer that comes byte by byte, each before any timeout of a single read."""
    server.requests.append(_request(connection))
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: " + b"x" * 200:
        connection.sendall(bytes([byte]))
        if server.closing.wait(0.05):
            break


def endless(head: bytes, part: bytes) -> Fault:
    """An answer that begins so, and goes on so for ever, as fast as it is read."""

    def fault(server: Server, connection: socket.socket) -> None:
        server.requests.append(_request(connection))
        connection.sendall(head)
        while not server.closing.is_set():
            connection.sendall(part)

    return fault


def _request(connection: socket.socket) -> bytes:
    connection.settimeout(5)
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536) or _gone()
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65536) or _gone()
    return head + b"\r\n\r\n" + body


def _gone() -> bytes:
    raise ConnectionError


@contextlib.contextmanager
def serve(*script: Fault) -> Iterator[Server]:
    """The server, listening on a free port of 127.0.0.1 until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(list(script), url=f"http://127.0.0.1:{listener.getsockname()[1]}")
    threads = [threading.Thread(target=_accept, args=(server, listener), daemon=True)]
    threads[0].start()
    try:
        yield server
    finally:
        server.closing.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in server.open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        threads[0].join(5)


def _accept(server: Server, listener: socket.socket) -> None:
    served = []
    while not server.closing.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        server.open.append(connection)
        served.append(threading.Thread(target=_serve, args=(server, connection), daemon=True))
        served[-1].start()
    for thread in served:
        thread.join(5)


def _serve(server: Server, connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        server.next()(server, connection)
