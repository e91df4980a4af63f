"""M012: what is made of a change is larger than anything that a rule may make."""

from collections.abc import Sequence
from dataclasses import replace

from bridge.core.change import Value
from bridge.core.expression import least
from bridge.core.expression.limits import MAX_MADE, MAX_TEXT
from bridge.errors import Problem, UnmappableChange, Where


def too_much(where: Where, path: str = "", most: int = MAX_MADE) -> UnmappableChange:
    """The refusal of a value at a JSON path."""
    what = f"what is made of this change would have more than {most:,} characters"
    return UnmappableChange(Problem(replace(where, path=path), "M012", what, "take only what subscribers need of it"))


def check_made(value: Value, where: Where, path: str) -> None:
    """Raises `UnmappableChange` where the value's JSON would be longer than a rule may make it."""
    if least(value) > MAX_MADE:
        raise too_much(where, path)


def joined(texts: Sequence[str], where: Where) -> str:
    """The texts as one. Raises `UnmappableChange` where it would be longer than a text may be."""
    if sum(map(len, texts)) > MAX_TEXT:
        raise too_much(where, most=MAX_TEXT)
    return "".join(texts)
