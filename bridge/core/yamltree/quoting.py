"""What quotes a value whose signs YAML takes for its own: the edit, where the value stands on one line."""

import re
from typing import Final

from bridge.core.yamltree.source import Source
from bridge.core.yamltree.spelling import quoted
from bridge.errors import Edit


def is_open(text: str) -> bool:
    """Whether a `${` in the text lacks its `}`, counted outside `'…'`, `"…"` and backticks; `$${` is literal."""
    at = 0
    while (found := _HOLE.search(text, at)) is not None:
        at = found.end() if found[0] == "$${" else _after(text, found.end())
        if at < 0:
            return True
    return False


_HOLE = re.compile(r"\$?\$\{")
_TOKEN = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`\\]|\\.)*`|['\"`{}]", re.DOTALL)


def _after(text: str, at: int) -> int:
    """Just behind the `}` that matches; -1 where a brace or a quote stays open."""
    depth = 1
    for token in _TOKEN.finditer(text, at):
        if token[0] in "'\"`":
            return -1
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return -1


#: What stands before a value on its line: dashes of lists, and its key.
_LEAD: Final = re.compile(r"[ ]*(?:- +)*(?:(?:[\w$./?-]+|\"[^\"]*\"|'[^']*'): +)?")


def quoting(source: Source, at: int) -> Edit | None:
    """The edit that quotes the value on the line of `at`; None where its end cannot be told."""
    start = source.where(at)
    first = at - (start.column - 1)
    line = source.line(at)
    lead = _LEAD.match(line)
    begin = lead.end() if lead else 0
    value = _value(line[begin:])
    if not value or value[0] in "|>" or is_open(value) or is_flow(value):
        return None
    text = _unquoted(value)
    return None if text is None else Edit(source.where(first + begin), len(value), quoted(text))


def hole_quoting(source: Source, at: int) -> Edit | None:
    """The edit that quotes a `${…}` that is a whole value between `{` or `[` and `,` or their ends."""
    line, where = source.line(at), source.where(at)
    begin = where.column - 1
    end = _after(line, begin + 2)
    alone = line[:begin].rstrip()[-1:] in ("[", "{", ",", ":") and line[end:].lstrip()[:1] in (",", "]", "}")
    return Edit(where, end - begin, quoted(line[begin:end])) if end > 0 and alone else None


def is_flow(value: str) -> bool:
    """Whether it is one of YAML's own lists or mappings, of which a part is at fault."""
    return value[0] in "[{" and value[-1] in "]}"


def _value(rest: str) -> str:
    """The value without a comment behind it; a ` #` inside `${…}` begins none."""
    at = 0
    while at < len(rest):
        hole = _HOLE.match(rest, at)
        if hole and hole[0] == "${":
            at = _after(rest, at + 2)
            if at < 0:
                return rest.rstrip()
        elif rest.startswith(" #", at):
            return rest[:at].rstrip()
        else:
            at += 1
    return rest.rstrip()


def _unquoted(value: str) -> str | None:
    """The text that is meant where a quote closes too early: `'a' || b`. None where that cannot be told."""
    if value[0] not in "'\"":
        return value
    return value if "\\" not in value and value[0] * 2 not in value else None
