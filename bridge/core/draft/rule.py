"""The files of a drafted rule."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from bridge.core.change import Change, Value
from bridge.core.draft.names import EVENTS, entity_of, is_generic, patterns
from bridge.core.draft.saying import EACH, Saying, below, can_be_key, is_void, said, saying
from bridge.core.draft.shape import shape
from bridge.core.envelope import FORBIDDEN
from bridge.core.map import is_number
from bridge.core.yamltext import entry, scalar

#: So many changed attributes are named under `when`; beyond, the change is about something else than its attributes.
_MOST_CHANGED = 20

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"\$\{[A-Za-z0-9_.()/]+\}(/\$\{[A-Za-z0-9_.]+\})?")
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a draft goes, and how the project names its things."""

    rules: str  #: folder
    schemas: str  #: folder
    types: str  #: what event types begin with: `com.example.shop`
    ids: str  #: what the `$id`s of schemas begin with: `https://schemas.example.com/shop/`
    source: str  #: what sources begin with: `/shop`
    target: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted entity with one event."""

    entity: str
    event: str
    files: Mapping[str, str]  #: text by path below the project's folder


@dataclass(frozen=True, slots=True)
class _Field:
    """An attribute of the item, and the field of the event's data that it becomes."""

    name: str
    samples: tuple[Value, ...]  #: what the rule says of it, first in the image that the event is about
    how: Saying
    optional: bool

    @property
    def said(self) -> Value:
        """What the example says of it."""
        return self.samples[0]


def draft(change: Change, place: Place, entity: str = "") -> Draft:
    """The draft of a change. `entity` is its name; without it the keys or the table tell."""
    name, event = entity or entity_of(change), EVENTS[change.kind]
    images = [image for image in (change.new, change.old) if image is not None]
    side = "keys" if not images else "old" if change.new is None else "new"
    fields = list(_fields(change, side))
    made = _Writing(name, event, change, place, fields, side)
    files = {f"{place.rules}/{name}.yaml": made.rule(), f"{place.schemas}/{name}/{event}.v1.json": made.event_schema()}
    files[f"{place.schemas}/{name}/item.v1.json"] = made.item_schema(images or [change.keys])
    return Draft(name, event, files)


def _fields(change: Change, side: str) -> Iterator[_Field]:
    """The attributes that an event can say: all that are not null, but keys that mean nothing outside the table."""
    item: Mapping[str, Value] = {"keys": change.keys, "new": change.new, "old": change.old}[side] or {}
    other = (change.old if side == "new" else None) or item
    told = {name: value for name, value in item.items() if not (name in change.keys and is_generic(name))}
    for name, value in (told or item).items():
        if value is not None and can_be_key(name):
            samples = [value, *(each for each in [other.get(name)] if each is not None)]
            how, optional = saying(below(side, name), samples), name not in other
            if how is not None and not (optional and is_void(said(how, value))):
                yield _Field(name, tuple(said(how, each) for each in samples), how, optional)


