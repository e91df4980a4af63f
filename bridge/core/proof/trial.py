"""One case of a rule, run on changes as the bridge will run it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jsonschema_rs import Validator

from bridge.core.change import Change, Value
from bridge.core.expression import ABSENT
from bridge.core.given import ASSUMED, change_of
from bridge.core.map import absent
from bridge.core.match import holds
from bridge.core.proof.cases import Case
from bridge.core.proof.judge import Doubt
from bridge.core.proof.pieces import EACH, Piece
from bridge.core.proof.verdict import Counterexample
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.translate import say
from bridge.core.wire import canonical_json
from bridge.errors import Problem, RecordRefused, Where

_INDEX: Final = re.compile(r"\[\d+\]")

#: Refusals that prove nothing against a rule: no schema can say that elements have different keys (M010), and nearly
#: every schema lets a text hold some character that CloudEvents forbids (M054). Such a place is not proven.
UNTOLD: Final = frozenset({"M010", "M054"})

#: A change document.
Given = dict[str, Value]


@dataclass(slots=True)
class Trial:
    """One case on trial; `left` is how many changes may still be tried."""

    entity: Entity
    case: Case
    allowed: Validator
    left: int
    _seen: set[bytes] = field(default_factory=set)

    @property
    def rule(self) -> Rule:
        """The rule that is tried."""
        return self.case.rule

    def reaches(self, given: Given) -> bool:
        """Whether the rule says something of the change, or refuses it."""
        problems, speaks = self._outcome(given)
        return bool(problems) or speaks

    def _outcome(self, given: Given) -> tuple[tuple[Problem, ...], bool]:
        """What refuses the change, and whether something is said of it. Items that are not allowed count as neither."""
        self.left -= 1
        images = [given[name] for name in ("new", "old") if name in given]
        if not all(_holds_key(image, given["keys"]) and self.allowed.is_valid(image) for image in images):
            return (), False
        change = seen_by(self.entity, change_of(given))
        document = change.document()
        try:
            if not holds(self.entity.when, change, document, self.entity.where):
                return (), False
            return (), bool(say(self.rule, change, document))
        except RecordRefused as error:
            return tuple(problem for problem in error.problems if problem.code not in UNTOLD), False

    def refusals(self, given: Given, doubts: Sequence[Doubt]) -> Iterator[tuple[str, Counterexample]]:
        """The places for which a change is refused."""
        key = canonical_json(given)
        if key in self._seen:
            return
        self._seen.add(key)
        problems = self._outcome(given)[0]
        for problem in problems:
            yield self._place(problem, doubts), Counterexample(_shown(given), self._data(given), problem)
        if problems:
            yield from self._also(given, doubts)

    def _also(self, given: Given, doubts: Sequence[Doubt]) -> Iterator[tuple[str, Counterexample]]:
        """Places that would be refused as well, in a change that is refused for a place before them."""
        document = document_of(self.rule, seen_by(self.entity, change_of(given)))
        for doubt in doubts:
            piece = doubt.piece
            alone = len(piece.reads) == 1 and EACH not in piece.way and doubt.code
            problem = _refusal(piece, document) if alone and document is not None else None
            if problem is not None and problem.code == doubt.code:
                yield piece.path, Counterexample(_shown(given), None, problem)

    def _place(self, problem: Problem, doubts: Sequence[Doubt]) -> str:
        """The path of the piece that a problem is about: by its path, else by where it stands in the rule file."""
        path = _INDEX.sub("[*]", problem.where.path)
        pieces = [each for part in self.case.parts for each in part.piece.walk()]
        holders = [
            piece.path
            for piece in pieces
            if path == piece.path or path.startswith((piece.path + ".", piece.path + "["))
        ]
        doubtful = {doubt.piece.path for doubt in doubts}
        before = [piece for piece in pieces if _position(piece.where) <= _position(problem.where)]
        last = max(before, key=lambda piece: _position(piece.where), default=None)
        near = [last.path] if last is not None and last.where.file == problem.where.file else []
        known = [each for each in holders if each in doubtful] or [each for each in near if each in doubtful]
        return max(known or holders or near or ["$.data"], key=len)

    def _data(self, given: Given) -> Value:
        """What the rule would say, its schema unasked; None where it cannot say it."""
        change = seen_by(self.entity, change_of(given))
        found = document_of(self.rule, change)
        if found is None:
            return None
        try:
            data = self.rule.data.template.say(found)
        except RecordRefused:
            return None
        return None if data is ABSENT else data


def _holds_key(item: Value, keys: Value) -> bool:
    """Whether the item has no other key. That it has this one goes without saying, and is not shown."""
    assert isinstance(item, dict), "an image is an object"
    assert isinstance(keys, dict), "so are keys"
    return all(item.get(name, value) == value for name, value in keys.items())


def _position(where: Where) -> tuple[str, int, int]:
    return where.file, where.line, where.column


def _refusal(piece: Piece, document: Mapping[str, Value]) -> Problem | None:
    """What refuses a piece of one expression, whatever comes before it."""
    try:
        return (
            absent(piece.where, piece.path) if piece.reads[0].say(document) is ABSENT and not piece.optional else None
        )
    except RecordRefused as error:
        return error.problems[0]


def _shown(given: Given) -> Given:
    """A change document without what every one has."""
    return {name: value for name, value in given.items() if name not in ASSUMED or name in ("keys", "table")}


def seen_by(entity: Entity, change: Change) -> Change:
    """The change without what no rule of the entity may see."""
    return change.without(entity.without) if entity.without else change


def document_of(rule: Rule, change: Change) -> Mapping[str, Value] | None:
    """The document with the names of the rule; that of the first element under `each`."""
    named: dict[str, Value] = dict(change.document())
    try:
        for let in rule.lets:
            value = let.value.template.say(named)
            named[let.name] = None if value is ABSENT else value
        if rule.each is not None:
            found = rule.each.say(named)
            if not isinstance(found, list) or not found:
                return None
            named |= {"it": found[0], "index": 0}
    except RecordRefused:
        return None
    return named
