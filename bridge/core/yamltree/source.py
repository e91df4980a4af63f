"""The text of a file, and the line and column of any place in it."""

import re
from bisect import bisect_right

from bridge.errors import Problem, ProjectInvalid, Where
from bridge.frozen import frozen

#: Largest file that is read, in bytes. Ours: a rule file is one entity's, a hundred times smaller.
MAX_BYTES = 1024 * 1024

#: Deepest nesting of mappings and lists. Ours: DynamoDB itself nests 32 levels.
MAX_DEPTH = 64

#: Most values in one file, keys counted too. Ours: some 1,000 events.
MAX_NODES = 50_000

#: What ends a line. Also what libyaml and editors agree on, once U+0085, U+2028 and U+2029 are refused.
BREAK = re.compile(r"\r\n|\r|\n")

#: YAML 1.2 §5.1 (printable characters), without the three that only some programs take for line breaks.
_UNPRINTABLE = r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


@frozen
class Source:
    """A file's text; offsets count code points."""

    file: str
    text: str
    starts: tuple[int, ...]  #: offset of each line's first character

    def where(self, offset: int) -> Where:
        """File, line and column of the code point at `offset`."""
        line = bisect_right(self.starts, offset)
        return Where(self.file, line, offset - self.starts[line - 1] + 1)

    def offset(self, where: Where) -> int:
        """The offset of a place."""
        return self.starts[where.line - 1] + where.column - 1

    def line(self, offset: int) -> str:
        """The whole line that holds `offset`, without its end."""
        start = self.starts[bisect_right(self.starts, offset) - 1]
        found = BREAK.search(self.text, start)
        return self.text[start : found.start() if found else len(self.text)]

    def before(self, offset: int) -> str:
        """What stands on the same line before `offset`."""
        return self.text[self.starts[bisect_right(self.starts, offset) - 1] : offset]


def read_source(data: bytes, file: str) -> Source:
    """The text of a UTF-8 file, a byte order mark at its start left out. Raises `ProjectInvalid` R001 to R003."""
    if len(data) > MAX_BYTES:
        what = f"the file has {len(data)} bytes; {MAX_BYTES} are read at most"
        raise ProjectInvalid(Problem(Where(file, 1, 1), "R001", what, "split it into several files"))
    source = known_source(data, file)
    found = re.search(_UNPRINTABLE, source.text)
    if found:
        what = f"the character U+{ord(found[0]):04X} cannot stand in YAML"
        fix = 'remove it; where it is meant, write it as an escape inside double quotes, such as "\\u2028"'
        raise ProjectInvalid(Problem(source.where(found.start()), "R003", what, fix))
    return source


def known_source(data: bytes, file: str) -> Source:
    """The same of a file that was read before. Raises `ProjectInvalid` R002."""
    return _source(file, _decoded(data.removeprefix(b"\xef\xbb\xbf"), file))


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        read = _source(file, data[: error.start].decode())
        what = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        problem = Problem(read.where(len(read.text)), "R002", what, "save the file as text in UTF-8")
        raise ProjectInvalid(problem) from None


def _source(file: str, text: str) -> Source:
    return Source(file, text, (0, *(found.end() for found in BREAK.finditer(text))))
