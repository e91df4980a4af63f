"""Tries to refute answers about containment with a second validator and values from elsewhere."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator

from bridge.core.contain import NO_WITNESS, contains
from tests.compat.drawing import Draw

FORMATS = Draft202012Validator.FORMAT_CHECKER
#: Values that are drawn against each answer.
VALUES = 40


class Refuted(AssertionError):
    """An answer is wrong."""


def examine(seed: int) -> tuple[Counter[str], int]:
    """Ask about one random pair, in both directions, and try to refute the answers. Raises `Refuted`."""
    draw = Draw(seed)
    pair = draw.pair()
    told: Counter[str] = Counter()
    for reader, writer in (pair, pair[::-1]):
        told[_examine(draw, reader, writer, seed)] += 1
    return told, seed


def _examine(draw: Draw, reader: Mapping[str, Any], writer: Mapping[str, Any], seed: int) -> str:
    found = contains(reader, writer)
    writes, reads = (Draft202012Validator(dict(each), format_checker=FORMATS) for each in (writer, reader))
    if found.witness is not NO_WITNESS:
        value = plain(found.witness)
        if found.answer != "no" or not writes.is_valid(value) or reads.is_valid(value):
            raise Refuted(f"seed {seed}: {value!r} does not show that {reader} lacks something of {writer}")
        return "no, shown"
    breaking = next(
        (value for value in _values(draw, writer, reader) if writes.is_valid(value) and not reads.is_valid(value)), ...
    )
    if found.answer == "yes" and breaking is not ...:
        raise Refuted(f"seed {seed}: {breaking!r} is in {writer} and not in {reader}")
    if found.answer == "unknown":
        return "unknown, broken" if breaking is not ... else "unknown"
    return found.answer if found.answer == "yes" else f"no, {'found by chance' if breaking is not ... else 'not shown'}"


def _values(draw: Draw, writer: Mapping[str, Any], reader: Mapping[str, Any]) -> list[Any]:
    drawn = [draw.near(writer) for _ in range(VALUES // 2)] + [draw.near(reader) for _ in range(VALUES // 4)]
    return drawn + [draw.value() for _ in range(VALUES // 4)]


def plain(value: Any) -> Any:
    """Numbers as the second validator wants them; those drawn are exact as floats."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value
