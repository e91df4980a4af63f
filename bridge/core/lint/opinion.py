r"""Schemas that Python's `jsonschema`, which many subscribers validate with, reads otherwise than the bridge.

Known beforehand is where the two can differ: regular expressions, which are ECMA's for the one and `re`'s for the
other, and `multipleOf` with a fraction, which the other reckons in binary. A schema without either costs nothing.

- Escapes whose meaning differs are told as such: `\d`, `\w`, `\s` and `\b` go by Unicode in `re`, by ASCII in ECMA's
  (`\s` the other way about), and `\p{…}` and `(?<name>…)` are none there. What differs at the end of a text, where
  `$` also stands before a last line break in `re`, is not told: it lets more pass, and only texts that end in one.
- A fraction is tried: is there a multiple of it that the second opinion refuses?
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.lint.subject import Subject
from bridge.core.schema.dialect import Pointer
from bridge.core.schema.source import Source
from bridge.errors import Problem

#: What `jsonschema` says of a value, floats in place of decimals: whether it is valid; None where it cannot say.
Opinion = Callable[[Mapping[str, Any], Value], bool | None]

_ESCAPE: Final = re.compile(r"\\(?:[pP]\{[^}]*\}|.)|\(\?<(?![=!])|\[\^?\]?|\]", re.DOTALL)
_CLASSES: Final = {
    "\\d": ("the digits of every script", "[0-9]"),
    "\\D": ("the digits of no script", "[^0-9]"),
    "\\w": ("the letters and digits of every script", "[A-Za-z0-9_]"),
    "\\W": ("the letters and digits of no script", "[^A-Za-z0-9_]"),
    "\\s": ("other blanks, such as U+001C but not U+FEFF", ""),
    "\\S": ("other blanks, such as U+001C but not U+FEFF", ""),
    "\\b": ("the ends of words in every script", ""),
    "\\B": ("the ends of words in every script", ""),
}
_MULTIPLES: Final = 300  #: multiples of a fraction that are tried; 0.01 fails at the 57th


def opinions(subject: Subject, opinion: Opinion) -> Iterator[Problem]:
    """L025 for each part of a schema that the two read differently."""
    for source in subject.schemas.links.sources.values():
        for steps, schema in source.schemas():
            for place, pattern in _patterns(schema):
                yield from _pattern(source, (*steps, *place), pattern)
            multiple = schema.get("multipleOf")
            if isinstance(multiple, Decimal) and multiple % 1:
                yield from _multiple(source, (*steps, "multipleOf"), multiple, opinion)


def _patterns(schema: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    if isinstance(schema.get("pattern"), str):
        yield ("pattern",), schema["pattern"]
    yield from ((("patternProperties", name), name) for name in schema.get("patternProperties", {}))


def _pattern(source: Source, steps: Pointer, pattern: str) -> Iterator[Problem]:
    """One problem for the first sign that means something else."""
    inside = False
    for found in _ESCAPE.finditer(pattern):
        sign = found[0]
        inside = sign.startswith("[") or (inside and sign != "]")
        if sign in _CLASSES:
            yield _otherwise(source, steps, pattern, sign, inside=inside)
            return
        if sign[:2] in ("\\p", "\\P") or sign == "(?<":
            shown = "(?<name>…)" if sign == "(?<" else sign
            fix = "name the characters one by one, as in [A-Za-zÀ-ÿ]" if sign[0] == "\\" else "leave the group unnamed"
            yield _problem(source, steps, f"knows no `{shown}` and fails on every text", fix)
            return


def _otherwise(source: Source, steps: Pointer, pattern: str, sign: str, *, inside: bool) -> Problem:
    means, plain = _CLASSES[sign]
    fix = f"write {plain}" if plain else "name the characters themselves"
    problem = _problem(source, steps, f"takes `{sign}` for {means}", fix)
    plainly = plain and not inside and "[" not in pattern and "\\\\" not in pattern and steps[-1] == "pattern"
    return source.mended(problem, steps, pattern.replace(sign, plain)) if plainly else problem


def _multiple(source: Source, steps: Pointer, multiple: Decimal, opinion: Opinion) -> Iterator[Problem]:
    for factor in range(1, _MULTIPLES):
        value = multiple * factor
        if opinion({"multipleOf": multiple}, value) is not True:
            means = f"refuses {value:f} as no multiple of {multiple:f}, reckoning in binary fractions"
            fix = "count in the smaller unit and say `integer`, or bound the digits with a `pattern` of text"
            yield _problem(source, steps, means, fix)
            return


def _problem(source: Source, steps: Pointer, means: str, fix: str) -> Problem:
    found = source.problem(steps, "L025", f"Python's jsonschema {means}", fix)
    return Problem(found.where, found.code, found.what, found.fix, level="warning")
