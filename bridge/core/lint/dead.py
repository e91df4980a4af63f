"""Schemas, and parts of them, that no value can satisfy."""

from collections.abc import Iterator
from typing import Any

from bridge.core.contain import Dead, dead_parts
from bridge.core.lint.subject import Subject
from bridge.core.schema.source import Source
from bridge.errors import Problem


def dead(subject: Subject) -> Iterator[Problem]:
    """L024 for each part of a schema that excludes itself; where one holds another, for the inner alone."""
    for source in subject.schemas.links.sources.values():
        found = {part.pointer: part for part in dead_parts(source.document)}
        for pointer, part in found.items():
            refers = part.keywords == ("$ref",)  # the fault is told where it leads
            if not refers and not any(other.startswith(f"{pointer}/") for other in found):
                yield _problem(source, part)
    for schema in subject.schemas.by_name.values():
        if any(part.pointer == "" for part in dead_parts(schema.closed)):
            source = subject.schemas.links.sources[schema.name]
            if not dead_parts(source.document):
                what = "nothing that the bridge may say satisfies the schema: it demands what it does not declare"
                yield source.problem((), "L024", what, "declare under `properties` all that `required` names")


def _problem(source: Source, part: Dead) -> Problem:
    steps = _steps(source.document, part.pointer)
    named = " and ".join(f"'{keyword}'" for keyword in part.keywords if keyword != "type") or "what is demanded"
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
