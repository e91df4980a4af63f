"""What names events and entities: the key of an element, and what an entity is about."""

from collections.abc import Iterator

from bridge.core.fields import meant
from bridge.core.likeness import did_you_mean
from bridge.core.lint.subject import Subject, at, entries, event_node, texts, when_node
from bridge.core.rules.model import Entity
from bridge.errors import Aside, Problem

_IDENTIFYING = frozenset({"table", "keys", "new", "old", "item"})


def element_keys(subject: Subject) -> Iterator[Problem]:
    """L014 where `key` says nothing of the element, so that the events of all elements have one id."""
    for entity, rule in subject.events:
        if rule.each is None or rule.key is None or "it" in rule.key.template.reads:
            continue
        each = at(event_node(entity, rule), "each")
        also = Aside(each.where, "one event per element") if each else None
        if "index" in rule.key.template.reads:
            what = "`key` is the element's position, which changes as soon as another is put before it"
            yield Problem(rule.key.where, "L014", what, _FIX, level="warning", also=also)
        else:
            what = "`key` says nothing of the element: all elements' events would have the same id, and be sent once"
            yield Problem(rule.key.where, "L014", what, _FIX, also=also)


_FIX = "name what tells the elements apart, such as `${it.lineId}`, or remove `key`"


def subjects(subject: Subject) -> Iterator[Problem]:
    """L033 for a table that is not streamed, L034 for an entity that is about everything."""
    for entity in subject.rules.entities:
        yield from _tables(entity, subject)
        asked = [pattern.reads for pattern in (entity.when, *(rule.when for rule in entity.rules)) if pattern]
        if entity.rules and not _IDENTIFYING & frozenset().union(*asked):
            node = when_node(entity, None)
            what = f"the entity '{entity.name}' is about every item of every table"
            fix = "say under `when` which items it is about: `table`, and `keys` where the table holds several kinds"
            yield Problem(node.where if node else entity.where, "L034", what, fix, level="warning")


def _tables(entity: Entity, subject: Subject) -> Iterator[Problem]:
    """Tables that an entity names and bridge.yaml does not, where it names any."""
    views = subject.manifest.views
    for word in texts(at(when_node(entity, None), "table")) if views else ():
        if word.value not in views:
            what = f"bridge.yaml has no table '{word.value}'{did_you_mean(word.text, views)}"
            fix = "correct the name, or add the table to `tables` in bridge.yaml with its view type"
            also = next((Aside(entry.key.where, "the tables") for entry in entries(at(subject.page, "tables"))), None)
            yield Problem(word.where, "L033", what, fix, also=also, edit=meant(word, views))
