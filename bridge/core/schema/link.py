"""Where every `$ref` leads: between files by `$id` or by file path, and never over the network.

A reference is read as JSON Schema reads it, against `$id`. Where that names no schema at hand it is read as a path
from the file, so that schemas whose `$id` does not mirror their folders work as authors expect.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from bridge.core.schema.dialect import REACH, Pointer, Reach
from bridge.core.schema.source import Source, descend
from bridge.errors import Problem
from bridge.frozen import frozen

#: Most schemas that may apply to one and the same value. Doubling references reach it soon; people never do.
MAX_WEIGHT = 10_000

_FOLDER = "file:///"


@frozen
class Links:
    """The schemas of a project by pointer (file name first), and where their references lead."""

    sources: Mapping[str, Source]
    targets: dict[Pointer, Pointer] = field(default_factory=dict)

    def source(self, pointer: Pointer) -> Source:
        """The file that holds it."""
        return self.sources[str(pointer[0])]

    def schema(self, pointer: Pointer) -> Any:
        """The schema itself: an object or a boolean."""
        return descend(self.source(pointer).document, pointer[1:])

    def inside(self, pointer: Pointer) -> Iterator[tuple[str, Pointer]]:
        """The schemas directly under its keywords, with the keyword, and what `$ref` leads to."""
        schema = self.schema(pointer)
        if isinstance(schema, dict):
            for keyword, steps, _ in self.source(pointer).dialect.schemas_in(schema):
                yield keyword, pointer + steps
            if pointer in self.targets:
                yield "$ref", self.targets[pointer]


@frozen
class _Names:
    """What schemas are called while their references are being resolved."""

    files: Collection[str]  #: all there are, readable or not
    ids: dict[str, Pointer] = field(default_factory=dict)  #: by absolute URI, and by file
    anchors: dict[tuple[Pointer, str], Pointer] = field(default_factory=dict)  #: by resource and name
    bases: dict[Pointer, str] = field(default_factory=dict)  #: the URI of each resource
    schemas: set[Pointer] = field(default_factory=set)  #: all that stand where a schema is expected

    def resource(self, pointer: Pointer) -> Pointer:
        """The resource that a schema belongs to: the nearest one around it with a URI of its own."""
        while pointer not in self.bases:
            pointer = pointer[:-1]
        return pointer


def link(sources: Sequence[Source], files: Collection[str]) -> tuple[Links, list[Problem]]:
    """The links of all that can be resolved, and the problems S010 to S016 of what cannot.

    `files` names every file, readable or not: who refers to a broken one is not to blame.
    """
    links, names = Links({source.name: source for source in sources}), _Names(files)
    problems = [problem for source in sources for problem in _identify(source, names)]
    for source in sources:
        problems += _resolve(source, (), links, names)
    return links, problems + list(_tangles(links))


def _identify(source: Source, names: _Names) -> Iterator[Problem]:
    """Learn the names of a file's schemas."""
    keyword, root = source.dialect.id, (source.name,)
    names.bases[root] = _uri(source.name)
    names.ids[_uri(source.name)] = root
    given = source.document.get(keyword)
    if given is None:
        yield source.problem((), "S010", f"the schema has no `{keyword}`", _advice(source))
    elif not urlsplit(given).scheme or urldefrag(given).fragment:
        yield source.problem(
            (keyword,), "S011", f"`{keyword}` is not an absolute URI without fragment", _advice(source)
        )
    for steps, schema in source.schemas():
        names.schemas.add((source.name, *steps))
        yield from _name(source, steps, schema, names)


def _advice(source: Source) -> str:
    return f"give it a whole URI of its own, such as https://schemas.example.com/{quote(source.name)}"


def _name(source: Source, steps: Pointer, schema: Mapping[str, Any], names: _Names) -> Iterator[Problem]:
    keyword, pointer = source.dialect.id, (source.name, *steps)
    resource = names.resource(pointer)
    given = schema.get(keyword, "#")
    uri, fragment = urldefrag(_join(names.bases[resource], given))
    if fragment:
        names.anchors[resource, fragment] = pointer
    elif keyword in schema and uri in names.ids:
        other = names.ids[uri][0]
        yield source.problem((*steps, keyword), "S012", f"{other} has the same `{keyword}`", _advice(source))
    elif keyword in schema:
        names.ids[uri], names.bases[pointer], resource = pointer, uri, pointer
    for anchor in ("$anchor", "$dynamicAnchor"):
        if anchor in schema and source.dialect.knows(anchor):
            names.anchors[resource, schema[anchor]] = pointer


