"""How the rules of a project meet a change: which of them to ask, and what to read of the record for them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bridge.core.change import NAMES, Change, Value
from bridge.core.rules.index import Index
from bridge.core.rules.model import Entity, Rule
from bridge.core.rules.wants import wants_of
from bridge.core.wants import Wants, union

#: What is known of a change before its images are read.
_HEAD = frozenset({"table", "keys"})


class Plan:
    """Made once for a project's rules; safe to share between threads."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        patterns = [(entity.when,) for entity in entities]
        self._entities = tuple(entities)
        self._rules = tuple(Index([(rule.when,) for rule in entity.rules], NAMES) for entity in entities)
        self._of_change, self._of_head = Index(patterns, NAMES), Index(patterns, _HEAD)
        self._wants = tuple(map(wants_of, entities))
        self._unions: dict[tuple[int, ...], Wants] = {}

    def wanted(self, table: str, keys: Mapping[str, Value]) -> Wants:
        """What the rules read of the images of a change with this table and key."""
        head: dict[str, Value] = {"table": table, "keys": keys} if table else {"keys": keys}
        meant = tuple(self._of_head.meant(head, () if table else ("table",)))
        known = self._unions.get(meant)
        if known is None:
            asked = union(self._wants[entity] for entity in meant)
            known = self._unions[meant] = replace(asked, meant=meant)
        return known

    def asked(self, change: Change, document: Mapping[str, Value]) -> list[tuple[Entity, int]]:
        """The entities that may be about the change, each with its number.

        One that its key alone leaves is looked at by its own `when` all the same; of several the images tell more.
        """
        numbers: Sequence[int] | None = change.meant
        if numbers is None or len(numbers) > 1:
            numbers = self._of_change.meant(document, change.unknown)
        return [(self._entities[number], number) for number in numbers]

    def rules(self, number: int, change: Change, document: Mapping[str, Value]) -> list[Rule]:
        """The rules of an entity that may hold for the change, in their order."""
        rules = self._entities[number].rules
        return [rules[each] for each in self._rules[number].meant(document, change.unknown)]
