"""EventBridge's schema registry on loopback, as botocore's model of its API has it: paths, methods, members, errors.

The server knows only the operations that publishing needs. What is sent is held to the model by botocore's own
validator, with the body's names turned into members first; a member that the operation does not have is refused.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.session
from botocore.validate import ParamValidator

OPERATIONS = ("DescribeRegistry", "CreateRegistry", "ListSchemas", "DescribeSchema", "CreateSchema", "UpdateSchema")
PAGE = 4
WHEN = "2026-11-20T09:30:00Z"
MODEL = botocore.session.get_session().get_service_model("schemas")


class Refusal(Exception):
    """An error of the API, by its name in the model."""


@dataclass
class State:
    """What the registries hold, and what was asked for."""

    registries: dict[str, dict[str, list[dict[str, str]]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    down: list[str] = field(default_factory=list)  #: errors that the next calls end with

    def answer(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        return getattr(self, f"_{operation}")(given)

    def _schemas(self, given):
        if given["RegistryName"] not in self.registries:
            raise Refusal("NotFoundException")
        return self.registries[given["RegistryName"]]

    def _DescribeRegistry(self, given):
        self._schemas(given)
        return {"RegistryName": given["RegistryName"]}

    def _CreateRegistry(self, given):
        if given["RegistryName"] in self.registries:
            raise Refusal("ConflictException")
        self.registries[given["RegistryName"]] = {}
        return {"RegistryName": given["RegistryName"], "Description": given.get("Description", "")}

    def _ListSchemas(self, given):
        schemas = sorted(self._schemas(given).items())
        start = int(given.get("NextToken", 0))
        page = [{"SchemaName": name, "VersionCount": len(versions), "LastModified": WHEN} for name, versions in schemas]
        more = {"NextToken": str(start + PAGE)} if start + PAGE < len(schemas) else {}
        return {"Schemas": page[start : start + PAGE], **more}

    def _DescribeSchema(self, given):
        schemas = self._schemas(given)
        if given["SchemaName"] not in schemas:
            raise Refusal("NotFoundException")
        return schemas[given["SchemaName"]][-1]

    def _CreateSchema(self, given):
        schemas = self._schemas(given)
        if given["SchemaName"] in schemas or not re.fullmatch(r"[0-9A-Za-z_.@-]{1,385}", given["SchemaName"]):
            raise Refusal("BadRequestException")
        schemas[given["SchemaName"]] = [self._version(given, 1)]
        return schemas[given["SchemaName"]][-1]

    def _UpdateSchema(self, given):
        versions = self._schemas(given)[given["SchemaName"]]
        if given["ClientTokenId"] not in self.tokens:
            self.tokens.add(given["ClientTokenId"])
            versions.append(self._version(given, len(versions) + 1))
        return versions[-1]

    def _version(self, given, number):
        json.loads(given["Content"])
        about = {name: given[name] for name in ("SchemaName", "Type", "Content", "Description") if name in given}
        return {**about, "SchemaVersion": str(number), "LastModified": WHEN, "VersionCreatedDate": WHEN}


def _routes():
    for name in OPERATIONS:
        http = MODEL.operation_model(name).http
        path = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", http["requestUri"])
        yield http["method"], re.compile(path), name


ROUTES = list(_routes())


def _given(name: str, places: dict[str, str], query: dict[str, list[str]], body: bytes) -> dict[str, Any]:
    """The members of an operation's input, out of where the model says that each travels."""
    said = json.loads(body) if body else {}
    given = {}
    for member, shape in MODEL.operation_model(name).input_shape.members.items():
        wire = shape.serialization.get("name", member)
        box = {"uri": places, "querystring": {each: values[0] for each, values in query.items()}}
        found = box.get(shape.serialization.get("location"), said)
        if wire in found:
            given[member] = found[wire]
            said.pop(wire, None)
    if said:
        raise Refusal("BadRequestException")
    return given


class _Handler(BaseHTTPRequestHandler):
    state: State
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        matches = [
            (found, name)
            for method, path, name in ROUTES
            if method == self.command and (found := path.fullmatch(url.path))
        ]
        found, name = matches[0]
        self.state.calls.append(name)
        try:
            assert "/schemas/aws4_request" in self.headers["Authorization"], "it is signed for this service"
            places = {place: unquote(text) for place, text in found.groupdict().items()}
            given = self._checked(name, _given(name, places, parse_qs(url.query), body))
            self._send(MODEL.operation_model(name).http["responseCode"], self.state.answer(name, given))
        except Refusal as refusal:
            code = str(refusal)
            status = MODEL.shape_for(code).metadata["error"]["httpStatusCode"]
            self._send(status, {"Code": code, "Message": "no"}, code)

    def _checked(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        if self.state.down:
            raise Refusal(self.state.down.pop(0))
        if ParamValidator().validate(given, MODEL.operation_model(name).input_shape).has_errors():
            raise Refusal("BadRequestException")
        return given

    do_GET = do_POST = do_PUT = _serve  # noqa: N815 -- http.server's names

    def _send(self, status: int, said: dict[str, Any], error: str = "") -> None:
        data = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def registry_server() -> Iterator[tuple[str, State]]:
    """The server's address, and what it holds, for as long as the context lasts."""
    state = State()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
