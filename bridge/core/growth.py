"""What a rule may make of a change is bounded: where its form lets it grow, it is measured before it is written.

Names under `let` that double one another, a whole image in each element of a list, padded text in each: none of that
is large in the rule or in the item, and all of it is in what comes out. Most rules have no such form. Theirs is told
when they are compiled (`expression/weight.py`), and nothing is measured of what they make.
"""

from collections.abc import Iterable, Mapping
from math import inf

from bridge.core.expression import Expression, least
from bridge.core.expression.limits import FEW
from bridge.core.expression.weight import LIGHT, weight
from bridge.core.map import Array, Literal, Object, Repeated, Template, Text, Whole

_ELEMENT = frozenset({"it", "index"})
_TEXT = 64  #: characters of literal text that weigh as much as one path
_LONG = 2.0  #: what the longest text weighs: more than one image, and less than two


def swells(lets: Iterable[tuple[str, Template]], data: Template, each: Expression | None) -> bool:
    """Whether what a rule makes of an item may be more than `LIGHT` times as large, so that it must be measured."""
    names: dict[str, float] = {}
    for name, template in lets:
        names[name] = heft(template, names)
    return heft(data, names) > LIGHT or (each is not None and weight(each.tree, names, _LONG) > LIGHT)


def few_of(made: Template) -> int | None:
    """Up to how many elements of a `$each` need not be measured; None where none need be, however many there are."""
    if made.reads <= _ELEMENT and heft(made, {}, most=inf) <= LIGHT:
        return None
    return 0 if _repeats(made) else FEW


def heft(template: Template, names: Mapping[str, float], times: int = 1, most: float = _LONG) -> float:
    """The weight of a template. What is not of an element is in each of them, `times` as often."""
    if isinstance(template, Literal):
        return times * least(template.value) // _TEXT
    if isinstance(template, Whole):
        return _of(template.expression, names, times, most)
    if isinstance(template, Text):
        return sum(_of(part, names, times, most) for part in template.parts if isinstance(part, Expression))
    if isinstance(template, Object):
        return sum(heft(entry.value, names, times, most) for entry in template.entries)
    if isinstance(template, Array):
        return sum(heft(item, names, times, most) for item, _ in template.items)
    assert isinstance(template, Repeated)
    return weight(template.elements.tree, names, most) * heft(template.made, names, FEW, most)


def _of(expression: Expression, names: Mapping[str, float], times: int, most: float) -> float:
    return weight(expression.tree, names, most) * (1 if expression.reads <= _ELEMENT else times)


def _repeats(template: Template) -> bool:
    """Whether there is a `$each` in it."""
    if isinstance(template, Object):
        return any(_repeats(entry.value) for entry in template.entries)
    return isinstance(template, Array) and any(
        isinstance(item, Repeated) or _repeats(item) for item, _ in template.items
    )
