"""Texts of patterns that mean nothing where they stand: expressions, and stars."""

from collections.abc import Iterator
from typing import Final

from bridge.core.lint.subject import Subject, entries, items, when_node
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Problem

#: Operators that know a star.
_KNOW: Final = frozenset({"wildcard"})


def literal(subject: Subject) -> Iterator[Problem]:
    """L041 for each text of a pattern that holds `${`, L043 for each that holds a star in vain."""
    for entity in subject.rules.entities:
        for node in (when_node(entity, None), *(when_node(entity, rule) for rule in entity.rules)):
            for scalar in _scalars(node):
                if "${" in scalar.text:
                    yield _unread(scalar)
                elif "*" in scalar.text:
                    yield _starred(scalar)


def _scalars(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    inner = [entry.value for entry in entries(node) if entry.key.value not in _KNOW]
    for each in (*inner, *items(node)):
        yield from _scalars(each)


def _unread(scalar: Scalar) -> Problem:
    what = "a pattern compares with what is written, and `${` is no expression here: no value is ever like that"
    return Problem(scalar.where, "L041", what, "compare it in a condition, as in `if: ${new.status == old.status}`")


def _starred(scalar: Scalar) -> Problem:
    what = "the `*` is compared as it stands: only `wildcard` knows it as any text"
    written = scalar.text.replace('"', '\\"')
    return Problem(scalar.where, "L043", what, f'write {{wildcard: "{written}"}} for any text', level="warning")
