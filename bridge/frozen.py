"""Values: frozen for whoever reads and checks the code, plain for the interpreter.

mypy lets nobody change one. At run time they are classes with slots, nothing more, for two reasons that were measured:
a frozen dataclass sets each field through `object.__setattr__`, 2 µs more for one of 15 fields, several times a
record; and it generates six methods for each class at import, 0.6 ms of a cold start, where one is 0.15 ms and some
hundred classes are imported. So `__init__` alone is generated, and the rest is written here once.
"""

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=True, field_specifiers=(field,))
def frozen(kind: type[T]) -> type[T]:
    """A dataclass with slots, equal and hashed by its fields."""
    made: Any = dataclass(slots=True, repr=False, eq=False)(kind)
    compared = [each.name for each in fields(made) if each.compare]
    made._fields_of = attrgetter(*compared) if compared else _nothing  # noqa: SLF001 -- ours
    made.__repr__, made.__eq__, made.__hash__ = _repr, _eq, _hash
    return made  # type: ignore[no-any-return]  # `made` is `kind` with slots


@dataclass_transform(frozen_default=True, eq_default=True, order_default=True, field_specifiers=(field,))
def ordered(kind: type[T]) -> type[T]:
    """The same, sorted by its fields."""
    made: Any = frozen(kind)
    made.__lt__ = _lt
    return made  # type: ignore[no-any-return]  # as above


def _nothing(_: object) -> tuple[()]:
    return ()


def _key(it: Any) -> Any:
    return type(it)._fields_of(it)  # noqa: SLF001 -- ours


def _eq(self: Any, other: object) -> bool:
    return _key(self) == _key(other) if other.__class__ is self.__class__ else NotImplemented


def _lt(self: Any, other: object) -> bool:
    return _key(self) < _key(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_key(self))


def _repr(self: Any) -> str:
    told = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({told})"