@dataclass(frozen=True, slots=True)
class _Writing:
    """Everything that the texts are made of."""

    entity: str
    event: str
    change: Change
    place: Place
    fields: list[_Field]
    side: str

    def rule(self) -> str:
        """The rule file."""
        head: dict[str, Value] = {
            "entity": self.entity,
            "about": "Drafted from one change. Say here what this is.",
            "source": f"{self.place.source}/{self.entity}",
            "item_schema": f"{self.entity}/item.v1.json",
            **self._when_entity(),
        }
        to = _entry("to", [self.place.target], 0)
        lines = [*_entries(head, 0), *self._subject(), *to, "", "events:", *self._event()]
        return "\n".join(lines) + "\n"

    def event_schema(self) -> str:
        """The schema of the event's data."""
        required = [field.name for field in self.fields if not field.optional]
        found = {"properties": {field.name: shape(field.samples) for field in self.fields}} if self.fields else {}
        title = f"{_words(self.entity).capitalize()} {self.event}"
        return self._schema(f"{self.event}.v1.json", title, {"type": "object", "required": required} | found)

    def item_schema(self, images: list[Mapping[str, Value]]) -> str:
        """The schema of the stored item. No key is empty text, and no id that the subject is made of."""
        title = f"{_words(self.entity).capitalize()} as it is stored"
        found = shape([dict(image) for image in images])
        for name, about in found.get("properties", {}).items():
            if about["type"] == "string" and (name in self.change.keys or name.lower() in self._own):
                about["minLength"] = 1
        return self._schema("item.v1.json", title, found)

    @property
    def _own(self) -> set[str]:
        """What an item calls its own id, in lower case."""
        return {"id", self.entity.replace("-", "") + "id"}

    def _schema(self, name: str, title: str, body: Mapping[str, Any]) -> str:
        head = {"$schema": _DIALECT, "$id": f"{self.place.ids}{self.entity}/{name}", "title": title}
        about = {"description": "Drafted from one change. Say here what it means to those who read it."}
        return json.dumps(head | about | dict(body), indent=2, ensure_ascii=False) + "\n"

    def _when_entity(self) -> dict[str, Value]:
        keys = patterns(self.change.keys)
        if not self.change.table:  # nobody named it: by their keys at least they are told from other items
            return {"when": {"keys": {name: keys.get(name, [{"exists": True}]) for name in self.change.keys}}}
        return {"when": {"table": [self.change.table], **({"keys": keys} if keys else {})}}

    def _subject(self) -> list[str]:
        """The item's own id where it has one, else its keys."""
        named = [each for each in self.fields if each.name.lower() in self._own and _can_be_subject(each.said)]
        if named and not named[0].optional:
            return [_line("subject", str(named[0].how), 0)]
        if all(_can_be_subject(value) and _IDENTIFIER.fullmatch(name) for name, value in self.change.keys.items()):
            return [_line("subject", "/".join(f"${{keys.{name}}}" for name in sorted(self.change.keys)), 0)]
        return []

    def _event(self) -> Iterator[str]:
        yield f"  {self.event}:"
        about = {
            "about": "Drafted from one change. Say here when exactly this is said.",
            "type": f"{self.place.types}.{self.entity}.{self.event}.v1",
            "schema": f"{self.entity}/{self.event}.v1.json",
            "when": self._when_event(),
        }
        yield from _entries(about, 4)
        yield "    data:" + ("" if self.fields else " {}")
        yield from _sayings({each.name + "?" * each.optional: each.how for each in self.fields}, 6)
        yield "    examples:"
        yield "      - name: the change that this was drafted from"
        yield from self._example()

    def _when_event(self) -> dict[str, Value]:
        named = [name for name in self.change.changed if name not in self.change.keys]
        narrow = self.change.kind == "modify" and 0 < len(named) <= _MOST_CHANGED
        return {"change": [self.change.kind], **({"changed": named} if narrow else {})}

    def _example(self) -> Iterator[str]:
        change = self.change
        known = {"change": change.kind, "keys": dict(change.keys), "new": change.new, "old": change.old}
        given = {name: value for name, value in known.items() if value is not None}
        says = {"data": {field.name: field.said for field in self.fields}}
        yield from _entries({"given": given, "says": says}, 8, tall=True)


def _entries(values: Mapping[str, Value], indent: int, *, tall: bool = False) -> Iterator[str]:
    for name, value in values.items():
        yield from _entry(name, value, indent, tall=tall)


def _entry(name: str, value: Value, indent: int, *, tall: bool = False) -> list[str]:
    first, *rest = entry(name, value, indent, tall=tall)
    return [" " * indent + first, *rest]


def _sayings(hows: Mapping[str, Saying], indent: int) -> Iterator[str]:
    for key, how in hows.items():
        if isinstance(how, str):
            yield _line(key, how, indent)
            continue
        yield f"{' ' * indent}{scalar(key)}:"
        if isinstance(how, dict):
            yield from _sayings(how, indent + 2)
        else:
            (each,) = how
            first, *rest = _sayings(cast("dict[str, Saying]", each), indent + 4)
            yield f"{' ' * (indent + 2)}- {first.lstrip()}"
            yield from rest


def _line(name: str, text: str, indent: int) -> str:
    """`name: text`, quoted only where YAML asks for it."""
    return f"{' ' * indent}{name if name == EACH else scalar(name)}: {text if _PLAIN.fullmatch(text) else scalar(text)}"


def _can_be_subject(value: Value) -> bool:
    return is_number(value) or (isinstance(value, str) and value != "" and not FORBIDDEN.search(value))


def _words(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")
