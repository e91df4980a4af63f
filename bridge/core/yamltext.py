"""Plain values as YAML text: in flow style on one line, or in block style below each other."""

import re
from typing import Final

from bridge.core.change import Value
from bridge.core.numbers import number_text
from bridge.core.yamltree.scalars import NotANumberError, plain_value

#: Longest line in which a mapping or list is still written in flow style. Ours.
WIDTH: Final = 120
#: Text that needs no quotes wherever it stands, if it does not read as something else.
_PLAIN: Final = re.compile(r"[\w/.](?:[\w /.@+&()'=;?!~-]|:(?! |$))*(?<! )")
#: What may not stand in double quotes as it is: `"`, a backslash, what YAML 1.2 §5.1 calls not printable, a break.
_ESCAPED: Final = re.compile(
    r'["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]'
)
_SHORT: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_WORDS: Final = {True: "true", False: "false", None: "null"}


def flow(value: Value) -> str:
    """The value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def block(value: Value, indent: int) -> list[str]:
    """The value as lines, each with its indentation; the first is to stand at column `indent`, and has none.

    Mappings and lists within it that fit on their line stay in flow style.
    """
    lines = _entries(value, indent) if isinstance(value, dict) and value else []
    lines = _items(value, indent) if isinstance(value, list) and value else lines
    return [lines[0].lstrip(" "), *lines[1:]] if lines else [flow(value)]


def behind(value: Value, indent: int, used: int, *, tall: bool = False) -> list[str]:
    """What follows `key:` or `-`: the rest of its line, then lines below, indented by `indent`.

    `used` is how much of the line is taken; `tall` asks for block style wherever there is something in it.
    """
    line = flow(value)
    if not isinstance(value, dict | list) or not value or (not tall and used + 1 + len(line) <= WIDTH):
        return [f" {line}"]
    first, *rest = block(value, indent)
    return ["", " " * indent + first, *rest]


def entry(name: str, value: Value, indent: int, *, tall: bool = False) -> list[str]:
    """`name: value` as lines; the first is to stand at column `indent`, and has no indentation."""
    key = f"{scalar(name)}:"
    first, *rest = behind(value, indent + 2, indent + len(key), tall=tall)
    return [key + first, *rest]


def item(value: Value, indent: int) -> list[str]:
    """`- value` as lines; the first is to stand at column `indent`, and has no indentation."""
    line = flow(value)
    if indent + 2 + len(line) <= WIDTH:
        return [f"- {line}"]
    first, *rest = block(value, indent + 2)
    return [f"- {first}", *rest]


def _entries(value: dict[str, Value], indent: int) -> list[str]:
    made = []
    for name, inner in value.items():
        first, *rest = entry(name, inner, indent)
        made += [" " * indent + first, *rest]
    return made


def _items(value: list[Value], indent: int) -> list[str]:
    made = []
    for inner in value:
        first, *rest = item(inner, indent)
        made += [" " * indent + first, *rest]
    return made


def scalar(value: Value) -> str:
    """Text, number, true, false or null."""
    if isinstance(value, str):
        return value if _is_plain(value) else '"' + _ESCAPED.sub(_escape, value) + '"'
    return _WORDS[value] if value is None or isinstance(value, bool) else number_text(value)


def _is_plain(text: str) -> bool:
    """Whether the text may stand without quotes and is read as itself."""
    if not _PLAIN.fullmatch(text):
        return False
    try:
        return bool(plain_value(text) == text) and isinstance(plain_value(text), str)
    except NotANumberError:
        return False


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return _SHORT.get(char) or (f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}")
