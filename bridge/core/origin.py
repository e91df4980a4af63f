"""Where each value of an event comes from: the place in the rule that made it, as it is written there.

`origin` looks a path up in the rule alone; `steps` walks a template together with a document and gives what each
piece came to. Both stand beside the hot path and are never on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bridge.core.change import Value
from bridge.core.expression import ABSENT
from bridge.core.map import Array, Document, Literal, Object, Repeated, Template, Text, Whole, each, placed
from bridge.core.rules.model import Attribute, Rule
from bridge.core.wire import write_json
from bridge.errors import Problem, UnmappableChange, Where

#: Stands for a mapping or list, whose parts follow one by one.
WHOLE: Final = object()


@dataclass(frozen=True, slots=True)
class Origin:
    """A piece of a rule that makes a value."""

    where: Where
    written: str  #: `${new.id}`; a literal as JSON


@dataclass(frozen=True, slots=True)
class Step:
    """What one piece of a template came to."""

    path: str  #: in the event: `data.lines[0].sku`
    origin: Origin
    optional: bool  #: whether its key ends in `?`
    value: Value  #: `ABSENT` where it came to null, `WHOLE` for a mapping or list that is there
    problems: tuple[Problem, ...] = ()  #: why it came to nothing, which refuses the change


def attributes(rule: Rule) -> dict[str, tuple[Attribute, bool]]:
    """What the rule gives to its event, by top-level name; whether it may be left out."""
    named = {
        "type": rule.type,
        "source": rule.source,
        "subject": rule.subject,
        "partitionkey": rule.partitionkey,
    }
    given = {name: (attribute, False) for name, attribute in named.items() if attribute is not None}
    extensions = {each.name: (each.value, each.optional) for each in rule.extensions}
    return given | extensions | {"data": (rule.data, False)}


def origin(rule: Rule, path: str) -> Origin | None:
    """The piece that makes the value at a path of the event; None where the bridge itself makes it."""
    for name, (attribute, _) in attributes(rule).items():
        if _leads(name, path):
            return _found(attribute.template, attribute.where, name, path)
    return None


def _found(template: Template, where: Where, here: str, path: str) -> Origin:
    """The innermost piece on the way to the path."""
    if here != path:
        for inner, place, name in _parts(template, here, path):
            if _leads(name, path):
                return _found(inner, place, name, path)
    return Origin(where, written(template))


def _leads(here: str, path: str) -> bool:
    return path == here or path.startswith((f"{here}.", f"{here}["))


def _parts(template: Template, here: str, path: str) -> Iterator[tuple[Template, Where, str]]:
    """The pieces below with their paths; what `$each` repeats may stand at any index behind those before it."""
    if isinstance(template, Object):
        yield from ((entry.value, entry.where, f"{here}.{entry.key}") for entry in template.entries)
    elif isinstance(template, Array):
        for index, (item, where) in enumerate(template.items):
            if isinstance(item, Repeated):
                yield item.made, where, here + path[len(here) :].partition("]")[0] + "]"
            else:
                yield item, where, f"{here}[{index}]"


def written(template: Template) -> str:
    """A template as it is written, shortened where it is a mapping or list."""
    if isinstance(template, Literal):
        return write_json(template.value).decode()
    if isinstance(template, Whole):
        return f"${{{template.expression.text}}}"
    if isinstance(template, Text):
        return "".join(part if isinstance(part, str) else f"${{{part.text}}}" for part in template.parts)
    return "{…}" if isinstance(template, Object) else "[…]"


def steps(rule: Rule, document: Document) -> Iterator[Step]:
    """What every piece of the rule's values came to in a document, in the order of the event."""
    for name, (attribute, optional) in attributes(rule).items():
        yield from _steps(attribute.template, document, attribute.where, name, optional=optional)


def _steps(template: Template, document: Document, where: Where, path: str, *, optional: bool) -> Iterator[Step]:
    if not isinstance(template, Object | Array):
        yield _leaf(template, document, where, path, optional=optional)
        return
    gone = optional and _vanishes(template, document)
    yield Step(path, Origin(where, written(template)), optional, ABSENT if gone else WHOLE)
    if not gone:
        yield from _members(template, document, path)


def _members(template: Object | Array, document: Document, path: str) -> Iterator[Step]:
    if isinstance(template, Object):
        for entry in template.entries:
            yield from _steps(entry.value, document, entry.where, f"{path}.{entry.key}", optional=entry.optional)
        return
    index = 0
    for item, where in template.items:
        for inner, scene in _scenes(item, document):
            yield from _steps(inner, scene, where, f"{path}[{index}]", optional=False)
            index += 1


def _scenes(item: Template, document: Document) -> Iterator[tuple[Template, Document]]:
    """An item of a list with its document; what `$each` repeats once per element, and not at all where it cannot."""
    if not isinstance(item, Repeated):
        yield item, document
        return
    try:
        yield from ((item.made, scene) for scene in each(item.elements, document))
    except UnmappableChange:
        return


def _vanishes(template: Template, document: Document) -> bool:
    try:
        return template.vanishes(document)
    except UnmappableChange:
        return False


def _leaf(template: Template, document: Document, where: Where, path: str, *, optional: bool) -> Step:
    made = Origin(where, written(template))
    try:
        return Step(path, made, optional, placed(template, document, where, ""))
    except UnmappableChange as error:
        return Step(path, made, optional, ABSENT, error.problems)
