"""Tests of text: prefix, suffix, ignoring case, wildcard."""

from collections.abc import Callable, Iterator

TextTest = Callable[[str], bool]


class WildcardError(ValueError):
    """A wildcard is malformed: offset, code, what, fix."""


def prefix(start: str) -> TextTest:
    """Text that begins so."""
    return lambda text: text.startswith(start)


def suffix(end: str) -> TextTest:
    """Text that ends so."""
    return lambda text: text.endswith(end)


def same_folded(other: str) -> TextTest:
    """Text that differs in case alone."""
    folded = fold(other)
    return lambda text: fold(text) == folded


def prefix_folded(start: str) -> TextTest:
    """Text that begins so, in any case."""
    folded = fold(start)
    return lambda text: fold(text).startswith(folded)


def suffix_folded(end: str) -> TextTest:
    """Text that ends so, in any case."""
    folded = fold(end)
    return lambda text: fold(text).endswith(folded)


def fold(text: str) -> str:
    """The text without case, character by character as event-ruler has it: never longer or shorter than before."""
    return text.lower() if text.isascii() else "".join(map(_fold, text))


def _fold(char: str) -> str:
    upper = char.upper()
    lower = (upper if len(upper) == 1 else char).lower()
    return lower if len(lower) == 1 else char


def wildcard(pattern: str) -> TextTest:
    r"""`*` stands for any characters or none, `\*` for an asterisk, `\\` for a backslash.

    Raises `WildcardError` P014 and P015. The pieces between the asterisks are looked for one after the other, each at
    its first place, so that the time is linear in text and pattern whatever they are.
    """
    first, *rest = _pieces(pattern)
    if not rest:
        return lambda text: text == first
    *middle, last = rest
    shortest = len(first) + len(last)

    def matches(text: str) -> bool:
        if len(text) < shortest or not text.startswith(first) or not text.endswith(last):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return matches


def _pieces(pattern: str) -> list[str]:
    """The literal texts between the asterisks."""
    pieces = [""]
    before = ""
    for offset, sign in _signs(pattern):
        if sign == "*" == before:
            raise WildcardError(offset - 1, "P014", "two asterisks in a row mean no more than one", "write one `*`")
        if sign == "*":
            pieces.append("")
        else:
            pieces[-1] += sign[-1]
        before = sign
    return pieces


def _signs(pattern: str) -> Iterator[tuple[int, str]]:
    """Characters and escapes, each with its offset."""
    at = 0
    while at < len(pattern):
        sign = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        if sign[0] == "\\" and sign not in ("\\*", "\\\\"):
            what = "in a wildcard a backslash stands only before `*` or another backslash"
            raise WildcardError(at, "P015", what, "double the backslash, or remove it")
        yield at, sign
        at += len(sign)
