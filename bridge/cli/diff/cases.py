"""The records that two projects are run over, and what each makes of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.captured import captured
from bridge.claiming import claim_of
from bridge.cli.report import show_refused
from bridge.core.change import Change
from bridge.core.decode import decode
from bridge.core.diff import Case, Forms, Outcome
from bridge.core.event import Event
from bridge.core.examples import Example, change_given, read_examples
from bridge.core.revision import bucket, form
from bridge.core.wire import canonical_json
from bridge.errors import Problem, ProjectInvalid, RecordRefused, UndecodableRecord, Where, raise_if_any
from bridge.ports import Target
from bridge.project import Project, load_project
from bridge.wiring import offline_targets


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two projects, with its targets, which say what they could not carry."""

    project: Project
    targets: Mapping[str, Target]

    def outcome(self, change: Change) -> Outcome:
        """What this side makes of a change; where a target could not carry an event, nothing of it is sent."""
        try:
            events = self.project.rules.translate(change).events
        except RecordRefused as error:
            return Outcome((), error.problems)
        asked = (self.targets[name].objection(event) for event in events for name in event.targets)
        objections = tuple(problem for problem in asked if problem is not None)
        return Outcome((), objections) if objections else Outcome(events, forms={e.id: self._forms(e) for e in events})

    def _forms(self, event: Event) -> Forms:
        return {name: self._form(name, event) for name in event.targets}

    def _form(self, name: str, event: Event) -> Mapping[str, Any]:
        """How the event travels to a target, and where its data lies if that is not in it."""
        manifest = self.project.manifest
        claims = {"claims": bucket(manifest.claims)} if claim_of(self.targets[name], event) else {}
        return form(manifest.targets[name]) | claims


def side(folder: Path) -> Side:
    """The project of a folder. Raises `ProjectInvalid`."""
    project = load_project(folder)
    return Side(project, offline_targets(project))


def of_records(path: Path, base: Side, new: Side) -> Iterator[Case]:
    """A case for each record of a file or folder; one that cannot be decoded is refused by both. Raises `OSError`.

    What is wrong with a file that holds no records at all goes to stderr: it is nothing that both sides agree on.
    """
    for record in captured(path):
        if record.raw is None:
            show_refused(record.problems)
            continue
        try:
            change = decode(record)
        except UndecodableRecord as error:
            refused = Outcome((), error.problems)
            yield Case(record.record_id, "", refused, refused)
        else:
            yield Case(record.record_id, change.id, base.outcome(change), new.outcome(change))


def of_examples(base: Side, new: Side) -> Iterator[Case]:
    """A case for each change that an example of either side is about, each change once."""
    met: set[bytes] = set()
    for example, folder in [*_examples(new), *_examples(base)]:
        change = _change(example, _reader(folder))
        if change is not None and (key := canonical_json(change.document())) not in met:
            met.add(key)
            name = f"{example.subject} ({example.name})"
            yield Case(name, change.id, base.outcome(change), new.outcome(change))


def _examples(of: Side) -> Iterator[tuple[Example, Path]]:
    problems: list[Problem] = []
    examples = read_examples(of.project.rules.entities, problems)
    raise_if_any(problems)
    yield from ((example, of.project.folder) for example in examples)


def _change(example: Example, read_file: Callable[[str], bytes]) -> Change | None:
    """The change; None for an example of a record that cannot be decoded, which no rule sees."""
    try:
        return change_given(example, read_file)
    except RecordRefused:
        return None


def _reader(folder: Path) -> Callable[[str], bytes]:
    def read(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except OSError as error:
            what = f"the record '{name}' cannot be read: {error.strerror}"
            raise ProjectInvalid(Problem(Where(file=name), "R055", what, "name a file below the project")) from None

    return read
