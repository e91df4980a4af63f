r"""Where each character of a scalar's value stands in the file.

Plain and quoted scalars are walked piece by piece: a fold of lines, an escape, `''`, or one character; how much of the
value each makes follows from YAML 1.2 §6.5 and §7.3. Block scalars are aligned instead: their lines stand in the value
unchanged, with nothing but line breaks and folding spaces between, so the rules of `|`, `>`, chomping and indentation
need not be known a second time.
"""

from collections.abc import Iterable, Iterator

from bridge.core.yamltree.source import BREAK, Source
from bridge.errors import Where
from bridge.frozen import frozen
from bridge.late import late

_BREAKS = r"(?:(?:\r\n|\r|\n)[ \t]*)+"
_FOLD = rf"[ \t]*{_BREAKS}"
_ESCAPE = rf"\\{_BREAKS}|\\x.{{2}}|\\u.{{4}}|\\U.{{8}}|\\."

#: A piece of a scalar as it is written, by style. Blanks that no line break follows are one piece, for speed.
_PIECE = {
    None: late(rf"{_FOLD}|[ \t]+|."),
    "'": late(rf"{_FOLD}|[ \t]+|''|."),
    '"': late(rf"{_FOLD}|[ \t]+|{_ESCAPE}|."),
}
_LEAD = late(r"(?<![^\r\n])( *)[^ \r\n]")


@frozen
class Span:
    """A scalar as it is written: from its first character or indicator to its end."""

    source: Source
    start: int
    end: int

    @property
    def written(self) -> str:
        """The text of the file."""
        return self.source.text[self.start : self.end]

    def place(self, offset: int, style: str | None, text: str) -> Where:
        """Where the code point at `offset` of the scalar's value stands; the value's end for any offset beyond."""
        found = origins(self.written, style, text)
        return self.source.where(self.start + found[max(0, min(offset, len(text)))])


def origins(written: str, style: str | None, text: str) -> list[int]:
    """For each code point of the value `text`, and for its end, the offset in `written`."""
    return _of_block(written, text) if style in ("|", ">") else _of_flow(written, style)


def _of_flow(written: str, style: str | None) -> list[int]:
    quote = 0 if style is None else 1
    found: list[int] = []
    end = len(written) - quote
    for piece in _PIECE[style].finditer(written, quote, end):
        found.extend(_made_by(piece[0], piece.start()))
    return [*found, end]


def _made_by(piece: str, start: int) -> Iterable[int]:
    """Origins of what one piece makes: a single break becomes a space, more of them one line break less."""
    breaks = len(BREAK.findall(piece))
    if breaks > 1 or (breaks and piece[0] == "\\"):
        return [start] * (breaks - 1)
    return [start] if breaks or not piece.isspace() else range(start, start + len(piece))


def _of_block(written: str, text: str) -> list[int]:
    header = BREAK.search(written)
    last = header.start() if header else len(written)
    begin = header.end() if header else last
    lead, kept = _LEAD.search(written, begin), _LEAD.search(text)
    found: list[int] = []
    if lead and kept:
        for start, content in _lines(written, begin, len(lead[1]) - len(kept[1])):
            found.extend([start] * (text.index(content[0], len(found)) - len(found)))
            found.extend(range(start, start + len(content)))
            last = start + len(content)
    return found + [last] * (len(text) + 1 - len(found))


def _lines(written: str, start: int, indent: int) -> Iterator[tuple[int, str]]:
    """The lines that have content beyond the indentation, and where that begins."""
    while start < len(written):
        found = BREAK.search(written, start)
        end = found.start() if found else len(written)
        if end - start > indent:
            yield start + indent, written[start + indent : end]
        start = found.end() if found else end
