"""Holds each piece that a rule says against what it must be."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from bridge.core.contain import NO_WITNESS
from bridge.core.contain.decide import decide
from bridge.core.contain.hints import Hints
from bridge.core.contain.judge import Judge
from bridge.core.contain.search import find_witness
from bridge.core.contain.simple import simplified
from bridge.core.proof.cases import Case, Part
from bridge.core.proof.facts import informed
from bridge.core.proof.inline import EndlessError, inlined
from bridge.core.proof.items import SIMPLE
from bridge.core.proof.parts import may_be_named
from bridge.core.proof.pieces import EACH, Piece
from bridge.core.proof.shapes import Branch, schema_of, type_names
from bridge.core.proof.text.decide import example
from bridge.core.proof.text.language import both, but
from bridge.core.proof.text.pattern import language
from bridge.core.proof.texts import language_of
from bridge.core.schema.compiled import Schema
from bridge.core.wire import canonical_json, read_json

OPEN: Final = "neither a proof nor a counterexample was found"
NOT_ALL: Final = "the event's schema does not allow all that it may come to"
#: The same of what no schema of the project speaks of: attributes of the event, conditions.
NOT_HERE: Final = "it may come to what may not stand here"
NOT_TEXT: Final = "it may be empty, or hold a character that CloudEvents forbids; a `pattern` in the item schema tells"
#: Stands where the event's schema says nothing of a piece by itself.
UNTOLD: Final = object()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A piece that is not known to be right, and why."""

    piece: Piece
    reason: str
    code: str = ""  #: of the problem that it would be at run time, where one is known
    witness: Any = NO_WITNESS  #: a value that the piece may have and that is refused


def doubts(case: Case) -> Iterator[tuple[Piece, Doubt | None]]:
    """Every piece of the case, with what is doubtful of it."""
    for part in case.parts:
        yield from _hazards(part.piece)
        yield from _part(part)


def _hazards(piece: Piece) -> Iterator[tuple[Piece, Doubt | None]]:
    for each in piece.walk():
        for hazard in each.hazards:
            yield each, Doubt(each, hazard.what, hazard.code)


def _part(part: Part) -> Iterator[tuple[Piece, Doubt | None]]:
    if part.schema is None:
        for piece, doubt in _judged(part.piece, dict(part.asked), dict(part.asked)):
            reason = NOT_TEXT if "pattern" in part.asked else NOT_HERE
            yield piece, replace(doubt, reason=reason) if doubt and doubt.reason is NOT_ALL else doubt
    else:
        yield from _judged(part.piece, _whole(part.schema), _taken(canonical_json(dict(part.schema.closed))))


def _whole(schema: Schema) -> dict[str, Any]:
    """All that an event must satisfy: closing a branch of `oneOf` may let more pass, so then both forms hold."""
    forms = [schema.closed, schema.open] if b'"oneOf"' in canonical_json(dict(schema.open)) else [schema.closed]
    try:
        return {"allOf": [inlined(form, endless=False) for form in forms]}
    except EndlessError:
        return {"not": {}}


@lru_cache(maxsize=1_024)
def _taken(text: bytes) -> Any:
    """A schema as it can be taken apart; `UNTOLD` where it cannot."""
    try:
        return simplified(inlined(read_json(text), endless=False))
    except ValueError:
        return UNTOLD


def _judged(piece: Piece, whole: Any, simple: Any) -> Iterator[tuple[Piece, Doubt | None]]:
    """A piece and all below it, as far as it must be gone into."""
    if not piece.shape or (whole is not UNTOLD and holds(whole, informed(schema_of(piece.shape), simple))):
        yield from ((each, None) for each in piece.walk())
        return
    if not piece.parts:
        yield piece, _doubt(piece, whole)
        return
    certain = True
    for part in piece.parts:
        for each, doubt in _part_of(part, _inside(simple, part), simple):
            certain = certain and doubt is None
            yield each, doubt
    yield piece, _doubt(piece, whole) if certain or not _is_framed(piece, simple) else None


