"""The schemas that a subscriber validates against: those it has, never fetched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cloudevents.core.v1.event import CloudEvent
from jsonschema_rs import validator_for

from bridge.core.schema.close import forms
from bridge.core.schema.compiled import Schema, Schemas
from bridge.core.schema.link import Links
from bridge.core.schema.strict import STRICT
from bridge.core.schema.tolerant import read_form
from bridge.core.schemas import compile_schemas
from bridge.core.validate import Checker
from bridge.errors import Problem, ProjectInvalid, Where
from bridge.subscriber.errors import InvalidData


@dataclass(frozen=True, slots=True)
class Registry:
    """Schemas by `$id`. Each is compiled when the first event names it."""

    schemas: Mapping[str, Schema]
    links: Links = field(repr=False)  #: the files as linked
    _checkers: dict[str, Checker] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, source: "Source") -> "Registry":
        """From a folder, compiled schemas, or another registry. A folder is read once in a process."""
        if isinstance(source, Registry):
            return source
        if isinstance(source, Schemas):
            return cls({schema.id: schema for schema in source.by_name.values()}, source.links)
        return _read(Path(source).resolve())

    def check(self, event: CloudEvent, where: Where) -> None:
        """Raise `InvalidData` where the data breaks its schema: U010 no schema named, U011 not here, U012 what breaks.

        Tolerant, just as far as `schemas check` takes it for granted: members that the schema does not declare may be
        there, even where it says `additionalProperties: false`, and other values of an `x-extensible-enum`.
        """
        name = event.get_dataschema()
        if name is None:
            what = "the event names no schema, and is not validated without"
            raise _refused(where, "$.dataschema", "U010", what, "let the publisher name one, or read without schemas")
        if name not in self.schemas:
            fix = "add the schema to the folder, or subscribe only to what it has"
            raise _refused(where, "$.dataschema", "U011", "the event names a schema that is not in the registry", fix)
        problems = self._checker(name).problems(event.get_data())
        if problems:
            raise InvalidData(*(_told(problem, where) for problem in problems))

    def _checker(self, name: str) -> Checker:
        if name not in self._checkers:
            schema = self.schemas[name]
            read = read_form(self.links, schema.name, forms(self.links, (schema.name,)))
            self._checkers[name] = Checker(schema.name, (validator_for(read, **STRICT),), frozenset())
        return self._checkers[name]


#: Where schemas come from.
Source = Registry | Schemas | Path | str


@cache
def _read(folder: Path) -> Registry:
    if not folder.is_dir():
        where = Where(file=str(folder))
        raise ProjectInvalid(Problem(where, "U040", "there is no such folder of schemas", "correct its path"))
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.json"))}
    return Registry.of(compile_schemas(files))


def _told(problem: Problem, where: Where) -> Problem:
    place = Where(record=where.record, path=problem.where.path)
    fix = "let the publisher mend it, or take the schema that it publishes by"
    return Problem(place, "U012", problem.what, fix)


def _refused(where: Where, path: str, code: str, what: str, fix: str) -> InvalidData:
    return InvalidData(Problem(Where(record=where.record, path=path), code, what, fix))
