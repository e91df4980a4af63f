"""Which known word somebody meant who wrote another."""

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import Final

#: How like a word must be to be written in place of another unasked, and how far ahead of the next.
_SURE: Final = 0.72
_AHEAD: Final = 0.04


def close_to(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, whatever its case; empty where none is like it."""
    words = sorted(known)
    same = [each for each in words if each.lower() == word.lower()]
    return (same or get_close_matches(word, words, 1) or [""])[0]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing where no known word is close."""
    close = close_to(word, known)
    return f"; did you mean '{close}'?" if close else ""


def surely(word: str, known: Iterable[str], taken: Collection[str] = ()) -> str:
    """The known word that was meant beyond doubt, and is not `taken` yet; empty where there is doubt."""
    close = get_close_matches(word, sorted(known), 2)
    folded = close_to(word, known)
    if folded.lower() == word.lower():
        best = folded
    elif not close or _ratio(word, close[0]) < _SURE or _is_near(word, *close):
        return ""
    else:
        best = close[0]
    return "" if best in taken else best


def _is_near(word: str, best: str, other: str = "") -> bool:
    """Whether another word could have been meant just as well."""
    return _ratio(word, best) - _ratio(word, other) < _AHEAD


def _ratio(word: str, other: str) -> float:
    return SequenceMatcher(None, other, word).ratio()
