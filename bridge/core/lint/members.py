"""What a rule's data makes, held against the schema of the event, member by member."""

from collections.abc import Iterator
from dataclasses import dataclass

from jsonschema_rs import validator_for

from bridge.core import yamltree
from bridge.core.likeness import did_you_mean, surely
from bridge.core.lint.declared import Declared, declared
from bridge.core.lint.forgotten import is_path
from bridge.core.lint.subject import Subject, entries, event_node, items
from bridge.core.schema.compiled import Schema
from bridge.core.schema.strict import STRICT
from bridge.core.schema.words import words
from bridge.core.template import EACH
from bridge.core.yamltree import Entry, Node, Scalar, Sequence
from bridge.errors import Problem, Where


def members(subject: Subject) -> Iterator[Problem]:
    """L021 to L023 for every event whose data is written out."""
    for entity, rule in subject.events:
        for entry in entries(event_node(entity, rule)):
            if entry.key.value == "data":
                for schema in rule.schemas.values():
                    yield from _Held(schema).value(entry.value, declared(schema.closed), entry.key.where)


@dataclass(frozen=True, slots=True)
class _Held:
    """A schema that data is held against."""

    schema: Schema

    def value(self, node: Node, here: Declared | None, where: Where) -> Iterator[Problem]:
        """Everything below a value; `where` is what a member that is missing is told at."""
        if here is None:
            return
        if isinstance(node, Scalar):
            yield from self._scalar(node, here)
        elif here.types and ("object" if isinstance(node, yamltree.Mapping) else "array") not in here.types:
            made = "an object" if isinstance(node, yamltree.Mapping) else "an array"
            yield self._misfit(node.where, f"this makes {made}, where the schema wants {_or(here)}")
        elif isinstance(node, yamltree.Mapping):
            yield from self._object(node, node.entries, here, where)
        else:
            yield from self._array(node, here)

    def _object(self, node: Node, written: tuple[Entry, ...], here: Declared, where: Where) -> Iterator[Problem]:
        names = {str(entry.key.value).removesuffix("?"): entry for entry in written}
        members = here.members
        for name, entry in names.items():
            if members is not None and name not in members:
                yield self._stranger(entry.key, name, members, set(names))
            else:
                yield from self.value(entry.value, here.member(name), entry.key.where)
        yield from self._required(here, names, where if isinstance(node, yamltree.Mapping) else node.where)

    def _stranger(self, key: Scalar, name: str, known: dict[str, object], taken: set[str]) -> Problem:
        hint = did_you_mean(name, known)
        near = surely(name, known, taken)
        edit = key.respelt(near + "?" * key.text.endswith("?")) if near else None
        what = f"the schema declares no '{name}' here{hint} ({self.schema.name})"
        return Problem(key.where, "L021", what, "correct the name, or declare it in the schema", edit=edit)

    def _required(self, here: Declared, names: dict[str, Entry], where: Where) -> Iterator[Problem]:
        members = here.members
        for name in here.required if not any("${" in name for name in names) else ():
            if members is not None and name not in members:
                continue  # nothing could make it: L028
            if name not in names:
                what = f"the schema requires '{name}', which is never made ({self.schema.name})"
                yield Problem(where, "L022", what, f"add `{name}`, or take it out of the schema's `required`")
            elif str(names[name].key.value).endswith("?"):
                what = f"the schema requires '{name}', and the `?` lets it be left out ({self.schema.name})"
                fix = "remove the `?`, or take it out of the schema's `required`"
                yield Problem(names[name].key.where, "L022", what, fix, level="warning")

    def _array(self, node: Sequence, here: Declared) -> Iterator[Problem]:
        element = here.element
        for item in items(node):
            if element is not None and isinstance(item, yamltree.Mapping) and item.get(EACH) is not None:
                rest = tuple(entry for entry in item.entries if entry.key.value != EACH)
                yield from self._object(item, rest, element, item.where)
            else:
                yield from self.value(item, element, item.where)

    def _scalar(self, node: Scalar, here: Declared) -> Iterator[Problem]:
        if isinstance(node.value, str) and "${" in node.value:
            mixed = not (node.value.startswith("${") and node.value.endswith("}"))
            if mixed and here.types and "string" not in here.types:
                yield self._misfit(node.where, f"this makes text, where the schema wants {_or(here)}")
        elif node.value is not None and not (isinstance(node.value, str) and is_path(node.value)):
            whole = {**here.schemas[0], "$defs": here.definitions}
            error = next(iter(validator_for(whole, **STRICT).iter_errors(node.value)), None)
            if error is not None:
                yield self._misfit(node.where, words(error).what)

    def _misfit(self, where: Where, what: str) -> Problem:
        return Problem(where, "L023", f"{what} ({self.schema.name})", "write what the schema allows, or widen it")


def _or(here: Declared) -> str:
    return " or ".join(sorted(here.types))
