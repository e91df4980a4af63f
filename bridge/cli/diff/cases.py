"""The records that two projects are run over, and what each makes of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.captured import captured
from bridge.cli.report import show_refused
from bridge.core.change import Change
from bridge.core.decode import decode
from bridge.core.diff import Case, Forms, Outcome
from bridge.core.event import Event
from bridge.core.examples import Example, change_given, read_examples
from bridge.core.wire import canonical_json
from bridge.errors import Problem, ProjectInvalid, RecordRefused, UndecodableRecord, Where, raise_if_any
from bridge.project import Project, load_project
from bridge.rehearsal import Rehearsal, rehearse


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two projects."""

    bridge: Rehearsal

    @property
    def project(self) -> Project:
        """Its rules, schemas and project file."""
        return self.bridge.project

    def published(self, change: Change) -> Outcome:
        """What becomes of a change that a stream told."""
        return Outcome((), is_silent=True) if self.bridge.silence(change) else self.outcome(change)

    def outcome(self, change: Change) -> Outcome:
        """What the rules make of a change; where a target could not carry an event, nothing of it is sent."""
        try:
            events = self.project.rules.translate(change).events
        except RecordRefused as error:
            return Outcome((), error.problems)
        objections = tuple(problem for event in events for problem in self.bridge.objections(event))
        return Outcome((), objections) if objections else Outcome(events, forms={e.id: self._forms(e) for e in events})

    def _forms(self, event: Event) -> Forms:
        return {name: self.bridge.form(event, name) for name in event.targets}


def side(folder: Path) -> Side:
    """The project of a folder. Raises `ProjectInvalid`."""
    return Side(rehearse(load_project(folder)))


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
            yield Case(record.record_id, change.id, base.published(change), new.published(change))


def of_examples(base: Side, new: Side) -> Iterator[Case]:
    """A case for each change that an example of either side is about, each change once.

    An example is about the rules: the Region that it does not give, or gives for a rule's sake, silences nobody.
    """
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
