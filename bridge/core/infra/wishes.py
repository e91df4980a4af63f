"""Which raw records rules can want, as far as a filter of Lambda's event source mapping can say it.

A wish is a conjunction: operations, and for single attributes what their value may be. Every wish is wider than what it
came from. What a filter cannot say is left out: `table`, `changed`, `if`, numbers (N is text to a filter), whatever
lies below an attribute (it may be a list of any depth). What is said of an attribute is said only of the type that
holds it, and holds for every other type too: `{"S": ["PAID", {"exists": false}]}` takes `{"S": "PAID"}` and also a
list, a set, bytes, an attribute or a whole image that is not there. So a record whose image was not delivered always
passes, to be refused where it is seen.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from bridge.core.change import NAMES, Value
from bridge.core.pattern import Pattern
from bridge.core.pattern.compile import NAMES as OPERATORS
from bridge.core.pattern.formula import At, Either, Formula, Leaf
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.translate import Rules

#: The field of `dynamodb` in which a name of the change document lies, by operation.
Images = Mapping[str, Mapping[str, str]]
IMAGES: Final[Images] = {
    "keys": dict.fromkeys(("INSERT", "MODIFY", "REMOVE"), "Keys"),
    "new": {"INSERT": "NewImage", "MODIFY": "NewImage"},
    "old": {"MODIFY": "OldImage", "REMOVE": "OldImage"},
    "item": {"INSERT": "NewImage", "MODIFY": "NewImage", "REMOVE": "OldImage"},
}
#: The changes that a stream tells, by operation. `expire` is told by `userIdentity`, which a global table's other
#: Regions leave out: a filter takes every REMOVE for either.
CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "INSERT": ("insert",),
    "MODIFY": ("modify",),
    "REMOVE": ("remove", "expire"),
}
#: Most alternatives that the `$or` of one pattern are multiplied out to; beyond it they are left out.
MAX_ALTERNATIVES: Final = 32

#: `(field of dynamodb, attribute, type)`; of a field that is no image, the field alone.
Place = tuple[str, str, str]
#: What a filter writes in its list, as JSON values.
Allowed = tuple[Value, ...]
ABSENT: Final = {"exists": False}
#: What only images tell. An entity's `when` that depends on one that was not delivered refuses the record, before any
#: event's `when` could tell that it is not wanted.
_OF_IMAGES: Final = frozenset({"new", "old", "item", "changed", "changes"})
_IMAGES_LACK: Final[Mapping[Place, Allowed]] = {("StreamViewType", "", ""): ({"anything-but": ["NEW_AND_OLD_IMAGES"]},)}


@dataclass(frozen=True)
class Wish:
    """Records with one of these operations whose attributes are all as allowed."""

    operations: frozenset[str]
    places: Mapping[Place, Allowed]

    def covers(self, other: "Wish") -> bool:
        """Whether it takes every record that the other takes, as far as that shows."""
        return self.operations >= other.operations and all(
            place in other.places and _covers(allowed, other.places[place]) for place, allowed in self.places.items()
        )


def wishes(rules: Rules) -> list[Wish]:
    """What every rule can want, in the order of the rules; a wish that another covers is left out."""
    found = [wish for entity in rules.entities for rule in entity.rules for wish in _of_rule(entity, rule)]
    return simplified([*found, *(wish for entity in rules.entities for wish in _of_lack(entity))])


def simplified(found: Sequence[Wish]) -> list[Wish]:
    """Wishes that say the same of attributes joined, and those left out that another covers."""
    joined: list[Wish] = []
    for wish in found:
        same = next((index for index, each in enumerate(joined) if each.places == wish.places), None)
        if same is None:
            joined.append(wish)
        else:
            joined[same] = replace(wish, operations=wish.operations | joined[same].operations)
    kept: list[Wish] = []
    for wish in joined:
        if not any(other.covers(wish) for other in kept):
            kept = [other for other in kept if not wish.covers(other)] + [wish]
    return kept


def _of_rule(entity: Entity, rule: Rule) -> Iterator[Wish]:
    for outer, inner in product(_alternatives(entity.when), _alternatives(rule.when)):
        yield from _of_fields([*outer, *inner], entity, {})


def _of_lack(entity: Entity) -> Iterator[Wish]:
    """Where the stream lacks images: what the entity's `when` cannot decide."""
    if entity.when is not None and entity.when.reads & _OF_IMAGES:
        for fields in _alternatives(entity.when):
            yield from _of_fields(fields, entity, _IMAGES_LACK)


def _of_fields(fields: Sequence[At], entity: Entity, besides: Mapping[Place, Allowed]) -> Iterator[Wish]:
    for operation, changes in CHANGES.items():
        if any(_possible(fields, change) for change in changes):
            yield Wish(frozenset({operation}), {**_places(fields, operation, entity.without), **besides})


