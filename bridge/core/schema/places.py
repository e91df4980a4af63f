"""Where in a JSON text each member and element stands. Only asked when something is wrong: the reader is faster."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache

from bridge.core.schema.dialect import Pointer
from bridge.errors import Edit, Where
from bridge.late import late

_TOKEN = late(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
#: A string, behind the name of the member that it is.
_STRING = late(r'(?:"(?:[^"\\]|\\.)*"\s*:\s*)?("(?:[^"\\]|\\.)*")(?!\s*:)')
_NEWLINE = late("\n")


def places(text: str) -> Iterator[tuple[Pointer, int]]:
    """Of a well-formed JSON text: each member's steps with the offset of its name, each element's with its own.

    A name that is written twice comes twice.
    """
    way: list[str | int] = []
    expects = ""  # "name" after `{` and its commas, "element" after `[` and its commas
    for token in _TOKEN.finditer(text):
        sign, offset = token[0], token.start()
        if expects == "element" and sign != "]":
            yield tuple(way), offset
        elif expects == "name" and sign != "}":
            way[-1] = json.loads(sign)
            yield tuple(way), offset
        expects = _after(sign, way)


def _after(sign: str, way: list[str | int]) -> str:
    """Follow one sign into or out of a box, or to the next element; what is expected then."""
    if sign in ("{", "["):
        way.append("" if sign == "{" else 0)
        return "name" if sign == "{" else "element"
    if sign in ("}", "]"):
        way.pop()
    elif sign == ",":
        step = way[-1]
        if isinstance(step, str):
            return "name"
        way[-1] = step + 1
        return "element"
    return ""


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
    return at(file, text, _index(text).get(steps, 0))


def rewrite(file: str, text: str, steps: Pointer, written: str) -> Edit | None:
    """The edit that writes another JSON text for the string that these steps lead to; None where there is none."""
    found = _STRING.match(text, _index(text).get(steps, 0))
    start = found.start(1) if found else 0
    return Edit(at(file, text, start), len(found[1]), written) if found else None


def at(file: str, text: str, offset: int) -> Where:
    """The place of an offset."""
    starts = _lines(text)
    line = bisect_right(starts, offset)
    return Where(file, line, offset - starts[line - 1] + 1)


@lru_cache(maxsize=1)  # problems come file by file
def _index(text: str) -> Mapping[Pointer, int]:
    return dict(places(text))


@lru_cache(maxsize=1)
def _lines(text: str) -> list[int]:
    return [0, *(newline.end() for newline in _NEWLINE.finditer(text))]
