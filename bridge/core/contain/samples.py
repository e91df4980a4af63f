"""Makes values out of a schema: few, small, at its edges, the same ones every time.

They are guesses. What a schema joins in ways that are hard to serve (`not`, `oneOf`, dependencies) is served by trying
what its parts suggest; whoever asks tests each value. So nothing here must be complete, only well aimed and bounded.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import chain, islice
from typing import Any, Final

from bridge.core.contain.facts import shortest
from bridge.core.contain.formats import FORMATS
from bridge.core.contain.hints import Hints, Number, exact_number
from bridge.core.contain.judge import compiled
from bridge.core.contain.merge import alternatives, resolved

#: Most values of one schema, and most schemas that are gone into.
MAX_VALUES: Final = 2_000
MAX_INNER: Final = (200, 100, 48)  #: at the top, in its members, further down
MAX_SCHEMAS: Final = 3_000
#: Largest value, in members and elements, and most of them in all values together: where required members lead back
#: to themselves twice, values would double with each step.
MAX_NODES: Final = 10_000
MAX_WORK: Final = 2_000_000
#: Deepest nesting of values: beyond, only what is required is made.
MAX_DEPTH: Final = 6
#: Deepest nesting that is gone into at all: a schema whose required parts lead back to itself has no end.
MAX_NESTING: Final = 32
_MAX_ELEMENTS: Final = 4_096
#: Size up to which lists come early by themselves.
_SMALL: Final = 2
#: Longest list whose single elements are varied.
_FEW: Final = 64

_BOUNDS: Final = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
_LONGEST_NAME: Final = 64
#: Names for members of any name, of different letters.
_NAMES: Final = ("x", "", "X", "0", "x-y")
_HALF: Final = Decimal("0.5")
_TYPES: Final = ("string", "integer", "number", "boolean", "null", "array", "object")


@dataclass(slots=True)
class Samples:
    """Values of the schemas of one document."""

    document: Mapping[str, Any]
    hints: Hints
    left: int = MAX_SCHEMAS
    work: int = MAX_WORK
    _known: dict[str, list[Any]] = field(default_factory=dict)

    def each(self) -> Iterator[Any]:
        """Values of the document, made as they are asked for."""
        return islice(self._distinct(self._made(resolved(self.document, self.document), 0)), MAX_VALUES)

    def of(self, schema: Any, depth: int = 0) -> list[Any]:
        """Values that the schema likely allows, the simplest first."""
        if schema is False or self.left <= 0 or depth > MAX_NESTING:
            return []
        whole = {} if schema is True else resolved(self.document, schema)
        key = repr((depth, whole))
        if key not in self._known:
            self.left -= 1
            self._known[key] = []  # of a schema that comes back to itself: nothing, on the way
            self._known[key] = list(islice(self._distinct(self._made(whole, depth)), MAX_INNER[min(depth, 2)]))
        return self._known[key]

    def _distinct(self, values: Iterable[Any]) -> Iterator[Any]:
        """Each value once, and none that is too large."""
        seen = set()
        for value in values:
            nodes = _nodes(value)
            self.work -= nodes
            if self.work < 0:
                return
            key = repr(value) if nodes <= MAX_NODES else None  # tells 1 from true, and is quicker than JSON
            if key is not None and key not in seen:
                seen.add(key)
                yield value

    def _made(self, schema: dict[str, Any], depth: int) -> Iterator[Any]:
        for each in alternatives(self.document, schema):
            if "const" in each or "enum" in each:
                yield from [each["const"]] if "const" in each else each["enum"]
            else:
                yield from _rows([self._typed(name, each, depth) for name in _types(each)])

    def _typed(self, name: str, schema: dict[str, Any], depth: int) -> Iterator[Any]:
        if name in _LEAVES:
            return filter(_fits(schema), _LEAVES[name](schema, self.hints))
        return self._arrays(schema, depth) if name == "array" else self._objects(schema, depth)

    def _arrays(self, schema: dict[str, Any], depth: int) -> Iterator[list[Any]]:
        least = schema.get("minItems", 0)
        if least > _MAX_ELEMENTS:
            return
        first = [self.of(part, depth + 1) for part in schema.get("prefixItems", ())]
        rest = self.of(schema.get("items", True), depth + 1) if depth < MAX_DEPTH else []
        wanted = self.of(schema["contains"], depth + 1) if "contains" in schema else []
        sizes = sorted({least, 0, 1, 2, len(first), len(first) + 1, *self.hints.sizes})
        lists = {size: _lists(size, first, wanted, rest) for size in sizes if least <= size <= _MAX_ELEMENTS}
        every = chain.from_iterable(lists.values())
        yield from islice(every, 1)
        # One of each larger size, before the many of the first sizes crowd it out.
        yield from (each for size, made in lists.items() if size > max(_SMALL, least) for each in islice(made, 1))
        yield from every

    def _objects(self, schema: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        members = {name: self._member(schema, name, depth) for name in self._names(schema, depth)}
        required = [name for name in schema.get("required", ()) if name in members]
        if any(not members[name] for name in required):
            return
        base = {name: members[name][0] for name in required}
        yield base
        for name, values in members.items():
            yield from (base | {name: value} for value in values)
        full = base | {name: values[0] for name, values in members.items() if values}
        yield full
        for name in full:
            yield {other: value for other, value in full.items() if other != name}

    def _names(self, schema: dict[str, Any], depth: int) -> list[str]:
        own = list(dict.fromkeys([*schema.get("required", ()), *schema.get("properties", ())]))
        if depth >= MAX_DEPTH:
            return [name for name in own if name in schema.get("required", ())]
        closed = schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False
        named = list(self.of(schema["propertyNames"], depth + 1)) if "propertyNames" in schema else []
        shaped = [name for pattern in schema.get("patternProperties", ()) for name in self._shaped(pattern)]
        lengths = ["x" * size for size in self.hints.sizes if size <= _LONGEST_NAME]
        free = [] if closed else [*self.hints.names, *_NAMES, *lengths, *self.hints.texts]
        return list(dict.fromkeys([*own, *(name for name in named if isinstance(name, str)), *shaped, *free]))

    def _shaped(self, pattern: str) -> Iterator[str]:
        """Names that match a pattern."""
        found = shortest({"pattern": pattern})
        yield from [] if found is None else [found]
        yield from filter(_fits({"pattern": pattern}), self.hints.texts)

    def _member(self, schema: dict[str, Any], name: str, depth: int) -> list[Any]:
        if name in schema.get("properties", ()):
            return self.of(schema["properties"][name], depth + 1)
        shaped = [inner for pattern, inner in schema.get("patternProperties", {}).items() if _found(pattern, name)]
        return self.of(shaped[0] if shaped else schema.get("additionalProperties", True), max(depth + 1, MAX_DEPTH - 1))


def _rows(columns: list[Iterator[Any]]) -> Iterator[Any]:
    """One of each in turn, so that no type crowds out the others."""
    while columns:
        going = []
        for column in columns:
            for value in islice(column, 1):
                going.append(column)
                yield value
        columns = going


def _lists(size: int, first: list[list[Any]], wanted: list[Any], rest: list[Any]) -> Iterator[list[Any]]:
    sources = [*first[:size], *([[*wanted, *rest]] * (size - len(first)))]
    if any(not source for source in sources):
        return
    spread = [source[index % len(source)] for index, source in enumerate(sources)]
    plain = [source[0] for source in sources]
    yield plain
    yield spread
    yield list(range(size))
    yield [str(number) for number in range(size)]
    for index in {0, size - 1} if 0 < size <= _FEW else ():
        yield from ([*plain[:index], value, *plain[index + 1 :]] for value in sources[index])


def _types(schema: Mapping[str, Any]) -> list[str]:
    given = schema.get("type", _TYPES)
    return [given] if isinstance(given, str) else list(given)


def _texts(schema: Mapping[str, Any], hints: Hints) -> Iterator[str]:
    asked = [str(schema["format"])] if "format" in schema else []
    for name in asked:
        yield from FORMATS.get(name, ())
    found = shortest(schema) if "pattern" in schema or "allOf" in schema else None
    yield from [found] if found is not None else []
    yield from hints.texts
    yield from ("x", "", "x y", "é", "0", "\U0001f600")
    for size in sorted({schema.get("minLength", 0), *hints.sizes}):
        yield "x" * size
    for name in hints.formats:
        yield from FORMATS.get(name, ())


def _integers(schema: Mapping[str, Any], hints: Hints) -> Iterator[int]:
    return (int(number) for number in _numbers(schema, hints) if number == int(number))


def _numbers(schema: Mapping[str, Any], hints: Hints) -> Iterator[Number]:
    step = exact_number(schema.get("multipleOf", 1))
    bounds = [exact_number(schema[keyword]) for keyword in _BOUNDS if keyword in schema]
    yield from (0, 1)
    for bound in bounds:
        near = _multiple(bound, step)
        yield from (bound, near, near + step, near - step)
    for number in hints.numbers:
        near = _multiple(number, step)
        yield from (number, number + 1, number - 1, near, near + step, near - step)
    yield from (_HALF, -1, -_HALF, 1 + _HALF)
    for number in (*bounds, *hints.numbers):
        yield from (number + _HALF, number - _HALF)


def _multiple(number: Number, step: Number) -> Number:
    """The multiple of a step that is next to a number, or just below it, however many digits they have."""
    return int(Fraction(number) // Fraction(step)) * step if step else number


_LEAVES: Final[Mapping[str, Any]] = {
    "string": _texts,
    "integer": _integers,
    "number": _numbers,
    "boolean": lambda _schema, _hints: iter((False, True)),
    "null": lambda _schema, _hints: iter((None,)),
}


def _fits(schema: Mapping[str, Any]) -> Any:
    return compiled({key: value for key, value in schema.items() if key in _LEAF_WORDS}).is_valid


_LEAF_WORDS: Final = frozenset({
    "type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
    "pattern", "format",
})  # fmt: skip


def _found(pattern: str, name: str) -> bool:
    return bool(compiled({"pattern": pattern}).is_valid(name))


def _nodes(value: Any) -> int:
    """How many values lie in a value, itself included; counted no further than is allowed."""
    waiting, count = [value], 0
    while waiting and count <= MAX_NODES:
        each = waiting.pop()
        count += 1
        waiting += each if isinstance(each, list) else each.values() if isinstance(each, dict) else ()
    return count
