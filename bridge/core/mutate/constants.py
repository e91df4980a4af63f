"""Constants in values, each swapped for another: literals, literal text around `${…}`, literals in expressions."""

from collections.abc import Iterator
from decimal import Decimal

from bridge.core.change import Value
from bridge.core.expression.lexer import Token, tokenize
from bridge.core.numbers import exact
from bridge.core.template import Hole, holes
from bridge.core.wire import write_json
from bridge.core.yamltree import Scalar

#: What is added to a text to make it another.
MARK = "~"


def swapped(node: Scalar) -> Iterator[tuple[str, Value]]:
    """Each constant of a value as it is written, and the value with another in its place."""
    if not isinstance(node.value, str):
        yield write_json(node.value).decode(), another(node.value)
        return
    for hole in holes(node.value):
        if hole.is_expression:
            yield from _in_expression(node.value, hole)
        elif hole.text.strip():
            yield f"'{hole.text}'", node.value[: hole.start] + MARK + node.value[hole.start :]


def another(value: Value) -> Value:
    """Another value of the same type; None for null, lists and mappings."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return exact(value + 1)
    return value + MARK if isinstance(value, str) else None


def _in_expression(text: str, hole: Hole) -> Iterator[tuple[str, str]]:
    for token in tokenize(hole.text):
        other = _other_token(token)
        if other is not None:
            start = hole.start + token.at
            yield token.text, text[:start] + other + text[start + len(token.text) :]


def _other_token(token: Token) -> str | None:
    if token.kind != "literal" or token.mark not in ("'", "`"):
        return None
    if token.mark == "'":
        return f"{token.text[:-1]}{MARK}'"
    other = another(token.value)
    return None if other is None else "`" + write_json(other).decode().replace("`", "\\`") + "`"
