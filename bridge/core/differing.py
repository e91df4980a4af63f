"""Which attributes of two images differ, told from DynamoDB JSON, so that nothing need be read for it."""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.core.attributes import MAX_LEVELS, READ, one


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the attributes that differ between two images in DynamoDB JSON, sorted.

    Sets compare as sets and numbers by value, at any depth; a change of type counts.
    Raises `ValueError`, `TypeError`, `LookupError`, `AttributeError` or `RecursionError` for values that `plain_item`
    would refuse, where they must be read to be compared.
    """
    if old == new:
        return ()
    names = old.keys() | new.keys()
    return tuple(sorted(name for name in names if not _same(old.get(name), new.get(name), MAX_LEVELS - 1)))


def _same(old: Any, new: Any, room: int) -> bool:
    if old == new:
        return True
    if old is None or new is None or one(old) != one(new):
        return False
    (kind,) = one(old)
    if kind not in _ALIKE:
        return bool(READ[kind](old[kind], 0) == READ[kind](new[kind], 0))
    if not room:
        raise ValueError("too deep")
    return _ALIKE[kind](old[kind], new[kind], room - 1)


def _alike_maps(old: dict[str, Any], new: dict[str, Any], room: int) -> bool:
    return old.keys() == new.keys() and all(_same(typed, new[name], room) for name, typed in old.items())


def _alike_lists(old: list[Any], new: list[Any], room: int) -> bool:
    return len(old) == len(new) and all(_same(typed, other, room) for typed, other in zip(old, new, strict=True))


_ALIKE: Mapping[str, Callable[[Any, Any, int], bool]] = {"M": _alike_maps, "L": _alike_lists}