def _alternatives(pattern: Pattern | None) -> list[list[At]]:
    return [[]] if pattern is None else _multiplied(pattern.formula)


def _multiplied(formula: Formula) -> list[list[At]]:
    """The formula as alternatives of fields that are all asked for; an `$or` too many is left out."""
    if isinstance(formula, Either):
        return [fields for part in formula.parts for fields in _multiplied(part)]
    made: list[list[At]] = [[]]
    for part in formula.parts:
        more = [[part]] if isinstance(part, At) else _multiplied(part)
        if len(made) * len(more) <= MAX_ALTERNATIVES:
            made = [[*before, *fields] for before in made for fields in more]
    return made


def _possible(fields: Iterable[At], change: str) -> bool:
    """Whether a change of this kind may be asked for; all but what its kind alone tells is unknown."""
    absent = {"insert": {"old"}, "modify": set(), "remove": {"new"}, "expire": {"new"}}[change]
    unknown = NAMES - {"change"} - absent
    return all(field.tell({"change": change}, unknown) is not False for field in fields)


def _places(fields: Iterable[At], operation: str, without: Iterable[str]) -> dict[Place, Allowed]:
    """What the fields ask of single attributes. Of two that ask the same attribute the tighter counts."""
    made: dict[Place, Allowed] = {}
    for field in fields:
        image = IMAGES.get(field.name, {}).get(operation)
        if image is None or isinstance(field.inner, Leaf):
            continue
        hidden = () if field.name == "keys" else without
        for place, allowed in _of_image(image, field.inner, hidden):
            if place not in made or _covers(made[place], allowed):
                made[place] = allowed
    return made


def _of_image(image: str, formula: Formula, hidden: Iterable[str]) -> Iterator[tuple[Place, Allowed]]:
    if isinstance(formula, Either):  # within an image: which alternative it was is not followed
        return
    for part in formula.parts:
        if isinstance(part, At) and isinstance(part.inner, Leaf) and part.name not in hidden and _sayable(part.name):
            for kind, allowed in _allowed(part.source):
                yield (image, part.name, kind), allowed


def _sayable(attribute: str) -> bool:
    """Whether a filter can name it: a dot joins names there, and some names are operators."""
    return "." not in attribute and "$" not in attribute and attribute not in OPERATORS


def _allowed(source: Sequence[Value]) -> Iterator[tuple[str, Allowed]]:
    """By type, what a filter's list says that is not narrower than the list of a pattern."""
    if all(isinstance(each, bool) for each in source):
        yield "BOOL", (*source, ABSENT)
        return
    said = [_text(each) for each in source]
    if None not in said:
        texts = [text for some in said if some is not None for text in some]
        if texts:
            yield "S", (*texts, ABSENT)


def _text(each: Value) -> Allowed | None:
    """What text this element takes; None for any, or for what a filter cannot say."""
    if isinstance(each, str):
        return (each,)
    if not isinstance(each, Mapping):
        return ()  # a number, true, false, null: no text at all
    ((name, operand),) = each.items()
    return _OPERATORS.get(name, lambda _: None)(operand)


def _affix(name: str) -> Callable[[Value], Allowed | None]:
    return lambda operand: ({name: operand},) if isinstance(operand, str) and operand else None


def _anything_but(operand: Value) -> Allowed | None:
    texts = operand if isinstance(operand, list) else [operand]
    return ({"anything-but": texts},) if all(isinstance(text, str) for text in texts) else None


def _wildcard(operand: str) -> Allowed | None:
    """What it begins with."""
    head = operand.partition("*")[0].partition("\\")[0]
    return ({"prefix": head},) if head else None


_OPERATORS: Final[Mapping[str, Callable[[Value], Allowed | None]]] = {
    "prefix": _affix("prefix"),
    "suffix": _affix("suffix"),
    "anything-but": _anything_but,
    "wildcard": _wildcard,
    "numeric": lambda _: (),
    "exists": lambda operand: None if operand else (),
}


def _covers(wide: Allowed, narrow: Allowed) -> bool:
    """Whether the list takes all that the other takes, as far as that shows."""
    return all(any(_takes(taker, taken) for taker in wide) for taken in narrow)


def _takes(taker: Value, taken: Value) -> bool:
    if taker == taken and isinstance(taker, bool) == isinstance(taken, bool):
        return True
    prefix = taker.get("prefix") if isinstance(taker, Mapping) else None
    start = taken.get("prefix") if isinstance(taken, Mapping) else taken
    return isinstance(prefix, str) and isinstance(start, str) and start.startswith(prefix)
