"""What libyaml means by its syntax errors, and how to mend them.

libyaml names what its grammar expected; an author needs to know which of YAML's own signs got in the way. The errors
are told apart by libyaml's words and by the characters around the place, first match first.
"""

import re
from collections.abc import Callable
from typing import Final

import yaml

from bridge.core.yamltree.quoting import hole_quoting, is_open, quoting
from bridge.core.yamltree.source import Source
from bridge.errors import Problem
from bridge.frozen import frozen

#: The way out of every clash between YAML's signs and an expression.
QUOTE: Final = "quote the value or write it as a `>-` block"

COLON: Final = (
    "R016",
    "YAML reads the `: ` inside `${…}` as the end of a key",
    QUOTE,
)
COMMENT: Final = (
    "R017",
    "YAML reads the ` #` inside or before `${…}` as a comment and drops the rest of the line",
    QUOTE,
)


@frozen
class Clue:
    """A syntax error: libyaml's words, and the text around the place."""

    source: Source
    said: str  #: context and problem, in libyaml's words
    at: int  #: offset of the problem
    since: int  #: offset of what was being read

    @property
    def before(self) -> str:
        """The line up to the place."""
        return self.source.before(self.at)

    def char(self, offset: int) -> str:
        """One character, empty beyond the ends."""
        return self.source.text[offset : offset + 1] if offset >= 0 else ""


def syntax_problem(error: yaml.MarkedYAMLError, source: Source) -> Problem:
    """The problem that a syntax error of libyaml stands for."""
    at = error.problem_mark.index if error.problem_mark else 0
    since = error.context_mark.index if error.context_mark else at
    last = len(source.text)
    clue = Clue(source, f"{error.context or ''}: {error.problem}", min(at, last), min(since, last))
    code, what, fix, offset = next(found for reading in _READINGS if (found := reading(clue)))
    edit = quoting(source, offset) if code in _QUOTABLE else hole_quoting(source, offset) if code == "R018" else None
    return Problem(source.where(offset), code, what, fix, edit=edit)


#: What is mended by quoting the whole value.
_QUOTABLE: Final = frozenset({"R016", "R017", "R019", "R020", "R026"})


Found = tuple[str, str, str, int] | None


def _tab(clue: Clue) -> Found:
    if "tab character" in clue.said or (clue.char(clue.at) == "\t" and "cannot start" in clue.said):
        tab = max(clue.at, clue.source.text.find("\t", clue.at))
        return "R007", "a tab indents this line; YAML takes only spaces", "replace the tab by spaces", tab
    return None


_ESCAPES: Final = ("escape", "hexdecimal")  # so libyaml spells it


def _escape(clue: Clue) -> Found:
    if "quoted scalar" not in clue.said or not any(words in clue.said for words in _ESCAPES):
        return None
    backslash = clue.source.text.rfind("\\", 0, clue.at + 1)
    what = f"double quotes know no such escape as \\{clue.char(backslash + 1)}"
    return "R023", what, "use single quotes, or double the backslash", backslash


def _flow_hole(clue: Clue) -> Found:
    if clue.char(clue.at) == "{" and clue.char(clue.at - 1) == "$":
        what = "YAML reads the braces of `${…}` as its own between `{`, `[` and their ends"
        return "R018", what, "quote the value or write the mapping or list over several lines", clue.at - 1
    return None


def _colon(clue: Clue) -> Found:
    if "mapping values are not allowed" not in clue.said:
        return None
    if is_open(clue.before):
        return *COLON, clue.at
    if re.search(r"(?:^|[ \-])[^ #].*: ", clue.before):
        return "R026", "a second `: ` stands in a value without quotes", QUOTE, clue.at
    what = "this line is indented as if it belonged to the value above, and yet has a `:`"
    return "R021", what, "indent it like the other keys of its mapping", clue.at


def _unclosed_quote(clue: Clue) -> Found:
    if "quoted scalar" not in clue.said:
        return None
    what = f"the {clue.char(clue.since)} that opens here is never closed"
    return "R024", what, "close the quote; inside single quotes write '' for a quote", clue.since


def _opened_above(clue: Clue, quote: str) -> int:
    """Where a quote opens that closes just before the place, if on an earlier line; else -1."""
    if clue.before.count(quote) != 1:
        return -1
    start = clue.at - len(clue.before)
    found = list(re.finditer(rf"(?:[:\-,\[{{][ ]+|[\[{{]){quote}", clue.source.text[:start]))
    return found[-1].end() - 1 if found else -1


