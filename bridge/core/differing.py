"""Which attributes of two images differ, told from DynamoDB JSON, so that nothing need be read for it."""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.core.attributes import READ, one


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the attributes that differ between two images in DynamoDB JSON, sorted.

    Sets compare as sets and numbers by value, at any depth; a change of type counts.
    Raises `ValueError`, `TypeError`, `LookupError` or `AttributeError` for what `plain_item` would refuse, if it is
    looked at.
    """
    if old == new:
        return ()
    return tuple(sorted(name for name in old.keys() | new.keys() if not _same(old.get(name), new.get(name))))


def _same(old: Any, new: Any) -> bool:
    if old == new:
        return True
    if old is None or new is None or one(old) != one(new):
        return False
    (kind,) = one(old)
    if kind in _ALIKE:
        return _ALIKE[kind](old[kind], new[kind])
    return bool(READ[kind](old[kind], 0) == READ[kind](new[kind], 0))


def _alike_maps(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return old.keys() == new.keys() and all(_same(typed, new[name]) for name, typed in old.items())


def _alike_lists(old: list[Any], new: list[Any]) -> bool:
    return len(old) == len(new) and all(map(_same, old, new))


_ALIKE: Mapping[str, Callable[[Any, Any], bool]] = {"M": _alike_maps, "L": _alike_lists}
