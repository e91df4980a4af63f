"""Asks jsonschema-rs whether one schema covers another. The only module that touches its experimental half."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jsonschema_rs import CanonicalSchema, Draft202012, RegexOptions, ValidationError, canonicalize
from jsonschema_rs.canonical import CanonicalizationError, Containment

from bridge.core.contain.answer import Answer
from bridge.core.plain import to_exact
from bridge.core.wire import canonical_json, read_json
from bridge.errors import BridgeError

#: Without `validate_formats` a format would be dropped from both sides, and a format added would look safe.
_HOW: Final[dict[str, Any]] = {
    "draft": Draft202012,
    "validate_formats": True,
    "pattern_options": RegexOptions(),
    "offline": True,
}

#: `str()` is the one spelling of its answers that it documents.
_ANSWERS: Final[Mapping[str, Answer]] = {"yes": "yes", "no": "no"}


#: Levels of a schema's own objects and lists. Objects within objects 40 deep are two levels each, and DynamoDB nests
#: 32 deep (developer guide, "Quotas"); from 44 on the library may not come to an end.
_DEEPEST: Final = 80


@dataclass(frozen=True, slots=True)
class Decision:
    """What the algebra of schemas comes to."""

    answer: Answer
    breaking: dict[str, Any] | None = None  #: a schema of what the writer allows and the reader refuses
    reason: str = ""


def decide(reader: Mapping[str, Any], writer: Mapping[str, Any]) -> Decision:
    """Whether the reader covers the writer. Never raises: what the library cannot do is "unknown"."""
    try:
        readable, writable = _canonical(canonical_json(reader)), _canonical(canonical_json(writer))
        answer = _ANSWERS.get(str(readable.covers(writable)), "unknown")
    except (ValidationError, CanonicalizationError, ValueError, BridgeError) as error:
        return Decision("unknown", None, f"the algebra of schemas does not model them: {_first_line(error)}")
    if answer == "yes":
        return Decision("yes")
    reason = "" if answer == "no" else "neither a proof nor a counterexample was found"
    return Decision(answer, _difference(readable, writable), reason)


@lru_cache(maxsize=512)  # a schema is held against several versions, in both directions
def _canonical(text: bytes) -> CanonicalSchema:
    schema = read_json(text)
    if _is_deep(schema):
        raise ValueError(f"nested more than {_DEEPEST} deep")
    return canonicalize(schema, **_HOW)


def _is_deep(schema: Any) -> bool:
    level = [schema]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)
                 if isinstance(inner, dict | list)]  # fmt: skip
        if not level:
            return False
    return True


def _difference(readable: CanonicalSchema, writable: CanonicalSchema) -> dict[str, Any] | None:
    try:
        difference = writable.subtract(readable).to_json_schema()
        return to_exact(difference) if isinstance(difference, dict) else None  # it writes fractions as floats
    except (CanonicalizationError, ValueError, BridgeError):
        return None


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]


assert str(Containment.YES) == "yes", "the library's YES is spelt as it was when this was written"
