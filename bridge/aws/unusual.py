"""Answers that the standard library reads for us: in chunks, until the connection ends, or after a first word."""

import http.client
import io
from collections.abc import Callable


def read_unusual(heard: bytes, more: Callable[[], bytes]) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer that begins with what was `heard`; `more` gives b"" at its end.

    Raises `ConnectionError` for what is no answer or none that is whole, and what `more` raises.
    """
    response = http.client.HTTPResponse(_Heard(heard, more))  # type: ignore[arg-type]
    try:
        response.begin()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    except (http.client.HTTPException, ValueError) as error:
        raise ConnectionError from error


class _Heard(io.RawIOBase):
    """In a socket's place."""

    def __init__(self, heard: bytes, more: Callable[[], bytes]) -> None:
        self._heard, self._more = heard, more

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._heard = self._heard or self._more()
        part, self._heard = self._heard[: len(buffer)], self._heard[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
