"""Text that was meant as an expression: `subject: item.orderId`."""

import re
from collections.abc import Iterator
from typing import Final

from bridge.core.expression import FUNCTIONS
from bridge.core.lint.subject import Subject, at, entries, event_node, items
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Problem

#: A path into the change, bare or in what other notations write around it: `$new.x`, `$.new.x`, `{{ new.x }}`.
_PATH: Final = re.compile(r"(?:\$\.?|\{\{? ?)?((?:new|old|item|keys|it)(?:\.[A-Za-z_]\w*)+)(?: ?\}\}?)?")
_CALL: Final = re.compile(r"([a-z_0-9]+)\(.*\)")
_VALUES: Final = ("data", "subject", "partitionkey", "key", "source", "extensions", "let")


def forgotten(subject: Subject) -> Iterator[Problem]:
    """L038 for each text that is a path and stands without `${…}`."""
    for entity in subject.rules.entities:
        for node in (entity.node, *(event_node(entity, rule) for rule in entity.rules)):
            for name in _VALUES:
                for word in _words(at(node, name)):
                    yield from _problem(word)


def _words(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    for inner in (*items(node), *(entry.value for entry in entries(node))):
        yield from _words(inner)


def is_path(text: str) -> bool:
    """Whether a text reads like a path into the change."""
    return _PATH.fullmatch(text) is not None


def _problem(word: Scalar) -> Iterator[Problem]:
    found = _PATH.fullmatch(word.value) if isinstance(word.value, str) else None
    call = _CALL.fullmatch(word.value) if isinstance(word.value, str) else None
    if call and call[1] in FUNCTIONS:
        what = f"the text '{word.value}' is published as it stands, and reads like a call of {call[1]}()"
        yield Problem(word.where, "L038", what, f"write ${{{call[0]}}}", edit=word.respelt(f"${{{call[0]}}}"))
    if found:
        what = f"the text '{word.value}' is published as it stands, and reads like a path"
        fix = f"write ${{{found[1]}}}"
        yield Problem(word.where, "L038", what, fix, edit=word.respelt(f"${{{found[1]}}}"))
