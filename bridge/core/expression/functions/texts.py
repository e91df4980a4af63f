"""Functions on text. Characters are Unicode code points."""

from decimal import Decimal

from bridge.core.change import Value
from bridge.core.expression.functions.bounds import bounded_join, check_length, check_size
from bridge.core.expression.functions.table import ANYTHING, Parameter, entry, number, string
from bridge.core.expression.nulls import HOLE_FIX, holes_in
from bridge.core.expression.values import Refusal, text_of
from bridge.core.wire import read_json, write_json
from bridge.errors import UndecodableRecord

_JSON_FIX = "mend the value where it is stored, or take a part of it"


def as_json(value: Value) -> str:
    """The value's JSON. Raises `Refusal` for what JSON cannot say, beyond the limits, and for a hole (M002)."""
    check_size(value)
    try:
        text = write_json(value).decode()
    except UndecodableRecord as error:
        if holes := holes_in(value):
            raise Refusal(
                "M002", "a part of the value that is written as JSON comes to null", HOLE_FIX, min(holes)
            ) from None
        raise Refusal("X021", f"the value cannot be written as JSON: {error.problems[0].what}", _JSON_FIX) from None
    check_length(len(text))
    return text


def _json(text: str) -> Value:
    try:
        return read_json(text)
    except UndecodableRecord as error:
        what = f"json() takes a text that is JSON: {error.problems[0].what}"
        raise Refusal("X021", what, "mend the text where it is stored") from None


def _text(value: Value) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else text_of(value)


def _split(text: str, separator: str) -> Value:
    if not separator:
        raise Refusal("X021", "split() has an empty separator", "write the separator: split(text, ',')")
    return text.split(separator)


def _replace(text: str, old: str, new: str) -> str:
    if not old:
        raise Refusal("X021", "replace() has nothing to look for: 'old' is empty", "write what to replace")
    check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _substring(text: str, start: int | Decimal, stop: int | Decimal | None = None) -> str:
    return text[_index(start) : None if stop is None else _index(stop)]


def _index(value: int | Decimal) -> int:
    if value != int(value):
        raise Refusal("X021", "a position in a text has a fraction", "use a whole number: floor(number)")
    return int(value)


def _pad(text: str, width: int | Decimal, fill: str = " ", side: str = "left") -> str:
    if len(fill) != 1:
        raise Refusal("X021", "pad() fills with one character, and got none or several", "write one, such as '0'")
    wide = max(_index(width), 0)
    check_length(wide)
    return text.rjust(wide, fill) if side == "left" else text.ljust(wide, fill)


def _mask(text: str, keep: int | Decimal = 0) -> str:
    kept = min(max(_index(keep), 0), len(text))
    return "*" * (len(text) - kept) + text[len(text) - kept :]


def _concat(*parts: Value) -> str:
    return bounded_join("", [text_of(part) for part in parts])


_TEXT = string("text")
_PART = Parameter("part", ("string", "number"), repeated=True)
_SIDE = string("side", optional=True, choices=("left", "right"))

FUNCTIONS = (
    entry("text", (Parameter("value", ("string", "number", "boolean")),), "string",
          "A number digit for digit, true or false, or a text as it is.",
          ("text(`12.50`)", {}, "12.50"), ("text(`true`)", {}, "true"), apply=_text),
    entry("upper", (_TEXT,), "string", "In capital letters.", ("upper('ab')", {}, "AB"), apply=str.upper),
    entry("lower", (_TEXT,), "string", "In small letters.", ("lower('AB')", {}, "ab"), apply=str.lower),
    entry("trim", (_TEXT,), "string", "Without white space at both ends.", ("trim(' ab ')", {}, "ab"), apply=str.strip),
    entry("split", (_TEXT, string("separator")), "array", "The parts between the separators.",
          ("split('a,b', ',')", {}, ["a", "b"]), apply=_split),
    entry("replace", (_TEXT, string("old"), string("new")), "string",
          "With every `old` replaced by `new`; both are plain text.",
          ("replace('a-b-c', '-', '/')", {}, "a/b/c"), apply=_replace),
    entry("substring", (_TEXT, number("start"), number("stop", optional=True)), "string",
          "The characters from `start` up to but without `stop`, counted from 0; from the end where negative.",
          ("substring('order-7', `6`)", {}, "7"), ("substring('order-7', `0`, `-2`)", {}, "order"), apply=_substring),
    entry("pad", (_TEXT, number("width"), string("fill", optional=True), _SIDE), "string",
          "Filled up to a width, on the left unless `'right'` is given, with blanks unless another character is given.",
          ("pad('7', `3`, '0')", {}, "007"), ("pad('ab', `4`, '.', 'right')", {}, "ab.."), apply=_pad),
    entry("mask", (_TEXT, number("keep", optional=True)), "string",
          "With every character but the last `keep` (none unless given) replaced by `*`.",
          ("mask('4111111111111111', `4`)", {}, "************1111"), apply=_mask),
    entry("concat", (_PART,), "string", "Texts and numbers as one text.",
          ("concat('order ', id)", {"id": 7}, "order 7"), ("concat('order ', id)", {}, None), apply=_concat),
    entry("json", (_TEXT,), ANYTHING, "The value that a JSON text says, numbers digit for digit.",
          ("json(payload).total", {"payload": '{"total": 12.50}'}, Decimal("12.50")), apply=_json),
    entry("to_json", (Parameter("value"),), "string", "The JSON text of a value.",
          ("to_json(@)", {"a": [1, Decimal("2.50")]}, '{"a":[1,2.50]}'), apply=as_json),
)  # fmt: skip
