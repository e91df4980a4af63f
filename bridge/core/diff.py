"""What two projects make of the same records: which events appear, vanish or change, and which records are refused.

Events are told apart by their ids, as subscribers do. One that is left over on either side is a *rename* where the
other side says the same type with the same data, or the same element, under another id: a subscriber that remembers
ids will see it again. What remains appeared or vanished. An event of the same bytes that travels in another form, such
as the bare data in place of the CloudEvent, has changed: its subscribers get something else.
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, get_args

from bridge.core.event import Event
from bridge.core.map import kind as kind_of
from bridge.core.revision import Revision
from bridge.core.same import NOTHING, differences
from bridge.core.way import outline
from bridge.core.wire import read_json
from bridge.errors import Problem

Kind = Literal["refused", "accepted", "refused otherwise", "renamed", "vanishes", "appears", "changes"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
#: Fields whose values say how events travel, not what an item holds: they are shown where values are masked.
ROUTING: Final = frozenset({"to", "type", "dataschema"})

#: How an event travels to each of its targets, by name: see `bridge.core.revision.form`.
Forms = Mapping[str, Any]

_INDEX = re.compile(r"\[\d+\]")
_TO: Final = "to."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one project makes of a record: its events, or why it is refused."""

    events: tuple[Event, ...]
    problems: tuple[Problem, ...] = ()
    forms: Mapping[str, Forms] = field(default_factory=dict)  #: by event id
    is_silent: bool = False  #: whether nothing is said of it, whatever the rules say: it is another Region's


class Case(NamedTuple):
    """A record by its name, its change's id ("" where it cannot be decoded), and both outcomes."""

    name: str
    change: str
    base: Outcome
    new: Outcome


@dataclass(frozen=True, slots=True)
class Sample:
    """One occurrence: the record, and the values of both sides, `NOTHING` for a side that has none."""

    record: str
    base: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which events differ."""

    kind: Kind
    subject: str  #: the event's type at the base, else now; of refusals the problem's code
    field: str  #: where events change, list indices as `[*]`; of a rename both names; "" elsewhere
    count: int  #: events; of refusals records
    samples: tuple[Sample, ...]  #: the first few, in the order of the records


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything that differs, in the order of `KINDS`, then by subject and field."""

    records: int
    differing: int  #: records of which something differs
    counts: Mapping[Kind, int]  #: events, each counted once a kind; of refusals records
    differences: tuple[Difference, ...]
    silent: int = 0  #: records of which nothing is said now, whatever the rules say
    revisions: tuple[Revision, ...] = ()  #: what the project files say otherwise

    @property
    def is_noticed(self) -> bool:
        """Whether subscribers may get anything else than before."""
        return bool(self.differing) or any(each.concerns == "subscribers" for each in self.revisions)


class _Found(NamedTuple):
    """A difference of one event, before counting."""

    kind: Kind
    subject: str
    field: str
    base: Any
    new: Any


def compare(cases: Iterable[Case], samples: int, *, values: bool = True, words: Container[str] = ()) -> Diff:
    """All that differs, with so many samples of each.

    Without `values` a sample says only of what kind each is, and a field shows of its names only `words`, the
    project's own: what else a map has may be an item's.
    """
    records = differing = silent = 0
    counts: Counter[Kind] = Counter()
    fields: Counter[tuple[Kind, str, str]] = Counter()
    kept: dict[tuple[Kind, str, str], list[Sample]] = {}
    for case in cases:
        records += 1
        silent += case.new.is_silent
        events = [[each if values else _outlined(each, words) for each in found] for found in _of_case(case)]
        differing += bool(events)
        for event in events:
            counts.update({found.kind for found in event})
            for found in _once_a_field(event):
                key = (found.kind, found.subject, found.field)
                fields[key] += 1
                shown = kept.setdefault(key, [])
                if len(shown) < samples:
                    shown.append(_sample(case.name, found, masked=not values))
    ordered = sorted(fields, key=lambda key: (KINDS.index(key[0]), *key[1:]))
    differences = tuple(Difference(*key, fields[key], tuple(kept[key])) for key in ordered)
    return Diff(records, differing, counts, differences, silent)


def _outlined(found: _Found, words: Container[str]) -> _Found:
    if found.kind != "changes" or _is_routing(found.field):
        return found
    return found._replace(field=outline(f"$.{found.field}", words).removeprefix("$."))


def _is_routing(name: str) -> bool:
    return name in ROUTING or name.startswith(_TO)


