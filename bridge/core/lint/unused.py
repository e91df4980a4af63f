"""What is declared and used by nothing: schemas, names, tables, secrets."""

from collections.abc import Iterator

from bridge.core.change import NAMES
from bridge.core.lint.specified import secret_names
from bridge.core.lint.subject import Subject, at, entries, event_node
from bridge.core.rules.model import Entity
from bridge.core.yamltree import Node
from bridge.errors import Problem


def unused_names(subject: Subject) -> Iterator[Problem]:
    """L011 for each `let` that no value of an event needs."""
    for entity in subject.rules.entities:
        used = {let.name for rule in entity.rules for let in rule.lets}
        yield from _names(at(entity.node, "let"), used)
        for rule in entity.rules:
            yield from _names(at(event_node(entity, rule), "let"), {let.name for let in rule.lets})


def _names(node: Node | None, used: set[str]) -> Iterator[Problem]:
    for entry in entries(node):
        if entry.key.value not in used:
            what = f"nothing uses the name '{entry.key.value}'"
            yield Problem(entry.key.where, "L011", what, "remove it, or use it", level="warning")


def unused_schemas(subject: Subject) -> Iterator[Problem]:
    """L001 for each schema that neither a rule names nor a schema in use refers to."""
    used = _in_use(subject)
    for name, source in subject.schemas.links.sources.items():
        if name not in used:
            steps = (source.dialect.id,) if source.dialect.id in source.document else ()
            fix = "name it in a rule, refer to it with `$ref`, or remove the file"
            said = source.problem(steps, "L001", "no rule and no other schema uses this schema", fix)
            yield Problem(said.where, said.code, said.what, said.fix, level="warning")


def _in_use(subject: Subject) -> set[str]:
    """The files that rules name, and those that these lead to."""
    targets = subject.schemas.links.targets.items()
    waiting = [schema.name for _, rule in subject.events for schema in rule.schemas.values()]
    waiting += [entity.item_schema for entity in subject.rules.entities]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += [str(target[0]) for pointer, target in targets if pointer[0] == name]
    return used


def unused_settings(subject: Subject) -> Iterator[Problem]:
    """L032 for each table and secret of bridge.yaml that no rule asks for. A target may wait for its first event."""
    used = {"tables": _tables(subject), "secrets": {str(name.value) for _, name in secret_names(subject)}}
    for section, names in used.items():
        for entry in entries(at(subject.page, section)):
            if entry.key.value not in names:
                what = f"no rule uses '{entry.key.value}' of `{section}`"
                yield Problem(entry.key.where, "L032", what, "use it in a rule, or remove it", level="warning")


def _tables(subject: Subject) -> set[str]:
    """The declared tables that some entity is about, for all that its pattern tells."""
    views = subject.manifest.views
    return {table for entity in subject.rules.entities for table in views if _is_about(entity, table)}


def _is_about(entity: Entity, table: str) -> bool:
    return entity.when is None or entity.when.may_match({"table": table}, NAMES - {"table"}) is not False