def _resolve(source: Source, steps: Pointer, links: Links, names: _Names) -> Iterator[Problem]:
    """Find where each `$ref` leads from a schema and all inside it, and from what they reveal to be a schema."""
    for inner, schema in source.schemas(steps):
        pointer = (source.name, *inner)
        names.schemas.add(pointer)
        if "$ref" not in schema or pointer in links.targets:
            continue
        target = _target(pointer, schema["$ref"], links, names)
        if target is None:
            yield from _nowhere(source, inner, schema["$ref"], names)
            continue
        links.targets[pointer] = target
        if target not in names.schemas:  # under a keyword of the author's own
            yield from _resolve(links.source(target), target[1:], links, names)


def _target(pointer: Pointer, reference: Any, links: Links, names: _Names) -> Pointer | None:
    base = names.bases[names.resource(pointer)]
    readings = (_join(base, str(reference)), _join(_uri(str(pointer[0])), str(reference)))
    for uri, fragment in map(urldefrag, readings):
        root = names.ids.get(uri)
        if root is not None:
            return _part(root, unquote(fragment), links, names)
    return None


def _part(root: Pointer, fragment: str, links: Links, names: _Names) -> Pointer | None:
    """What a fragment names in a resource: the whole, an anchor, or what a JSON pointer leads to."""
    if not fragment.startswith("/"):
        return names.anchors.get((root, fragment)) if fragment else root
    value, steps = links.schema(root), []
    for step in fragment[1:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        key = int(name) if isinstance(value, list) and name.isdecimal() else name
        try:
            value = value[key]
        except (LookupError, TypeError):
            return None
        steps.append(key)
    return root + tuple(steps) if isinstance(value, dict | bool) else None


def _nowhere(source: Source, steps: Pointer, reference: Any, names: _Names) -> Iterator[Problem]:
    file = unquote(urldefrag(_join(_uri(source.name), str(reference))).url).removeprefix(_FOLDER)
    if file in names.files and (file,) not in names.bases:
        return  # it is there and has problems of its own
    place = (*steps, "$ref")
    if urlsplit(str(reference)).scheme in ("http", "https") and urldefrag(reference).url not in names.ids:
        what = "`$ref` leads out of the project, and nothing is ever fetched"
        yield source.problem(place, "S014", what, "put that schema into the schemas folder with the same `$id`")
    else:
        near = get_close_matches(file, names.files, 1, 0.5)
        hint = f"; {near[0]} is there" if near and near[0] != file else ""
        fix = f"correct the path, the `$id` or the part after `#`{hint}"
        yield source.problem(place, "S013", "`$ref` leads to nothing in the schemas folder", fix)


def _tangles(links: Links) -> Iterator[Problem]:
    """References that lead back to themselves without going into the value, or that multiply beyond measure."""
    reached = [(source.name, *steps) for source in links.sources.values() for steps, _ in source.schemas()]
    graph = {pointer: list(_here(links, pointer)) for pointer in dict.fromkeys([*reached, *links.targets])}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = error.args[1]
        turn = next((pointer for pointer in circle if pointer in links.targets), circle[0])
        fix = "refer from a property or from the items of a list, so that each turn goes deeper into the value"
        what = "`$ref` comes back to itself without going into the value: nothing can be checked against it"
        yield links.source(turn).problem((*turn[1:], "$ref"), "S015", what, fix)
        return
    weights: dict[Pointer, int] = {}
    for pointer in order:
        weights[pointer] = 1 + sum(weights[inner] for inner in graph.get(pointer, ()))
        if weights[pointer] > MAX_WEIGHT:
            what = f"more than {MAX_WEIGHT:,} schemas apply to one value here"
            yield links.source(pointer).problem(pointer[1:], "S016", what, "refer to each schema once")
            return


def _here(links: Links, pointer: Pointer) -> Iterator[Pointer]:
    for keyword, inner in links.inside(pointer):
        if keyword in ("$ref", "if", "not") or REACH.get(keyword) is Reach.HERE:
            yield inner


def _join(base: str, reference: str) -> str:
    """Like `urljoin`, but a bare fragment also joins to a URN, of which `urljoin` knows nothing."""
    return urldefrag(base).url + reference if reference.startswith("#") else urljoin(base, reference)


def _uri(name: str) -> str:
    return _FOLDER + quote(name)
