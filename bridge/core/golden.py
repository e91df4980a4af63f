"""What an example is to expect where its rules have changed: the new ending, in the form that its author chose."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.core.change import Value
from bridge.core.event import Event
from bridge.core.examples import Example, Outcome, names_said
from bridge.core.fields import text
from bridge.core.map import Literal
from bridge.core.yamledit import Editor
from bridge.core.yamltree import Mapping


@dataclass(frozen=True, slots=True)
class Ending:
    """How an example is to end: `says`, `says_at_least` or `silent`, and the value."""

    name: str
    value: Value


def ending_of(example: Example, outcome: Outcome) -> Ending | str:
    """The ending that the outcome asks for; why none may be written where a person has to decide."""
    if outcome.problems:
        return f"the change is refused ({outcome.problems[0].code}): mend the rule, or write `problem:` yourself"
    if example.ending == "problem":
        return f"it expects the problem {text(example.expected)}, and none occurs: mend the rule, or remove `problem:`"
    if not outcome.events:
        return Ending("silent", value=True)
    name = example.ending if example.ending in ("says", "says_at_least") else "says"
    before = example.expected.plain() if name == example.ending else []
    wanted = before if isinstance(before, list) else [before]
    said = [_renewed(example, name, wanted[at : at + 1], event) for at, event in enumerate(outcome.events)]
    return Ending(name, said[0] if len(said) == 1 and (wanted is not before or not before) else said)


def write(editor: Editor, example: Example, ending: Ending) -> None:
    """Let the example's file say the ending."""
    assert isinstance(example.node, Mapping), "an example is a mapping"
    editor.set(example.node, example.ending, ending.name, ending.value)


def _renewed(example: Example, ending: str, wanted: Sequence[Value], event: Event) -> Value:
    """What is said of the names that were asked for; where there were none, of those that the rule gives."""
    said = names_said(event)
    if not wanted or not isinstance(wanted[0], dict):
        return {name: said[name] for name in _usual(example, event)}
    if ending == "says_at_least":
        return _part(wanted[0], said)
    return {name: said[name] for name in wanted[0] if name in said}


def _usual(example: Example, event: Event) -> list[str]:
    """The names that the event's rule makes of the change, and the type where that is not plain."""
    rule = next(rule for rule in example.entity.rules if rule.name == event.rule)
    computed = {
        "type": example.rule is None or not isinstance(rule.type.template, Literal),
        "source": not isinstance(rule.source.template, Literal),
        "subject": event.subject is not None,
        "partitionkey": rule.partitionkey is not None,
    }
    return [*(name for name, is_it in computed.items() if is_it), *event.extensions, "data"]


def _part(wanted: Value, said: Value) -> Value:
    """What is said, of the names asked for, at every depth."""
    if isinstance(wanted, dict) and isinstance(said, dict):
        return {name: _part(inner, said[name]) for name, inner in wanted.items() if name in said}
    if isinstance(wanted, list) and isinstance(said, list):
        return [_part(wanted[at], each) if at < len(wanted) else each for at, each in enumerate(said)]
    return said
