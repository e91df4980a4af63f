"""What of an item's images the rules of an entity read."""

from collections.abc import Iterator, Mapping

from bridge.core.change import Value
from bridge.core.expression import members
from bridge.core.pattern import Pattern
from bridge.core.rules.model import Entity
from bridge.core.rules.walk import expressions_in
from bridge.core.wants import Names, Wants

#: What holds attributes, and which images it is read from.
_IMAGES: Mapping[str, frozenset[str]] = {
    "new": frozenset({"new"}),
    "old": frozenset({"old"}),
    "item": frozenset({"item"}),
    "changes": frozenset({"new", "old"}),
}
_NAMES = frozenset(_IMAGES)


def wants_of(entity: Entity) -> Wants:
    """The attributes that patterns, conditions and values of the entity's rules look at, and its `without` aside."""
    patterns = [each for each in (entity.when, *(rule.when for rule in entity.rules)) if each is not None]
    expressions = [each for rule in entity.rules for each in expressions_in(rule)]
    read = {member for each in expressions for member in members(each.tree, _NAMES)}
    read.update(member for each in patterns for member in _asked(each))
    names = frozenset().union(*(each.reads for each in patterns), *(each.reads for each in expressions))
    if "changes" in names:
        read.add(("changes", None))
    return Wants(
        new=_of_image("new", read),
        old=_of_image("old", read),
        item=_of_image("item", read),
        changed=bool(names & {"changed", "changes"}),
    )


def _of_image(image: str, read: set[tuple[str, str | None]]) -> Names:
    names = {name for root, name in read if image in _IMAGES[root]}
    return None if None in names else frozenset(name for name in names if name is not None)


def _asked(pattern: Pattern) -> Iterator[tuple[str, str | None]]:
    """What a pattern looks at: below an image the attributes, else the image as a whole."""
    yield from _below(pattern.source)


def _below(source: Mapping[str, Value]) -> Iterator[tuple[str, str | None]]:
    for name, inner in source.items():
        if name == "$or":
            for alternative in inner:
                yield from _below(alternative)
        elif name in _IMAGES:
            yield from _attributes(name, inner)


def _attributes(image: str, source: Value) -> Iterator[tuple[str, str | None]]:
    if not isinstance(source, dict):
        yield image, None
        return
    for name, inner in source.items():
        if name == "$or":
            for alternative in inner:
                yield from _attributes(image, alternative)
        else:
            yield image, name
