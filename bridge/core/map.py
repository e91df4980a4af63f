"""Values by example: a YAML value that looks like what it makes, compiled to a function of the document.

`${…}` holds an expression, all other text is literal, `$${` is a literal `${`. A value that is one `${…}`
keeps its type. Nothing is null by accident: what comes to null is M001, unless its key ends in `?`.

```
label: order ${new.id}     ─► Text(["order ", Expression(new.id)])    "order 7"
coupon?: ${new.coupon}     ─► Mapping entry, optional                 left out where absent
lines:
  - $each: ${new.lines}    ─► List entry, once per element, with `it` and `index` in the document
    sku: ${it.sku}
```

Two questions are asked of each piece: `say(document)` gives its value, or `ABSENT` for one expression that
came to null; `vanishes(document)` says whether all expressions below it come to null, which is when a
mapping or list under a `?` key is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from bridge.core.change import Value
from bridge.core.expression import ABSENT, Expression, Refusal, metered
from bridge.core.large import joined, too_much
from bridge.core.numbers import number_text
from bridge.errors import Problem, UnmappableChange, Where
from bridge.frozen import frozen

Document = Mapping[str, Value]


class Template(Protocol):
    """A compiled value."""

    @property
    def reads(self) -> frozenset[str]:
        """The names of the document that it may look at."""

    def say(self, document: Document) -> Value:
        """The value; `ABSENT` for a single expression that comes to null. Raises `UnmappableChange`."""

    def vanishes(self, document: Document) -> bool:
        """Whether it has expressions and all of them come to null."""


@frozen
class Literal:
    """A value that is always the same."""

    value: Value
    reads: frozenset[str] = frozenset()

    def say(self, _: Document) -> Value:
        return self.value

    def vanishes(self, _: Document) -> bool:
        return False


@frozen
class Whole:
    """One `${…}`: keeps its type."""

    expression: Expression

    @property
    def reads(self) -> frozenset[str]:
        return self.expression.reads

    def say(self, document: Document) -> Value:
        return self.expression.say(document)

    def vanishes(self, document: Document) -> bool:
        return self.say(document) is ABSENT


@frozen
class Text:
    """Literal text with expressions in it: text and numbers are joined, nothing else."""

    parts: tuple[str | Expression, ...]

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(part.reads for part in self.parts if isinstance(part, Expression)))

    def say(self, document: Document) -> Value:
        parts = [part if isinstance(part, str) else _as_text(part, document) for part in self.parts]
        where = next(part.place(0) for part in self.parts if isinstance(part, Expression))
        return ABSENT if any(part is ABSENT for part in parts) else joined(parts, where)

    def vanishes(self, document: Document) -> bool:
        return self.say(document) is ABSENT


@frozen
class Entry:
    """A key of a mapping, with what it is to hold."""

    key: str
    optional: bool
    value: Template
    where: Where

    @property
    def whole(self) -> bool:
        """Whether it is a mapping or list, which under a `?` key goes as a whole or not at all."""
        return isinstance(self.value, Object | Array)


@frozen
class Object:
    """A mapping; what an optional key would make null is left out."""

    entries: tuple[Entry, ...]

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(entry.value.reads for entry in self.entries))

    def say(self, document: Document) -> Value:
        made = {}
        for entry in self.entries:
            if not (entry.optional and entry.whole and entry.value.vanishes(document)):
                value = placed(entry.value, document, entry.where, f".{entry.key}")
                if value is not ABSENT:
                    made[entry.key] = value
                elif not entry.optional:
                    raise UnmappableChange(absent(entry.where, f".{entry.key}", keyed=True))
        return made

    def vanishes(self, document: Document) -> bool:
        return _all_vanish([entry.value for entry in self.entries], document)


@frozen
class Repeated:
    """A list entry that is made once per element of a list, with `it` and `index` in the document."""

    elements: Expression
    made: Template
    where: Where
    few: int | None = None  #: more elements than that are measured while they are made; None where none need be

    @property
    def reads(self) -> frozenset[str]:
        return self.elements.reads | (self.made.reads - {"it", "index"})

    def say(self, document: Document) -> Value:
        scenes = each(self.elements, document)
        say = said if self.few is None or len(scenes) <= self.few else metered(said)
        try:
            return [say(self.made, inner, self.where, f"[{inner['index']}]") for inner in scenes]
        except Refusal:
            raise too_much(self.where) from None

    def vanishes(self, document: Document) -> bool:
        return self.elements.say(document) is ABSENT


@frozen
class Array:
    """A list; a repeated entry puts in as many as it makes."""

    items: tuple[tuple[Template, Where], ...]

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(item.reads for item, _ in self.items))

    def say(self, document: Document) -> Value:
        made: list[Value] = []
        for item, where in self.items:
            if isinstance(item, Repeated):
                made.extend(item.say(document))
            else:
                made.append(said(item, document, where, f"[{len(made)}]"))
        return made

    def vanishes(self, document: Document) -> bool:
        return _all_vanish([item for item, _ in self.items], document)


def said(template: Template, document: Document, where: Where, path: str) -> Value:
    """The template's value, placed at a JSON path. Raises `UnmappableChange` M001 where it comes to null."""
    value = placed(template, document, where, path)
    if value is ABSENT:
        raise UnmappableChange(absent(where, path))
    return value


