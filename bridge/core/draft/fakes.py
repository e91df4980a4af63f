"""Made-up values in place of personal ones: the number-th of its kind, nothing in it taken from the original.

Only the form stays: how many words, which characters are digits or letters, a date's way of writing.
"""

import re
from collections.abc import Callable, Collection, Mapping
from itertools import chain
from typing import Final

from bridge.core.change import Value
from bridge.core.numbers import number_text, parse_number

Maker = Callable[[str, int], str]

#: So often another fake is tried where one is taken; then a number is put behind it.
_TRIES = 40
_LONGEST = 200  #: words of prose

_NAMES: Final = ("Alex Morgan", "Robin Taylor", "Kim Jordan", "Sam Riley", "Toni Parker", "Jo Bailey", "Max Reed")
_STREETS: Final = ("Example Street", "Sample Lane", "Model Road", "Test Avenue", "Specimen Square")
_CITIES: Final = ("Springfield", "Riverton", "Lakewood", "Fairview", "Greenville")
_WORDS: Final = (
    "lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod", "tempor",
)  # fmt: skip
_CHARACTER: Final = re.compile("[A-Za-z0-9]")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def made(maker: Maker, value: Value, number: int, taken: Collection[Value]) -> Value:
    """A fake that is not the value itself and not taken, of the value's own type."""
    text = value if isinstance(value, str) else number_text(value)
    tries = (maker(text, number + more) for more in range(_TRIES))
    numbered = (f"{maker(text, number)}{more}" for more in range(1, len(taken) + 3))
    fakes = (fake if isinstance(value, str) else parse_number(fake) for fake in chain(tries, numbered))
    return next(fake for fake in fakes if fake != value and fake not in taken)


def _pick(among: tuple[str, ...], number: int) -> str:
    round_, index = divmod(number, len(among))
    return among[index] + (f" {round_ + 1}" if round_ else "")


def _name(text: str, number: int) -> str:
    picked = _pick(_NAMES, number)
    return picked.partition(" ")[0] if " " not in text.strip() else picked


def _email(_: str, number: int) -> str:
    return _pick(_NAMES, number).lower().replace(" ", ".") + "@example.com"


def _digits(text: str, number: int) -> str:
    """The same form: letters for letters, digits but no zero for digits."""
    count = number

    def next_(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        first, size = ("1", 9) if found[0].isdigit() else ("A" if found[0].isupper() else "a", 26)
        return chr(ord(first) + count % size)

    return _CHARACTER.sub(next_, text)


def _birth(text: str, number: int) -> str:
    date = f"19{70 + number % 30}-{number // 30 % 12 + 1:02}-01"
    return _DATE.sub(date, text, count=1) if _DATE.match(text) else _digits(text, number)


def _ip(text: str, number: int) -> str:
    """Of the blocks that are kept for documentation: RFC 5737, RFC 3849."""
    return f"2001:db8::{number + 1:x}" if ":" in text else f"192.0.2.{number % 254 + 1}"


def _street(text: str, number: int) -> str:
    picked = _pick(_STREETS, number)
    return f"{number + 1} {picked}" if any(each.isdigit() for each in text) else picked


def _prose(text: str, number: int) -> str:
    count = min(max(len(text.split()), 1), _LONGEST)
    words = [_WORDS[(number + index) % len(_WORDS)] for index in range(count)]
    return " ".join(words).capitalize() if text[:1].isupper() else " ".join(words)


MAKERS: Final[Mapping[str, Maker]] = {
    "email": _email,
    "digits": _digits,
    "birth": _birth,
    "ip": _ip,
    "name": _name,
    "street": _street,
    "city": lambda _, number: _pick(_CITIES, number),
    "prose": _prose,
}
