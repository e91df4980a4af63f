"""moto over HTTP on loopback: what comes over the wire is answered by moto, which else only answers botocore itself."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import BotocoreStubber

SERVICES = {"AWSEvents": "events", "DynamoDB_20120810": "dynamodb", "": "sns"}
_ANSWER = BotocoreStubber()


class Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        service = SERVICES[self.headers.get("X-Amz-Target", "").partition(".")[0]]
        url = f"https://{service}.eu-west-1.amazonaws.com/"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = HTTPHeaders()
        for name, value in self.headers.items():
            headers[name] = value
        status, said_headers, said = _ANSWER.process_request(AWSPreparedRequest("POST", url, headers, body, False))
        said = said if isinstance(said, bytes) else said.encode()
        self.send_response(status)
        for name, value in dict(said_headers).items():
            if name.lower() not in {"content-length", "date", "server"}:
                self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def gateway() -> Iterator[str]:
    """Its URL, while the block lasts. Within `mock_aws`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
