"""Compares the schemas of a project with what was there before, and says of each whether it may be published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.core.compat.changes import changes
from bridge.core.compat.containment import Answer, Comparison, compared, findings, verdict
from bridge.core.compat.finding import Finding
from bridge.core.compat.names import bump, names, renames
from bridge.core.compat.policy import Acknowledgement, Policy, settle
from bridge.core.compat.side import Side, Version
from bridge.core.compat.soundness import dead, examples, registry
from bridge.errors import Problem, Where


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one schema."""

    schema: str
    comparisons: tuple[Comparison, ...]  #: none where it is new
    versions: int  #: earlier ones that it was held against

    @property
    def subscriber_safe(self) -> Answer:
        """Whether subscribers to any earlier version take all that may be published now."""
        return verdict(self.comparisons, "subscriber-safe")

    @property
    def replay_safe(self) -> Answer:
        """Whether all that any earlier version allowed is still taken."""
        return verdict(self.comparisons, "replay-safe")


@dataclass(frozen=True, slots=True)
class Check:
    """What a whole check comes to."""

    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...]
    accepted: tuple[tuple[Finding, Acknowledgement], ...]


def check(now: Side, earlier: Mapping[str, Sequence[Version]], policy: Policy, today: str) -> Check:
    """Every schema against all its earlier versions, oldest first, and against the rules.

    `earlier` is by schema name; one that is no longer there is found by its `$id`, else reported as removed.
    `today` is a date as `2026-11-21`.
    """
    moved = {version.contract.id: name for name, version in now.versions.items()}
    known: dict[str, list[Version]] = {name: [] for name in now.versions}
    found: list[Finding] = []
    for name, versions in sorted(
        earlier.items(), key=lambda each: each[0] in known
    ):  # under their own name, they came last
        heir = name if name in known else moved.get(versions[-1].contract.id)
        if heir is None:
            found.append(_removed(name, versions[-1]))
        else:
            known[heir] += versions
    verdicts = []
    others = registry(now.links)
    for name, versions in sorted(known.items()):
        version = now.versions[name]
        comparisons = compared(version, versions)
        verdicts.append(Verdict(name, tuple(comparisons), len(versions)))
        found += [*findings(version, comparisons), *names(version), *examples(version), *dead(version, others)]
        found += _against_last(version, versions, comparisons)
    problems, accepted = settle(policy, _sorted(found), today)
    return Check(tuple(verdicts), tuple(sorted(problems)), tuple(accepted))


def _against_last(now: Version, earlier: Sequence[Version], comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """The rules that ask what was changed last: what an older version lost has been answered for."""
    if earlier:
        breaks = any(each.answer == "breaks" for each in comparisons)
        yield from changes(now, earlier[-1])
        yield from renames(now, earlier[-1])
        yield from bump(now, earlier[-1], breaks=breaks)


def _removed(name: str, last: Version) -> Finding:
    said = f"the schema {name} of {last.label} is gone"
    place = last.place or Where(file=last.contract.source.file)
    return Finding("SCHEMA_REMOVED", name, place, said, last.use.events)


def _sorted(found: Sequence[Finding]) -> list[Finding]:
    return sorted(set(found), key=lambda each: (each.where, each.rule, each.what))
