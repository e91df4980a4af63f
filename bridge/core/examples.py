"""The examples in rule files: a change, and what is to be said of it. They are the rules' own tests."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bridge.core.change import Change, Value
from bridge.core.decode import decode
from bridge.core.event import Event
from bridge.core.fields import read_fields, text
from bridge.core.given import read_given
from bridge.core.intake import read_records
from bridge.core.match import holds
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.notation import EXAMPLE
from bridge.core.rules.translate import say
from bridge.core.same import NOTHING, differences
from bridge.core.wire import read_json, write_json
from bridge.core.yamltree import Node, Scalar
from bridge.errors import BridgeError, Problem, ProjectInvalid, RecordRefused, Where

#: How an example may end: exactly one of these keys stands in it.
ENDINGS = ("says", "says_at_least", "silent", "problem")


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a rule, or of a whole entity where `rule` is None."""

    entity: Entity
    rule: Rule | None
    name: str
    where: Where
    given: Node
    ending: str  #: one of `ENDINGS`
    expected: Node

    @property
    def subject(self) -> str:
        """Whose example it is: `order.placed`, or `order`."""
        return self.rule.name if self.rule else self.entity.name


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an example does not hold: lines for a person, each a difference or a problem."""

    example: Example
    lines: tuple[str, ...]


def read_examples(entities: Sequence[Entity], problems: list[Problem]) -> list[Example]:
    """Every example of the entities; those that are malformed join the problems."""
    return [
        example
        for entity in entities
        for rule, node in _nodes(entity)
        if (example := _example(entity, rule, node, problems)) is not None
    ]


def run_example(example: Example, read_file: Callable[[str], bytes]) -> Failure | None:
    """None where the example holds. `read_file` gives the bytes of a file that `given` names."""
    try:
        events = _said(example, change_given(example, read_file))
    except RecordRefused as error:
        return _refused(example, error)
    except ProjectInvalid as error:
        return Failure(example, tuple(str(problem) for problem in error.problems))
    if example.ending == "problem":
        return Failure(example, (f"expected problem {text(example.expected)}, and {_spoken(events)}",))
    return _compared(example, events)


def _nodes(entity: Entity) -> Iterator[tuple[Rule | None, Node]]:
    yield from ((rule, node) for rule in entity.rules for node in rule.examples)
    yield from ((None, node) for node in entity.examples)


def _example(entity: Entity, rule: Rule | None, node: Node, problems: list[Problem]) -> Example | None:
    before = len(problems)
    values = read_fields(node, EXAMPLE, "an example", problems)
    endings = [name for name in ENDINGS if name in values]
    if len(endings) != 1 and len(problems) == before:
        what = f"the example ends in {len(endings)} ways"
        problems.append(Problem(node.where, "R052", what, f"write exactly one of: {', '.join(ENDINGS)}"))
    if len(problems) > before:
        return None
    return Example(entity, rule, text(values["name"]), node.where, values["given"], endings[0], values[endings[0]])


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


def _refused(example: Example, error: BridgeError) -> Failure | None:
    codes = {problem.code for problem in error.problems}
    if example.ending == "problem" and text(example.expected) in codes:
        return None
    return Failure(example, tuple(str(problem) for problem in error.problems))


def _compared(example: Example, events: list[Event]) -> Failure | None:
    if example.ending == "silent":
        return Failure(example, (f"expected silence, and {_spoken(events)}",)) if events else None
    expected = example.expected.plain()
    wanted = expected if isinstance(expected, list) else [expected]
    if len(wanted) != len(events):
        return Failure(example, (f"expected {len(wanted)} event(s), and {_spoken(events)}",))
    lines = [
        line
        for number, (want, event) in enumerate(zip(wanted, events, strict=True))
        for line in _differing(want, read_json(event.body), example.ending, f"[{number}]" * (len(wanted) > 1))
    ]
    return Failure(example, tuple(lines)) if lines else None


def _differing(wanted: Value, body: Value, ending: str, path: str) -> Iterator[str]:
    """Each difference in the top-level names that the example gives, whole or in part."""
    named = {name: body[name] for name in wanted if name in body}
    for place, want, actual in differences(wanted, named, path, partly=ending == "says_at_least"):
        yield f"{place}: expected {_shown(want)}, said {_shown(actual)}"


def _shown(value: Value) -> str:
    return "nothing" if value is NOTHING else write_json(value).decode()


def _spoken(events: list[Event]) -> str:
    return f"said {', '.join(event.type for event in events)}" if events else "nothing was said"
