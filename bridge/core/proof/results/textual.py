"""Texts that functions make: of which language they are."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from bridge.core.expression.limits import MAX_TEXT
from bridge.core.proof.calls import Call, Result
from bridge.core.proof.numbers import span_of, spans_of
from bridge.core.proof.parts import array_of, elements, sizes
from bridge.core.proof.shapes import Shape, is_holed, joined, only, type_names, values_of
from bridge.core.proof.text import change, cut
from bridge.core.proof.text.decide import inside
from bridge.core.proof.text.language import ANYTHING, EMPTY, Language, either, literal, literals, repeat, row
from bridge.core.proof.text.pattern import language
from bridge.core.proof.texts import language_of, languages_of, length_of, of_number, text

#: Most repetitions of elements that are followed one by one in a joined text.
_FEW: Final = 20


@cache
def _like(pattern: str) -> Language:
    found = language(pattern)
    assert found is not None, "our own patterns can be followed"
    return found


def spelled(shape: Shape) -> Language:
    """How texts, numbers and truth values are written inside text."""
    return either(*(_spelled(branch) for branch in shape))


def _spelled(branch: Mapping[str, Any]) -> Language:
    names = type_names(branch)
    if names == {"string"}:
        return language_of(branch)
    if names == {"number"}:
        return of_number(branch, span_of(branch))
    return literals("true" if value else "false" for value in values_of(branch) or ())


def joined_texts(parts: list[Shape]) -> Shape:
    """The texts and numbers one after the other."""
    lengths = [_length(shape) for shape in parts]
    most = [each for _, each in lengths]
    known = sum(each for each in most if each is not None)
    whole = row(*(spelled(shape) for shape in parts))
    return (text(whole, sum(least for least, _ in lengths), None if None in most else known),)


def _length(shape: Shape) -> tuple[int, int | None]:
    return length_of(shape) if all(type_names(branch) == {"string"} for branch in shape) else (0, None)


def _plain(make: Callable[[Language], Language], *, same_length: bool = False) -> Result:
    def made(call: Call) -> Shape:
        (given,) = call.arguments[:1]
        least, most = length_of(given) if same_length else (0, None)
        return (text(make(languages_of(given)), least, most),)

    return made


def _cased(make: Callable[[Language], Language]) -> Result:
    """A letter may become up to three, so that only a text of ASCII keeps its length."""
    return _plain(make)


def _constant(pattern: str, *formats: str) -> Result:
    return lambda _: (text(_like(pattern), 0, None, *formats),)


def _text(call: Call) -> Shape:
    (given,) = call.arguments
    return joined(only(given, "string"), *((text(_spelled(each)),) for each in only(given, "number", "boolean")))


def _to_string(call: Call) -> Shape:
    (given,) = call.arguments
    return joined(only(given, "string"), _to_json(call))


def _to_json(call: Call) -> Shape:
    if is_holed(call.arguments):
        call.risk("M002", "may get a part that came to null")
    return ({"type": "string", "minLength": 1},)


def one_text(shape: Shape) -> str | None:
    """The text, where it can be no other."""
    values = [value for branch in shape for value in values_of(branch) or [None]]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def _replace(call: Call) -> Shape:
    given, old, new = call.arguments
    before, after = one_text(old), one_text(new)
    if before is None or before == "":
        call.risk("X021", "may have nothing to look for")
    known = before is not None and after is not None
    whole = change.replaced(languages_of(given), before, after) if before and after is not None else ANYTHING
    same = known and len(before or "") == len(after or "")
    least, most = length_of(given) if same else (0, None)
    return (text(whole, least, most),)


def _substring(call: Call) -> Shape:
    given, *positions = call.arguments
    for shape in positions:
        if not spans_of(shape).whole:
            call.risk("X021", "may get a position with a fraction")
    known = [_one_number(shape) for shape in positions]
    whole = languages_of(given)
    _, most = length_of(given)
    if None in known:
        return (text(either(EMPTY, change.between(whole, ANYTHING, ANYTHING)), 0, most),)
    return (text(cut.cut(whole, known[0] or 0, *known[1:] or [None]), 0, most),)


def _one_number(shape: Shape) -> int | None:
    """The integer, where it can be no other."""
    span = spans_of(shape)
    return int(span.low) if span.low is not None and span.low == span.high and span.whole else None


def _pad(call: Call) -> Shape:
    given, _, *rest = call.arguments
    fill = one_text(rest[0]) if rest else " "
    if fill is None or len(fill) != 1:
        call.risk("X021", "may fill with none or several characters")
    whole, sign = languages_of(given), literal(fill) if fill else ANYTHING
    low, high = _width(call)
    least, most = length_of(given)
    bounded = None if most is None or high is None else max(most, high)
    sides = {None: (True, False), "right": (True,)}.get(one_text(rest[1]) if len(rest) > 1 else "left", (False,))
    made = either(*(cut.padded(whole, low if low == high else cut.MAX_CUT + 1, sign, right=side) for side in sides))
    return (text(made, max(least, low), bounded),)


def _width(call: Call) -> tuple[int, int | None]:
    """The least and greatest width that is asked for; a risk where it may be none, or too much."""
    width = spans_of(call.arguments[1])
    if not width.whole:
        call.risk("X021", "may get a width with a fraction")
    if width.high is None or width.high > MAX_TEXT:
        call.risk("X023", "may make a text that is too long")
    return 0 if width.low is None else max(int(width.low), 0), None if width.high is None else max(int(width.high), 0)


def _mask(call: Call) -> Shape:
    (given, *rest) = call.arguments
    for branch in (each for shape in rest for each in shape):
        if not span_of(branch).whole:
            call.risk("X021", "may keep a number of characters with a fraction")
    least, most = length_of(given)
    kept = change.between(languages_of(given), ANYTHING, EMPTY) if rest else EMPTY
    return (text(row(repeat(literal("*"), 0, None), either(EMPTY, kept)), least, most),)


def _split(call: Call) -> Shape:
    given, separator = call.arguments
    sign = one_text(separator)
    if not sign:
        call.risk("X021", "may have an empty separator")
    _, longest = length_of(given)
    found = cut.parts(languages_of(given), sign) if sign else cut.Parts((), ANYTHING, 1, None)
    most = None if longest is None else longest + 1 if found.most is None else min(found.most, longest + 1)
    made = array_of((text(found.any, 0, longest),), found.least, found.most if most is None else most)
    return ({**made, "prefixItems": [text(each, 0, longest) for each in found.first]} if found.first else made,)


def _join(call: Call) -> Shape:
    glue, lists = call.arguments
    return joined(*(_joined(spelled(glue), branch) for branch in lists))


def _joined(glue: Language, branch: Mapping[str, Any]) -> Shape:
    inner = only(elements((branch,)), "string")
    if not inner:
        return ({"const": ""},)
    each, (least, most) = languages_of(inner), sizes(branch)
    if least > _FEW:
        return ({"type": "string"},)
    more = None if most is None or most > _FEW else most - 1
    some = row(each, repeat(row(glue, each), max(least - 1, 0), more))
    return (text(some if least else either(EMPTY, some)),)


def _reverse(call: Call) -> Shape:
    (given,) = call.arguments
    texts = only(given, "string")
    made = (text(change.backwards(languages_of(texts)), *length_of(texts)),) if texts else ()
    lists = tuple(array_of(elements((each,)), *sizes(each)) for each in only(given, "array"))
    return joined(made, lists)


def _json(call: Call) -> Shape:
    call.risk("X021", "refuses a text that is no JSON")
    return tuple({"type": name} for name in call.function.result)


def _uuid5(call: Call) -> Shape:
    space = one_text(call.arguments[0])
    if space not in ("dns", "url", "oid", "x500") and not inside(languages_of(call.arguments[0]), _like(_UUID)):
        call.risk("X021", "may get a namespace that is no UUID")
    return (text(_like(_UUID.lower()), 0, None, "uuid"),)


def _from_base64(call: Call) -> Shape:
    call.risk("X021", "refuses what is no base64 of a text")
    return ({"type": "string"},)


def _type(call: Call) -> Shape:
    names = sorted({name for branch in call.arguments[0] for name in type_names(branch)})
    return ({"enum": names},) if len(names) > 1 else ({"const": names[0]},)


_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_HEX = "^[0-9a-f]{64}$"

RESULTS: Final[Mapping[str, Result]] = {
    "text": _text,
    "to_string": _to_string,
    "upper": _cased(change.upper),
    "lower": _cased(change.lower),
    "trim": _plain(change.trimmed),
    "replace": _replace,
    "substring": _substring,
    "pad": _pad,
    "mask": _mask,
    "split": _split,
    "join": _join,
    "reverse": _reverse,
    "concat": lambda call: joined_texts(call.arguments),
    "json": _json,
    "to_json": _to_json,
    "sha256": _constant(_HEX),
    "hmac_sha256": _constant(_HEX),
    "uuid5": _uuid5,
    "base64": _constant("^[A-Za-z0-9+/]*={0,2}$"),
    "from_base64": _from_base64,
    "uri": _constant("^([A-Za-z0-9._~-]|%[0-9A-F]{2})*$"),
    "type": _type,
}
