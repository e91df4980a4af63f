"""The order in which filters and code change, so that no record falls between.

Filters are widened before new code is live and narrowed after it. While both codes may run, the filters are the union
of both: every pattern of either. Nothing is decided about what patterns mean, so that the union can only be too wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.core.infra.filters import MAX_FILTERS, MAX_LENGTH
from bridge.core.wire import canonical_json, read_json, write_json

Patterns = list[str]
_OR: Final = "$or"


@dataclass(frozen=True, slots=True)
class Rollout:
    """The filters at each step. No pattern at all lets everything through."""

    before: Patterns | None  #: to be set before the new code is live; None where those that are there suffice
    during: Patterns  #: with the new code
    after: Patterns | None  #: once the new code is live; None where there is nothing to narrow


def rollout(deployed: Sequence[str] | None, wanted: Sequence[str]) -> Rollout:
    """From the filters of the mapping as it is (None where there is none yet) to those that the new rules want."""
    if deployed is None or (covers(deployed, wanted) and covers(wanted, deployed)):
        return Rollout(None, list(wanted), None)
    both = union(deployed, wanted)
    before = None if both == list(deployed) else both
    return Rollout(before, both, None if both == list(wanted) else list(wanted))


def union(some: Sequence[str], others: Sequence[str]) -> Patterns:
    """Patterns that let through what either lets through; none where all must pass, or they do not fit a mapping."""
    if not some or not others:
        return []
    if covers(some, others):
        return list(some)
    if covers(others, some):
        return list(others)
    together = list(dict.fromkeys([*some, *others]))
    return together if len(together) <= MAX_FILTERS else _packed(together)


def covers(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    """Whether the first let through all that the others do, as far as their alternatives show it."""
    if not wide:
        return True
    return bool(narrow) and _alternatives(narrow) <= _alternatives(wide)


def _alternatives(patterns: Sequence[str]) -> set[str]:
    """Each alternative of each pattern, as canonical text: an `$or` at the top is several."""
    return {canonical_json(part).decode() for pattern in patterns for part in _parts(read_json(pattern))}


def _parts(pattern: object) -> list[object]:
    if isinstance(pattern, dict) and set(pattern) == {"data"}:
        return [{"data": part} for part in _parts(pattern["data"])]
    if isinstance(pattern, dict) and set(pattern) == {_OR} and isinstance(pattern[_OR], list):
        return list(pattern[_OR])
    return [pattern]


def _packed(patterns: Sequence[str]) -> Patterns:
    """As few patterns as hold all alternatives; none where they do not fit."""
    made: list[list[object]] = [[]]
    for part in (part for pattern in patterns for part in _parts(read_json(pattern))):
        if part in [each for group in made for each in group]:
            continue
        if made[-1] and len(_joined([*made[-1], part])) > MAX_LENGTH:
            made.append([])
        made[-1].append(part)
    texts = [_joined(group) for group in made]
    fits = len(texts) <= MAX_FILTERS and all(len(text) <= MAX_LENGTH for text in texts)
    return texts if fits else []


def _joined(parts: Sequence[object]) -> str:
    """One pattern; of Kinesis the `$or` stands within `data`."""
    if len(parts) == 1:
        return write_json(parts[0]).decode()
    if all(isinstance(part, dict) and set(part) == {"data"} for part in parts):
        return write_json({"data": {_OR: [part["data"] for part in parts if isinstance(part, dict)]}}).decode()
    return write_json({_OR: list(parts)}).decode()
