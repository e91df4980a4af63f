"""Reads rule files into compiled rules, and finds everything that is wrong in them at once."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from bridge.core import yamltree
from bridge.core.change import NAMES
from bridge.core.fields import Field, read_fields, text, texts
from bridge.core.rules.event import Defaults, Surroundings, read_event
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.notation import ENTITY
from bridge.core.rules.parts import check_name, check_schema, entries, items, read_extensions, read_lets, read_pattern
from bridge.core.rules.translate import Rules
from bridge.core.template import Scope
from bridge.core.yamltree import Node, ReadTree, read_tree
from bridge.errors import Aside, Problem, Where

#: What the name of a file of examples ends in, and of the rule file that it stands beside.
BESIDE: Final = {".examples.yaml": (".yaml", ".yml"), ".examples.yml": (".yml", ".yaml")}
#: Names the examples of the whole entity in such a file.
ENTITY_EXAMPLES: Final = "entity"


def compile_rules(
    files: Mapping[str, bytes], around: Surroundings, read: ReadTree = read_tree
) -> tuple[Rules, list[Problem]]:
    """The rules of all files that could be read, and every problem, errors and warnings, in file order.

    `files` maps each file's name, as messages show it, to its bytes; among them may be files of examples. Rules that
    come with an error must not be run.
    """
    problems: list[Problem] = []
    beside = {rule_file(name, files, problems): name for name in sorted(files) if is_beside(name)}
    unread: list[Problem] = []
    trees = {name: read(data, name, unread) for name, data in sorted(files.items())}
    entities = tuple(
        read_entity(name, node, trees.get(beside.get(name, "")), around, problems)
        for name, node in trees.items()
        if node is not None and not is_beside(name)
    )
    rules = [rule for entity in entities for rule in entity.rules]
    problems += _twice("entity", ((entity.name, entity.where) for entity in entities))
    problems += _twice("event id", ((rule.pinned, rule.where) for rule in rules))
    blamed = {(problem.where.file, problem.where.line) for problem in unread}
    follow = [problem for problem in problems if (problem.where.file, problem.where.line) not in blamed]
    return Rules(entities), sorted(unread + follow)


def is_beside(file: str) -> bool:
    """Whether the file holds examples alone: `order.examples.yaml` beside `order.yaml`."""
    return file.endswith(tuple(BESIDE))


def rule_file(file: str, files: Collection[str], problems: list[Problem]) -> str:
    """The rule file that a file of examples stands beside; R057 and empty where there is none."""
    ending = next(ending for ending in BESIDE if file.endswith(ending))
    wanted = [file.removesuffix(ending) + other for other in BESIDE[ending]]
    found = next((name for name in wanted if name in files), "")
    if not found:
        fix = "give it the name of its rule file: `order.examples.yaml` beside `order.yaml`"
        problems.append(Problem(Where(file, 1, 1), "R057", f"there is no rule file '{wanted[0]}'", fix))
    return found


def read_entity(file: str, node: Node, beside: Node | None, around: Surroundings, problems: list[Problem]) -> Entity:
    """The entity of a rule file and of the file of examples `beside` it; what is wrong joins the problems."""
    values = read_fields(node, ENTITY, "an entity", problems)
    name = text(values.get("entity"))
    check_name(name, values.get("entity"), problems)
    check_schema(values.get("item_schema"), around.schema_files, problems)
    examples = _examples(beside, values, problems)
    return Entity(
        name=name,
        file=file,
        where=node.where,
        about=text(values.get("about")),
        owner=text(values.get("owner")),
        item_schema=text(values.get("item_schema")),
        when=read_pattern(values.get("when"), problems),
        without=texts(values.get("without")),
        rules=_read_events(values, _defaults(name, values, examples, around, problems), problems),
        examples=items(values.get("examples")) + items(examples.get(ENTITY_EXAMPLES)),
        node=node,
        beside=beside,
    )


def _examples(beside: Node | None, values: Mapping[str, Node], problems: list[Problem]) -> dict[str, Node]:
    """The lists of examples of the file beside the rules, by event."""
    if beside is None:
        return {}
    named = [str(entry.key.value) for entry in entries(values.get("events"))]
    fields = {name: Field("a list", f"examples of {name}") for name in [*named, ENTITY_EXAMPLES]}
    # Where no event could be read, no name of one can be told to be wrong.
    return read_fields(beside, fields, "a file of examples", problems if "events" in values else [])


def _defaults(
    name: str, values: Mapping[str, Node], beside: Mapping[str, Node], around: Surroundings, problems: list[Problem]
) -> Defaults:
    lets = read_lets(values.get("let"), Scope(NAMES, around.secrets), (), problems)
    scope = Scope(NAMES, around.secrets).plus(let.name for let in lets)
    extensions = read_extensions(values.get("extensions"), scope, problems)
    return Defaults(name, values, lets, extensions, scope, around, beside)


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
            also = Aside(first[name], "first written here")
            problems.append(Problem(where, "R044", said, "give each its own name", also=also))
        first.setdefault(name, where)
    return problems
