"""Names of operations that no change has: `change: [update]`."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from bridge.core.expression import Expression
from bridge.core.expression.scope import seen
from bridge.core.expression.tree import Node as Part
from bridge.core.given import IMPLIED
from bridge.core.lint.subject import Subject, entries, expressions, items, texts, when_node
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Edit, Problem

#: What others call them.
_OTHERS: Final = {
    "create": "insert",
    "created": "insert",
    "add": "insert",
    "new": "insert",
    "put": "insert",
    "update": "modify",
    "updated": "modify",
    "change": "modify",
    "delete": "remove",
    "deleted": "remove",
    "expired": "expire",
    "ttl": "expire",
    "backfill": "snapshot",
}


def operations(subject: Subject) -> Iterator[Problem]:
    """L003 for each text that the name of a change is compared with and that no change has."""
    for entity in subject.rules.entities:
        for node in (when_node(entity, None), *(when_node(entity, rule) for rule in entity.rules)):
            yield from (_in_pattern(word) for word in strangers(node))
        for expression in (each for rule in entity.rules for each in expressions(rule)):
            if "change" in expression.reads:
                yield from _in_expression(expression)


def strangers(node: Node | None) -> Iterator[Scalar]:
    """The unknown names that a pattern asks `change` for, inside `$or` too."""
    for entry in entries(node):
        if entry.key.value == "change":
            yield from (word for word in texts(entry.value) if word.value not in IMPLIED)
        elif entry.key.value == "$or":
            for alternative in items(entry.value):
                yield from strangers(alternative)


def _in_pattern(word: Scalar) -> Problem:
    meant = _meant(word.text)
    edit = word.respelt(meant) if meant else None
    return Problem(word.where, "L003", _what(word.text, meant), _fix(IMPLIED), edit=edit)


def _in_expression(expression: Expression) -> Iterator[Problem]:
    for each in seen(expression.tree):
        left, right = each.node.children if each.node.kind == "comparator" and each.root else (None, None)
        for name, text in ((left, right), (right, left)):
            if name and text and _is_change(name) and isinstance(text.value, str) and text.value not in IMPLIED:
                where, meant = expression.place(text.at), _meant(text.value)
                inner = expression.place(text.at + 1)  # behind the quote, which YAML may have doubled
                edit = Edit(inner, len(text.value), meant) if meant and text.mark == "'" else None
                yield Problem(where, "L003", _what(text.value, meant), _fix(IMPLIED), edit=edit)


def _is_change(node: Part) -> bool:
    return node.kind == "field" and node.value == "change"


def _meant(word: str) -> str:
    low = word.lower()
    near = get_close_matches(low, list(IMPLIED), 1)
    return low if low in IMPLIED else _OTHERS.get(low) or (near[0] if near else "")


def _what(word: str, meant: str) -> str:
    return f"no change is ever '{word}'" + (f"; did you mean '{meant}'?" if meant else "")


def _fix(known: Iterable[str]) -> str:
    return f"write one of: {', '.join(known)}"
