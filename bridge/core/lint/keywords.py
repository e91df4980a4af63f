"""Keywords that mean nothing to JSON Schema, and so are passed over in silence by every validator."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from bridge.core.fields import did_you_mean
from bridge.core.lint.subject import Subject
from bridge.core.schema.dialect import LATEST, REACH, Pointer
from bridge.core.schema.lift import assertions
from bridge.core.schema.source import Source
from bridge.errors import Edit, Problem, Where

#: Every keyword that some draft knows: those that hold schemas, those that demand, and those that only tell.
KNOWN: Final = frozenset({
    *REACH, "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
    "maxLength", "minLength", "pattern", "format", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains",
    "maxProperties", "minProperties", "required", "dependentRequired", "title", "description", "default", "examples",
    "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "$schema", "$id", "id", "$ref",
    "$comment", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef", "$recursiveAnchor", "$vocabulary",
})  # fmt: skip
#: Under these a schema is joined to another, which may declare what it requires.
_JOINS: Final = frozenset({"allOf", "anyOf", "oneOf", "if", "then", "else", "not", "dependentSchemas", "$ref"})
_OPEN: Final = ("additionalProperties", "unevaluatedProperties", "patternProperties")
#: How like a keyword a word must be to be taken for it; annotations of the author's own are let be.
_LIKENESS: Final = 0.8


def keywords(subject: Subject) -> Iterator[Problem]:
    """L027 misspelt or of another draft, L028 `required` without a property, L039 beside `$ref` in vain."""
    for source in subject.schemas.links.sources.values():
        for steps, schema in source.schemas():
            for keyword in schema:
                yield from _keyword(source, steps, keyword, set(schema))
            if "properties" in schema and not _JOINS & {*schema, *steps} and not any(schema.get(o) for o in _OPEN):
                yield from _required(source, steps, schema["properties"], schema.get("required", []))
            if source.dialect.lone_reference and "$ref" in schema and assertions(schema, source.dialect):
                what = "what stands beside `$ref` counts for nothing in this draft of JSON Schema"
                fix = f"put both under `allOf`, or write the schema in the latest draft: {LATEST.uri}"
                yield source.problem((*steps, "$ref"), "L039", what, fix)


def _keyword(source: Source, steps: Pointer, keyword: str, beside: set[str]) -> Iterator[Problem]:
    if keyword in KNOWN:
        if not source.dialect.knows(keyword):
            what = f"'{keyword}' means nothing in this draft of JSON Schema"
            yield source.problem((*steps, keyword), "L027", what, "use what took its place, or remove it")
        return
    near = get_close_matches(keyword, sorted(KNOWN), 1, _LIKENESS)
    if near and not keyword.startswith("x-"):
        what = f"JSON Schema knows no keyword '{keyword}'; did you mean '{near[0]}'?"
        fix = "correct it; begin the name of an annotation of your own with `x-`"
        found = source.problem((*steps, keyword), "L027", what, fix)
        yield found if near[0] in beside else with_edit(found, keyword, near[0])


def _required(source: Source, steps: Pointer, declared: dict[str, object], required: list[str]) -> Iterator[Problem]:
    for index, name in enumerate(required):
        if name not in declared:
            what = f"`required` names '{name}', which `properties` does not declare{did_you_mean(name, declared)}"
            fix = "correct the name, or declare it: nothing undeclared is ever said"
            found = source.problem((*steps, "required", index), "L028", what, fix)
            near = [each for each in get_close_matches(name, declared, 2) if each not in required]
            yield with_edit(found, name, near[0]) if len(near) == 1 else found


def with_edit(problem: Problem, old: str, new: str) -> Problem:
    """The problem with the edit that writes another text into the JSON string at its place."""
    where = Where(problem.where.file, problem.where.line, problem.where.column + 1)
    edit = Edit(where, len(old), new) if old.isascii() and not {'"', "\\"} & {*old, *new} else None
    return Problem(problem.where, problem.code, problem.what, problem.fix, problem.level, edit=edit)
