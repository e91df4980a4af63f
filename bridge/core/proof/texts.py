"""What is known of a text: the language that it is of, its length, its format."""

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal
from functools import cache
from typing import Any, Final

from bridge.core.numbers import MAX_EXPONENT, exact, number_text
from bridge.core.proof.numbers import DIGITS, Span
from bridge.core.proof.parts import sizes
from bridge.core.proof.shapes import Branch, Shape, values_of
from bridge.core.proof.text.change import bounded
from bridge.core.proof.text.language import (
    ANYTHING,
    NONE,
    Language,
    both,
    but,
    chars,
    either,
    literal,
    literals,
    longest,
    repeat,
    row,
    shortest,
)
from bridge.core.proof.text.pattern import language, written

#: Most listed texts that are followed one by one, and most characters that are counted one by one.
MAX_LISTED: Final = 64
MAX_COUNTED: Final = 300

DIGIT: Final = chars([(48, 57)])


def _known(pattern: str) -> Language:
    found = language(pattern)
    assert found is not None, "our own patterns can be followed"
    return found


_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}"
#: What a text of each format surely is of.
_FORMATS: Final[Mapping[str, str]] = {
    "date-time": rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_TIME}(\.[0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})$",
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "uuid": r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "ipv4": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$",
    "email": r"^[\s\S]+@[\s\S]+$",
}
_PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_NO_SCHEME = r"(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})"
_TAIL = rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
#: Texts that surely are of the format: RFC 3986 with plain hosts, RFC 9562.
SURELY: Final[Mapping[str, str]] = {
    "uri": rf"^[A-Za-z][A-Za-z0-9+.-]*:(?://[A-Za-z0-9.-]+(?::[0-9]{{1,5}})?(?:/{_PCHAR}*)*|/?{_PCHAR}+(?:/{_PCHAR}*)*){_TAIL}$",
    "uri-reference": rf"^/?{_NO_SCHEME}+(?:/{_PCHAR}*)*{_TAIL}$",
    "uuid": _FORMATS["uuid"],
}


@cache
def of_format(name: str) -> Language:
    """What every text of the format is of."""
    return _known(_FORMATS[name]) if name in _FORMATS else ANYTHING


@cache
def surely(name: str) -> Language:
    """Texts that are of the format, if not all."""
    return _known(SURELY[name])


def language_of(branch: Branch, *, counted: bool = True) -> Language:
    """A language of which every text of the branch is."""
    values = values_of(branch)
    if values is not None:
        texts = [value for value in values if isinstance(value, str)]
        return (
            literals(texts) if len(texts) <= MAX_LISTED and max(map(len, texts), default=0) <= MAX_COUNTED else ANYTHING
        )
    whole = both(*(found for part in _conjuncts(branch) for found in _asked(part)))
    least, most = sizes(branch, "minLength", "maxLength")
    if not counted:
        return whole
    return bounded(
        whole, least if least <= MAX_COUNTED else 0, most if most is not None and most <= MAX_COUNTED else None
    )


def _conjuncts(branch: Branch) -> Iterable[Branch]:
    yield branch
    yield from (part for part in branch.get("allOf", ()) if isinstance(part, dict))


def _asked(part: Mapping[str, Any]) -> Iterable[Language]:
    if "pattern" in part:
        yield language(part["pattern"]) or ANYTHING
    if "format" in part:
        yield of_format(part["format"])
    yield from _not(part.get("not"))


def _not(refused: Any) -> Iterable[Language]:
    """What a text may be that is not of a pattern, or none of a few, or of none of several such."""
    if not isinstance(refused, dict):
        return
    if set(refused) == {"anyOf"}:
        for each in refused["anyOf"]:
            yield from _not(each)
        return
    refused = {word: value for word, value in refused.items() if (word, value) != ("type", "string")}
    listed = refused.get("enum", [refused["const"]] if "const" in refused else [])
    if set(refused) == {"pattern"} and (whole := language(refused["pattern"])) is not None:
        yield but(whole)
    elif set(refused) <= {"enum", "const"} and len(listed) <= MAX_LISTED:
        yield but(literals(value for value in listed if isinstance(value, str)))


def languages_of(shape: Shape, *, counted: bool = True) -> Language:
    """A language of which every text of the shape is."""
    return either(*(language_of(branch, counted=counted) for branch in shape))


def length_of(shape: Shape) -> tuple[int, int | None]:
    """The fewest and the most characters of the shape's texts."""
    found = [_length(branch) for branch in shape]
    most = [each for _, each in found]
    return min((least for least, _ in found), default=0), None if None in most else max(filter(None, most), default=0)


def _length(branch: Branch) -> tuple[int, int | None]:
    least, most = sizes(branch, "minLength", "maxLength")
    if values_of(branch) is not None:
        return least, most
    whole = language_of(branch, counted=False)
    beyond = longest(whole)
    return max(least, shortest(whole)), beyond if most is None else most if beyond is None else min(most, beyond)


def text(whole: Language, least: int = 0, most: int | None = None, *formats: str) -> Branch:
    """The schema of the texts of a language, and of a length where more is known of it."""
    least, beyond = max(least, shortest(whole)), longest(whole)
    most = beyond if most is None else most if beyond is None else min(most, beyond)
    patterns = written(whole)
    asked = [{"pattern": pattern} for pattern in patterns] + [{"format": name} for name in formats]
    return {
        "type": "string",
        **({"minLength": least} if least else {}),
        **({} if most is None else {"maxLength": most}),
        **({"allOf": asked} if asked else {}),
    }


def of_number(branch: Branch, span: Span) -> Language:
    """How a number is written inside text: a listed one as it is, or without zeros behind its point."""
    values = values_of(branch)
    if values is not None and len(values) <= MAX_LISTED:
        return either(*map(_written, values))
    sign = repeat(literal("-"), 0, 0 if span.low is not None and span.low >= 0 else 1)
    zero = literal("0") if span.low is None or span.low <= 0 else NONE
    digits = MAX_COUNTED + 1 if span.largest is None else len(str(int(span.largest)))
    if span.plain and span.whole and digits <= MAX_COUNTED:
        fewest = len(str(int(span.low))) if span.low is not None and span.low > 0 else 1
        return row(sign, either(zero, row(chars([(49, 57)]), repeat(DIGIT, fewest - 1, digits - 1))))
    return row(sign, _known(_DECIMAL))


def _written(value: Any) -> Language:
    """A listed number, as it is and as it may be: what arithmetic makes has zeros behind its fraction."""
    short = number_text(_shortest(value))
    zeros = repeat(literal("0"), 0, None)
    return either(literal(number_text(value)), row(literal(short), zeros) if "." in short else literal(short))


def _shortest(value: Any) -> Any:
    return exact(value.normalize(_WIDE)) if isinstance(value, Decimal) else value


_DECIMAL: Final = r"^[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$"
_WIDE: Final = Context(prec=DIGITS * 10, Emax=MAX_EXPONENT, Emin=-MAX_EXPONENT)
