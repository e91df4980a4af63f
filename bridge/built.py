"""What `changebridge build` puts beside a project's YAML, so that a function starts without reading it: `bridge.json`.

It holds the tree of each file, without examples, under the digest of the file's bytes, and the schemas as they are
compiled, under the digest of all of theirs. What is not as it was built is read as ever; for YAML that needs PyYAML,
which the artifact has not.
"""

from collections.abc import Callable
from collections.abc import Mapping as Files
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from bridge.core.change import Value
from bridge.core.manifest import FILE as PROJECT
from bridge.core.manifest import read_manifest
from bridge.core.schema.compiled import Schemas
from bridge.core.schema.compiled import kept as kept_schemas
from bridge.core.schema.compiled import restored as restored_schemas
from bridge.core.wire import write_json
from bridge.core.yamltree import Entry, Mapping, Node, read_tree
from bridge.core.yamltree.kept import digest, keep, restored
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.frozen import frozen

FILE: Final = "bridge.json"
#: What only authors need of an entity, and of each of its events.
_AUTHORS: Final = "examples"
_YAML: Final = (".yaml", ".yml")
#: What the schemas are kept under: no file is called so.
_SCHEMAS: Final = "schemas/"


def built(files: Files[str, bytes]) -> bytes:
    """What to keep of a project's files, by their names in it. Raises `ProjectInvalid` where one cannot be read."""
    kept: dict[str, Any] = {}
    for name, data in files.items():
        if name.endswith(_YAML):
            node = _read(data, name)
            kept[name] = {"digest": digest(data), "tree": keep(node if name == PROJECT else _to_run(node))}
    if PROJECT in files:
        folder = read_manifest(files[PROJECT], PROJECT, []).schemas.rstrip("/") + "/"
        inside = {name.removeprefix(folder): data for name, data in files.items() if name.startswith(folder)}
        schemas = {name: data for name, data in inside.items() if name.endswith(".json")}
        kept[_SCHEMAS] = {"digest": digest_of(schemas), "schemas": kept_schemas(_compiled(schemas, folder))}
    return write_json(kept)


def _read(data: bytes, name: str) -> Node:
    problems: list[Problem] = []
    node = read_tree(data, name, problems)
    if node is None or problems:
        raise ProjectInvalid(*problems)
    return node


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


@frozen
class Built:
    """What was built of a project's files, by their names; of a project that was not, nothing."""

    kept: Files[str, Any]

    def tree(self, data: bytes, file: str, problems: list[Problem]) -> Node | None:
        """A `ReadTree`: by what was built where it was of this file, else as ever."""
        kept = self.kept.get(file)
        if kept is not None and kept["digest"] == digest(data):
            return restored(kept["tree"], data, file)
        try:
            return read_tree(data, file, problems)
        except ImportError:
            if not self.kept:
                raise
            what = f"{FILE} was built of another {file}, and there is no PyYAML here to read this one"
            raise ProjectInvalid(Problem(Where(file, 1, 1), "C044", what, "build the function again")) from None

    def schemas(self, files: Files[str, bytes], folder: str) -> Schemas:
        """As `compile_schemas`: by what was built where it was of these files. Raises `ProjectInvalid`."""
        kept = self.kept.get(_SCHEMAS)
        if kept is not None and kept["digest"] == digest_of(files):
            return restored_schemas(kept["schemas"], lambda: _compiled(files, folder).links)
        return _compiled(files, folder)


def opened(folder: Path) -> Built:
    """What was built in a folder."""
    path = folder / FILE
    return Built(orjson.loads(path.read_bytes()) if path.is_file() else {})


def digest_of(files: Files[str, bytes]) -> str:
    """Of all of these files, names and bytes."""
    digest = sha256()
    for name, data in sorted(files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _compiled(files: Files[str, bytes], folder: str) -> Schemas:
    from bridge.core.schemas import compile_schemas  # noqa: PLC0415 -- slow to import, and not needed where it is built

    return compile_schemas(files, folder)
