"""The way to a value inside a document, and how it is written for people: `$.new.lines[0]["unit price"]`."""

import json
from collections.abc import Container
from dataclasses import replace

from bridge.core.change import NAMES
from bridge.errors import Where
from bridge.late import late

#: The way to what holds the value, and the last step from there. None is the root. Made by a plain tuple, so that
#: walking a document costs little where nothing is wrong.
Way = tuple["Way", str | int] | None

#: Names in the paths of problems that are never an item's: of records, of the change document, of events.
OURS = NAMES | {
    "dynamodb", "NewImage", "OldImage", "Keys", "ApproximateCreationDateTime", "eventName", "eventID", "kinesis",
    "data", "type", "source", "subject", "time", "dataschema", "partitionkey", "key",
}  # fmt: skip

_NAME = late(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_NAME = 64  # characters of a name that are shown; DynamoDB allows 64 KB


def json_path(way: Way, root: str = "$") -> str:
    """The way as text, safe to print whatever the names are."""
    steps = []
    while way is not None:
        way, step = way
        steps.append(_step(step))
    return root + "".join(reversed(steps))


def outline(path: str, words: Container[str] = ()) -> str:
    """A path as logs may show it, equal for equal faults: `$.data.lines[*].sku`, `$.data.emails[*]`.

    A step is shown where it is one of `OURS` or of `words`, those of the project's schemas. Any other may be an item's
    own, a map's key above all, and says no more than that there is a step; so does an index.
    """
    if not path:
        return ""
    shown, end = "$", int(path.startswith("$"))
    while match := _STEP.match(path, end):
        name = match["name"] or match["quoted"]
        shown += _step(name) if name is not None and (name in OURS or name in words) else "[*]"
        end = match.end()
    return shown if end == len(path) else f"{shown}[*]"


def outlined(where: Where, words: Container[str] = ()) -> Where:
    """The place with the outline of its path."""
    return replace(where, path=outline(where.path, words))


#: As `_step` writes them; of quoted names only those without escapes are told apart.
_STEP = late(r"""\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\["(?P<quoted>[^"\\]*)"\]|\["(?:[^"\\]|\\.)*"\]|\[\d+\]""")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if len(step) > _LONGEST_NAME:
        return f"[{json.dumps(step[:_LONGEST_NAME] + '...')}]"
    return f".{step}" if _NAME.fullmatch(step) else f"[{json.dumps(step)}]"
