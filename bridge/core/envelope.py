"""CloudEvents 1.0.2's rules for attributes, all checked at once.

The SDK checks presence and types only; a subscriber in another language may check more, and would drop the event.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator

from bridge.core.change import Value
from bridge.core.way import json_path
from bridge.errors import Problem, Where
from bridge.late import late

#: Names that mean something already: the specification's own, and the two extensions that every event carries.
RESERVED = frozenset({
    "specversion", "id", "source", "type", "subject", "time", "dataschema", "datacontenttype", "data", "data_base64",
    "partitionkey", "sequence",
})  # fmt: skip
INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1  # CloudEvents 1.0.2, type system: Integer

#: CloudEvents 1.0.2, type system, String: no control characters, noncharacters or lone surrogates.
FORBIDDEN = late(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(map(chr, (plane << 16 | last for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))))
    + "]"
)
#: CloudEvents 1.0.2, naming conventions; the 20 characters are a SHOULD that brokers rely on.
_NAME = late(r"[a-z0-9]{1,20}")


def _format(name: str) -> Callable[[Any], bool]:
    return Draft202012Validator({"format": name}, validate_formats=True, ignore_unknown_formats=False).is_valid


#: The form of an attribute beyond text: code, what it must be, how to tell, how to mend it. RFC 3986 and RFC 3339.
_FORMS = {
    "source": ("M051", "a URI reference", _format("uri-reference"), "use uri(...) around what comes from the item"),
    "dataschema": ("M052", "an absolute URI", _format("uri"), "give the schema's `$id` a scheme, such as https://"),
    "time": ("M053", "an RFC 3339 time", _format("date-time"), "write it as 2026-01-31T12:00:00Z, with iso(...)"),
}


def attribute_problems(attributes: Mapping[str, Value], extensions: Mapping[str, Value]) -> list[Problem]:
    """Everything that is wrong with the attributes of an event; those that are None are absent.

    Codes M050 to M056. What a problem says never holds a value, only where it is and of what kind.
    """
    doubtful = [(name, value) for name, value in attributes.items() if value is not None and not _is_sound(name, value)]
    wrong = [problem for name, value in doubtful for problem in _text_problems(name, value)]
    return wrong + [problem for name, value in extensions.items() for problem in _extension_problems(name, value)]


def _is_sound(name: str, value: Value) -> bool:
    """Whether it is certainly right: the quick answer for nearly every attribute of nearly every event."""
    plain = isinstance(value, str) and value.isascii() and value.isprintable() and value
    return bool(plain) and (name not in _FORMS or _FORMS[name][2](value))


def _text_problems(name: str, value: Value) -> Iterator[Problem]:
    """Why it is not sound. No form has letters beyond ASCII, so what has one and a form is wrong by its form."""
    if not isinstance(value, str):
        yield _problem("M050", name, f"'{name}' must be text, not {_kind(value)}", "make it text, with text(...)")
    elif not value:
        yield _problem("M050", name, f"'{name}' is empty", "give it a value, or leave an optional attribute out")
    elif found := FORBIDDEN.search(value):
        yield _unprintable(name, found)
    elif name in _FORMS:
        code, form, _, fix = _FORMS[name]
        yield _problem(code, name, f"'{name}' is not {form}", fix)


def _extension_problems(name: str, value: Value) -> Iterator[Problem]:
    if name in RESERVED:
        fix = "give the extension another name; CloudEvents and the bridge use this one"
        yield _problem("M055", name, f"the extension '{name}' has a reserved name", fix)
    elif not _NAME.fullmatch(name):
        what = "the name of an extension must be 1 to 20 characters of a-z and 0-9"
        yield _problem("M055", name, what, "rename it, as in `correlationid`")
    if isinstance(value, str):
        if found := FORBIDDEN.search(value):
            yield _unprintable(name, found)
    elif not isinstance(value, int):
        what = f"an extension must be text, a whole number or true or false, not {_kind(value)}"
        yield _problem("M056", name, what, "make it text, with text(...) or to_json(...), or leave it out with `?`")
    elif not INT32_MIN <= value <= INT32_MAX:
        what = "a whole number in an extension must fit 32 bits"
        yield _problem("M056", name, what, "make it text, with text(...)")


def _unprintable(name: str, found: re.Match[str]) -> Problem:
    what = f"'{name}' has a character that CloudEvents forbids, U+{ord(found[0]):04X}, at position {found.start() + 1}"
    return _problem("M054", name, what, "remove it, or encode the text with uri(...) or base64(...)")


def _problem(code: str, name: str, what: str, fix: str) -> Problem:
    return Problem(Where(path=json_path((None, name))), code, what, fix)


_KINDS: Mapping[type, str] = {
    str: "text", bool: "true or false", type(None): "null", list: "a list", dict: "an object",
}  # fmt: skip


def _kind(value: Value) -> str:
    return _KINDS.get(type(value), "a number")
