"""Values: frozen for whoever reads and checks the code, plain for the interpreter.

mypy lets nobody change one. At run time they are classes with slots, nothing more, for two reasons that were measured:
a frozen dataclass sets each field through `object.__setattr__`, 2 µs more for one of 15 fields, several times a
record; and it generates six methods for each class at import, 0.6 ms of a cold start, with slots and `__init__` alone
still 0.25 ms, where some hundred classes are imported. So all but `__init__` is written here once, and that is
generated with the first instance: half of the classes have none before the first batch, or ever. A class takes 0.05 ms
then. What `dataclasses` itself is asked of one (`replace`, `fields`) it answers, once it has been told of its fields.
"""

import dataclasses
from dataclasses import MISSING, Field, field
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=True, field_specifiers=(field,))
def frozen(kind: type[T]) -> type[T]:
    """A class with slots for its fields, equal and hashed by them."""
    made: Any = _slotted(kind)
    made.__hash__ = _hash
    return made  # type: ignore[no-any-return]  # `made` is `kind` with slots


@dataclass_transform(frozen_default=True, eq_default=True, order_default=True, field_specifiers=(field,))
def ordered(kind: type[T]) -> type[T]:
    """The same, sorted by its fields."""
    made: Any = frozen(kind)
    made.__lt__ = _lt
    return made  # type: ignore[no-any-return]  # as above


@dataclass_transform(eq_default=True, field_specifiers=(field,))
def slotted(kind: type[T]) -> type[T]:
    """The same for what may change: equal by its fields, and without a hash."""
    made: Any = _slotted(kind)
    made.__hash__ = None
    return made  # type: ignore[no-any-return]  # as above


def _slotted(kind: Any) -> Any:
    """The class made again, since slots can only be given at its birth."""
    body = {name: value for name, value in vars(kind).items() if name not in ("__dict__", "__weakref__")}
    said = {name: _field(body.pop(name, MISSING)) for name in kind.__annotations__}
    compared = [name for name, each in said.items() if each.compare]
    body |= {
        "__slots__": tuple(said),
        "__qualname__": kind.__qualname__,
        "__match_args__": tuple(name for name, each in said.items() if each.init),
        "__dataclass_fields__": _Told(),
        "_said": said,
        "_compared": attrgetter(*compared) if compared else _nothing,
    }
    made = type(kind)(kind.__name__, kind.__bases__, body)
    made.__init__, made.__repr__, made.__eq__ = _first, _repr, _eq
    return made


def _field(said: Any) -> Any:
    return said if isinstance(said, Field) else field(default=said)


def _first(self: Any, *given: Any, **named: Any) -> None:
    """The first instance has its class's own `__init__` written."""
    kind = type(self)
    kind.__init__ = _written(kind)
    self.__init__(*given, **named)


def _written(kind: Any) -> Any:
    """As one would write it by hand: `def __init__(self, where, code, level=…): self.where = where …`."""
    known: dict[str, Any] = {"_absent": MISSING}
    parameters, lines = ["self"], []
    for name, each in kind._said.items():  # noqa: SLF001 -- ours
        made = each.default_factory is not MISSING
        known[f"_{name}"] = each.default_factory if made else each.default
        if each.init:
            default = "_absent" if made else f"_{name}"
            parameters.append(f"{name}={default}" if made or each.default is not MISSING else name)
            lines.append(f"self.{name} = " + (f"_{name}() if {name} is _absent else {name}" if made else name))
        elif made:
            lines.append(f"self.{name} = _{name}()")
    if hasattr(kind, "__post_init__"):
        lines.append("self.__post_init__()")
    exec("\n ".join([f"def __init__({', '.join(parameters)}):", *(lines or ["pass"])]), known)  # noqa: S102 -- names
    written = known["__init__"]
    written.__qualname__ = f"{kind.__qualname__}.__init__"
    return written


class _Told:
    """The fields as `dataclasses` has them, which it is told of when it asks."""

    def __get__(self, _one: object, kind: Any) -> Any:
        said = [(name, kind.__annotations__[name], each) for name, each in kind._said.items()]  # noqa: SLF001 -- ours
        made: Any = dataclasses.make_dataclass(
            "_", said, init=False, repr=False, eq=False, match_args=False, namespace={"__doc__": "Needs none."}
        )
        kind.__dataclass_fields__ = made.__dataclass_fields__
        return kind.__dataclass_fields__


def _nothing(_: object) -> tuple[()]:
    return ()


def _key(it: Any) -> Any:
    return type(it)._compared(it)  # noqa: SLF001 -- ours


def _eq(self: Any, other: object) -> bool:
    return _key(self) == _key(other) if other.__class__ is self.__class__ else NotImplemented


def _lt(self: Any, other: object) -> bool:
    return _key(self) < _key(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(_key(self))


def _repr(self: Any) -> str:
    said = type(self)._said.items()  # noqa: SLF001 -- ours
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name, each in said if each.repr)
    return f"{type(self).__qualname__}({told})"
