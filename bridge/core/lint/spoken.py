"""Event types that an example expects and that nothing says."""

from collections.abc import Iterator

from bridge.core.fields import meant
from bridge.core.likeness import did_you_mean
from bridge.core.lint.subject import Subject, at, items
from bridge.core.map import Literal
from bridge.core.rules.model import Entity, Rule
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Problem


def spoken(subject: Subject) -> Iterator[Problem]:
    """L035 for each `type` under `says` that none of the rules in question has."""
    for entity in subject.rules.entities:
        everything = {name for rule in entity.rules for name in _types(rule)}
        for example in entity.examples:
            yield from _expected(example, everything, entity)
        for rule in entity.rules:
            for example in rule.examples:
                yield from _expected(example, set(_types(rule)), entity)


def _types(rule: Rule) -> Iterator[str]:
    template = rule.type.template
    yield from (str(template.value),) if isinstance(template, Literal) else rule.schemas


def _expected(example: Node, types: set[str], entity: Entity) -> Iterator[Problem]:
    for ending in ("says", "says_at_least"):
        said = at(example, ending)
        for event in items(said) or (said,):
            word = at(event, "type")
            if isinstance(word, Scalar) and isinstance(word.value, str) and word.value not in types:
                what = f"no event in question has the type '{word.value}'{did_you_mean(word.text, sorted(types))}"
                fix = f"write the type of an event of '{entity.name}'"
                yield Problem(word.where, "L035", what, fix, edit=meant(word, types))
