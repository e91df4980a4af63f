"""What `changebridge build` puts beside a project's YAML, so that a function starts without reading it: `bridge.json`.

It holds the tree of each file, without examples, under the digest of the file's bytes. A file that is not as it was
built is read as ever, which needs PyYAML; the artifact has none.
"""

from collections.abc import Callable
from collections.abc import Mapping as Files
from pathlib import Path
from typing import Final

from bridge.core.change import Value
from bridge.core.manifest import FILE as PROJECT
from bridge.core.wire import read_json, write_json
from bridge.core.yamltree import Entry, Mapping, Node, ReadTree, read_tree
from bridge.core.yamltree.kept import digest, keep, restored
from bridge.errors import Problem, ProjectInvalid, Where

FILE: Final = "bridge.json"
#: What only authors need of an entity, and of each of its events.
_AUTHORS: Final = "examples"


def built(files: Files[str, bytes]) -> bytes:
    """The trees of files by their names within the project. Raises `ProjectInvalid` where one cannot be read."""
    trees = {}
    for name, data in files.items():
        problems: list[Problem] = []
        node = read_tree(data, name, problems)
        if node is None or problems:
            raise ProjectInvalid(*problems)
        trees[name] = {"digest": digest(data), "tree": keep(node if name == PROJECT else _to_run(node))}
    return write_json(trees)


def _to_run(entity: Node) -> Node:
    """A rule file without the examples of the entity and of its events. What else is called so is the author's own."""
    return _without_examples(entity, lambda name, value: _of_events(value) if name == "events" else value)


def _of_events(events: Node) -> Node:
    if not isinstance(events, Mapping):
        return events
    kept = [Entry(each.key, _without_examples(each.value, lambda _, value: value)) for each in events.entries]
    return Mapping(tuple(kept), events.where)


def _without_examples(node: Node, made: Callable[[Value, Node], Node]) -> Node:
    if not isinstance(node, Mapping):
        return node
    kept = [Entry(each.key, made(each.key.value, each.value)) for each in node.entries if each.key.value != _AUTHORS]
    return Mapping(tuple(kept), node.where)


def reader(folder: Path) -> ReadTree:
    """What reads the YAML of a project: by what was built where there is something, else as ever."""
    path = folder / FILE
    if not path.is_file():
        return read_tree
    trees = read_json(path.read_bytes())

    def read(data: bytes, file: str, problems: list[Problem]) -> Node | None:
        kept = trees.get(file)
        if kept is not None and kept["digest"] == digest(data):
            return restored(kept["tree"], data, file)
        try:
            return read_tree(data, file, problems)
        except ImportError:
            what = f"{FILE} was built of another {file}, and there is no PyYAML here to read this one"
            raise ProjectInvalid(Problem(Where(file, 1, 1), "C044", what, "build the function again")) from None

    return read
