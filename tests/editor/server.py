"""A client of yaml-language-server over its standard streams: just enough of LSP to open a file and ask about it."""

import contextlib
import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SERVER = HERE / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
#: Seconds for an answer. The server needs a tenth of one.
PATIENCE = 30


class Server:
    """The language server, at work in a folder."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        command = ["node", str(SERVER), "--stdio"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._folder, self._settings, self._last = folder, settings, 0
        self._inbox: queue.Queue[dict[str, Any]] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        root = folder.as_uri()
        self._ask("initialize", {
            "processId": None, "rootUri": root, "workspaceFolders": [{"uri": root, "name": "project"}],
            "capabilities": {
                "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": True}},
                    "hover": {"contentFormat": ["markdown"]},
                    "publishDiagnostics": {},
                },
            },
        })  # fmt: skip
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": settings})

    def diagnostics(self, name: str, text: str) -> list[tuple[str, int, int]]:
        """Each message with its line and column, counted from 1."""
        uri = self._open(name, text)
        message = self._next(lambda each: each.get("params", {}).get("uri") == uri)
        starts = [(each["message"], each["range"]["start"]) for each in message["params"]["diagnostics"]]
        return [(said, at["line"] + 1, at["character"] + 1) for said, at in starts]

    def completions(self, name: str, text: str) -> set[str]:
        """What is offered where the text has a `|`."""
        items = self._at("textDocument/completion", name, text)["items"]
        return {item["label"] for item in items}

    def inserted(self, name: str, text: str, label: str) -> str:
        """What an offer would insert where the text has a `|`."""
        items = self._at("textDocument/completion", name, text)["items"]
        return next(item["textEdit"]["newText"] for item in items if item["label"] == label)

    def hover(self, name: str, text: str) -> str:
        """What is told of what stands where the text has a `|`."""
        found = self._at("textDocument/hover", name, text)
        return found["contents"]["value"] if found else ""

    def stop(self) -> None:
        """End the server, at once: what it was about to say, or to be told, is cut off."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def _at(self, method: str, name: str, text: str) -> Any:
        before, _, after = text.partition("|")
        uri = self._open(name, before + after)
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self._ask(method, {"textDocument": {"uri": uri}, "position": position})

    def _open(self, name: str, text: str) -> str:
        """Open a text as a file of its own, in a folder of its own: the server remembers what it knew of a name."""
        self._last += 1
        uri = (self._folder / f"copy-{self._last}" / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        self._last += 1
        number = self._last
        self._send({"id": number, "method": method, "params": params})
        answer = self._next(lambda each: each.get("id") == number and "method" not in each)
        assert "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _next(self, wanted: Any) -> dict[str, Any]:
        while True:
            message = self._inbox.get(timeout=PATIENCE)
            if wanted(message):
                return message

    def _listen(self) -> None:
        """Hear the server out, whole messages only: a server that ends leaves a last one half said and cannot be answered."""
        while (message := self._message()) is not None:
            with contextlib.suppress(BrokenPipeError):
                self._receive(message)

    def _message(self) -> dict[str, Any] | None:
        """The next message; None where the stream ends, be it within one."""
        out, length = self._process.stdout, 0
        while (header := out.readline()).strip():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        body = out.read(length)
        return json.loads(body) if length and len(body) == length else None

    def _receive(self, message: dict[str, Any]) -> None:
        """Answer the server's own questions; keep the rest."""
        if message.get("method") == "workspace/configuration":
            sections = [item["section"] for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": [self._settings.get(name) for name in sections]})
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        else:
            self._inbox.put(message)
