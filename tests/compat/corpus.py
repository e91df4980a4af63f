"""The corpus of schema changes, and one change of it compared."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bridge.core.compat import Contract, contract, read_links, understands
from bridge.core.contain import Containment
from bridge.core.wire import write_json
from bridge.core.yamltree import read_yaml

FILE = Path(__file__).parents[1] / "compliance/compat.yaml"
LATEST = "https://json-schema.org/draft/2020-12/schema"
ANSWERS = {"yes": "safe", "no": "breaks", "unknown": "not proven"}
QUESTIONS = ("subscribers", "replay")


@dataclass(frozen=True)
class Case:
    comment: str
    before: Any
    after: Any
    subscribers: str
    replay: str
    say: Any = ...
    not_proven: tuple[str, ...] = ()
    table: str = ""

    @property
    def sides(self) -> dict[str, tuple[Contract, Contract]]:
        """Reader and writer of each question."""
        before, after = _contract(self.before), _contract(self.after)
        return {"subscribers": (before, after), "replay": (after, before)}

    def found(self, question: str) -> Containment:
        return understands(*self.sides[question])

    def demanded(self, question: str) -> str:
        return "not proven" if question in self.not_proven else getattr(self, question)


@cache
def corpus() -> list[Case]:
    cases: Any = read_yaml(FILE.read_bytes(), FILE.name).plain()
    return [Case(**case) for case in cases]


def _contract(schema: dict[str, Any]) -> Contract:
    whole = {"$schema": LATEST, "$id": "https://example.com/a.v1.json"} | schema
    if "draft-04" in whole["$schema"]:
        whole["id"] = whole.pop("$id")
    return contract(read_links({"a.v1.json": write_json(whole)}), "a.v1.json")
