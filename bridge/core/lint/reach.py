"""Which changes can bring an event about, as far as operations and images tell.

A pattern is asked, for each operation, with that operation known, the images that it never has absent, and everything
else unknown: where the answer is a plain no, the operation is out.
"""

from collections.abc import Collection, Iterator
from typing import Final

from bridge.core.change import NAMES, Kind
from bridge.core.expression import Expression
from bridge.core.expression.scope import seen
from bridge.core.given import IMPLIED
from bridge.core.lint.operations import strangers
from bridge.core.lint.subject import Subject, at, expressions, needed, texts, when_node
from bridge.core.pattern import Pattern
from bridge.core.rules.model import Entity, Rule
from bridge.core.yamltree import Node
from bridge.errors import Aside, Problem, Where

_IMAGES: Final = frozenset({"new", "old"})
#: Functions for which an image that is not there is as good as an empty one.
_TOLERANT: Final = frozenset(
    {"default", "coalesce", "not_null", "if", "nullable", "changed", "became", "added", "removed"}
)


def reachable(entity: Entity, rule: Rule) -> list[Kind]:
    """The operations that both patterns leave possible."""
    return [kind for kind in possible(entity.when) if kind in possible(rule.when)]


def possible(pattern: Pattern | None, absent: bool = True) -> list[Kind]:
    """The operations that a pattern leaves possible; images count as unknown throughout where `absent` is false."""
    if pattern is None:
        return list(IMPLIED)
    return [kind for kind, images in IMPLIED.items() if _may(pattern, kind, images if absent else _IMAGES)]


def _may(pattern: Pattern, kind: Kind, images: Collection[str]) -> bool:
    unknown = NAMES - {"change"} - (_IMAGES - frozenset(images))
    return pattern.may_match({"change": kind}, unknown) is not False


def reach(subject: Subject) -> Iterator[Problem]:
    """L002, L005: what can never be said. L006: operations named in vain. L015: images that are never there."""
    for entity in subject.rules.entities:
        if any(strangers(when_node(entity, None))):
            continue
        if not possible(entity.when):
            yield _never(entity, None)
            continue
        yield from _in_vain(entity, None, possible(entity.when))
        for rule in entity.rules:
            kinds = reachable(entity, rule)
            if any(strangers(when_node(entity, rule))):
                continue
            if kinds:
                yield from _in_vain(entity, rule, kinds)
                yield from _empty_handed(rule, kinds)
            else:
                yield _never(entity, rule)


def _never(entity: Entity, rule: Rule | None) -> Problem:
    node = when_node(entity, rule) or when_node(entity, None)
    where = node.where if node else entity.where
    patterns = (entity.when, rule.when if rule else None)
    asked = [kind for kind in possible(patterns[0], absent=False) if kind in possible(patterns[1], absent=False)]
    who = f"the event '{rule.event}'" if rule else f"the entity '{entity.name}'"
    also = _aside(entity) if rule and rule.when and entity.when else None
    if asked:
        images = sorted(_IMAGES & _read(patterns) - {image for kind in asked for image in IMPLIED[kind]})
        named = " and ".join(f"`{image}`" for image in images) or "the images that are asked for"
        what = f"{who} can never be: a change that is {_or(asked)} has no {named}"
        fix = "ask for `item`, which is `new` or else `old`, or move the question to the events that have the image"
        return Problem(where, "L005", what, fix, also=also)
    fix = "name operations that both leave: the entity's `when` and the event's must hold together"
    if rule is None or not possible(rule.when, absent=False):
        what, fix = f"{who} can never be: no change is what its `when` asks for", f"write one of: {', '.join(IMPLIED)}"
    else:
        what = (
            f"{who} can never be: it asks for {_or(possible(rule.when))}, its entity for {_or(possible(entity.when))}"
        )
    return Problem(where, "L002", what, fix, also=also)


def _read(patterns: Collection[Pattern | None]) -> frozenset[str]:
    return frozenset().union(*(pattern.reads for pattern in patterns if pattern is not None))


def _aside(entity: Entity) -> Aside | None:
    node = when_node(entity, None)
    return Aside(node.where, "the entity's `when`") if node else None


def _in_vain(entity: Entity, rule: Rule | None, kinds: Collection[Kind]) -> Iterator[Problem]:
    """L006 for each operation that a pattern names though nothing can come of it."""
    node: Node | None = at(when_node(entity, rule), "change")
    for word in texts(node):
        kind = next((known for known in IMPLIED if known == word.value), None)
        if kind is None or kind in kinds:
            continue
        lacking = sorted(_IMAGES & _read((entity.when, rule.when if rule else None)) - set(IMPLIED[kind]))
        why = f"it has no `{lacking[0]}`, which `when` asks for" if lacking else "the entity's `when` leaves it out"
        what = f"'{word.value}' stands here in vain: {why}"
        fix = "remove it, or ask for `item`, which is `new` or else `old`" if lacking else "remove it"
        yield Problem(word.where, "L006", what, fix, level="warning", also=_aside(entity) if rule else None)


def _empty_handed(rule: Rule, kinds: Collection[Kind]) -> Iterator[Problem]:
    """L015 for each value that an image is read for which none, or not every one, of the event's operations has."""
    had = [frozenset(IMPLIED[kind]) for kind in kinds]
    never, at_times = _IMAGES - frozenset().union(*had), _IMAGES - frozenset.intersection(*had)
    for expression in expressions(rule):
        yield from (_never_there(where, image, kinds) for where, image in _readings(expression, never))
    for expression in needed(rule):
        for where, image in _readings(expression, at_times - never):
            lacking = [kind for kind in kinds if image not in IMPLIED[kind]]
            what = f"`{image}` is not there on {_or(lacking)}, of which the event is said too"
            fix = f"leave {_or(lacking)} out under `when`, end the key in `?`, or write `${{default(…, …)}}`"
            yield Problem(where, "L015", what, fix, level="warning")


def _never_there(where: Where, image: str, kinds: Collection[Kind]) -> Problem:
    what = f"`{image}` is never there: the event is said of {_or(kinds)}"
    other = "old" if image == "new" else "new"
    return Problem(where, "L015", what, f"read `{other}` or `item`, or name more operations under `when`")


def _readings(expression: Expression, images: frozenset[str]) -> Iterator[tuple[Where, str]]:
    """Where an expression reads one of the images, and nothing in it would make up for its absence."""
    calls = {node.value for node in expression.tree.walk() if node.kind == "function_expression"}
    tolerant = calls & _TOLERANT or any(node.kind == "or_expression" for node in expression.tree.walk())
    if tolerant or not expression.reads & images:
        return
    for each in seen(expression.tree):
        if each.root and each.node.kind == "field" and each.node.value in images:
            yield expression.place(each.node.at), str(each.node.value)


def _or(kinds: Collection[Kind]) -> str:
    *first, last = kinds
    return f"{', '.join(first)} or {last}" if first else last