def _list_on_line(clue: Clue) -> Found:
    if "block sequence entries are not allowed" in clue.said:
        what = "a list cannot begin on the line of its key"
        return "R028", what, f"begin the list on the next line; where text is meant, {QUOTE}", clue.at
    return None


def _open_at_the_end(clue: Clue) -> Found:
    if "expected node content" not in clue.said or clue.source.text[clue.at :].strip():
        return None
    opened = _last_open(clue.source.text)
    return "R025", f"the `{clue.char(opened)}` that opens here is never closed", "add the closing bracket", opened


def _last_open(text: str) -> int:
    """Where the innermost bracket begins that is open at the end."""
    opened: list[int] = []
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken):
            opened.append(token.start_mark.index)
        elif isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken):
            opened.pop()
    return opened[-1]


def _own_sign(clue: Clue) -> Found:
    for words, offset in _OWN_SIGNS.items():
        if words in clue.said:
            sign = clue.char(clue.at if offset == "at" else clue.since)
            what = f"a value cannot begin with the sign {sign} which YAML keeps for itself"
            return "R019", what, QUOTE, clue.at if offset == "at" else clue.since
    return None


#: What libyaml says where a value begins with one of YAML's signs, and which of its two marks is at the sign.
_OWN_SIGNS: Final = {
    "cannot start any token": "at",
    "expected node content": "at",
    "mapping keys are not allowed": "at",
    "scanning a block scalar": "since",
    "scanning an alias": "since",
    "scanning an anchor": "since",
    "tag": "since",
    "directive": "since",
}


def _behind_close(clue: Clue) -> Found:
    closed = clue.before.rstrip()[-1:]
    opened = _opened_above(clue, closed) if closed and closed in "'\"" else -1
    if opened >= 0 and "expected" in clue.said:
        line = clue.source.where(clue.at).line
        what = f"the {closed} that opens here is closed only at line {line}, by a quote that was meant to open"
        return "R024", what, "close the quote on its own line; inside single quotes write '' for a quote", opened
    if closed and closed in "'\"]}" and "expected" in clue.said and clue.char(clue.at) not in ("", "\n", "\r"):
        what = f"text goes on behind the closing {closed}"
        return "R020", what, f"{QUOTE}, all of it", clue.at
    return None


def _unclosed_bracket(clue: Clue) -> Found:
    if "flow" not in clue.said:
        return None
    opened = clue.source.where(clue.since)
    what = f"the `{clue.char(clue.since)}` of line {opened.line}, column {opened.column} lacks a comma or its end here"
    return "R025", what, "add the comma or the closing bracket, or quote the value", clue.at


#: A colon with another space behind it than YAML knows, and signs that only look like a colon.
_ODD_COLON: Final = re.compile(r":[\u00a0\u2000-\u200b\u202f\u3000\ufeff]|[\uff1a\ua789\ufe55]")


def _no_colon(clue: Clue) -> Found:
    if "could not find expected ':'" in clue.said:
        line = clue.source.text[clue.since :].splitlines()[0]
        if odd := _ODD_COLON.search(line):
            what = (
                f"the `:` here is followed by U+{ord(odd[0][1]):04X}" if odd[0][0] == ":" else "this is no plain colon"
            )
            return "R027", what, "write `: `, a plain colon and a plain space", clue.since + odd.start()
        return "R027", "a line is neither `key: value` nor part of a value", "add the `:` and a value", clue.since
    return None


def _indentation(clue: Clue) -> Found:
    if any(words in clue.said for words in ("expected key", "'-' indicator", "<document start>")):
        what = "this line fits neither the mapping or list above it nor a new one"
        return "R021", what, "indent it like the lines that it belongs to", clue.at
    return None


def _other(clue: Clue) -> Found:
    return "R006", f"not YAML{clue.said.replace(': ', ', ', 1).rstrip()}", "mend the line, or quote the value", clue.at


_READINGS: Final[tuple[Callable[[Clue], Found], ...]] = (
    _tab,
    _escape,
    _flow_hole,
    _colon,
    _unclosed_quote,
    _behind_close,
    _list_on_line,
    _open_at_the_end,
    _own_sign,
    _unclosed_bracket,
    _no_colon,
    _indentation,
    _other,
)
