"""One file of JSON Schema, read and checked by itself."""

import json
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jsonschema_rs import ValidationError, Validator, validator_for

from bridge.core.change import Value
from bridge.core.likeness import did_you_mean, surely
from bridge.core.schema.dialect import DIALECTS, LATEST, Dialect, Pointer
from bridge.core.schema.places import at, repeated, rewrite, where
from bridge.core.schema.strict import STRICT
from bridge.core.way import Way, json_path
from bridge.core.wire import read_json
from bridge.errors import Problem, ProjectInvalid, UndecodableRecord, Where
from bridge.frozen import frozen

#: Largest schema file, in bytes: three times the largest known to us (AsyncAPI's), read in some ten milliseconds.
MAX_BYTES = 1_000_000

_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")


@frozen
class Source:
    """A schema file as read."""

    name: str  #: relative to the schemas folder, with forward slashes
    file: str  #: as problems name it
    text: str
    document: dict[str, Value]
    dialect: Dialect

    def problem(self, steps: Pointer, code: str, what: str, fix: str) -> Problem:
        """A problem at the value that these steps lead to."""
        way: Way = None
        for step in steps:
            way = (way, step)
        return Problem(replace(where(self.file, self.text, steps), path=json_path(way)), code, what, fix)

    def mended(self, problem: Problem, steps: Pointer, text: str) -> Problem:
        """The problem with the edit that writes another text where these steps lead to a string."""
        return replace(problem, edit=rewrite(self.file, self.text, steps, json.dumps(text, ensure_ascii=False)))

    def schemas(self, steps: Pointer = ()) -> Iterator[tuple[Pointer, dict[str, Value]]]:
        """The schema that these steps lead to and every one inside it that is an object, with the steps to it."""
        schema = descend(self.document, steps)
        if isinstance(schema, dict):
            yield steps, schema
            for _, more, _ in self.dialect.schemas_in(schema):
                yield from self.schemas(steps + more)


def descend(document: Value, steps: Pointer) -> Any:
    """The value that these steps lead to. Raises `LookupError` or `TypeError` where they lead nowhere."""
    for step in steps:
        document = document[step]
    return document


def read(name: str, file: str, data: bytes) -> Source:
    """The schema in a file. Raises `ProjectInvalid` with all that is wrong with it by itself: S001 to S009."""
    text, document = _parse(Where(file), data)
    twice = list(repeated(text)) if _has_repeated(text) else []
    if twice:
        raise ProjectInvalid(*(_repeated(at(file, text, offset), steps) for steps, offset in twice))
    source = Source(name, file, text, document, _dialect(file, text, document))
    problems = list(_misfits(source)) or [*_strangers(source), *_refusals(source)]
    if problems:
        raise ProjectInvalid(*sorted(problems))
    return source


def _parse(place: Where, data: bytes) -> tuple[str, dict[str, Value]]:
    if len(data) > MAX_BYTES:
        what = f"the schema has {len(data):,} bytes; {MAX_BYTES:,} are allowed"
        raise ProjectInvalid(Problem(place, "S003", what, "split it, and refer with `$ref`"))
    try:
        document = read_json(data, place)
    except UndecodableRecord as error:
        raise ProjectInvalid(*(replace(problem, code=_READING[problem.code]) for problem in error.problems)) from None
    if not isinstance(document, dict):
        fix = "wrap it in an object with `$schema`, `$id` and the keywords of JSON Schema"
        raise ProjectInvalid(Problem(replace(place, line=1, column=1), "S001", "a schema file must be an object", fix))
    return data.decode().removeprefix("\ufeff"), document


#: What a file cannot be read for, in the family of schemas: D003 is its depth.
_READING = {"D001": "S001", "D002": "S001", "D003": "S003", "D004": "S001", "D005": "S001"}


def _has_repeated(text: str) -> bool:
    found = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal found
        found = found or len({name for name, _ in pairs}) < len(pairs)

    json.loads(text, object_pairs_hook=look)
    return found


def _repeated(place: Where, steps: Pointer) -> Problem:
    what = f"the name '{steps[-1]}' is written twice in one object"
    return Problem(place, "S002", what, "keep one of them: readers disagree about which counts")


def _dialect(file: str, text: str, document: dict[str, Value]) -> Dialect:
    given = document.get("$schema", LATEST.uri)
    dialect = DIALECTS.get(given.removesuffix("#")) if isinstance(given, str) else None
    if dialect is None:
        what = "`$schema` names no draft of JSON Schema that is known here"
        problem = Problem(where(file, text, ("$schema",)), "S004", what, f"write {LATEST.uri}")
        raise ProjectInvalid(problem)
    return dialect


