"""Reads rule files into compiled rules, and finds everything that is wrong in them at once."""

from collections.abc import Iterable, Mapping

from bridge.core import yamltree
from bridge.core.change import NAMES
from bridge.core.fields import read_fields, text, texts
from bridge.core.rules.event import Defaults, Surroundings, read_event
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.notation import ENTITY
from bridge.core.rules.parts import check_name, check_schema, items, read_extensions, read_lets, read_pattern
from bridge.core.rules.translate import Rules
from bridge.core.template import Scope
from bridge.core.yamltree import Node, read_yaml
from bridge.errors import Problem, ProjectInvalid, Where


def compile_rules(files: Mapping[str, bytes], around: Surroundings) -> tuple[Rules, list[Problem]]:
    """The rules of all files that could be read, and every problem, errors and warnings, in file order.

    `files` maps each file's name, as messages show it, to its bytes. Rules that come with an error must not be run.
    """
    problems: list[Problem] = []
    read = [_read_file(name, data, around, problems) for name, data in sorted(files.items())]
    entities = tuple(entity for entity in read if entity is not None)
    rules = [rule for entity in entities for rule in entity.rules]
    problems += _twice("entity", ((entity.name, entity.where) for entity in entities))
    problems += _twice("event id", ((rule.pinned, rule.where) for rule in rules))
    return Rules(entities), sorted(problems)


def _read_file(file: str, data: bytes, around: Surroundings, problems: list[Problem]) -> Entity | None:
    try:
        node = read_yaml(data, file)
    except ProjectInvalid as error:
        problems.extend(error.problems)
        return None
    return _read_entity(file, node, around, problems)


def _read_entity(file: str, node: Node, around: Surroundings, problems: list[Problem]) -> Entity:
    values = read_fields(node, ENTITY, "an entity", problems)
    name = text(values.get("entity"))
    check_name(name, values.get("entity"), problems)
    check_schema(values.get("item_schema"), around.schema_files, problems)
    return Entity(
        name=name,
        file=file,
        where=node.where,
        about=text(values.get("about")),
        owner=text(values.get("owner")),
        item_schema=text(values.get("item_schema")),
        when=read_pattern(values.get("when"), problems),
        without=texts(values.get("without")),
        rules=_read_events(values, _defaults(name, values, around, problems), problems),
        examples=items(values.get("examples")),
    )


def _defaults(name: str, values: Mapping[str, Node], around: Surroundings, problems: list[Problem]) -> Defaults:
    lets = read_lets(values.get("let"), Scope(NAMES, around.secrets), (), problems)
    scope = Scope(NAMES, around.secrets).plus(let.name for let in lets)
    extensions = read_extensions(values.get("extensions"), scope, problems)
    return Defaults(name, values, lets, extensions, scope, around)


def _read_events(values: Mapping[str, Node], defaults: Defaults, problems: list[Problem]) -> tuple[Rule, ...]:
    events = values.get("events")
    if not isinstance(events, yamltree.Mapping):
        return ()
    if not events.entries:
        problems.append(Problem(events.where, "R031", "the entity has no event", "add one under `events`"))
    return tuple(read_event(entry, defaults, problems) for entry in events.entries)


def _twice(what: str, named: Iterable[tuple[str, Where]]) -> list[Problem]:
    first: dict[str, Where] = {}
    problems = []
    for name, where in named:
        if name and name in first:
            said = f"the {what} '{name}' is taken: first at {first[name]}"
            problems.append(Problem(where, "R044", said, "give each its own name"))
        first.setdefault(name, where)
    return problems
