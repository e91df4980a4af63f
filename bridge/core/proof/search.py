"""Looks for the smallest item that its schema allows and that a rule cannot turn into its event.

The shapes that the proof works with say which items are worth trying: for each image a small one, one with everything,
and each attribute at its edges. Each is put through the rules as they will run, and only what they really refuse
counts. What is found is then made smaller for as long as it is refused for the same place.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, Final

from jsonschema_rs import Validator

from bridge.core.change import Value
from bridge.core.contain import NO_WITNESS
from bridge.core.contain.hints import Hints
from bridge.core.expression.paths import steps
from bridge.core.given import ASSUMED
from bridge.core.proof.cases import Case
from bridge.core.proof.items import Values, first_of, items
from bridge.core.proof.judge import Doubt
from bridge.core.proof.reading import literals_of, names_read
from bridge.core.proof.shapes import Shape, values_of
from bridge.core.proof.trial import Given, Trial
from bridge.core.proof.verdict import Counterexample
from bridge.core.rules.model import Entity
from bridge.core.wire import canonical_json

#: Most values of one image that are tried, and most pairs of them that are looked through for some that say the event.
MAX_IMAGES: Final = 160
MAX_PAIRS: Final = 160
#: Most changes that one case starts from, most that are tried from there, and most steps in which one is made smaller.
MAX_BASES: Final = 2
MAX_GIVENS: Final = 600
MAX_STEPS: Final = 120
#: Just outside what functions take: the last year of the calendar, in seconds and in milliseconds; 38 digits.
_EDGES: Final = (253_402_300_800, 253_402_300_800_000, -62_135_596_801, 10**37)
#: Texts that are often wrong: no printable character, a space, a letter beyond ASCII.
_ODD: Final = ("\n", "x y", "é")


@dataclass(slots=True)
class Search:
    """The search over all cases of all rules; `left` bounds how many changes it tries in total."""

    left: int

    def found(
        self, entity: Entity, case: Case, doubts: Sequence[Doubt], allowed: Validator
    ) -> dict[str, Counterexample]:
        """The smallest counterexample of each doubtful place, by its path; those of other places too, if any."""
        trial = Trial(entity, case, allowed, self.left)
        found: dict[str, Counterexample] = {}
        for given in islice(_givens(trial, doubts), MAX_GIVENS):
            for path, example in trial.refusals(given, doubts) if trial.left > 0 else ():
                if path not in found or example.size < found[path].size:
                    found[path] = example
        smaller = {path: _smaller(trial, path, example, doubts) for path, example in found.items()}
        self.left = max(trial.left, 0)
        return smaller


def _givens(trial: Trial, doubts: Sequence[Doubt]) -> Iterator[Given]:
    """Changes worth trying, small ones first."""
    world, hints = trial.case.world, _hints(trial.case, doubts)
    keys = first_of(world.root("keys"), hints) or {}
    read, values = names_read(trial.case, trial.entity), Values(hints)
    images = {
        name: _images([each.roots[name] for each in (world, trial.case.start)], read, values, keys)
        for name in ("new", "old")
        if name in world.roots
    }
    for kind in trial.case.kinds:
        for base in _bases(trial, kind, keys, images):
            yield base
            yield from _aimed(trial.case, base, doubts)
            for name, column in images.items():
                yield from ({**base, name: item} for item in column)
            rows = zip(*images.values(), strict=False) if len(images) > 1 else ()
            yield from ({**base, **dict(zip(images, row, strict=True))} for row in rows)


def _hints(case: Case, doubts: Sequence[Doubt]) -> Hints:
    texts = [doubt.witness for doubt in doubts if isinstance(doubt.witness, str)]
    return Hints.of([{"enum": list(_EDGES)}, *(part.asked for part in case.parts), *literals_of(case)], [*texts, *_ODD])


def _bases(trial: Trial, kind: str, keys: Value, images: Mapping[str, list[Value]]) -> list[Given]:
    """A few changes of which the rule says something, or is refused."""
    table = values_of(trial.case.world.root("table")[0])
    head = {**ASSUMED, "change": kind, "keys": keys, **({"table": table[0]} if table else {})}
    found: list[Given] = []
    for row in islice(_pairs(list(images.values())), MAX_PAIRS):
        given = {**head, **dict(zip(images, row, strict=True))}
        if given not in found and trial.reaches(given):
            found.append(given)
        if len(found) == MAX_BASES or trial.left <= 0:
            break
    return found


def _aimed(case: Case, base: Given, doubts: Sequence[Doubt]) -> Iterator[Given]:
    """A value that the event's schema refuses, where the doubtful place takes its value from."""
    for doubt in doubts:
        for read in doubt.piece.reads:
            walked = steps(read.tree)
            if walked and doubt.witness is not NO_WITNESS and all(isinstance(step, str) for step in walked):
                image = case.world.item if walked[0] == "item" else str(walked[0])
                there = _variants(_found(base[image], walked[1:]), doubt.witness) if image in ("new", "old") else ()
                for value in there:
                    yield {**base, image: _placed(base[image], walked[1:], value)}


