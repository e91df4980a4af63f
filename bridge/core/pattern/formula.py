"""What a pattern says, as a formula over plain values, and how it is decided.

Arrays, as event-ruler has them. A document is seen as its leaves; an array is crushed out, so that its elements stand
at the array's own path. A pattern matches when each of its fields finds a leaf, and no two of the leaves lie in
different elements of one array: `{lines: {sku: [A], gift: [true]}}` asks for one line that is both. `exists: false`
holds where no leaf can be found in the elements that the other fields chose: beside `sku: [A]` it asks for a line A
without the attribute, alone it asks that no line has it. (event-ruler tries fields in the order of their names and so
lets only earlier names choose; here the order of names means nothing.)

So there are two ways to hold, and every formula tells them apart. It `picks`: some leaf was found, and with it the
element. It `lacks`: nothing but absence was needed, in all the values at once; `may_lack` says whether that can be.
Searching for one assignment of elements to arrays, as event-ruler does, is exponential in the worst case; deciding the
two ways bottom-up is linear.

`tell` is `holds` in three values: None where the answer depends on an unknown name that the document lacks.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from typing import Final

from bridge.core.change import Value
from bridge.errors import Where
from bridge.frozen import frozen

#: A test of one scalar.
Test = Callable[[Value], bool]

#: The kinds of scalar. A boolean is no number.
KINDS: Final = {str: "text", int: "number", Decimal: "number", bool: "boolean", type(None): "null"}


@frozen
class Mismatch:
    """A piece of a pattern that a document fails."""

    path: str  #: JSON path in the document, such as `$.new.status`
    expected: Value  #: the piece as plain values
    present: bool  #: whether there is a value at the path
    actual: Value  #: that value, None where there is none
    where: Where  #: the piece in its file


@frozen
class Leaf:
    """The list of what the value of a field may be: any of exact values and tests, present, absent."""

    exact: frozenset[tuple[str, Value]]  #: kind and value, so that `true` is not 1 and 1 is 1.0
    tests: tuple[Test, ...] = ()
    present: bool = False
    may_lack: bool = False

    def holds(self, value: Value) -> bool:
        """Whether the value, which is present, may be so."""
        return self.picks(value)

    def picks(self, value: Value) -> bool:
        """The same: a present value is always a found leaf."""
        if isinstance(value, list):
            return self.present or any(self._accepts(element) for element in elements(value))
        return self._accepts(value)

    def lacks(self, values: Collection[Value]) -> bool:
        """Whether absence is asked for, and nothing is there."""
        return self.may_lack and not values

    def _accepts(self, value: Value) -> bool:
        kind = KINDS.get(type(value))
        if self.present or kind is None:
            return self.present
        if (kind, value) in self.exact:
            return True
        return bool(self.tests) and any(test(value) for test in self.tests)


@frozen
class At:
    """What is asked of one field."""

    name: str
    inner: "Leaf | All | Either"
    source: Value  #: what was written for the field
    where: Where
    may_lack: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "may_lack", self.inner.may_lack)

    @property
    def names(self) -> frozenset[str]:
        """The one name."""
        return frozenset({self.name})

    def holds(self, value: Value) -> bool:
        """Whether the object's field is as asked, or rightly absent."""
        if self.name in value:
            return self.inner.holds(value[self.name])
        return self.may_lack and self.inner.lacks(())

    def picks(self, value: Value) -> bool:
        """Whether a leaf is found in the object's field."""
        return self.name in value and self.inner.picks(value[self.name])

    def lacks(self, values: Collection[Value]) -> bool:
        """Whether nothing but absence is asked of the field, in all the objects."""
        objects = (value for value in elements(values) if is_object(value))
        return self.may_lack and self.inner.lacks([each[self.name] for each in objects if self.name in each])

    def tell(self, document: Mapping[str, Value], unknown: Collection[str]) -> bool | None:
        """In three values."""
        return None if self.name in unknown and self.name not in document else self.holds(document)

    def first_false(self, value: Mapping[str, Value], path: str) -> Mismatch | None:
        """The innermost field that is not as asked."""
        if self.holds(value):
            return None
        path += f".{self.name}" if self.name.isidentifier() else f"['{self.name}']"
        found = value.get(self.name)
        if isinstance(found, Mapping) and not isinstance(self.inner, Leaf):
            return self.inner.first_false(found, path)
        return Mismatch(path, self.source, self.name in value, found, self.where)


