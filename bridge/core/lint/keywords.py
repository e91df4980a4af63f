"""Keywords that mean nothing to JSON Schema, and so are passed over in silence by every validator."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from bridge.core.likeness import did_you_mean, surely
from bridge.core.lint.subject import Subject
from bridge.core.schema.dialect import LATEST, REACH, Pointer
from bridge.core.schema.lift import assertions
from bridge.core.schema.source import Source
from bridge.errors import Edit, Problem

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
        yield from undeclared(source)
        for steps, schema in source.schemas():
            for keyword in schema:
                yield from _keyword(source, steps, keyword, set(schema))
            if source.dialect.lone_reference and "$ref" in schema and assertions(schema, source.dialect):
                what = "what stands beside `$ref` counts for nothing in this draft of JSON Schema"
                fix = f"put both under `allOf`, or write the schema in the latest draft: {LATEST.uri}"
                yield source.problem((*steps, "$ref"), "L039", what, fix)


def undeclared(source: Source) -> Iterator[Problem]:
    """L028 for each name under `required` that the schema by itself shuts out."""
    for steps, schema in source.schemas():
        if "properties" in schema and not _JOINS & {*schema, *steps} and not any(schema.get(word) for word in _OPEN):
            yield from _required(source, steps, schema["properties"], schema.get("required", []))


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
        where = found.where.right(1)
        edit = Edit(where, len(keyword), near[0]) if surely(keyword, KNOWN, beside) else None
        yield replace(found, edit=edit)


def _required(source: Source, steps: Pointer, declared: dict[str, object], required: list[str]) -> Iterator[Problem]:
    for index, name in enumerate(required):
        if name not in declared:
            what = f"`required` names '{name}', which `properties` does not declare{did_you_mean(name, declared)}"
            fix = "correct the name, or declare it: nothing undeclared is ever said"
            found = source.problem((*steps, "required", index), "L028", what, fix)
            near = surely(name, declared, required)
            yield source.mended(found, (*steps, "required", index), near) if near else found