def _once_a_field(event: list[_Found]) -> Iterable[_Found]:
    """The first difference in each field: several elements of a list are one field of one event."""
    first: dict[tuple[Kind, str], _Found] = {}
    for found in event:
        first.setdefault((found.kind, found.field), found)
    return first.values()


def _sample(record: str, found: _Found, *, masked: bool) -> Sample:
    hidden = masked and found.kind in {"appears", "vanishes", "changes"} and not _is_routing(found.field)
    side: Callable[[Any], Any] = _mask if hidden else lambda value: value
    return Sample(record, side(found.base), side(found.new))


def _mask(value: Any) -> Any:
    return value if value is NOTHING else f"<{kind_of(value)}>"


def _of_case(case: Case) -> Iterator[Iterable[_Found]]:
    """What differs for one record, event by event."""
    if {problem.code for problem in case.base.problems} != {problem.code for problem in case.new.problems}:
        yield [_refusal(case.base.problems, case.new.problems)]
    after = {event.id: event for event in case.new.events}
    before = {event.id: event for event in case.base.events}
    both = [(event, after[name]) for name, event in before.items() if name in after]
    yield from filter(None, ([*_changes(*each), *_reformed(*each, case)] for each in both))
    gone = [event for name, event in before.items() if name not in after]
    come = [event for name, event in after.items() if name not in before]
    yield from _left_over(case, gone, come)


def _refusal(base: tuple[Problem, ...], new: tuple[Problem, ...]) -> _Found:
    kind: Kind = "refused otherwise" if base and new else "refused" if new else "accepted"
    return _Found(kind, (new or base)[0].code, "", _said(base), _said(new))


def _said(problems: tuple[Problem, ...]) -> Any:
    if not problems:
        return NOTHING
    where = problems[0].where
    place = f"{where.file}:{where.line}: " if where.file and where.line else ""
    return f"{place}{problems[0].code} {problems[0].what}"


def _changes(base: Event, new: Event) -> Iterator[_Found]:
    """Where two events differ, their ids apart."""
    if sorted(base.targets) != sorted(new.targets):
        yield _Found("changes", base.type, "to", sorted(base.targets), sorted(new.targets))
    if base.body != new.body:
        for path, left, right in differences(_without_id(base), _without_id(new)):
            yield _Found("changes", base.type, _INDEX.sub("[*]", path), left, right)


def _reformed(base: Event, new: Event, case: Case) -> Iterator[_Found]:
    """The targets to which two events travel in another form than one another."""
    was, now = case.base.forms.get(base.id, {}), case.new.forms.get(new.id, {})
    for name in (name for name in was if name in now and was[name] != now[name]):
        yield _Found("changes", base.type, f"{_TO}{name}", was[name], now[name])


def _without_id(event: Event) -> dict[str, Any]:
    return {name: value for name, value in read_json(event.body).items() if name != "id"}


def _left_over(case: Case, gone: list[Event], come: list[Event]) -> Iterator[Iterable[_Found]]:
    """What has no event of the same id on the other side."""
    for alike in (_same_data, _same_element):
        for base in tuple(gone):
            new = next((event for event in come if alike(case.change, base, event)), None)
            if new is not None:
                gone.remove(base)
                come.remove(new)
                before, after = _names(case.change, base, new)
                renamed = _Found("renamed", base.type, f"{before} ─► {after}", before, after)
                yield [renamed, *_changes(base, new), *_reformed(base, new, case)]
    yield from ([_Found("vanishes", event.type, "", read_json(event.data_bytes), NOTHING)] for event in gone)
    yield from ([_Found("appears", event.type, "", NOTHING, read_json(event.data_bytes))] for event in come)


def _same_data(_: str, base: Event, new: Event) -> bool:
    return base.type == new.type and base.data_bytes == new.data_bytes


def _same_element(change: str, base: Event, new: Event) -> bool:
    """The same type, and under `each` the same element, so that only the name before it differs."""
    return base.type == new.type and _parts(change, base)[1] == _parts(change, new)[1]


def _parts(change: str, event: Event) -> tuple[str, str]:
    """The name in an event's id, and what names the element: `order.placed`, `P-1`."""
    name, _, element = event.id.removeprefix(f"{change}/").partition("/")
    return name, element


def _names(change: str, base: Event, new: Event) -> tuple[str, str]:
    """What the ids have after the change's: the names, or where these are the same the way to name the element."""
    (before, _), (after, _) = _parts(change, base), _parts(change, new)
    return (before, after) if before != after else (f"{before}/<key>", f"{after}/<another key>")
