"""Schemas, and parts of them, that no value can satisfy."""

from collections.abc import Iterator
from typing import Any

from bridge.core.contain import Dead, dead_parts
from bridge.core.lint.keywords import undeclared
from bridge.core.lint.subject import Subject
from bridge.core.schema.compiled import Schema
from bridge.core.schema.source import Source
from bridge.errors import Problem


def dead(subject: Subject) -> Iterator[Problem]:
    """L024 for each part of a schema that excludes itself; where one holds another, for the inner alone."""
    for source in subject.schemas.links.sources.values():
        found = {part.pointer: part for part in dead_parts(without_references(source.document))}
        for pointer, part in found.items():
            if not any(other.startswith(f"{pointer}/") for other in found):
                yield _problem(source, part)
        schema = subject.schemas.get(source.name)
        if schema and not found and _is_dead(schema) and not any(undeclared(source)):
            what = "no data satisfies the schema, with what it refers to and with nothing that it does not declare"
            fix = "look for what its references demand as well, and declare all that `required` names"
            yield source.problem((), "L024", what, fix)


def _is_dead(schema: Schema) -> bool:
    """Whether the closed form allows nothing; what the open one excludes it excludes too."""
    return any(part.pointer == "" for part in dead_parts(schema.closed))


def without_references(schema: Any) -> Any:
    """The schema by itself: what it refers to is left out, since it lies in other files."""
    if isinstance(schema, list):
        return [without_references(each) for each in schema]
    if isinstance(schema, dict):
        return {name: without_references(each) for name, each in schema.items() if name != "$ref"}
    return schema


def _problem(source: Source, part: Dead) -> Problem:
    steps = _steps(source.document, part.pointer)
    named = " and ".join(f"'{keyword}'" for keyword in sorted(part.keywords) if keyword != "type") or "what is demanded"
    what = f"no value satisfies this part of the schema: {named} cannot hold together"
    return source.problem(steps, "L024", what, "remove or widen one of them")


def _steps(document: Any, pointer: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    for step in pointer.split("/")[1:]:
        name: str | int = step.replace("~1", "/").replace("~0", "~")
        name = int(name) if isinstance(document, list) else name
        document = document[name]
        steps.append(name)
    return tuple(steps)
