"""When a mapping or list under a `?` key is left out: where all its expressions come to null."""

from collections.abc import Iterator

from bridge.core.expression import Expression
from bridge.core.expression.paths import steps
from bridge.core.expression.scope import seen
from bridge.core.map import Array, Object, Repeated, Template, Text, Whole
from bridge.core.proof.pieces import Told, expressions, placed_risks, said, text_of, whole_of
from bridge.core.proof.shapes import LET, Shape, types_of
from bridge.core.proof.world import Path, World

#: Most conditions that an optional mapping is looked at under, two worlds for each.
MAX_SPLITS = 4


def split_worlds(template: Template, worlds: list[World], left: int = MAX_SPLITS) -> list[World]:
    """The worlds, each once with a way of the template there and once without, as long as such ways are found."""
    if not left:
        return worlds
    made: list[World] = []
    for world in worlds:
        path = next((each for each in _ways(template) if _is_open(each, world)), None)
        if path is None:
            made.append(world)
            continue
        sides = [world.where(path, {}), world.unless(path, {"type": "null"})]
        made += split_worlds(template, [side for side in sides if side is not None], left - 1)
    return made


def _is_open(path: Path, world: World) -> bool:
    return (
        world.where(path, {}) is not None and world.unless(path, {"type": "null"}) != world and _may_lack(path, world)
    )


def _may_lack(path: Path, world: World) -> bool:
    return world.unless(path, {"type": "null"}) is not None


def _ways(template: Template) -> Iterator[Path]:
    """Every beginning of every path that the template's expressions walk from the document, short ones first."""
    found: set[Path] = set()
    for expression in _live(template):
        for each in seen(expression.tree):
            walked = steps(each.node) if each.root else None
            if walked and all(isinstance(step, str) for step in walked):
                found.update(tuple(walked[:size]) for size in range(2, len(walked) + 1))
    yield from sorted(found, key=lambda path: (len(path), path))


def _live(template: Template) -> Iterator[Expression]:
    if isinstance(template, Whole):
        yield template.expression
    elif isinstance(template, Text):
        yield from expressions(template)
    elif isinstance(template, Object):
        for entry in template.entries:
            yield from _live(entry.value)
    elif isinstance(template, Array):
        for item, _ in template.items:
            yield from [item.elements] if isinstance(item, Repeated) else _live(item)


def _leaves(template: Template) -> Iterator[Template]:
    """The pieces that are asked whether they vanish: those with expressions."""
    if isinstance(template, Object | Array):
        inner = (
            [each.value for each in template.entries]
            if isinstance(template, Object)
            else [i for i, _ in template.items]
        )
        for each in inner:
            if each.reads:
                yield from _leaves(each)
    else:
        yield template


def _told(template: Template, world: World) -> Told:
    if isinstance(template, Repeated):
        shape, risks = said(template.elements, world)
        return Told(shape, placed_risks(template.elements, risks))
    return text_of(template, world) if isinstance(template, Text) else whole_of(template, world)


def vanishes(template: Template, world: World) -> bool:
    """Whether all expressions below surely come to null, and none of them refuses."""
    found = [_told(leaf, world) for leaf in _leaves(template)]
    return bool(found) and all(_is_null(told.shape) and not told.hazards for told in found)


def _is_null(shape: Shape) -> bool:
    return types_of(shape) <= {"null"} and LET not in shape
