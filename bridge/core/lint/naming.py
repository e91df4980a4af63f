"""Names that contradict each other: of types and schema files, of schemas and their `$id`."""

import re
from collections.abc import Iterator

from bridge.core.lint.subject import Subject, place_of
from bridge.core.map import Literal
from bridge.core.rules.model import Entity, Rule
from bridge.errors import Problem

_OF_TYPE = re.compile(r"\.v(\d+)$")
_OF_FILE = re.compile(r"\.v(\d+)(?:\.\d+)*\.json$")
_ADVICE = "call them alike, so that whoever reads one knows the other"


def naming(subject: Subject) -> Iterator[Problem]:
    """L029 to L031: allowed, but sure to mislead somebody."""
    for source in subject.schemas.links.sources.values():
        given = str(source.document.get(source.dialect.id, ""))
        if not given.endswith(f"/{source.name}"):
            what = f"the `{source.dialect.id}` does not end in '{source.name}', where the file lies"
            found = source.problem((source.dialect.id,), "L029", what, _ADVICE)
            yield Problem(found.where, found.code, found.what, found.fix, level="warning")
    for entity, rule in subject.events:
        schema = rule.schemas.get("")
        if schema and isinstance(rule.type.template, Literal) and rule.type.template.value:
            yield from _version(rule, str(rule.type.template.value), schema.name)
            yield from _place(subject, entity, rule, schema.name)


def _version(rule: Rule, event_type: str, schema: str) -> Iterator[Problem]:
    said, filed = _OF_TYPE.search(event_type), _OF_FILE.search(schema)
    if filed and not said:
        what = f"the type names no major version, and its schema is '{schema}'"
        yield Problem(rule.type.where, "L030", what, f"end the type in `.v{filed[1]}`", level="warning")
    elif filed and said and int(filed[1]) != int(said[1]):
        what = f"the type is of version {said[1]}, and its schema '{schema}' of version {filed[1]}"
        fix = "name the schema of the same version, or change the type"
        yield Problem(rule.type.where, "L030", what, fix, level="warning")


def _place(subject: Subject, entity: Entity, rule: Rule, schema: str) -> Iterator[Problem]:
    """L031 where the schema's path is that of another entity or event."""
    folder, _, file = schema.rpartition("/")
    event = file.partition(".")[0]
    others = {other.event for other in entity.rules} - {rule.event}
    entities = {other.name for other in subject.rules.entities} - {entity.name}
    if folder in entities:
        what = f"the schema '{schema}' is one of the entity '{folder}', and the event is of '{entity.name}'"
    elif folder == entity.name and event in others:
        what = f"the schema '{schema}' is that of the event '{event}', and the event is '{rule.event}'"
    else:
        return
    yield Problem(place_of(entity, rule, "schema"), "L031", what, _ADVICE, level="warning")
