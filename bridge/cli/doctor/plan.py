"""What a deployment would change: behaviour, compatibility, filters, permissions, and in which order it goes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bridge.baseline import project_at, said_of
from bridge.cli.diff.cases import Side, of_examples, of_records, side
from bridge.cli.schemas.sides import read_earlier, read_here
from bridge.core.compat.check import Check, check
from bridge.core.diff import Diff, compare
from bridge.core.infra.filters import Source, filters
from bridge.core.infra.policy import BUS, CLAIMS, CUSTOM_BUS, LEDGER, QUARANTINE, TOPIC
from bridge.core.infra.rollout import Rollout, rollout
from bridge.core.manifest import Manifest
from bridge.doctor.artifact import download, written
from bridge.doctor.asking import Amazon
from bridge.doctor.mapping import deployed_filters
from bridge.doctor.subject import Subject
from bridge.errors import ProjectInvalid

#: Samples of each difference.
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """A deployment of this folder over what there is."""

    base: str  #: what is deployed, as it is called
    versions: tuple[str, str]  #: digests of rules and schemas, deployed and here
    behaviour: Diff
    compatibility: Check
    deployed: Sequence[str] | None  #: the mapping's filters, None where there is none
    filters: Rollout
    allowed: Sequence[str]  #: what the role must be allowed besides
    withdrawn: Sequence[str]  #: and what no more

    @property
    def steps(self) -> list[str]:
        """What happens one after the other."""
        steps = [f"deploy the code, with {_said(self.filters.during)}"]
        if self.filters.before is not None:
            steps.insert(
                0, f"widen the mapping to {_said(self.filters.before)}, so that nothing the new rules want is lost"
            )
        if self.filters.after is not None:
            steps.append(f"narrow the mapping to {_said(self.filters.after)}, once the old code is gone")
        return steps


def _said(patterns: Sequence[str]) -> str:
    return "no filter" if not patterns else f"{len(patterns)} filter{'s' if len(patterns) > 1 else ''}"


def plan(folder: Path, base: Path | str, subject: Subject | None, records: Path | None, *, values: bool) -> Plan:
    """What replaces what. Raises `ProjectInvalid` where either side cannot be read, `OSError` for the records."""
    here = read_here(folder)
    with project_at(str(base), folder) as there:
        try:
            before = side(there)
        except ProjectInvalid as error:
            raise said_of(str(base), error) from None
        now = side(folder)
        cases = of_examples(before, now) if records is None else of_records(records, before, now)
        words = before.project.rules.words | now.project.rules.words
        behaviour = compare(cases, SAMPLES, values=values, words=words)
        earlier = read_earlier(here, str(there))
    compatibility = check(here.side, earlier.versions, here.policy, datetime.now(UTC).date().isoformat())
    deployed, wanted = _filters(before, now, subject)
    needs, needed = (set(_needs(each.project.manifest)) for each in (now, before))
    return Plan(
        base=base if isinstance(base, str) else "what is deployed",
        versions=(before.project.version, now.project.version),
        behaviour=behaviour,
        compatibility=compatibility,
        deployed=deployed,
        filters=rollout(deployed, wanted),
        allowed=sorted(needs - needed),
        withdrawn=sorted(needed - needs),
    )


def _filters(before: Side, now: Side, subject: Subject | None) -> tuple[Sequence[str] | None, Sequence[str]]:
    """Those of the mapping, else of the base's rules; and those that the rules here want."""
    source: Source = "kinesis" if subject and ":kinesis:" in subject.home.stream else "dynamodb"
    wanted = filters(now.project.rules, source)
    if subject is None:
        return filters(before.project.rules, source), wanted
    return (deployed_filters(subject.mappings[0]) if subject.mappings else None), wanted


def _needs(manifest: Manifest) -> Iterator[str]:
    """Each action with what it is on, as the project file names it."""
    for target in manifest.targets.values():
        yield from (f"{action} on {target.address.text}" for action in _ACTIONS[target.kind])
    yield from (f"{action} on {manifest.ledger.text}" for action in LEDGER)
    yield from (f"{action} on {manifest.quarantine.text}" for action in QUARANTINE)
    if manifest.claims:
        yield from (f"{action} on {manifest.claims.text}" for action in CLAIMS)


_ACTIONS: Final = {"eventbridge": BUS, "eventbridgev2": CUSTOM_BUS, "sns": TOPIC}


@contextmanager
def deployed_project(amazon: Amazon, function: str) -> Iterator[Path]:
    """The project that a function carries, as a folder for as long as the context lasts. Raises `Unavailable`."""
    with TemporaryDirectory(prefix="changebridge-deployed-") as folder:
        yield written(download(amazon, function), Path(folder))
