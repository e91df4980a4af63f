"""How a text is written in YAML so that it is read as that text: plain, or in quotes."""

import json
from typing import Final

from bridge.core.yamltree.scalars import NotANumberError, plain_value
from bridge.late import late

#: What can stand without quotes anywhere, inside `[…]` and `{…}` too.
_PLAIN: Final = late(r"[\w./$][\w./+$-]*")

#: What would end a text without quotes.
_BREAKS_PLAIN: Final = late(r": | #|[\[\]{},]")


def quoted(text: str) -> str:
    """In double quotes, or in single ones where the text has double quotes or a backslash."""
    if ('"' in text or "\\" in text) and "\n" not in text:
        return spelt(text, "'")
    return spelt(text, '"')


def spelt(text: str, style: str | None) -> str:
    """In these quotes; plain where it may be and nothing is asked for."""
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    if style == '"':
        return json.dumps(text, ensure_ascii=False)
    return text if _is_plain(text) else quoted(text)


def escaped(text: str, style: str | None) -> str | None:
    """A part of a text, as these quotes demand; None where it cannot stand without quotes."""
    if style is None:
        return None if _BREAKS_PLAIN.search(text) else text
    return text if style in "|>" else spelt(text, style)[1:-1]


def _is_plain(text: str) -> bool:
    try:
        return bool(_PLAIN.fullmatch(text)) and plain_value(text) == text
    except NotANumberError:
        return False