@frozen
class All:
    """Fields are AND."""

    parts: "tuple[At | Either, ...]"
    names: frozenset[str] = field(init=False)
    may_lack: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset().union(*(part.names for part in self.parts)))
        object.__setattr__(self, "may_lack", all(part.may_lack for part in self.parts))

    def holds(self, value: Value) -> bool:
        """Whether every part holds, of one element where the value is an array."""
        if is_object(value):
            for part in self.parts:  # noqa: SIM110 -- the hot path: twice as fast as all()
                if not part.holds(value):
                    return False
            return True
        return self.picks(value) or (self.may_lack and self.lacks((value,)))

    def picks(self, value: Value) -> bool:
        """Whether every part holds of one object, and some part finds a leaf there."""
        if isinstance(value, list):
            return any(self.picks(element) for element in elements(value))
        return (
            is_object(value)
            and all(part.holds(value) for part in self.parts)
            and any(part.picks(value) for part in self.parts)
        )

    def lacks(self, values: Collection[Value]) -> bool:
        """Whether every part is absent in all the values."""
        return all(part.lacks(values) for part in self.parts)

    def tell(self, document: Mapping[str, Value], unknown: Collection[str]) -> bool | None:
        """False decides, whatever is unknown."""
        told = [part.tell(document, unknown) for part in self.parts]
        return False if False in told else None if None in told else True

    def first_false(self, value: Mapping[str, Value], path: str) -> Mismatch | None:
        """That of the first part that fails."""
        found = (part.first_false(value, path) for part in self.parts)
        return next((mismatch for mismatch in found if mismatch), None)


@frozen
class Either:
    """`$or`: one of the alternatives."""

    parts: "tuple[Formula, ...]"
    source: Value
    where: Where
    names: frozenset[str] = field(init=False)
    may_lack: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", frozenset().union(*(part.names for part in self.parts)))
        object.__setattr__(self, "may_lack", any(part.may_lack for part in self.parts))

    def holds(self, value: Value) -> bool:
        """Whether an alternative holds."""
        return any(part.holds(value) for part in self.parts)

    def picks(self, value: Value) -> bool:
        """Whether an alternative finds a leaf."""
        return any(part.picks(value) for part in self.parts)

    def lacks(self, values: Collection[Value]) -> bool:
        """Whether one alternative is absent in all the values."""
        return any(part.lacks(values) for part in self.parts)

    def tell(self, document: Mapping[str, Value], unknown: Collection[str]) -> bool | None:
        """True decides, whatever is unknown."""
        told = [part.tell(document, unknown) for part in self.parts]
        return True if True in told else None if None in told else False

    def first_false(self, value: Mapping[str, Value], path: str) -> Mismatch | None:
        """The `$or` as a whole, where no alternative holds."""
        return None if self.holds(value) else Mismatch(path, self.source, present=True, actual=value, where=self.where)


#: A pattern about an object; where it stands at an array, about the array's elements.
Formula = All | Either


def is_object(value: Value) -> bool:
    """Whether the value is a JSON object."""
    return isinstance(value, (dict, Mapping))


def elements(values: Iterable[Value]) -> Iterator[Value]:
    """The elements of an array, those of arrays within it in their place. Not recursive: documents nest deeply."""
    waiting = [iter(values)]
    while waiting:
        for value in waiting[-1]:
            if isinstance(value, list):
                waiting.append(iter(value))
                break
            yield value
        else:
            waiting.pop()