def placed(template: Template, document: Document, where: Where, path: str) -> Value:
    """The template's value or `ABSENT`; problems below it get the JSON path."""
    try:
        return template.say(document)
    except UnmappableChange as error:
        raise UnmappableChange(*(_below(path, where, problem) for problem in error.problems)) from None


def each(elements: Expression, document: Document) -> list[dict[str, Value]]:
    """The document once per element, with `it` and `index`. Raises `UnmappableChange` M001 or M004."""
    found = elements.say(document)
    if found is ABSENT:
        raise UnmappableChange(absent(elements.place(0), ""))
    if not isinstance(found, list):
        what = f"`{elements.text}` is to be a list, and came to {kind(found)}"
        raise UnmappableChange(Problem(elements.place(0), "M004", what, "give it a list, such as `${new.lines}`"))
    return [{**document, "it": it, "index": index} for index, it in enumerate(found)]


def absent(where: Where, path: str, *, keyed: bool = False) -> Problem:
    """M001: a value that was asked for comes to null. `keyed`: it has a key that may end in `?`."""
    what = "the value comes to null in this change"
    fix = "write `${default(…, …)}`, or ask for it under `when`"
    fix = f"end its key in `?` to leave it out, {fix}" if keyed else fix
    return Problem(replace(where, path=path), "M001", what, fix)


def kind(value: Value) -> str:
    """What sort of value it is, in words for messages, which must not show the value itself."""
    names = {bool: "true or false", str: "text", list: "a list", dict: "an object", type(None): "null"}
    return names.get(type(value), "a number")


def is_number(value: Value) -> bool:
    """Whether it is a number; true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _all_vanish(templates: Sequence[Template], document: Document) -> bool:
    live = [template for template in templates if template.reads]
    return bool(live) and all(template.vanishes(document) for template in live)


def _below(path: str, where: Where, problem: Problem) -> Problem:
    placed = replace(problem.where, path=path + problem.where.path)
    return replace(problem, where=placed).within(where)


def _as_text(expression: Expression, document: Document) -> Value:
    value = expression.say(document)
    if value is ABSENT or isinstance(value, str):
        return value
    if is_number(value):
        return number_text(value)
    what = f"`{expression.text}` stands inside text and came to {kind(value)}"
    fix = "only text and numbers can stand inside text: write `${text(…)}` or `${to_json(…)}`"
    raise UnmappableChange(Problem(expression.place(0), "M005", what, fix))
