"""Finds the parts of a schema that no value can satisfy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import ReferencingError, Registry, ValidationError
from jsonschema_rs.canonical import CanonicalizationError, UnsatisfiableReason, find_unsatisfiable


@dataclass(frozen=True, slots=True)
class Dead:
    """A part that allows nothing."""

    pointer: str  #: JSON pointer in the schema that was given
    keywords: tuple[str, ...]  #: those that exclude each other; empty where they could not be told


def dead_parts(schema: Mapping[str, Any], others: Registry | None = None) -> list[Dead]:
    """Parts that allow nothing and were not written as `false`, by pointer. What cannot be told counts as alive.

    `others` holds what it refers to, by `$id`.
    """
    try:
        found = find_unsatisfiable(dict(schema), validate_formats=True, offline=True, registry=others)
    except (ValidationError, ReferencingError, CanonicalizationError, ValueError):
        return []
    meant = UnsatisfiableReason.Literal
    return [Dead(at, _keywords(reason)) for at, reason in sorted(found.items()) if not isinstance(reason, meant)]


def _keywords(reason: Any) -> tuple[str, ...]:
    """The keywords that a reason names; the type is one of them only where it excludes something itself."""
    causes = reason.causes if isinstance(reason, UnsatisfiableReason.Conflict) else [reason.cause]
    named = dict.fromkeys(keyword for cause in causes for keyword in cause.keywords)
    others = tuple(keyword for keyword in named if keyword != "type")
    return others if len(others) > 1 else tuple(named)
