"""A loopback proxy in front of the embedded AWS, whose topic throttles whichever messages the test chooses.

ministack throttles nothing. So each `PublishBatch` is cut in two here: what is to be throttled is answered as SNS
answers it, entry by entry, and the rest is forwarded and really published.
"""

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

_ENTRY = re.compile(r"PublishBatchRequestEntries\.member\.(\d+)\.(.+)")
_THROTTLED = (
    "<member><Id>{}</Id><Code>Throttled</Code><Message>Rate exceeded</Message><SenderFault>false</SenderFault></member>"
)
_EMPTY = (
    '<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>'
    "<Successful></Successful><Failed></Failed></PublishBatchResult></PublishBatchResponse>"
)


@dataclass
class Throttle:
    """Which messages are throttled, by their deduplication ids, and what was asked to be published, throttled or not."""

    ids: set[str] = field(default_factory=set)
    asked: list[list[str]] = field(default_factory=list)  #: the deduplication ids of each call
    url: str = ""

    def split(self, form: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[str]]:
        """The form without the throttled entries, renumbered, and the Ids of those."""
        entries: dict[str, dict[str, str]] = {}
        rest = []
        for name, value in form:
            match = _ENTRY.fullmatch(name)
            if match:
                entries.setdefault(match[1], {})[match[2]] = value
            else:
                rest.append((name, value))
        if entries:
            self.asked.append([entry["MessageDeduplicationId"] for entry in entries.values()])
        throttled = [entry["Id"] for entry in entries.values() if entry["MessageDeduplicationId"] in self.ids]
        kept = [entry for entry in entries.values() if entry["Id"] not in throttled]
        for index, entry in enumerate(kept, start=1):
            rest += [(f"PublishBatchRequestEntries.member.{index}.{name}", value) for name, value in entry.items()]
        return rest if kept or not entries else [], throttled


@contextmanager
def throttling(endpoint: str) -> Iterator[Throttle]:
    """A proxy to this endpoint while within."""
    throttle, upstream = Throttle(), urlsplit(endpoint)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            form, throttled = throttle.split(parse_qsl(body.decode(), keep_blank_values=True))
            status, answer = self._forward(urlencode(form)) if form else (200, _EMPTY)
            answer = _fail(answer, throttled)
            self.send_response(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(answer.encode())))
            self.end_headers()
            self.wfile.write(answer.encode())

        def _forward(self, body: str) -> tuple[int, str]:
            connection = http.client.HTTPConnection(upstream.netloc, timeout=10)
            kept = {name: self.headers[name] for name in ("Content-Type", "Authorization", "X-Amz-Date")}
            try:
                connection.request("POST", self.path, body.encode(), kept)
                response = connection.getresponse()
                return response.status, response.read().decode()
            finally:
                connection.close()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    throttle.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield throttle
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _fail(answer: str, ids: list[str]) -> str:
    failed = "".join(_THROTTLED.format(each) for each in ids)
    if "<Failed>" in answer:
        return answer.replace("<Failed>", f"<Failed>{failed}", 1)
    return re.sub(r"<Failed\s*/>|(?=</PublishBatchResult>)", f"<Failed>{failed}</Failed>", answer, count=1)
