"""Proves of every place of every event that its schema holds, for all items that the item schema allows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from jsonschema_rs import Validator, validator_for

from bridge.core.proof.cases import Case, cases
from bridge.core.proof.inline import EndlessError, inlined
from bridge.core.proof.judge import Doubt, doubts
from bridge.core.proof.pieces import Piece
from bridge.core.proof.search import Search
from bridge.core.proof.shapes import Shape, only, shape_of
from bridge.core.proof.verdict import Counterexample, Verdict
from bridge.core.rules import Rules
from bridge.core.rules.model import Entity, Rule
from bridge.core.schema.compiled import Schema, Schemas
from bridge.core.schema.strict import STRICT
from bridge.core.wire import write_json
from bridge.errors import Problem

#: Most changes that are tried in search of counterexamples, over all rules: about a second and a half.
MAX_TRIES: Final = 8_000
OBJECT: Final[Shape] = ({"type": "object"},)
_SHOWN: Final = 400  #: characters of an item or event in a message


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of a project's rules."""

    verdicts: tuple[Verdict, ...]
    problems: list[Problem]

    def count(self, answer: str) -> int:
        """How many places have this verdict."""
        return sum(verdict.answer == answer for verdict in self.verdicts)

    @property
    def summary(self) -> str:
        """Such as `57 places proven, 1 refuted, 2 not proven`."""
        refuted, open_ = self.count("refuted"), self.count("not proven")
        parts = [f"{self.count('proven')} places proven"]
        parts += [f"{refuted} refuted"] * bool(refuted) + [f"{open_} not proven"] * bool(open_)
        return ", ".join(parts)


def prove(rules: Rules, schemas: Schemas) -> Proof:
    """The verdict on every place of every event of entities with an item schema, in file order.

    Problems: F001 for each place that is refuted, F003 for each entity without an item schema, of which nothing can
    be proved, F004 for each event that no item can say. What is neither proven nor refuted is no problem; F002 says
    so of it for who asks (`open_problems`).
    """
    search = Search(MAX_TRIES)
    verdicts: list[Verdict] = []
    problems: list[Problem] = []
    for entity in rules.entities:
        schema = schemas.get(entity.item_schema) if entity.item_schema else None
        if schema is None:
            problems += [_no_schema(entity)] if not entity.item_schema else []
            continue
        judged = _Entity(entity, schema, search)
        for rule in entity.rules:
            found = judged.rule(rule)
            verdicts += found
            problems += [_refuted(rule, verdict) for verdict in found if verdict.answer == "refuted"]
            problems += [_never(rule)] if not found else []
    return Proof(tuple(verdicts), sorted(problems))


def item_shape(schema: Schema) -> Shape:
    """What an item schema says of items; any object where it cannot be told, or where it allows none."""
    try:
        return only(shape_of(inlined(schema.open, endless=True)), "object") or OBJECT
    except EndlessError:
        return OBJECT


@dataclass(slots=True)
class _Entity:
    """The events of one entity on trial."""

    entity: Entity
    schema: Schema
    search: Search
    item: Shape = field(init=False)
    allowed: Validator = field(init=False)

    def __post_init__(self) -> None:
        self.item = item_shape(self.schema)
        self.allowed = validator_for(dict(self.schema.open), **STRICT)

    def rule(self, rule: Rule) -> list[Verdict]:
        """The verdicts on an event's places, in the order in which they are written; none where it is never said."""
        seen: dict[str, Piece] = {}
        open_: dict[str, Doubt] = {}
        refuted: dict[str, Counterexample] = {}
        for case in cases(self.entity, rule, self.item):
            doubtful = self._case(case, seen)
            open_ = {**{doubt.piece.path: doubt for doubt in reversed(doubtful)}, **open_}
            if doubtful:
                for path, found in self.search.found(self.entity, case, doubtful, self.allowed).items():
                    if path not in refuted or found.size < refuted[path].size:
                        refuted[path] = found
        return [_verdict(rule, piece, open_.get(path), refuted.get(path)) for path, piece in seen.items()]

    def _case(self, case: Case, seen: dict[str, Piece]) -> list[Doubt]:
        doubtful = []
        for piece, doubt in doubts(case):
            seen.setdefault(piece.path, piece)
            doubtful += [doubt] if doubt else []
        for path in [piece.path for part in case.parts for piece in part.piece.walk()]:
            seen[path] = seen.pop(path)  # as written, not as they were looked at
        return doubtful


def _verdict(rule: Rule, piece: Piece, doubt: Doubt | None, found: Counterexample | None) -> Verdict:
    if found is not None:
        reason = f"{found.problem.code}: {found.problem.what}"
        return Verdict(rule.name, piece.path, piece.where, "refuted", reason, found)
    if doubt is not None:
        return Verdict(rule.name, piece.path, piece.where, "not proven", doubt.reason)
    return Verdict(rule.name, piece.path, piece.where, "proven")


def open_problems(proof: Proof) -> Iterator[Problem]:
    """F002, a warning, for each place that is neither proven nor refuted."""
    for verdict in proof.verdicts:
        if verdict.answer == "not proven":
            what = f"`{verdict.path}` of '{verdict.rule}' is not proven: {verdict.reason}"
            fix = "say more in the item schema, or make it certain in the rule: default(…), `when`, `if`, a `?` key"
            yield Problem(verdict.where, "F002", what, fix, level="warning")


def _refuted(rule: Rule, verdict: Verdict) -> Problem:
    found = verdict.counterexample
    assert found is not None, "what is refuted has a counterexample"
    becomes = f", which would become {_cut(found.data)}" if found.data is not None else ""
    what = (
        f"`{verdict.path}` of '{rule.event}' is refused for an item that its schema allows: {verdict.reason}; "
        f"the smallest is {_cut(found.item)}{_before(found)}{becomes}"
    )
    fix = f"{found.problem.fix}; or say in the item schema that there is no such item"
    return Problem(verdict.where, "F001", what, fix)


def _before(found: Counterexample) -> str:
    """What the item was before, where the change has both and they differ: the cause may lie there."""
    old = found.given.get("old")
    return f", before {_cut(old)}" if old is not None and old != found.item else ""


def _cut(value: object) -> str:
    text = write_json(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _no_schema(entity: Entity) -> Problem:
    what = f"nothing is proved of '{entity.name}': it has no item schema"
    fix = "add `item_schema`; `changebridge infer items FILE…` drafts one from captured records"
    return Problem(entity.where, "F003", what, fix, level="warning")


def _never(rule: Rule) -> Problem:
    what = f"no item that the item schema allows can say '{rule.event}'"
    fix = "compare `when` and `if` with the item schema: one of them is wrong"
    return Problem(rule.where, "F004", what, fix, level="warning")
