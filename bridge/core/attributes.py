"""DynamoDB JSON to plain values: exact numbers, sets as sorted lists, binary as base64 text.

boto3's own deserializer is not used: it refuses the base64 text that Lambda delivers and every number that is
written with more than 38 digits, trailing zeros included.
The reading is one table from type to function and keeps no track of where it is; only when something is wrong
the image is walked again, by the same functions, to name the place.
"""

from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from bridge.core.change import Value
from bridge.core.numbers import parse_number
from bridge.core.wants import Names
from bridge.core.way import Way, json_path
from bridge.errors import Problem, UndecodableRecord, Where

#: Deepest nesting of maps and lists that is read. DynamoDB allows 32 levels; the rest is for what we do not know.
MAX_LEVELS = 48


class _MisfitError(ValueError):
    """Something that DynamoDB JSON cannot be; says the code of the problem."""


def plain_item(image: Any, where: Where, way: Way = None, names: Names = None) -> dict[str, Value]:
    """The attributes of a key or an image in plain values. `way` is where the image stands in its record.

    Only those of `names` are read, if given, in no certain order.

    Raises `UndecodableRecord` with the path: D020 not one type, D021 an unknown type, D022 a value that does not
    fit its type, D023 not a number, D024 not base64, D025 too deep, D005 a lone surrogate.
    """
    try:
        return _map(image, MAX_LEVELS) if names is None else _some(image, names, MAX_LEVELS)
    except (ValueError, TypeError, LookupError):
        raise _located(image, where, way) from None


def _plain(typed: Any, room: int) -> Value:
    (kind,) = typed if len(typed) == 1 else one(typed)
    return READ[kind](typed[kind], room)


def one(typed: Any) -> tuple[str]:
    """The type of an attribute, which some library may have written with every type, all null but one.

    Raises a `ValueError` for what is no attribute.
    """
    kinds = [kind for kind, value in typed.items() if value is not None] if type(typed) is dict else []
    if len(kinds) != 1:
        raise _MisfitError("D020")
    return (kinds[0],)


# One function a type


def _text(value: Any, _room: int) -> str:
    if type(value) is not str:
        raise _MisfitError("D022")
    if not value.isascii():
        value.encode()
    return value


def _number(value: Any, _room: int) -> int | Decimal:
    if type(value) is not str:
        raise _MisfitError("D022")
    try:
        return parse_number(value)
    except ValueError:
        raise _MisfitError("D023") from None


def _binary(value: Any, room: int) -> str:
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode()
    _bytes(value)
    return _text(value, room)


def _bytes(value: Any) -> bytes:
    if type(value) is not str:
        raise _MisfitError("D022")
    try:
        return a2b_base64(value, strict_mode=True)
    except ValueError:
        raise _MisfitError("D024") from None


def _bool(value: Any, _room: int) -> bool:
    if type(value) is not bool:
        raise _MisfitError("D022")
    return value


def _null(value: Any, room: int) -> None:
    _bool(value, room)


def _map(value: Any, room: int) -> dict[str, Value]:
    if type(value) is not dict:
        raise _MisfitError("D022")
    if not room:
        raise _MisfitError("D025")
    _texts(value)
    return _some(value, value, room)


def _some(image: Any, names: Iterable[str], room: int) -> dict[str, Value]:
    if type(image) is not dict:
        raise _MisfitError("D022")
    plain = {}
    for name in names:
        if name in image:
            typed = image[name]
            if len(typed) == 1 and "S" in typed:  # most, and not worth a call
                text = typed["S"]
                if type(text) is str and text.isascii():
                    plain[name] = text
                    continue
            plain[name] = _plain(typed, room - 1)
    return plain


def _texts(texts: Iterable[Any]) -> None:
    """Refuse what is no text, and halves of characters."""
    try:
        joined = "".join(texts)
    except TypeError:
        raise _MisfitError("D022") from None
    if not joined.isascii():
        joined.encode()


def _list(value: Any, room: int) -> list[Value]:
    if not room:
        raise _MisfitError("D025")
    return [_plain(typed, room - 1) for typed in _array(value)]


def _text_set(value: Any, _room: int) -> list[Value]:
    _texts(_array(value))
    return sorted(value)  # Python orders text by code point


def _number_set(value: Any, room: int) -> list[Value]:
    return sorted([_number(member, room) for member in _array(value)])


def _binary_set(value: Any, room: int) -> list[Value]:
    return sorted([_binary(member, room) for member in _array(value)], key=_bytes)


def _array(value: Any) -> list[Any]:
    if type(value) is not list:
        raise _MisfitError("D022")
    return value


#: What reads the value of each type, given how many levels it may still have. Raises `ValueError` and its kin.
READ: Final[Mapping[str, Callable[[Any, int], Value]]] = {
    "S": _text,
    "N": _number,
    "BOOL": _bool,
    "M": _map,
    "L": _list,
    "NULL": _null,
    "B": _binary,
    "SS": _text_set,
    "NS": _number_set,
    "BS": _binary_set,
}


# Saying what is wrong

_FAULTS = {
    "D005": ("half a surrogate pair stands alone in this text or name", "write whole characters: the text was cut"),
    "D020": ("an attribute must be an object with exactly one type", 'write it as DynamoDB does: {"S": "text"}'),
    "D021": ("an attribute has a type that DynamoDB does not have", f"use one of {', '.join(READ)}"),
    "D022": ("the value does not fit its type", 'write numbers as text, {"N": "12.5"}, and the others as they are'),
    "D023": ("the text of a number is no number that can be carried exactly", "write a finite decimal number"),
    "D024": ("the text of a binary is not base64", "encode the bytes as base64, padding included"),
    "D025": (f"maps and lists are nested more than {MAX_LEVELS} deep", "flatten the item; DynamoDB allows 32 levels"),
}


def _located(image: Any, where: Where, way: Way) -> UndecodableRecord:
    fault, code = _fault("M", image, way, MAX_LEVELS) or (way, "D020")
    place = replace(where, path=json_path(fault))
    return UndecodableRecord(Problem(place, code, *_FAULTS[code]))


def _fault(kind: str, value: Any, way: Way, room: int) -> tuple[Way, str] | None:
    """The way to the first fault and its code: inside the value if it is inside, else in the value itself."""
    inside = (_typed_fault(typed, (way, step), room - 1) for step, typed in _parts(kind, value, room))
    return next(filter(None, inside), None) or _own_fault(kind, value, way, room)


def _typed_fault(typed: Any, way: Way, room: int) -> tuple[Way, str] | None:
    if type(typed) is not dict:
        return way, "D020"
    try:
        (kind,) = typed if len(typed) == 1 else one(typed)
    except _MisfitError as misfit:
        return way, str(misfit)
    return _fault(kind, typed[kind], way, room) if kind in READ else (way, "D021")


def _parts(kind: str, value: Any, room: int) -> Iterable[tuple[str | int, Any]]:
    if room and kind == "M" and type(value) is dict:
        return value.items()
    return enumerate(value) if room and kind == "L" and type(value) is list else ()


def _own_fault(kind: str, value: Any, way: Way, room: int) -> tuple[Way, str] | None:
    try:
        READ[kind](value, room)
    except _MisfitError as misfit:
        return way, str(misfit)
    except UnicodeEncodeError:
        return way, "D005"
    return None
