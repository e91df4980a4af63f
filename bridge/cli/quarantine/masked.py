"""What is told of records to whoever looks after the bridge: no more than its logs tell. `show` shows them."""

from collections.abc import Container
from dataclasses import replace

from bridge.core.way import outlined
from bridge.errors import Problem


def told(problem: Problem, words: Container[str] = ()) -> Problem:
    """The problem, of the way in its place only `words`, the project's own: what else a map has may be an item's."""
    return replace(problem, where=outlined(problem.where, words))


def named(event: str) -> str:
    """The id of an event up to what tells it from others of one `each`, which comes out of the item."""
    record, name, *element = event.split("/", 2)
    return f"{record}/{name}/[*]" if element else event
