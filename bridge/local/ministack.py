"""An embedded AWS for the demo and the end-to-end tests: ministack, as a subprocess on loopback.

ministack is the one emulator installable with pip that carries a change through a stream and an event source
mapping into a function that really runs. It lives in an environment of its own (`make setup` makes it), so that
neither sees the other's packages. What it does not do is told where it matters: its mapping ignores
`ReportBatchItemFailures`, it drops an entry's `Time`, and its TTL deletions write no stream record.

It always stops again. The context manager ends its process group on exit, exception, Ctrl-C and SIGTERM; and
where even that is cut short (SIGKILL, a second Ctrl-C) the subprocess sees its standard input close, deletes its
temporary directory and ends its own group.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import Any

import boto3
from botocore.config import Config

from bridge.errors import Problem, Unavailable, Where
from bridge.local.blind import blind_session

HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"  #: what ministack calls the account of any access key that is not 12 digits
KEY = "test"

#: The interpreter of ministack's own environment, beside the project.
INTERPRETER = Path(".ministack") / "bin" / "python"

#: Seconds until it must be healthy: measured 0.3 s, or some seconds on first import from a cold disk.
PATIENCE = 30.0

# Runs inside the subprocess, before ministack: whoever started it is gone when standard input ends.
_BOOT = """
import os, runpy, shutil, signal, sys, threading
def mourn():
    sys.stdin.buffer.read()
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=mourn, daemon=True).start()
sys.argv = ["ministack"]
runpy.run_module("ministack", run_name="__main__")
"""


@dataclass(frozen=True, slots=True)
class Ministack:
    """A running embedded AWS."""

    endpoint: str  #: `http://127.0.0.1:<port>`, for every service
    log: Path  #: what it says of itself; gone when it stops
    process: int  #: the id of its process and of its process group
    _session: boto3.Session = field(default_factory=lambda: blind_session(KEY, REGION))
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A boto3 client of it. Nothing in the user's environment or AWS configuration reaches it."""
        if service not in self._clients:
            config = Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 3})
            self._clients[service] = self._session.client(service, endpoint_url=self.endpoint, config=config)
        return self._clients[service]

    def close(self) -> None:
        """Close every client's connections."""
        for client in self._clients.values():
            client.close()

    def environment(self) -> dict[str, str]:
        """What makes another process (a shell's `aws`, a function in this process) talk to it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
        }


@contextmanager
def ministack(interpreter: Path, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Ministack]:
    """Start it with this interpreter and settings of its own, wait until it is healthy, and stop it on the way out.

    Raises `Unavailable` where the environment is missing (E001) or it does not come up (E002).
    """
    if not interpreter.exists():
        raise Unavailable(_missing(interpreter))
    folder = Path(tempfile.mkdtemp(prefix="changebridge-aws-"))
    try:
        with _terminated_as_exit(), _running(interpreter, folder, settings) as cloud:
            yield cloud
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(interpreter: Path, folder: Path, settings: Mapping[str, str]) -> Iterator[Ministack]:
    port, log = _free_port(), folder / "ministack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the interpreter is the project's own
            [interpreter.absolute(), "-c", _BOOT],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**_environment(port, folder), **settings},
            start_new_session=True,  # a group of its own: the terminal's Ctrl-C is for us alone
        )
    cloud = Ministack(f"http://{HOST}:{port}", log, process.pid)
    try:
        _wait_until_healthy(process, port, log)
        yield cloud
    finally:
        _stop(process)
        cloud.close()


def _environment(port: int, folder: Path) -> dict[str, str]:
    """All that the subprocess may know: nothing of the user's AWS settings, proxies or home."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "BIND_HOST": HOST,  # ministack's default is every interface
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "LAMBDA_EXECUTOR": "local",
        "IOT_MTLS_ENABLED": "0",  # else it listens on one more port
        "MINISTACK_REGION": REGION,
        "TMPDIR": str(folder),
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _healthy(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Unavailable(_silent(log))
        time.sleep(0.02)


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)  # no proxy is ever asked
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the whole group at once, its functions' workers included: there is no state to save."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


@contextmanager
def _terminated_as_exit() -> Iterator[None]:
    """While within, SIGTERM unwinds like an exit does, so that everything is stopped on the way out."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signal handlers; standard input still guards us
        return
    before = signal.signal(signal.SIGTERM, _exit_terminated)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit_terminated(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _missing(interpreter: Path) -> Problem:
    what = f"the embedded AWS is not installed: there is no {interpreter}"
    fix = "run `make setup` in the project's folder, which makes the environment that ministack runs in"
    return Problem(Where(), "E001", what, fix)


def _silent(log: Path) -> Problem:
    said = log.read_text(errors="replace").strip().splitlines()[-5:]
    what = "the embedded AWS (ministack) did not become healthy; it last said: " + (" | ".join(said) or "nothing")
    return Problem(Where(), "E002", what, "run `make clean setup`, then try again")
