"""Compiled rules: an entity with its events, each a set of functions of the change document."""

from collections.abc import Mapping
from dataclasses import field

from bridge.core.closures import Sure
from bridge.core.expression import Expression
from bridge.core.map import Template
from bridge.core.pattern import Pattern
from bridge.core.schema.compiled import Schema
from bridge.core.yamltree import Node
from bridge.errors import Where
from bridge.frozen import frozen


@frozen
class Attribute:
    """A template with the place that it is written at."""

    template: Template
    where: Where
    sure: Sure = field(init=False, compare=False, repr=False)  #: the template for the hot path

    def __post_init__(self) -> None:
        object.__setattr__(self, "sure", Sure(self.template))


@frozen
class Let:
    """A named value."""

    name: str
    value: Attribute


@frozen
class Extension:
    """A CloudEvents extension attribute; an optional one is left out where it comes to null."""

    name: str
    value: Attribute
    optional: bool


@frozen
class Rule:
    """One event of an entity."""

    entity: str
    event: str
    pinned: str  #: the name in event ids
    where: Where
    about: str
    when: Pattern | None
    lets: tuple[Let, ...]  #: those that the rule uses, in the order in which they build on each other
    each: Expression | None
    key: Attribute | None
    condition: Expression | None
    type: Attribute
    schemas: Mapping[str, Schema]  #: by event type; one entry under "" where the type is fixed
    source: Attribute
    subject: Attribute | None
    partitionkey: Attribute | None
    extensions: tuple[Extension, ...]
    data: Attribute
    to: tuple[str, ...]
    reads: frozenset[str]  #: names of the change document that its values look at
    examples: tuple[Node, ...]
    swells: bool = False  #: whether what it makes must be measured

    name: str = field(init=False)  #: `<entity>.<event>`, as logs, metrics and problems call it

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.entity}.{self.event}")


@frozen
class Entity:
    """What one rule file says."""

    name: str
    file: str
    where: Where
    about: str
    owner: str
    item_schema: str
    when: Pattern | None
    without: tuple[str, ...]
    rules: tuple[Rule, ...]
    examples: tuple[Node, ...]
    node: Node = field(compare=False, repr=False)  #: the rule file as read
    beside: Node | None = field(compare=False, repr=False)  #: the file of examples beside it
