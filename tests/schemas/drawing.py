"""Schemas and values drawn by lot, the same ones for the same number.

Hypothesis would shrink what fails, and draws a schema of this size in 50 ms; a law wants thousands.
"""

import random
from functools import cache

from bridge.core.contain.hints import Hints
from bridge.core.contain.samples import Samples
from bridge.errors import ProjectInvalid
from tests.schemas.converting import bundled

NAMES = ("a", "b", "x-c")
LEAVES = (None, True, False, 0, 1, 2, 7, "", "a", "ab", "x-1")
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")


@cache
def documents(numbers):
    """The bundles of drawn schemas with values for each, those left out whose references go in a circle."""
    return list(_documents(numbers))


def _documents(numbers):
    for number in numbers:
        lot = random.Random(number)
        try:
            document = bundled(schema(lot)).document
        except ProjectInvalid:
            continue
        drawn = [value(lot, 3) for _ in range(6)]
        yield number, document, drawn + _samples(document)


def _samples(document):
    return Samples(document, Hints.of([document])).of(document)[:24]


def schema(lot):
    """A whole schema with two definitions."""
    return {**_joined(lot, 3), "$defs": {"d": _joined(lot, 2), "e": {"properties": {"a": _part(lot, 2)}}}}


def value(lot, depth):
    """A JSON value of the names and texts that the schemas speak of."""
    kind = lot.random()
    if depth and kind < 0.45:
        return {name: value(lot, depth - 1) for name in NAMES if lot.random() < 0.5}
    if depth and kind < 0.6:
        return [value(lot, depth - 1) for _ in range(lot.randrange(4))]
    return lot.choice(LEAVES)


def _part(lot, depth):
    kind = lot.random()
    if kind < 0.1:
        return lot.random() < 0.6
    if kind < 0.25:
        return {"$ref": f"#/$defs/{lot.choice('de')}"}
    return _joined(lot, depth - 1) if depth and kind < 0.7 else _plain(lot)


def _plain(lot):
    size = lambda: lot.randrange(4)  # noqa: E731
    names = lambda: lot.sample(NAMES, lot.randrange(3))  # noqa: E731
    words = {
        "type": lambda: lot.choice([lot.choice(TYPES), lot.sample(TYPES, 2)]),
        "enum": lambda: lot.sample(LEAVES, lot.randrange(1, 4)),
        "const": lambda: lot.choice(LEAVES),
        "required": names,
        "dependentRequired": lambda: {lot.choice(NAMES): names()},
        "pattern": lambda: lot.choice(["^a", "b$", "^[a-z]+$"]),
        "uniqueItems": lambda: lot.random() < 0.5,
        "x-extensible-enum": lambda: True,
        "title": lambda: lot.choice(["", "A thing"]),
        **dict.fromkeys(
            ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"), lambda: size() + 1
        ),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), size),
        **dict.fromkeys(("minContains", "maxContains"), size),
    }
    return {word: words[word]() for word in lot.sample(sorted(words), lot.randrange(3))}


def _joined(lot, depth):
    part = lambda: _part(lot, depth)  # noqa: E731
    some = lambda: [part() for _ in range(lot.randrange(1, 3))]  # noqa: E731
    named = lambda: {name: part() for name in lot.sample(NAMES, lot.randrange(1, 3))}  # noqa: E731
    closed = lambda: lot.choice([False, part()])  # noqa: E731
    words = {
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), some),
        **dict.fromkeys(("properties", "dependentSchemas"), named),
        "patternProperties": lambda: {lot.choice(["^x-", "a"]): part()},
        **dict.fromkeys(("not", "if", "then", "else", "items", "contains", "propertyNames"), part),
        **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "unevaluatedItems"), closed),
    }
    return {word: words[word]() for word in lot.sample(sorted(words), lot.randrange(1, 4))} | _plain(lot)
