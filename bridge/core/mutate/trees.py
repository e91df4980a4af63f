"""Trees of YAML with one place changed. Nothing is changed in place."""

from collections.abc import Callable

from bridge.core.change import Value
from bridge.core.yamltree import Entry, Mapping, Node, Scalar, Sequence
from bridge.errors import Where

#: Indices of entries and items, from the root down.
Path = tuple[int, ...]


def changed(root: Node, path: Path, make: Callable[[Node], Node]) -> Node:
    """The tree with what stands at the path made into something else."""
    if not path:
        return make(root)
    at, *rest = path
    if isinstance(root, Mapping):
        inner = Entry(root.entries[at].key, changed(root.entries[at].value, tuple(rest), make))
        return Mapping((*root.entries[:at], inner, *root.entries[at + 1 :]), root.where)
    assert isinstance(root, Sequence), "a path leads through mappings and lists"
    item = changed(root.items[at], tuple(rest), make)
    return Sequence((*root.items[:at], item, *root.items[at + 1 :]), root.where)


def dropped(root: Node, path: Path) -> Node:
    """The tree without the entry or item at the path."""
    return changed(root, path[:-1], lambda node: _without(node, path[-1]))


def pruned(root: Node, path: Path, above: int) -> Node:
    """The same, and without every mapping that is left empty by it, up to the first `above` steps of the path."""
    made = dropped(root, path)
    if len(path) > above and is_empty(at(made, path[:-1])):
        return pruned(root, path[:-1], above)
    return made


def at(root: Node, path: Path) -> Node:
    """What stands at the path."""
    for index in path:
        root = root.entries[index].value if isinstance(root, Mapping) else _items(root)[index]
    return root


def is_empty(node: Node) -> bool:
    """Whether it is a mapping or list with nothing in it."""
    return not (node.entries if isinstance(node, Mapping) else _items(node))


def renamed(root: Node, path: Path, name: str) -> Node:
    """The tree with another key at the path."""

    def make(node: Node) -> Node:
        assert isinstance(node, Mapping), "keys stand in mappings"
        entry = node.entries[path[-1]]
        new = Entry(scalar(name, entry.key.where), entry.value)
        return Mapping((*node.entries[: path[-1]], new, *node.entries[path[-1] + 1 :]), node.where)

    return changed(root, path[:-1], make)


def scalar(value: Value, where: Where) -> Scalar:
    """A single value that stands nowhere in the file."""
    return Scalar(value, str(value), where)


def made_of(value: Value, where: Where) -> Node:
    """The tree of a plain value."""
    if isinstance(value, dict):
        return Mapping(tuple(Entry(scalar(name, where), made_of(each, where)) for name, each in value.items()), where)
    if isinstance(value, list):
        return Sequence(tuple(made_of(each, where) for each in value), where)
    return scalar(value, where)


def _without(node: Node, index: int) -> Node:
    if isinstance(node, Mapping):
        return Mapping((*node.entries[:index], *node.entries[index + 1 :]), node.where)
    return Sequence((*_items(node)[:index], *_items(node)[index + 1 :]), node.where)


def _items(node: Node) -> tuple[Node, ...]:
    assert isinstance(node, Sequence), "what is no mapping here is a list"
    return node.items
