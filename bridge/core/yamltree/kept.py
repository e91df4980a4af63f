"""A tree kept as JSON beside its file, so that a function starts without YAML.

The file stays what counts: the tree is used only where the file's digest is the one that it was kept under, and a
scalar says where it stands in the file, from which every other place is told as ever. No number in it is wide or has a
fraction, so that any reader of JSON may read it: a value is kept as JSON text.

    [1, 4, "a", null, 4, 5]                     a scalar: line, column, text, style, where it begins and ends
    [1, 4, "12.50", null, 4, 9, "12.50"]      … and its value, where that is not its text
    [1, 1, [[<scalar>, <node>], …]]             a mapping
    [1, 1, [<node>, …], 0]                      a list
"""

from hashlib import sha256
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.wire import read_json, write_json
from bridge.core.yamltree.nodes import Entry, Mapping, Node, Scalar, Sequence
from bridge.core.yamltree.origins import Span
from bridge.core.yamltree.source import Source, known_source
from bridge.errors import Where

_MAPPING: Final = 3  # parts of one
_LIST: Final = 4
_TEXT: Final = 6  # parts of a scalar whose value is its text


def digest(data: bytes) -> str:
    """What a tree is kept under."""
    return sha256(data).hexdigest()


def keep(node: Node) -> Value:
    """The tree as a plain value."""
    at = [node.where.line, node.where.column]
    if isinstance(node, Mapping):
        return [*at, [[keep(each.key), keep(each.value)] for each in node.entries]]
    if isinstance(node, Sequence):
        return [*at, [keep(each) for each in node.items], 0]
    assert node.span is not None, "it was read from a file"
    told = [*at, node.text, node.style, node.span.start, node.span.end]
    same = isinstance(node.value, str) and node.value == node.text
    return told if same else [*told, write_json(node.value).decode()]


def restored(kept: Value, data: bytes, file: str) -> Node:
    """The tree of a file whose bytes are those that it was kept of."""
    return _restored(kept, known_source(data, file))


def _restored(kept: Any, source: Source) -> Node:
    where = Where(source.file, kept[0], kept[1])
    if len(kept) == _MAPPING:
        return Mapping(tuple(Entry(_scalar(key, source), _restored(value, source)) for key, value in kept[2]), where)
    if len(kept) == _LIST:
        return Sequence(tuple(_restored(each, source) for each in kept[2]), where)
    return _scalar(kept, source)


def _scalar(kept: Any, source: Source) -> Scalar:
    line, column, text, style, start, end = kept[:_TEXT]
    value = read_json(kept[_TEXT]) if len(kept) > _TEXT else text
    return Scalar(value, text, Where(source.file, line, column), style, Span(source, start, end))
