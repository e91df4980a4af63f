"""A schema as it is used: what events are validated against, and what it says.

`kept` and `restored` take a project's schemas to the function compiled: to read, link and close them is a tenth of its
init. What it says is kept as text, for it is read where somebody looks at it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from jsonschema_rs import validator_for

from bridge.core.change import Value
from bridge.core.schema.strict import STRICT
from bridge.core.validate import Checker
from bridge.core.wire import read_json, write_json
from bridge.errors import Problem
from bridge.frozen import frozen

if TYPE_CHECKING:
    from bridge.core.schema.link import Links


@frozen
class Schema:
    """One schema file, compiled."""

    name: str  #: relative to the schemas folder: `order/placed.v1.json`
    file: str  #: as problems name it
    id: str  #: its `$id`, which events carry as `dataschema`
    document: Mapping[str, Value]  #: as read
    open: Mapping[str, Value]  #: what it says, in the latest draft, referring to nothing outside
    closed: Mapping[str, Value]  #: the same for what the bridge may emit: nothing that is not declared
    _checker: Checker = field(repr=False)

    @property
    def members(self) -> frozenset[str]:
        """Every name that it declares somewhere."""
        return self._checker.members

    def holds(self, data: Value) -> bool:
        """Whether the closed form certainly holds: the quick answer, for data of bounded depth that JSON can say."""
        return self._checker.holds(data)

    @property
    def checks_both(self) -> bool:
        """Whether data is held against both forms."""
        return len(self._checker.forms) > 1

    def problems(self, data: Value) -> list[Problem]:
        """Everything that is wrong with an event's data against the closed form, S050 to S060. Empty when it holds."""
        return self._checker.problems(data)


def _unlinked() -> "Links":
    from bridge.core.schema.link import Links  # noqa: PLC0415 -- the function has no need of it

    return Links({})


@frozen
class Schemas:
    """The schemas of a project by name."""

    by_name: Mapping[str, Schema]
    linked: "Callable[[], Links]" = field(default=_unlinked, repr=False, compare=False)

    @property
    def links(self) -> "Links":
        """The files as linked."""
        return self.linked()

    @property
    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self.by_name))

    def get(self, name: str) -> Schema | None:
        """The schema of this name, if there is one."""
        return self.by_name.get(name)


def checker_of(name: str, forms: tuple[Any, ...], members: frozenset[str]) -> Checker:
    """What checks against these forms, objects or JSON text. Raises `ValueError` where one cannot be compiled."""
    return Checker(name, tuple(validator_for(form, **STRICT) for form in forms), members)


def kept(schemas: Schemas) -> Value:
    """The schemas as a plain value."""
    return {name: _kept(schema) for name, schema in schemas.by_name.items()}


def _kept(schema: Schema) -> Value:
    said = [write_json(dict(form)).decode() for form in (schema.document, schema.open, schema.closed)]
    return [schema.file, schema.id, *said, schema.checks_both, sorted(schema.members)]


def restored(kept: Value, linked: "Callable[[], Links]") -> Schemas:
    """The schemas that were kept. `linked` gives their links, where somebody asks for them."""
    return Schemas({name: _restored(name, *said) for name, said in kept.items()}, linked)


def _restored(name: str, file: str, identity: str, *said: Any) -> Schema:
    document, opened, closed, both, members = said
    forms = (closed, opened) if both else (closed,)
    return Schema(
        name, file, identity, _Text(document), _Text(opened), _Text(closed), checker_of(name, forms, frozenset(members))
    )


class _Text(Mapping[str, Value]):
    """An object as JSON text, read when it is first looked at."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: dict[str, Value] | None = None

    def _object(self) -> dict[str, Value]:
        if self._read is None:
            self._read = read_json(self._text)
        return self._read

    def __getitem__(self, name: str) -> Value:
        return self._object()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._object())

    def __len__(self) -> int:
        return len(self._object())
