"""Breaks the rules on purpose, one place at a time, and reports what no example notices.

A mutant is a rule file's tree with one change (`mutants.py`): a field of a pattern removed or turned around, an
alternative less, `if` negated or removed, a key of `data` dropped, a `?` taken away, a constant swapped, another
target. Only the event that it is about is compiled again, and its examples run on it, until one fails. Mutants that
are no rules at all are left out, and so are those that cannot make a difference: a `change` that the rest of the
pattern implies.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bridge.core.change import Change
from bridge.core.coverage.points import possible_kinds
from bridge.core.examples import Example, change_given, judged, outcome_for
from bridge.core.mutate.mutants import Mutant, mutants_of
from bridge.core.rules.event import Surroundings
from bridge.core.rules.load import read_entity
from bridge.core.rules.model import Entity, Rule
from bridge.core.yamltree import Entry, Mapping, Node
from bridge.errors import Problem, ProjectInvalid, RecordRefused

__all__ = ["Mutant", "Mutation", "mutate"]

#: An example that holds, and its change.
_Ready = tuple[Example, Change]


@dataclass(frozen=True, slots=True)
class Mutation:
    """What came of all mutants."""

    tried: int
    survivors: tuple[Mutant, ...]  #: those that no example noticed, in file order


def mutate(
    entities: Sequence[Entity], examples: Sequence[Example], around: Surroundings, read_file: Callable[[str], bytes]
) -> Mutation:
    """Try every mutant on the examples that hold."""
    ready = [pair for example in examples if (pair := _ready(example, read_file)) is not None]
    noticed = [
        (mutant, _is_noticed(mutated, mutant, ready))
        for entity in entities
        for mutant in mutants_of(entity, sorted(around.targets))
        if (mutated := _compiled(entity, mutant, around)) is not None
    ]
    survivors = sorted((mutant for mutant, was in noticed if not was), key=lambda mutant: mutant.where)
    return Mutation(len(noticed), tuple(survivors))


def _ready(example: Example, read_file: Callable[[str], bytes]) -> _Ready | None:
    """The example with its change, where it holds."""
    try:
        change = change_given(example, read_file)
    except (ProjectInvalid, RecordRefused):
        return None
    return (example, change) if judged(example, outcome_for(example, change)) is None else None


def _compiled(entity: Entity, mutant: Mutant, around: Surroundings) -> Entity | None:
    """The entity with the mutant in it; None where that is no rule, or always says the same."""
    problems: list[Problem] = []
    node = mutant.node if mutant.event is None else _alone(mutant.node, mutant.event)
    made = read_entity(entity.file, node, None, around, problems)
    if any(problem.level == "error" for problem in problems):
        return None
    if mutant.event is not None:
        (rule,) = made.rules
        made = replace(entity, rules=tuple(rule if each.event == mutant.event else each for each in entity.rules))
    implied = mutant.only_kinds and _kinds(made) == _kinds(entity)
    return None if implied or _says(made) == _says(entity) else made


def _says(entity: Entity) -> tuple[object, ...]:
    """All that decides what the entity says."""
    return entity.when, entity.without, tuple(replace(rule, examples=()) for rule in entity.rules)


def _kinds(entity: Entity) -> list[list[str]]:
    return [[*possible_kinds(entity, rule)] for rule in entity.rules]


def _alone(node: Node, event: str) -> Node:
    """The rule file with this one event."""
    assert isinstance(node, Mapping), "a rule file is a mapping"
    return Mapping(tuple(_only(entry, event) if entry.key.value == "events" else entry for entry in node), node.where)


def _only(entry: Entry, event: str) -> Entry:
    assert isinstance(entry.value, Mapping), "events are a mapping"
    return Entry(entry.key, Mapping(tuple(each for each in entry.value if each.key.value == event), entry.value.where))


def _is_noticed(mutated: Entity, mutant: Mutant, ready: Sequence[_Ready]) -> bool:
    return any(
        judged(example, outcome_for(example, change)) is not None for example, change in _about(mutated, mutant, ready)
    )


def _about(mutated: Entity, mutant: Mutant, ready: Sequence[_Ready]) -> Iterator[_Ready]:
    """The examples that the mutant may concern, about the mutated rules; those of the event itself first."""
    rules: dict[str, Rule] = {rule.event: rule for rule in mutated.rules}
    mine = [pair for pair in ready if pair[0].entity.name == mutated.name]
    for example, change in sorted(mine, key=lambda pair: pair[0].rule is None):
        if example.rule is None:
            yield replace(example, entity=mutated), change
        elif mutant.event in (None, example.rule.event):
            yield replace(example, entity=mutated, rule=rules[example.rule.event]), change
