"""From the algebra's decision and the search's witness to an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.core.change import Value
from bridge.core.contain.answer import NO_WITNESS, Containment
from bridge.core.contain.coinduction import covers
from bridge.core.contain.decide import decide
from bridge.core.contain.facts import with_facts
from bridge.core.contain.hints import Hints
from bridge.core.contain.judge import Judge
from bridge.core.contain.search import find_witness
from bridge.core.plain import to_exact
from bridge.core.wire import canonical_json
from bridge.errors import UndecodableRecord


def contains(reader: Mapping[str, Value], writer: Mapping[str, Value], tried: Sequence[Value] = ()) -> Containment:
    """Whether every value that `writer` allows is one that `reader` allows.

    Both are whole schemas of the latest draft that refer to nothing outside; formats are asserted. Never raises:
    what cannot be decided is "unknown". The work is bounded by counts (`facts`, `samples`, `search`), never by a
    clock, so the same schemas have the same answer everywhere. Where one of the values in `tried` settles it, that is
    the answer, without a schema of all that break.
    """
    try:
        reader, writer = to_exact(dict(reader)), to_exact(dict(writer))
    except UndecodableRecord as error:
        return Containment("unknown", reason=f"a schema is no JSON: {error.problems[0].what}")
    if canonical_json(reader) == canonical_json(writer):  # `==` takes 1 for true
        return Containment("yes")
    judge = Judge.of(reader, writer) if tried else None
    known: Any = next(filter(judge.breaks, tried), NO_WITNESS) if judge else NO_WITNESS
    if known is not NO_WITNESS:
        return Containment("no", known)
    decision = decide(reader, writer)
    texts: tuple[str, ...] = ()
    if decision.answer != "yes":
        facts = with_facts(reader, writer)
        texts = tuple(facts.texts)
    if decision.answer == "unknown":
        decision = decide(reader, facts.writer)
    if decision.answer == "yes" or (decision.answer == "unknown" and covers(reader, facts.writer, _proves)):
        return Containment("yes")
    judge = judge or Judge.of(reader, writer)
    hints = Hints.of([writer, reader], texts)
    witness = find_witness(judge, writer, decision.breaking, hints) if judge else NO_WITNESS
    answer = decision.answer if witness is NO_WITNESS else "no"
    return Containment(answer, witness, decision.breaking, decision.reason if answer == "unknown" else "")


def _proves(reader: Mapping[str, Value], writer: Mapping[str, Value]) -> bool:
    """Whether the algebra proves it, if need be with the facts about texts."""
    first = decide(reader, writer).answer
    return (first if first != "unknown" else decide(reader, with_facts(reader, writer).writer).answer) == "yes"
