"""YAML read as JSON's values, with the place of every key and value.

One pass over the events of libyaml, never its constructor: events come one by one, so that size, depth, number of
values, anchors, aliases and tags are judged before anything is built from them. Composing whole documents was rejected
because it recurses (100 KB of `[` end the process), and YAML 1.1's own resolver because it reads `NO` as false and
`12:30` as 750. What a plain scalar means is `scalars.py`; where a character of a value stands in the file, folded and
escaped as it may be, is `origins.py`; what libyaml means by its syntax errors is `syntax.py`.
"""

from bridge.core.yamltree.build import MAX_DEPTH, MAX_NODES, read_tree, read_yaml
from bridge.core.yamltree.nodes import Entry, Mapping, Node, Scalar, Sequence
from bridge.core.yamltree.source import MAX_BYTES
from bridge.errors import Where

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Entry",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Where",
    "read_tree",
    "read_yaml",
]
