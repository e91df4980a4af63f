"""Where in a JSON text each member and element stands. Only asked when something is wrong: the reader is faster."""

import json
import re
from collections.abc import Iterator

from bridge.core.schema.dialect import Pointer
from bridge.errors import Where

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def places(text: str) -> Iterator[tuple[Pointer, int]]:
    """Of a well-formed JSON text: each member's steps with the offset of its name, each element's with its own.

    A name that is written twice comes twice.
    """
    way: list[str | int] = []
    awaits_name = False
    for token in _TOKEN.finditer(text):
        sign, offset = token[0], token.start()
        if awaits_name and sign[0] == '"':
            way[-1] = json.loads(sign)
            yield tuple(way), offset
            awaits_name = False
            continue
        if way and isinstance(way[-1], int) and way[-1] < 0 and sign != "]":
            way[-1] = -1 - way[-1]
            yield tuple(way), offset
        if sign in "{[":
            way.append("" if sign == "{" else -1)
            awaits_name = sign == "{"
        elif sign in "}]":
            way.pop()
            awaits_name = False
        elif sign == ",":
            step = way[-1]
            awaits_name = isinstance(step, str)
            way[-1] = "" if isinstance(step, str) else -2 - step


def repeated(text: str) -> list[tuple[Pointer, int]]:
    """The members whose name their object has before, with the offset of the later name."""
    seen: set[Pointer] = set()
    again = []
    for steps, offset in places(text):
        if steps in seen:
            again.append((steps, offset))
        seen.add(steps)
    return again


def where(file: str, text: str, steps: Pointer) -> Where:
    """The place of a value, by line and column; of the whole document its start."""
    offset = next((offset for found, offset in places(text) if found == steps), 0)
    return at(file, text, offset)


def at(file: str, text: str, offset: int) -> Where:
    """The place of an offset."""
    return Where(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
