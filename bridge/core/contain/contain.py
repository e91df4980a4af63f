"""From the algebra's decision and the search's witness to an answer."""

from collections.abc import Mapping
from typing import Any

from bridge.core.change import Value
from bridge.core.contain.answer import NO_WITNESS, Containment
from bridge.core.contain.decide import decide
from bridge.core.contain.facts import with_facts
from bridge.core.contain.hints import Hints
from bridge.core.contain.judge import Judge
from bridge.core.contain.search import find_witness
from bridge.core.wire import canonical_json


def contains(reader: Mapping[str, Value], writer: Mapping[str, Value]) -> Containment:
    """Whether every value that `writer` allows is one that `reader` allows.

    Both are whole schemas of the latest draft that refer to nothing outside; formats are asserted. Never raises:
    what cannot be decided is "unknown". The work is bounded by counts (`search`, `samples`), never by a clock, so the
    same schemas have the same answer everywhere.
    """
    if canonical_json(dict(reader)) == canonical_json(dict(writer)):  # `==` takes 1 for true
        return Containment("yes")
    decision = decide(reader, writer)
    texts: tuple[str, ...] = ()
    if decision.answer == "unknown":
        facts = with_facts(reader, writer)
        decision, texts = decide(reader, facts.writer), tuple(facts.texts)
    if decision.answer == "yes":
        return Containment("yes")
    witness = _witness(reader, writer, decision.breaking, texts)
    answer = decision.answer if witness is NO_WITNESS else "no"
    return Containment(answer, witness, decision.breaking, decision.reason if answer == "unknown" else "")


def _witness(
    reader: Mapping[str, Any], writer: Mapping[str, Any], breaking: Mapping[str, Any] | None, texts: tuple[str, ...]
) -> Any:
    judge = Judge.of(reader, writer)
    if judge is None:
        return NO_WITNESS
    return find_witness(judge, writer, breaking, Hints.of([writer, reader], texts))
