"""The way to a value inside a document, and how it is written for people: `$.new.lines[0]["unit price"]`."""

import json
import re

#: The way to what holds the value, and the last step from there. None is the root. Made by a plain tuple, so that
#: walking a document costs little where nothing is wrong.
Way = tuple["Way", str | int] | None

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_NAME = 64  # characters of a name that are shown; DynamoDB allows 64 KB


def json_path(way: Way, root: str = "$") -> str:
    """The way as text, safe to print whatever the names are."""
    steps = []
    while way is not None:
        way, step = way
        steps.append(_step(step))
    return root + "".join(reversed(steps))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if len(step) > _LONGEST_NAME:
        return f"[{json.dumps(step[:_LONGEST_NAME] + '...')}]"
    return f".{step}" if _NAME.fullmatch(step) else f"[{json.dumps(step)}]"