def _found(item: Value, path: Sequence[Any]) -> Value:
    for step in path:
        item = item.get(step) if isinstance(item, dict) else None
    return item


def _variants(present: Value, wrong: Value) -> list[Value]:
    """The wrong value, and a list of what is there with what is wrong behind it, which `when` may still match."""
    return [wrong, [*present, *wrong]] if isinstance(present, list) and isinstance(wrong, list) else [wrong]


def _smaller(trial: Trial, path: str, example: Counterexample, doubts: Sequence[Doubt]) -> Counterexample:
    """The same with everything left out that it is refused without."""
    best, left = example, MAX_STEPS
    found: Counterexample | None = example
    while found is not None and left > 0 and trial.left > 0:
        found = None
        for given in islice(_simpler_givens(best), left):
            left -= 1
            other = dict(trial.refusals(given, doubts)).get(path)
            if other is not None and other.size < best.size:
                best = found = other
                break
    return best


def _simpler_givens(example: Counterexample) -> Iterator[Given]:
    for name in ("new", "old"):
        for item in _simpler(example.given.get(name)):
            yield {**ASSUMED, **example.given, name: item}


def _images(shapes: Sequence[Shape], names: Collection[str], values: Values, keys: Mapping[str, Value]) -> list[Value]:
    """Items of both shapes in turn: of the rule's conditions, and of what they are asked of. Each holds its key."""
    apart = [shape for index, shape in enumerate(shapes) if shape not in shapes[:index]]
    columns = [islice(items(shape, names, values), MAX_IMAGES // len(apart)) for shape in apart]
    rows = [{**item, **keys} for row in zip_longest(*columns) for item in row if item is not None]
    return list({canonical_json(item): item for item in rows}.values())


def _pairs(columns: list[list[Value]]) -> Iterator[tuple[Value, ...]]:
    """Every row of values, early ones of each column first."""
    if len(columns) == 1:
        yield from ((value,) for value in columns[0])
        return
    first, second = columns
    for total in range(len(first) + len(second)):
        for index in range(min(total + 1, len(first))):
            if total - index < len(second):
                yield first[index], second[total - index]


def _placed(item: Value, path: Sequence[Any], value: Value) -> Value:
    if not path:
        return value
    inner = item.get(path[0]) if isinstance(item, dict) else None
    return {**(item if isinstance(item, dict) else {}), path[0]: _placed(inner, path[1:], value)}


def _simpler(value: Value) -> Iterator[Value]:
    """The same value with a part left out or made shorter."""
    if isinstance(value, dict):
        for name in value:
            yield {other: inner for other, inner in value.items() if other != name}
        for name, inner in value.items():
            yield from ({**value, name: other} for other in _simpler(inner))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value[:index] + value[index + 1 :]
        for index, inner in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in _simpler(inner))
    elif isinstance(value, str) and value:
        yield from (value[:1], value[: len(value) // 2], value[:-1])
