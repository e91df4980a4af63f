"""Examples and defaults that stand in schemas and that the schemas refuse."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from jsonschema_rs import Registry, Validator, validator_for

from bridge.core.contain import dead_parts
from bridge.core.lint.dead import without_references
from bridge.core.lint.keywords import undeclared
from bridge.core.lint.subject import Subject
from bridge.core.schema.dialect import Pointer
from bridge.core.schema.source import Source
from bridge.core.schema.strict import STRICT
from bridge.core.schema.words import words
from bridge.errors import Problem

_HOLDS: Final = re.compile(r'"(?:examples|default)"')


def specimens(subject: Subject) -> Iterator[Problem]:
    """L026 for each that does not fit; whole examples of an event's data against what the bridge would let pass."""
    sources = subject.schemas.links.sources
    said = {schema.name for _, rule in subject.events for schema in rule.schemas.values()}
    registry = Registry([(str(source.document[source.dialect.id]), source.document) for source in sources.values()])
    for source in sources.values():
        if not _HOLDS.search(source.text) or any(undeclared(source)) or dead_parts(without_references(source.document)):
            continue  # there is none, or nothing could satisfy the schema, which is said already
        for steps, schema in source.schemas():
            given: list[tuple[Pointer, Any]] = [
                (("examples", index), each) for index, each in enumerate(_listed(schema.get("examples")))
            ]
            given += [(("default",), schema["default"])] if "default" in schema else []
            for place, value in given:
                emitted = subject.schemas.get(source.name) if source.name in said and not steps else None
                if emitted and emitted.problems(value):
                    first = emitted.problems(value)[0]
                    where = first.where.path.removeprefix("$.data").removeprefix("$")
                    what = first.what.removesuffix(f" ({source.name})")
                    yield _problem(source, (*steps, *place), where, what)
                elif not emitted:
                    yield from _refused(source, steps, place, value, registry)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _refused(source: Source, steps: Pointer, place: Pointer, value: Any, registry: Registry) -> Iterator[Problem]:
    validator = _validator(source, steps, registry)
    if not validator.is_valid(value):
        error = next(iter(validator.iter_errors(value)))
        below = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
        yield _problem(source, (*steps, *place), below, words(error).what)


def _validator(source: Source, steps: Pointer, registry: Registry) -> Validator:
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    reference = f"{source.document[source.dialect.id]}#{quote(pointer)}"
    return validator_for({"$schema": source.dialect.uri, "$ref": reference}, registry=registry, **STRICT)


def _problem(source: Source, steps: Pointer, below: str, what: str) -> Problem:
    kind = "example" if "examples" in steps else "default"
    inside = f" at `{below.lstrip('.')}`" if below else ""
    fix = f"correct the {kind}, or the schema"
    return source.problem(steps, "L026", f"the schema refuses its own {kind}{inside}: {what}", fix)
