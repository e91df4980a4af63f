"""No result without bounds: what would be larger than the limits is refused before it is made."""

from collections.abc import Callable, Sequence

from bridge.core.change import Value
from bridge.core.expression.limits import MAX_MADE, MAX_NESTING, MAX_TEXT
from bridge.core.expression.values import Refusal


def check_length(length: int) -> None:
    """Raises `Refusal` where a text of so many characters may not be made."""
    if length > MAX_TEXT:
        what = f"the text would have more than {MAX_TEXT:,} characters"
        raise Refusal("X023", what, "take only what is needed before this step")


def bounded_join(glue: str, texts: Sequence[str]) -> str:
    """The texts as one, with glue between."""
    check_length(sum(map(len, texts)) + len(glue) * max(len(texts) - 1, 0))
    return glue.join(texts)


def check_size(value: Value) -> None:
    """Raises `Refusal` where the JSON of a value would be longer than a text may be.

    Parts that are the same are looked at once: `[@, @] | [@, @]` doubles what it says and makes nothing.
    """
    check_length(least(value))


def least(value: Value) -> int:
    """No more characters than its JSON has. Of what is too deep to be written, only a part is counted."""
    return _least(value, {}, MAX_NESTING)


def _least(value: Value, known: dict[int, int], room: int) -> int:
    if isinstance(value, str):
        return len(value)
    if not isinstance(value, list | dict) or not room:
        return 1
    if id(value) not in known:
        parts, names = (
            (value.values(), sum(map(len, value)) + 3 * len(value)) if isinstance(value, dict) else (value, 0)
        )
        known[id(value)] = 1 + names + len(value) + sum([_least(part, known, room - 1) for part in parts])
    return known[id(value)]


def metered(each: Callable[..., Value]) -> Callable[..., Value]:
    """The function, until all that it has made comes to more than one value may hold. Then it raises `Refusal`."""
    room = MAX_MADE

    def measured(*given: object) -> Value:
        nonlocal room
        made = each(*given)
        room -= least(made)
        if room < 0:
            what = f"what is made of the elements would have more than {MAX_MADE:,} characters"
            raise Refusal("X023", what, "take only what is needed of each")
        return made

    return measured


def utf8(text: str) -> bytes:
    """The text's bytes. Raises `Refusal` for half of a surrogate pair, which has none."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        what = "the text has half of a surrogate pair, which UTF-8 cannot write"
        raise Refusal("X021", what, "mend the text where it is stored") from None
