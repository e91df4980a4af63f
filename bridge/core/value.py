"""Values that are made for every record: frozen for whoever reads and checks the code, plain slots for the interpreter.

A frozen dataclass sets each field through `object.__setattr__`: 2 µs more for one of 15 fields, several times a record.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=True)
def value(kind: type[T]) -> type[T]:
    """A dataclass with slots, which mypy lets nobody change."""
    return dataclass(slots=True)(kind)
