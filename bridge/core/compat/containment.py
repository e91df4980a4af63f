"""The two verdicts about a schema, each over all earlier versions of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bridge.core.change import Value
from bridge.core.compat.cause import cause
from bridge.core.compat.contract import understands
from bridge.core.compat.finding import Finding, place
from bridge.core.compat.side import Version
from bridge.core.compat.tree import Member, Path, members
from bridge.core.contain import NO_WITNESS, Containment
from bridge.core.schema.dialect import Pointer
from bridge.core.wire import write_json

Direction = Literal["subscriber-safe", "replay-safe"]
Answer = Literal["safe", "breaks", "not proven"]

DIRECTIONS: Final[tuple[Direction, ...]] = ("subscriber-safe", "replay-safe")
_ANSWERS: Final[dict[str, Answer]] = {"yes": "safe", "no": "breaks", "unknown": "not proven"}
_RULES: Final[dict[tuple[Direction, Answer], str]] = {
    ("subscriber-safe", "breaks"): "SUBSCRIBER_BREAKS",
    ("subscriber-safe", "not proven"): "SUBSCRIBER_NOT_PROVEN",
    ("replay-safe", "breaks"): "REPLAY_BREAKS",
    ("replay-safe", "not proven"): "REPLAY_NOT_PROVEN",
}
#: Longest event that is shown in a sentence; the verdict has it whole.
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Comparison:
    """A schema against one earlier version of it, in one direction."""

    direction: Direction
    earlier: Version
    found: Containment

    @property
    def answer(self) -> Answer:
        """In the words of the policy."""
        return _ANSWERS[self.found.answer]


def compared(now: Version, earlier: Sequence[Version]) -> list[Comparison]:
    """Both directions against each earlier version; versions that promise the same are compared once."""
    made: list[Comparison] = []
    for version in earlier:
        if not any(each.earlier.contract.is_same_as(version.contract) for each in made):
            sides = {"subscriber-safe": (version, now), "replay-safe": (now, version)}
            made += [_compared(direction, version, *sides[direction], made) for direction in DIRECTIONS]
    return made


def _compared(
    direction: Direction, earlier: Version, reader: Version, writer: Version, before: Sequence[Comparison]
) -> Comparison:
    """What broke another version breaks this one most often too: one event then stands for both."""
    tried = [each.found.witness for each in before if each.direction == direction and each.answer == "breaks"]
    known = [witness for witness in tried if witness is not NO_WITNESS]
    return Comparison(direction, earlier, understands(reader.contract, writer.contract, known))


def verdict(comparisons: Sequence[Comparison], direction: Direction) -> Answer:
    """The worst of one direction's answers."""
    answers = {each.answer for each in comparisons if each.direction == direction}
    worst: tuple[Answer, ...] = ("breaks", "not proven")
    return next((answer for answer in worst if answer in answers), "safe")


def findings(now: Version, comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """What is not safe, versions with the same counterexample as one."""
    groups: dict[tuple[Direction, bytes], list[Comparison]] = {}
    for each in comparisons:
        if each.answer != "safe":
            groups.setdefault((each.direction, _key(each)), []).append(each)
    tree = members(now.contract.links, now.contract.name) if groups else {}
    for (direction, _), same in groups.items():
        yield _finding(now, direction, same, tree)


def _key(comparison: Comparison) -> bytes:
    witness = comparison.found.witness
    return b"" if witness is NO_WITNESS else write_json(witness)


def _finding(now: Version, direction: Direction, same: Sequence[Comparison], tree: Mapping[Path, Member]) -> Finding:
    first = same[0]
    labels = " and ".join(each.earlier.label for each in same)
    told = _SAYINGS[direction, first.answer].format(labels)
    reader = first.earlier.contract if direction == "subscriber-safe" else now.contract
    pointer: Pointer = (now.contract.name,)
    reason = ""
    if first.found.witness is not NO_WITNESS:
        pointer, why = cause(reader.read, first.found.witness, tree)
        reason = f": {_shown(first.found.witness)} ({why})"
    elif first.answer == "not proven":
        reason = f": {first.found.reason}"
    where = place(now.contract.links, pointer)
    return Finding(_RULES[direction, first.answer], now.contract.name, where, f"{told}{reason}", now.use.events)


_SAYINGS: Final[Mapping[tuple[Direction, Answer], str]] = {
    ("subscriber-safe", "breaks"): "who reads {} refuses an event that may now be published",
    ("subscriber-safe", "not proven"): "whether who reads {} takes every event that may now be published is not proven",
    ("replay-safe", "breaks"): "an event that {} allowed is now refused",
    ("replay-safe", "not proven"): "whether every event that {} allowed is still taken is not proven",
}


def _shown(value: Value) -> str:
    text = write_json(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
