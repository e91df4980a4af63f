"""YAML read as JSON's values, with the place of every key and value.

One pass over the events of libyaml, never its constructor: events come one by one, so that size, depth, number of
values, anchors, aliases and tags are judged before anything is built from them. Composing whole documents was rejected
because it recurses (100 KB of `[` end the process), and YAML 1.1's own resolver because it reads `NO` as false and
`12:30` as 750. What a plain scalar means is `scalars.py`; where a character of a value stands in the file, folded and
escaped as it may be, is `origins.py`; what libyaml means by its syntax errors is `syntax.py`. A function that was built
starts from trees that `kept.py` has kept.
"""

from collections.abc import Callable

from bridge.core.yamltree.nodes import Entry, Mapping, Node, Scalar, Sequence
from bridge.core.yamltree.source import MAX_BYTES, MAX_DEPTH, MAX_NODES
from bridge.errors import Problem, Where, raise_if_any

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Entry",
    "Mapping",
    "Node",
    "ReadTree",
    "Scalar",
    "Sequence",
    "Where",
    "read_tree",
    "read_yaml",
]

#: What reads a file's tree: the problems join those given; None where its end was not reached.
ReadTree = Callable[[bytes, str, list[Problem]], Node | None]


def read_yaml(data: bytes, file: str) -> Node:
    """The tree of a YAML file; of an empty one a null.

    Raises `ProjectInvalid` with every problem, R001 to R028: what libyaml can read past (duplicate keys, anchors,
    numbers with a leading zero …) all at once, and the first syntax error.
    """
    problems: list[Problem] = []
    root = read_tree(data, file, problems)
    raise_if_any(problems)
    assert root is not None, "what has no problem was read"
    return root


def read_tree(data: bytes, file: str, problems: list[Problem]) -> Node | None:
    """The same as far as libyaml can read: the problems join those given. None where the end was not reached."""
    from bridge.core.yamltree.build import build  # noqa: PLC0415 -- libyaml is slow to import, and often not needed

    return build(data, file, problems)
