"""What a rule says, piece by piece: each place of the event that the rule fills, and the shape of what it fills in."""

from dataclasses import replace

from bridge.core.expression import Expression
from bridge.core.map import Array, Entry, Literal, Object, Repeated, Template, Text, Whole
from bridge.core.proof.numbers import COUNT, number
from bridge.core.proof.parts import array_of, elements, object_of, row_of, sizes
from bridge.core.proof.pieces import EACH, Hazard, Piece, expressions, placed_risks, required, said, text_of, whole_of
from bridge.core.proof.shapes import NOTHING, NULL, Shape, constant, joined, may_be_null, only, types_of
from bridge.core.proof.vanish import split_worlds, vanishes
from bridge.core.proof.world import World
from bridge.errors import Where


def piece(template: Template, world: World, way: tuple[str, ...], where: Where) -> Piece:
    """What a template says in a world. A shape that may be null may be absent."""
    if isinstance(template, Object):
        return _object(template, world, way, where)
    if isinstance(template, Array):
        return _array(template, world, way, where)
    if isinstance(template, Literal):
        return Piece(way, where, constant(template.value))
    told = text_of(template, world) if isinstance(template, Text) else whole_of(template, world)
    read = (template.expression,) if isinstance(template, Whole) else expressions(template)
    return Piece(way, where, told.shape, hazards=tuple(told.hazards), reads=read)


def _object(template: Object, world: World, way: tuple[str, ...], where: Where) -> Piece:
    must: dict[str, Shape] = {}
    may: dict[str, Shape] = {}
    parts = []
    for entry in template.entries:
        part = _entry(entry, world, (*way, entry.key))
        parts.append(part)
        if not part.optional:
            must[entry.key] = part.shape
        elif part.shape:
            may[entry.key] = part.shape
    return Piece(way, where, (object_of(must, may),), parts=tuple(parts))


def _entry(entry: Entry, world: World, way: tuple[str, ...]) -> Piece:
    if not entry.optional:
        return required(piece(entry.value, world, way, entry.where))
    if entry.whole:
        return _optional_whole(entry, world, way)
    found = piece(entry.value, world, way, entry.where)
    shape = tuple(branch for branch in found.shape if branch != NULL)
    return replace(found, shape=shape, optional=may_be_null(found.shape) and shape != found.shape)


def _optional_whole(entry: Entry, world: World, way: tuple[str, ...]) -> Piece:
    """A mapping or list under a `?` key, once where all below it is there and once where nothing is.

    The ways that may lead nowhere are taken as there or not there one after the other, so that members that come
    and go together are known to.
    """
    found = [
        None if vanishes(entry.value, each) else piece(entry.value, each, way, entry.where)
        for each in split_worlds(entry.value, [world])
    ]
    there = [each for each in found if each is not None]
    if not there:
        return Piece(way, entry.where, NOTHING, optional=True)
    certain = len(there) == len(found) and not any(_may_vanish(each, entry.value) for each in there)
    merged = replace(there[0], shape=joined(*(each.shape for each in there)), optional=not certain)
    return replace(
        merged,
        hazards=tuple(dict.fromkeys(hazard for each in there for hazard in each.hazards)),
        parts=_merged([each.parts for each in there]),
    )


def _merged(rows: list[tuple[Piece, ...]]) -> tuple[Piece, ...]:
    """The same pieces out of several worlds, as one each: in some there may be none, such as of an empty list."""
    ways: dict[tuple[str, ...], list[Piece]] = {}
    for part in (part for row in rows for part in row):
        ways.setdefault(part.way, []).append(part)
    return tuple(
        replace(
            same[0],
            shape=joined(*(each.shape for each in same)),
            optional=any(each.optional for each in same),
            hazards=tuple(dict.fromkeys(hazard for each in same for hazard in each.hazards)),
            parts=_merged([each.parts for each in same]),
        )
        for same in ways.values()
    )


def _may_vanish(found: Piece, template: Template) -> bool:
    """Whether all expressions below may come to null, as far as the pieces tell."""
    leaves = [each for each in found.walk() if each.reads]
    maybe = [each.optional or any(hazard.code == "M001" for hazard in each.hazards) for each in leaves]
    return all(maybe) if leaves else isinstance(template, Array)


def _array(template: Array, world: World, way: tuple[str, ...], where: Where) -> Piece:
    parts: list[Piece] = []
    shapes: list[Shape] = []
    hazards: list[Hazard] = []
    counts: list[tuple[int, int | None]] = []
    for item, place in template.items:
        if isinstance(item, Repeated):
            part, count, found = _repeated(item, world, (*way, EACH))
            hazards += found
            counts.append(count)
        else:
            part = required(piece(item, world, (*way, EACH), place))
            counts.append((1, 1))
        parts.append(part)
        shapes.append(part.shape)
    shape = _listed(template, shapes, counts)
    reads = tuple(item.elements for item, _ in template.items if isinstance(item, Repeated))
    return Piece(way, where, shape, hazards=tuple(hazards), parts=tuple(parts), reads=reads)


def _listed(template: Array, shapes: list[Shape], counts: list[tuple[int, int | None]]) -> Shape:
    if not any(isinstance(item, Repeated) for item, _ in template.items):
        return (row_of(shapes),)
    most = [each for _, each in counts if each is not None]
    return (
        array_of(joined(*shapes), sum(least for least, _ in counts), sum(most) if len(most) == len(counts) else None),
    )


def _repeated(item: Repeated, world: World, way: tuple[str, ...]) -> tuple[Piece, tuple[int, int | None], list[Hazard]]:
    """One entry, once per element; and how many there may be."""
    shape, risks = said(item.elements, world)
    where = item.elements.place(0)
    hazards = placed_risks(item.elements, risks)
    if may_be_null(shape):
        hazards.append(Hazard(where, "M001", "the list may be absent"))
    if types_of(shape) - {"array", "null"}:
        hazards.append(Hazard(where, "M004", "it may be no list"))
    arrays = only(shape, "array")
    counts = [sizes(branch) for branch in arrays] or [(0, 0)]
    most = [each for _, each in counts if each is not None]
    count = min(least for least, _ in counts), max(most) if len(most) == len(counts) else None
    inner = elements(arrays)
    if not inner:
        return Piece(way, where, NOTHING), count, hazards
    element = world.named("it", inner).named("index", (number(COUNT),))
    return required(piece(item.made, element, way, where)), count, hazards


def each_world(elements_of: Expression, world: World) -> tuple[World | None, list[Hazard]]:
    """The world in which one event per element is said; None where there is never one."""
    shape, risks = said(elements_of, world)
    hazards = placed_risks(elements_of, risks)
    if may_be_null(shape):
        hazards.append(Hazard(elements_of.place(0), "M001", "the list may be absent"))
    if types_of(shape) - {"array", "null"}:
        hazards.append(Hazard(elements_of.place(0), "M004", "it may be no list"))
    inner = elements(only(shape, "array"))
    return (world.named("it", inner).named("index", (number(COUNT),)) if inner else None), hazards
