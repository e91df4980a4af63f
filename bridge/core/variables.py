"""`${env:NAME}` in the project file: whether what is written there can be the name of a variable."""

from collections.abc import Iterator

from bridge.core import yamltree
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Edit, Problem
from bridge.late import late

_HOLE = late(r"\$\{([^{}]*)(\}?)")
#: What Lambda takes (botocore 1.44.5, lambda: `EnvironmentVariableName`), and with it every shell.
_NAME = late(r"env:[a-zA-Z][a-zA-Z0-9_]+")
_FOREIGN = late(r"[^a-zA-Z0-9_]+")


def misnamed(node: Node) -> Iterator[Problem]:
    """C012 for each `${…}` below the node that names no variable. No setting is a list."""
    if isinstance(node, yamltree.Mapping):
        for entry in node.entries:
            yield from misnamed(entry.value)
    elif isinstance(node, Scalar) and isinstance(node.value, str):
        for hole in _HOLE.finditer(node.text):
            if not (_NAME.fullmatch(hole[1]) and hole[2]):
                yield _problem(node, hole.start(), hole[0])


def _problem(node: Scalar, at: int, written: str) -> Problem:
    name = _FOREIGN.sub("_", written.strip("${} ").removeprefix("env:")).strip("_0123456789")
    meant = f"${{env:{name if len(name) > 1 else 'NAME'}}}"
    what = f"`{written}` names no environment variable"
    fix = f"write `{meant}`: a letter, then letters, digits and `_`, two characters at least"
    edit = node.within(Edit(node.place(at), len(written), meant)) if len(name) > 1 else None
    return Problem(node.place(at), "C012", what, fix, edit=edit)
