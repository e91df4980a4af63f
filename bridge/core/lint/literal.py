"""Expressions in patterns, where nothing is evaluated."""

from collections.abc import Iterator

from bridge.core.lint.subject import Subject, entries, items, when_node
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Problem


def literal(subject: Subject) -> Iterator[Problem]:
    """L041 for each text of a pattern that holds `${`."""
    for entity in subject.rules.entities:
        for node in (when_node(entity, None), *(when_node(entity, rule) for rule in entity.rules)):
            yield from (_unread(scalar) for scalar in _scalars(node) if "${" in scalar.text)


def _scalars(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    for inner in (*(entry.value for entry in entries(node)), *items(node)):
        yield from _scalars(inner)


def _unread(scalar: Scalar) -> Problem:
    what = "a pattern compares with what is written, and `${` is no expression here: no value is ever like that"
    return Problem(scalar.where, "L041", what, "compare it in a condition, as in `if: ${new.status == old.status}`")
