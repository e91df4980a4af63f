"""Tokens read one after the other, and what is said when one stands where another was expected."""

from typing import NoReturn

from bridge.core.expression.lexer import SYMBOLS, Token
from bridge.core.expression.tree import Finding, Unreadable

NAMES = ("quoted_identifier", "unquoted_identifier")

#: How much of a token a message shows, in characters.
_SHOWN = 30

#: Words that other languages have for signs of this one.
_WORDS = {"and": "&&", "AND": "&&", "or": "||", "OR": "||"}

_SPELLED = {kind: f"'{symbol}'" for symbol, kind in SYMBOLS.items()}


class Cursor:
    """The tokens of a text, and how far they are read. The last is `eof`, which is never passed."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._index]

    @property
    def kind(self) -> str:
        """Its kind."""
        return self._tokens[self._index].kind

    @property
    def next_kind(self) -> str:
        """The kind of the token after it."""
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)].kind

    @property
    def is_alone(self) -> bool:
        """Whether there is nothing in the text."""
        return len(self._tokens) == 1

    def take(self) -> Token:
        """The token that comes next, which is then read."""
        token = self._tokens[self._index]
        self._index = min(self._index + 1, len(self._tokens) - 1)
        return token

    def expect(self, kind: str, fix: str = "") -> None:
        """Read a token of that kind, or raise `Unreadable`."""
        if self.kind != kind:
            unexpected(self.token, _SPELLED[kind], fix or f"write {_SPELLED[kind]} here")
        self.take()

    def demand_more(self, what: str, fix: str) -> None:
        """Raise `Unreadable`, which says so, where the text ends."""
        if self.kind == "eof":
            raise Unreadable(Finding(self.token.at, "X001", what, fix))


def unexpected(token: Token, expected: str, fix: str) -> NoReturn:
    """Raise the finding that one token stands where another was expected."""
    text = token.text if len(token.text) <= _SHOWN else f"{token.text[:_SHOWN]}…"
    got = "the expression ends" if token.kind == "eof" else f"'{text}' stands"
    sign = _WORDS.get(token.text)
    mend = (len(token.text), sign) if sign else None
    fix = f"write {sign} for '{token.text}'" if sign else fix
    raise Unreadable(Finding(token.at, "X001", f"{got} where {expected} was expected", fix, mend))
