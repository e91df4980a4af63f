"""The examples in rule files: a change, and what is to be said of it. They are the rules' own tests."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.core.change import Change, Value
from bridge.core.decode import decode
from bridge.core.event import Event
from bridge.core.explain import unmet
from bridge.core.fields import read_fields, text
from bridge.core.given import read_given
from bridge.core.intake import read_records
from bridge.core.match import holds
from bridge.core.origin import Origin, origin
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.notation import EXAMPLE
from bridge.core.rules.translate import say
from bridge.core.same import NOTHING, differences
from bridge.core.wire import read_json, write_json
from bridge.core.yamltree import Node, Scalar
from bridge.errors import Problem, ProjectInvalid, RecordRefused, Where

#: How an example may end: exactly one of these keys stands in it.
ENDINGS = ("says", "says_at_least", "silent", "problem")
#: Stands for the ending of an example that has none yet.
NO_NODE: Final = Scalar(None, "", Where())


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a rule, or of a whole entity where `rule` is None."""

    entity: Entity
    rule: Rule | None
    name: str
    where: Where
    node: Node  #: the whole example as written
    given: Node
    ending: str  #: one of `ENDINGS`; empty where it does not say yet
    expected: Node

    @property
    def subject(self) -> str:
        """Whose example it is: `order.placed`, or `order`."""
        return self.rule.name if self.rule else self.entity.name


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why an example does not hold: a difference of values, or a sentence."""

    text: str  #: for a person, on one line or more
    path: str = ""  #: of the value in the event, `[1].data.id` in the second of several
    expected: Value = NOTHING
    said: Value = NOTHING
    origin: Origin | None = None  #: the piece of the rule that made the value


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an example does not hold."""

    example: Example
    faults: tuple[Fault, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Each difference or problem, for a person."""
        return tuple(fault.text for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an example's change became: events, or the problems that refuse it."""

    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    readable: bool = True  #: whether there is a change at all, or `given` is wrong
    silence: str = "nothing was said"  #: with what of `when` does not hold, where something is expected


#: Why the targets of an event could never carry it.
Objections = Callable[[Event], Sequence[Problem]]


def nothing_against(_: Event) -> Sequence[Problem]:
    """For who asks about the rules alone."""
    return ()


def read_examples(entities: Sequence[Entity], problems: list[Problem], *, unended: bool = False) -> list[Example]:
    """Every example of the entities; those that are malformed join the problems.

    `unended` lets those pass that do not say yet how they end: their ending is empty.
    """
    return [
        example
        for entity in entities
        for rule, node in _nodes(entity)
        if (example := _example(entity, rule, node, problems, unended=unended)) is not None
    ]


def run_example(
    example: Example, read_file: Callable[[str], bytes], objections: Objections = nothing_against
) -> Failure | None:
    """None where the example holds. `read_file` gives the bytes of a file that `given` names."""
    return judged(example, outcome_of(example, read_file, objections))


def outcome_of(
    example: Example, read_file: Callable[[str], bytes], objections: Objections = nothing_against
) -> Outcome:
    """What the example's change becomes; never raises for what an author or a record may get wrong.

    Where a target of an event has something against it, the change is refused: nothing of it is sent.
    """
    try:
        change = change_given(example, read_file)
    except (ProjectInvalid, RecordRefused) as error:
        return Outcome(problems=error.problems, readable=isinstance(error, RecordRefused))
    outcome = outcome_for(example, change)
    refused = tuple(problem for event in outcome.events for problem in objections(event))
    if refused or outcome.events or outcome.problems or example.ending == "silent":
        return Outcome(problems=refused) if refused else outcome
    return Outcome(silence=f"nothing was said{unmet(example.entity, example.rule, change)}")


def outcome_for(example: Example, change: Change) -> Outcome:
    """The same of a change that was read before."""
    try:
        return Outcome(tuple(_said(example, change)))
    except RecordRefused as error:
        return Outcome(problems=error.problems)


def judged(example: Example, outcome: Outcome) -> Failure | None:
    """None where the outcome is as the example says."""
    faults = tuple(_faults(example, outcome))
    return Failure(example, faults) if faults else None


def _faults(example: Example, outcome: Outcome) -> Iterator[Fault]:
    wanted = text(example.expected) if example.ending == "problem" else ""
    if outcome.problems:
        if not (outcome.readable and wanted in {problem.code for problem in outcome.problems}):
            yield from (_refusal(example, problem) for problem in outcome.problems)
    elif wanted:
        yield Fault(f"expected problem {wanted}, and {_spoken(outcome)}")
    else:
        yield from _compared(example, outcome)


def _refusal(example: Example, problem: Problem) -> Fault:
    """A problem; where it is placed at `data` as a whole, with the piece that made the value."""
    made = origin(example.rule, problem.where.path.removeprefix("$.")) if example.rule else None
    return Fault(str(problem), origin=made if made and made.where.line != problem.where.line else None)


def _nodes(entity: Entity) -> Iterator[tuple[Rule | None, Node]]:
    yield from ((rule, node) for rule in entity.rules for node in rule.examples)
    yield from ((None, node) for node in entity.examples)


def _example(
    entity: Entity, rule: Rule | None, node: Node, problems: list[Problem], *, unended: bool
) -> Example | None:
    before = len(problems)
    values = read_fields(node, EXAMPLE, "an example", problems)
    endings = [name for name in ENDINGS if name in values]
    if unended and not endings and len(problems) == before:
        return Example(entity, rule, text(values["name"]), node.where, node, values["given"], "", NO_NODE)
    if len(endings) != 1 and len(problems) == before:
        what = f"the example ends in {len(endings)} ways"
        problems.append(Problem(node.where, "R052", what, f"write exactly one of: {', '.join(ENDINGS)}"))
    if len(problems) > before:
        return None
    ending = endings[0]
    return Example(entity, rule, text(values["name"]), node.where, node, values["given"], ending, values[ending])


def _said(example: Example, change: Change) -> list[Event]:
    entity = example.entity
    seen = change.without(entity.without) if entity.without else change
    document = seen.document()
    if not holds(entity.when, seen, document, entity.where):
        return []
    rules = entity.rules if example.rule is None else (example.rule,)
    return [event for rule in rules for event in say(rule, seen, document)]


def change_given(example: Example, read_file: Callable[[str], bytes]) -> Change:
    """The change that an example is about. Raises `ProjectInvalid` or `UndecodableRecord` where it is none."""
    node = example.given
    if isinstance(node, Scalar):
        records = read_records(read_file(text(node)), Where(file=text(node)))
        if len(records) != 1:
            what = f"the file holds {len(records)} records"
            raise ProjectInvalid(Problem(node.where, "R053", what, "name a file with exactly one record"))
        return decode(records[0])
    value = node.plain()
    if isinstance(value, dict) and ("dynamodb" in value or "kinesis" in value):
        return decode(read_records(write_json(value), node.where)[0])
    return read_given(node, _table(example.entity))


def _table(entity: Entity) -> str | None:
    """The first table that the entity is about."""
    asked = entity.when.source.get("table") if entity.when else None
    return next((name for name in asked or () if isinstance(name, str)), None)


def _compared(example: Example, outcome: Outcome) -> Iterator[Fault]:
    if example.ending == "silent":
        if outcome.events:
            yield Fault(f"expected silence, and {_spoken(outcome)}")
        return
    expected = example.expected.plain()
    wanted = expected if isinstance(expected, list) else [expected]
    if len(wanted) != len(outcome.events):
        yield Fault(f"expected {len(wanted)} event(s), and {_spoken(outcome)}")
        return
    rules = {rule.name: rule for rule in example.entity.rules}
    for number, (want, event) in enumerate(zip(wanted, outcome.events, strict=True)):
        index = f"[{number}]" * (len(wanted) > 1)
        yield from _differing(want, event, rules[event.rule], example.ending, index)


def _differing(wanted: Value, event: Event, rule: Rule, ending: str, index: str) -> Iterator[Fault]:
    """Each difference in the top-level names that the example gives, whole or in part."""
    said = names_said(event)
    named = {name: said[name] for name in wanted if name in said}
    for path, want, actual in differences(wanted, named, partly=ending == "says_at_least"):
        place = f"{index}.{path}" if index else path
        yield Fault(f"{place}: expected {shown(want)}, said {shown(actual)}", place, want, actual, origin(rule, path))


def names_said(event: Event) -> dict[str, Value]:
    """The event's top-level names, as `says` compares them, and under `to` the targets that it goes to."""
    return {"to": list(event.targets), **read_json(event.body)}


def shown(value: Value) -> str:
    """A value as JSON."""
    return "nothing" if value is NOTHING else write_json(value).decode()


def _spoken(outcome: Outcome) -> str:
    return f"said {', '.join(event.type for event in outcome.events)}" if outcome.events else outcome.silence
