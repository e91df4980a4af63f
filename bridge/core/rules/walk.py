"""Every expression of a rule."""

from collections.abc import Iterator

from bridge.core.expression import Expression
from bridge.core.map import Array, Object, Repeated, Template, Text, Whole
from bridge.core.rules.model import Rule


def expressions_of(template: Template, *, optional: bool = True) -> Iterator[Expression]:
    """The expressions of a template, in the order written; those below a `?` only where `optional` ones count."""
    if isinstance(template, Whole):
        yield template.expression
    elif isinstance(template, Text):
        yield from (part for part in template.parts if isinstance(part, Expression))
    elif isinstance(template, Object):
        for entry in template.entries:
            if optional or not entry.optional:
                yield from expressions_of(entry.value, optional=optional)
    elif isinstance(template, Array):
        for item, _ in template.items:
            yield from expressions_of(item, optional=optional)
    elif isinstance(template, Repeated):
        yield template.elements
        yield from expressions_of(template.made, optional=optional)


def expressions_in(rule: Rule) -> Iterator[Expression]:
    """Every expression of a rule, the values that it names included."""
    yield from (each for each in (rule.each, rule.condition) if each is not None)
    own = (rule.key, rule.type, rule.source, rule.subject, rule.partitionkey, rule.data)
    named = [*(let.value for let in rule.lets), *(extension.value for extension in rule.extensions)]
    for attribute in [*own, *named]:
        if attribute is not None:
            yield from expressions_of(attribute.template)
