"""What a plain scalar means: the core schema of YAML 1.2 §10.3, exactly, and without its ambiguous numbers."""

from typing import Final

from bridge.core.change import Value
from bridge.core.numbers import MAX_EXPONENT, MAX_LENGTH, parse_number
from bridge.late import late

#: Every plain word that is no text.
WORDS: Final[dict[str, Value]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = late(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LEADING_ZERO = late(r"[-+]?0(?:[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|o[0-7]+|x[0-9a-fA-F]+)")
_NOT_FINITE = late(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

#: Plain text that looks like a number and is refused: pattern, code, what, fix.
_REFUSED: Final = (
    (
        _LEADING_ZERO,
        "R014",
        "a plain number begins with a zero, which some programs read as text, others as octal or hexadecimal",
        "put it in quotes where text is meant, else write the number in decimal without the leading zero",
    ),
    (
        _NOT_FINITE,
        "R015",
        "infinity and NaN are no JSON numbers",
        "put it in quotes where text is meant, else write a finite number",
    ),
)


class NotANumberError(ValueError):
    """A plain scalar looks like a number and is none that can be kept: code, what, fix."""


def plain_value(text: str) -> Value:
    """The value of a plain scalar: null, a boolean, an exact number, else the text itself. Raises `NotANumberError`."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    for pattern, *reason in _REFUSED:
        if pattern.fullmatch(text):
            raise NotANumberError(*reason)
    return _number(text) if _NUMBER.fullmatch(text) else text


def _number(text: str) -> Value:
    try:
        return parse_number(text)
    except ValueError:
        what = f"a number has more than {MAX_LENGTH} characters, or an exponent beyond {MAX_EXPONENT}"
        fix = "put it in quotes where text is meant, else write a smaller number"
        raise NotANumberError("R022", what, fix) from None