def _misfits(source: Source) -> Iterator[Problem]:
    """Where it is no JSON Schema: its draft's own schema of schemas says so."""
    seen = set()
    for error in _metaschema(source.dialect.uri).iter_errors(source.document):
        steps = tuple(error.instance_path)
        if steps not in seen:
            problem = source.problem(steps, "S005", *_misfit(steps, error))
            meant = surely(str(error.instance), _TYPES) if steps[-1:] == ("type",) else ""
            yield source.mended(problem, steps, meant) if meant else problem
        seen.add(steps)


@cache
def _metaschema(uri: str) -> Validator:
    return validator_for({"$schema": uri, "$ref": uri}, offline=True)


def _misfit(steps: Pointer, error: ValidationError) -> tuple[str, str]:
    keyword = next((step for step in reversed(steps) if isinstance(step, str)), "schema")
    if keyword == "type":
        near = get_close_matches(str(error.instance), _TYPES, 1)
        fix = f"write {near[0]}" if near else f"write one or a list of {', '.join(_TYPES)}"
        return "this is no type of JSON Schema", fix
    reason = "it is of none of the forms that are allowed here" if error.kind.name == "anyOf" else error.message
    return (
        f"'{keyword}' is not what JSON Schema allows: {reason}",
        f"look up '{keyword}' in the reference of JSON Schema",
    )


def _strangers(source: Source) -> Iterator[Problem]:
    """What JSON Schema allows, but not in the schema of an event."""
    for steps, schema in source.schemas():
        given = schema.get("$schema", source.dialect.uri)
        if given.removesuffix("#") != source.dialect.uri:
            what = "a schema inside a file has another `$schema` than the file"
            yield source.problem(
                (*steps, "$schema"), "S004", what, "write it in the draft of the file, or in its own file"
            )
        for keyword in ("$dynamicRef", "$recursiveRef"):
            if keyword in schema and source.dialect.knows(keyword):
                what = f"`{keyword}` means something else for each schema that refers here, so it cannot be closed"
                yield source.problem((*steps, keyword), "S008", what, "use `$ref`")
        for keyword, code in ((source.dialect.id, "S011"), ("$ref", "S013")):
            if keyword in schema and not _is_uri(schema[keyword]):
                yield source.problem((*steps, keyword), code, f"`{keyword}` is no URI", "correct its brackets")


def _is_uri(value: Any) -> bool:
    """Whether a reference can be taken apart: brackets are for IPv6 addresses, and must hold one."""
    try:
        urlsplit(value)
    except ValueError:
        return False
    return True


def _refusals(source: Source) -> Iterator[Problem]:
    """Formats that nobody knows and regular expressions that no linear-time engine takes."""
    for steps, schema in source.schemas():
        for keyword, values in (("format", _single), ("pattern", _single), ("patternProperties", list)):
            for value in values(schema.get(keyword, ())):
                if not _takes(source.dialect.uri, keyword, value):
                    at_name = (value,) if keyword == "patternProperties" else ()
                    yield _refusal(source, (*steps, keyword, *at_name), keyword, value)


def _refusal(source: Source, steps: Pointer, keyword: str, value: str) -> Problem:
    code, what, fix = _REFUSALS[keyword]
    hint, meant = (did_you_mean(value, _FORMATS), surely(value, _FORMATS)) if keyword == "format" else ("", "")
    problem = source.problem(steps, code, what + hint, fix)
    return source.mended(problem, steps, meant) if meant else problem


#: The formats of the latest draft.
_FORMATS = (
    "date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri",
    "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer", "relative-json-pointer", "regex",
)  # fmt: skip


def _single(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else []


@cache
def _takes(uri: str, keyword: str, value: str) -> bool:
    try:
        validator_for({"$schema": uri, keyword: {value: {}} if keyword == "patternProperties" else value}, **STRICT)
    except (ValidationError, ValueError):
        return False
    return True


_NO_REGEX = (
    "S007",
    "this regular expression is broken, too large, or needs look-around or back-references",
    "write it in ECMAScript's syntax without those, so that it takes linear time whatever the text",
)
_REFUSALS: dict[str, tuple[str, str, str]] = {
    "format": ("S006", "this draft of JSON Schema knows no such format", "correct its name, or use `pattern`"),
    "pattern": _NO_REGEX,
    "patternProperties": _NO_REGEX,
}
