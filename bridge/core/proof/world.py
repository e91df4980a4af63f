"""What is known of the change document while a rule runs: a shape for each name, and what conditions have told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bridge.core.change import Kind
from bridge.core.expression.tree import Node
from bridge.core.proof.shapes import LET, NOTHING, NULL, Shape, joined, listed, met, shape_of

#: Stands for the element that a projection is at, where the other names are not in reach.
CURRENT: Final = "@"

#: Changes that bring the same images: each is looked at by itself.
GROUPS: Final[tuple[tuple[tuple[Kind, ...], tuple[str, ...]], ...]] = (
    (("insert", "snapshot"), ("new",)),
    (("modify",), ("new", "old")),
    (("remove", "expire"), ("old",)),
)

#: Of this side of the year 9000; and seconds that are counted know no leap second.
_TIME = (
    r"^(19[7-9][0-9]|[2-8][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,18})?Z$"
)
_NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}
_DIFFERENCE = {
    "type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 1}},
}  # fmt: skip
#: What every change has, whatever the item. DynamoDB's own limits of names: botocore 1.43, dynamodb `TableName`.
_ALWAYS: Final[Mapping[str, Mapping[str, Any]]] = {
    "table": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,255}$"},
    "region": {"type": "string", "pattern": "^[a-z0-9-]{1,32}$"},
    "account": {"type": "string", "pattern": "^[0-9]{12}$"},
    "id": {"type": "string", "pattern": "^[!-~]+$"},
    "at": {"type": "string", "format": "date-time", "pattern": _TIME},
    "sequence": {"type": "string", "pattern": "^[0-9]{0,40}$"},
    "changed": _NAMES,
    "changes": {"type": "array", "items": _DIFFERENCE},
}

Step = str | int
#: A name of the document, and the names and indexes below it.
Path = tuple[Step, ...]
#: Two expressions, written as text, of which the first is greater: strictly, or at least equal.
Order = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class World:
    """One way in which a rule may be run."""

    roots: Mapping[str, Shape]
    item: str = "new"  #: the image that `item` stands for
    current: Shape | None = None  #: the element that a projection is at; None at the document
    orders: frozenset[Order] = field(default=frozenset())

    def root(self, name: Step) -> Shape:
        """The shape of a name of the document; null where the change has none such."""
        return self.roots.get(self._image(name), (NULL,))

    def _image(self, name: Step) -> str:
        return self.item if name == "item" else str(name)

    def at(self, path: Path) -> Shape:
        """The shape that a path begins with."""
        return (self.current or NOTHING) if path[0] == CURRENT else self.root(path[0])

    def inside(self, element: Shape) -> "World":
        """The same, at an element."""
        return replace(self, current=element, orders=frozenset())

    def named(self, name: str, shape: Shape) -> "World":
        """The same with one more name, which may hide another. A null that was let through is a null again."""
        plain = tuple(NULL if branch == LET else branch for branch in shape)
        orders = frozenset(each for each in self.orders if f'"{name}"' not in each[0] + each[1])
        return replace(self, roots={**self.roots, name: joined(plain)}, orders=orders)

    def narrowed(self, path: Path, schema: Any) -> "World | None":
        """The same where the root of the path satisfies a schema; None where that cannot be."""
        found = met(self.at(path), schema)
        if not found:
            return None
        if path[0] == CURRENT:
            return replace(self, current=found)
        if self._image(path[0]) not in self.roots:
            return self
        return replace(self, roots={**self.roots, self._image(path[0]): found})

    def where(self, path: Path, schema: Any) -> "World | None":
        """The same where there is a value at the path that satisfies a schema."""
        return self.narrowed(path, present(path[1:], schema))

    def unless(self, path: Path, schema: Any) -> "World | None":
        """The same where there is nothing at the path, or a value that satisfies the schema."""
        return self.narrowed(path, below(path[1:], schema))

    def ordered(self, more: str, less: str, *, strictly: bool) -> "World":
        """The same where one expression is known to be greater than the other."""
        return replace(self, orders=self.orders | {(more, less, strictly)})


def present(path: Path, schema: Any) -> Any:
    """Of an object in which a path leads to a value that satisfies a schema, and is not null."""
    for step in reversed(path):
        if isinstance(step, int):
            return {}  # an element: not followed, which only says less
        schema = {"type": "object", "required": [step], "properties": {step: schema}}
    return {"allOf": [{"not": {"type": "null"}}, schema]} if not path else schema


def below(path: Path, schema: Any) -> Any:
    """Of a value in which a path leads nowhere, or to a value that satisfies a schema."""
    for step in reversed(path):
        if isinstance(step, int):
            return {}
        schema = {"properties": {step: schema}}
    return schema


def key_of(node: Node) -> str:
    """An expression as text, wherever it stands: what is written alike is alike."""
    inner = ",".join(map(key_of, node.children))
    value = f'"{node.value}"' if isinstance(node.value, str) else repr(node.value)
    return f"{node.kind}({value};{inner})"


def worlds(item: Shape, keys: Mapping[str, Shape], kinds: Iterable[Kind]) -> list[World]:
    """One world for each set of images that these changes bring."""
    wanted = set(kinds)
    always = {name: shape_of(schema) for name, schema in _ALWAYS.items()}
    found = []
    for group, images in GROUPS:
        named = [kind for kind in group if kind in wanted]
        if named:
            roots = {**always, "change": listed(named), "keys": _keys(keys), **dict.fromkeys(images, item)}
            found.append(World(roots, images[0]))
    return found


def _keys(keys: Mapping[str, Shape]) -> Shape:
    """A key attribute is text or a number, or binary, which is text here. Those not named may be there or not."""
    properties = {name: {"anyOf": [dict(each) for each in shape]} for name, shape in keys.items()}
    rest = {"type": ["string", "number"]}
    made = {"type": "object", "properties": properties, "required": sorted(keys), "additionalProperties": rest}
    return (made,)