def _is_framed(piece: Piece, simple: Any) -> bool:
    """Whether the piece is right but for its parts: it has the right type, number of elements, and names besides."""
    if not isinstance(simple, Mapping) or not set(simple) <= _PLAIN:
        return False
    names = {part.way[-1] for part in piece.parts}
    return all(holds(_frame(simple, names), _frame(branch, set())) for branch in piece.shape)


def _frame(schema: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A schema that says nothing of what members and elements hold, nor anything of the members of these names."""
    made = {keyword: value for keyword, value in schema.items() if keyword not in _CONTENT}
    made["required"] = [name for name in schema.get("required", ()) if name not in names]
    return made


def _part_of(part: Piece, inner: Any, holder: Any) -> Iterator[tuple[Piece, Doubt | None]]:
    if part.optional and isinstance(holder, Mapping) and part.way[-1] in holder.get("required", ()):
        yield part, Doubt(part, "it may be left out, and the event's schema requires it")
    yield from _judged(part, inner, inner)


def _doubt(piece: Piece, whole: Any) -> Doubt:
    if whole is UNTOLD:
        return Doubt(piece, "the event's schema cannot be taken apart here")
    refused = [found for branch in piece.shape if (found := _refused_text(branch, whole)) is not None]
    if refused:
        return Doubt(piece, NOT_ALL, witness=min(refused, key=len))
    reader, writer = whole if isinstance(whole, Mapping) else {"not": {}}, schema_of(piece.shape)
    decision = decide(reader, writer)
    judge = Judge.of(reader, writer)
    witness = _witness(judge, reader, writer, decision.breaking) if judge else NO_WITNESS
    refuses = decision.answer == "no" or witness is not NO_WITNESS
    return Doubt(piece, NOT_ALL if refuses else OPEN, witness=witness)


def _witness(judge: Judge, reader: Mapping[str, Any], writer: Mapping[str, Any], breaking: Any) -> Any:
    """A value that may be said and is refused: one of the simplest, else one that is searched for."""
    simple = next((value for value in SIMPLE if judge.breaks(value)), NO_WITNESS)
    if simple is not NO_WITNESS:
        return simple
    return find_witness(judge, writer, breaking, Hints.of([writer, reader]))


def _refused_text(branch: Branch, whole: Any) -> str | None:
    """A shortest text that may be said and that no pattern of the event's schema fits."""
    if type_names(branch) != {"string"} or not isinstance(whole, Mapping):
        return None
    for pattern in (part["pattern"] for part in (whole, *whole.get("allOf", ())) if "pattern" in part):
        fits = language(pattern)
        try:
            found = None if fits is None else example(both(language_of(branch), but(fits)))
        except OverflowError:
            found = None
        if found is not None:
            return found
    return None


def _inside(simple: Any, part: Piece) -> Any:
    """What the schema of the holder says of the part."""
    if not isinstance(simple, Mapping):
        return simple if isinstance(simple, bool) else UNTOLD
    if not set(simple) <= _PLAIN:
        return UNTOLD
    step = part.way[-1]
    if step == EACH:
        return UNTOLD if "prefixItems" in simple or "contains" in simple else simple.get("items", True)
    if step in simple.get("properties", {}):
        return simple["properties"][step]
    if not may_be_named(simple, step):
        return False
    open_names = "patternProperties" in simple or set(simple.get("propertyNames", {})) - {"enum", "const"}
    return UNTOLD if open_names else simple.get("additionalProperties", True)


#: Keywords about single members and elements.
_CONTENT: Final = frozenset({
    "items", "prefixItems", "properties", "additionalProperties", "patternProperties", "propertyNames",
})  # fmt: skip

#: Keywords beside which each member can be looked at by itself.
_PLAIN: Final = frozenset({
    "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "uniqueItems",
    "prefixItems", "contains", "patternProperties", "minProperties", "maxProperties", "propertyNames",
})  # fmt: skip


def holds(reader: Any, writer: Mapping[str, Any]) -> bool:
    """Whether the reader is proved to allow all that the writer allows."""
    return reader if isinstance(reader, bool) else decide(reader, writer).answer == "yes"
