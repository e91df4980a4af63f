"""What was found out about a place of an event: proven, refuted by an item, or neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bridge.core.change import Value
from bridge.core.wire import write_json
from bridge.errors import Problem, Where

Answer = Literal["proven", "refuted", "not proven"]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A change whose item the item schema allows, and that the rule cannot turn into its event."""

    given: Mapping[str, Value]  #: a change document: `change`, `keys`, `new`, `old`
    data: Value  #: the event's data as the rule would say it; None where it cannot say any
    problem: Problem  #: what refuses the record at run time

    @property
    def item(self) -> Value:
        """The item after the change, or before it where there is none after."""
        return self.given.get("new", self.given.get("old"))

    @property
    def size(self) -> tuple[int, bytes]:
        """Smaller ones are better."""
        text = write_json(dict(self.given))
        return len(text), text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of one place of one event, for every item that the item schema allows."""

    rule: str  #: `<entity>.<event>`
    path: str  #: `$.data.lines[*].sku`, `$.subject`, `$.let.currency`, `$.if`
    where: Where  #: the value in the rule file
    answer: Answer
    reason: str = ""  #: why it is refuted or not proven: a clause
    counterexample: Counterexample | None = None

    def as_json(self) -> dict[str, Value]:
        """The shape that `lint --proof --format json` prints."""
        found = self.counterexample
        return {
            "rule": self.rule,
            "path": self.path,
            "file": self.where.file,
            "line": self.where.line,
            "column": self.where.column,
            "verdict": self.answer,
            "reason": self.reason or None,
            "item": found and found.item,
            "given": found and dict(found.given),
            "event": found and found.data,
            "code": found and found.problem.code,
        }
