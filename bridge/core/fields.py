"""Reads a mapping whose keys are known beforehand, and says of each key that is wrong what is."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from bridge.core import yamltree
from bridge.core.likeness import did_you_mean, surely
from bridge.core.yamltree import Node, Scalar, Sequence
from bridge.core.yamltree.spelling import quoted, spelt
from bridge.errors import Edit, Problem
from bridge.frozen import frozen


def _is_text(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, str) and node.value != ""


def _is_texts(node: Node) -> bool:
    return isinstance(node, Sequence) and all(_is_text(item) for item in node.items)


#: What a value may be: its name in messages, and the test for it.
KINDS: Final[Mapping[str, Callable[[Node], bool]]] = {
    "text": _is_text,
    "a list of text": _is_texts,
    "a mapping": lambda node: isinstance(node, yamltree.Mapping),
    "a list": lambda node: isinstance(node, Sequence),
    "true or false": lambda node: isinstance(node, Scalar) and isinstance(node.value, bool),
    "a value": lambda _: True,
}


@frozen
class Field:
    """A key that may stand there: the kind of its value, one of `KINDS`, and what it is for."""

    kind: str
    about: str
    required: bool = False


def meant(word: Scalar, known: Iterable[str], taken: Collection[str] = ()) -> Edit | None:
    """The edit that writes the one known word that was meant beyond doubt; None where there is none."""
    close = surely(str(word.value), known, taken)
    return word.respelt(close) if close else None


def read_fields(node: Node, fields: Mapping[str, Field], owner: str, problems: list[Problem]) -> dict[str, Node]:
    """The values of a mapping by key, those that are right; every one that is not joins the problems.

    `owner` names the mapping in messages: "an event", "a target".
    """
    if not isinstance(node, yamltree.Mapping):
        problems.append(
            Problem(node.where, "R032", f"{owner} is not a mapping", f"write {owner} as `key: value` lines")
        )
        return {}
    found = {str(entry.key.value): entry for entry in node.entries}
    for name, entry in list(found.items()):
        if name not in fields:
            fix = f"remove it, or use one of: {', '.join(fields)}"
            what = f"{owner} has no key '{name}'{did_you_mean(name, fields)}"
            problems.append(Problem(entry.key.where, "R030", what, fix, edit=meant(entry.key, fields, found)))
            found.setdefault(surely(name, fields, found), entry)  # so that what follows is not said as well
    for name, field in fields.items():
        if field.required and name not in found:
            problems.append(Problem(node.where, "R031", f"{owner} lacks '{name}'", f"add `{name}`: {field.about}"))
    values = {name: entry.value for name, entry in found.items() if name in fields}
    fitting = {name: value for name, value in values.items() if _fits(name, value, fields[name], problems)}
    lone = {name: value for name, value in values.items() if fields[name].kind == "a list of text" and _is_text(value)}
    return fitting | {name: Sequence((value,), value.where) for name, value in lone.items()}


def _elsewhere(name: str, value: Node) -> str:
    """Where a condition stands that was written as a pattern, and a pattern that was written as a condition."""
    if name == "when" and _is_text(value):
        return "; a condition stands under `if`"
    return "; a pattern stands under `when`" if name == "if" and isinstance(value, yamltree.Mapping) else ""


def _fits(name: str, value: Node, field: Field, problems: list[Problem]) -> bool:
    if KINDS[field.kind](value):
        return True
    fix = f"write {field.kind} here: {field.about}{_elsewhere(name, value)}"
    edit = _converted(value, field.kind) if isinstance(value, Scalar) else None
    problems.append(Problem(value.where, "R032", f"'{name}' is not {field.kind}", fix, edit=edit))
    return False


def _converted(value: Scalar, kind: str) -> Edit | None:
    """A lone text in brackets where a list is wanted, a number or word in quotes where text is."""
    if kind == "a list of text" and _is_text(value):
        return value.rewritten(f"[{spelt(value.text, value.style)}]")
    if kind == "text" and value.value is not None and value.text:
        return value.rewritten(quoted(value.text))
    return None


def text(node: Node | None) -> str:
    """The text of a scalar that `read_fields` let through; empty where there is none."""
    return str(node.value) if isinstance(node, Scalar) else ""


def texts(node: Node | None) -> tuple[str, ...]:
    """The texts of a list that `read_fields` let through."""
    return tuple(text(item) for item in node.items) if isinstance(node, Sequence) else ()


__all__ = ["KINDS", "Field", "did_you_mean", "meant", "read_fields", "text", "texts"]
