"""Every mutant of a rule file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from bridge.core.mutate.constants import swapped
from bridge.core.mutate.patterns import negated
from bridge.core.mutate.trees import Path, at, changed, dropped, made_of, pruned, renamed, scalar
from bridge.core.rules.model import Entity
from bridge.core.template import EACH
from bridge.core.wire import write_json
from bridge.core.yamltree import Entry, Mapping, Node, Scalar
from bridge.core.yamltree import Sequence as ListNode
from bridge.errors import Where

#: Values that hold constants, besides `data`.
_VALUES: Final = ("let", "each", "key", "if", "subject", "partitionkey", "extensions")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule file with one change."""

    subject: str  #: `order`, or `order.placed`
    event: str | None  #: None where it is about the entity
    where: Where
    what: str  #: what was done to the rule
    hint: str  #: what example would notice
    node: Node = field(compare=False, repr=False)  #: the whole file
    only_kinds: bool = False  #: whether it matters only where it lets other kinds of change pass


@dataclass(frozen=True, slots=True)
class _Owner:
    """The entity or the event that is broken, and where it stands in the file."""

    subject: str
    event: str | None
    root: Node
    path: Path
    targets: Sequence[str]

    def make(self, where: Where, what: str, hint: str, node: Node, *, only_kinds: bool = False) -> Mutant:
        return Mutant(self.subject, self.event, where, what, hint, node, only_kinds)

    def entries(self) -> Iterator[tuple[Path, Entry]]:
        """The keys of the owner with their paths."""
        yield from _entries(at(self.root, self.path), self.path)


def mutants_of(entity: Entity, targets: Sequence[str]) -> Iterator[Mutant]:
    """All mutants of the entity and of its events. `targets` are the names that `to` may have."""
    yield from _of(_Owner(entity.name, None, entity.node, (), targets))
    for path, entry in _entries(entity.node, ()):
        if entry.key.value == "events":
            for inner, event in _entries(entry.value, path):
                name = str(event.key.value)
                yield from _of(_Owner(f"{entity.name}.{name}", name, entity.node, inner, targets))


def _of(owner: _Owner) -> Iterator[Mutant]:
    for path, entry in owner.entries():
        name = entry.key.value
        if name == "when":
            yield from _of_when(owner, path, entry.value, ())
        elif name == "if" and isinstance(entry.value, Scalar):
            yield from _of_condition(owner, path, entry.value)
        elif name == "to" and isinstance(entry.value, ListNode):
            yield from _of_targets(owner, path, entry.value)
        elif name in ("subject", "partitionkey"):
            hint = f"name `{name}` in what an example says"
            yield owner.make(entry.key.where, f"without `{name}`", hint, dropped(owner.root, path))
        elif name in ("data", "extensions"):
            yield from _of_keys(owner, path, entry.value, "data" if name == "data" else "")
        if name == "data" or name in _VALUES:
            yield from _of_constants(owner, path, entry.value)


def _entries(node: Node, path: Path) -> Iterator[tuple[Path, Entry]]:
    for index, entry in enumerate(node.entries if isinstance(node, Mapping) else ()):
        yield (*path, index), entry


def _of_when(owner: _Owner, path: Path, node: Node, names: tuple[str, ...]) -> Iterator[Mutant]:
    for inner, entry in _entries(node, path):
        below = (*names, str(entry.key.value))
        if entry.key.value == "$or" and isinstance(entry.value, ListNode):
            for index, alternative in enumerate(entry.value.items):
                yield from _of_when(owner, (*inner, index), alternative, names)
        elif isinstance(entry.value, ListNode):
            yield from _of_leaf(owner, inner, entry.value, ".".join(below))
        else:
            yield from _of_when(owner, inner, entry.value, below)


def _of_leaf(owner: _Owner, path: Path, leaf: ListNode, name: str) -> Iterator[Mutant]:
    silent = f"add an example in which `{name}` is another, and that ends in `silent: true`"
    kinds = name == "change"
    gone = pruned(owner.root, path, len(owner.path) + 1)
    yield owner.make(leaf.where, f"without `{name}` under `when`", silent, gone, only_kinds=kinds)
    opposite = negated(leaf)
    if opposite is not None:
        node = changed(owner.root, path, lambda _: made_of(opposite, leaf.where))
        says = "add an example that says the event, and one that is silent for this alone"
        yield owner.make(leaf.where, f"with the opposite of `{name}` under `when`", says, node)
    for index, item in enumerate(leaf.items if len(leaf.items) > 1 else ()):
        shown = write_json(item.plain()).decode()
        hint = f"add an example in which `{name}` is {shown}"
        yield owner.make(item.where, f"without {shown} in `{name}`", hint, dropped(owner.root, (*path, index)))


def _of_condition(owner: _Owner, path: Path, node: Scalar) -> Iterator[Mutant]:
    silent = "add an example in which `if` alone is false, and that ends in `silent: true`"
    yield owner.make(node.where, "without `if`", silent, dropped(owner.root, path))
    other = scalar(f"${{!({node.text[2:-1]})}}", node.where)
    says = "add an example in which `if` is true, and that says the event"
    yield owner.make(node.where, "with the opposite of `if`", says, changed(owner.root, path, lambda _: other))


def _of_targets(owner: _Owner, path: Path, to: ListNode) -> Iterator[Mutant]:
    hint = "name the targets in what an example says: `to: [" + ", ".join(map(str, to.plain())) + "]`"
    for index, item in enumerate(to.items if len(to.items) > 1 else ()):
        yield owner.make(item.where, f"without the target '{item.plain()}'", hint, dropped(owner.root, (*path, index)))
    other = next((name for name in owner.targets if name not in to.plain()), None)
    if len(to.items) == 1 and other:
        node = changed(owner.root, path, lambda _: made_of([other], to.where))
        yield owner.make(to.items[0].where, f"with the target '{other}' instead", hint, node)


def _of_keys(owner: _Owner, path: Path, node: Node, name: str) -> Iterator[Mutant]:
    """Keys of values dropped, and their `?` taken away."""
    for inner, entry in _entries(node, path):
        key = str(entry.key.value)
        if key == EACH:
            continue
        below = f"{name}.{key}".removeprefix(".").removesuffix("?")
        hint = f"name `{below}` in what an example says"
        yield owner.make(entry.key.where, f"without `{below}`", hint, dropped(owner.root, inner))
        if key.endswith("?"):
            hint = f"add an example whose change leaves `{below}` out"
            other = renamed(owner.root, inner, key[:-1])
            yield owner.make(entry.key.where, f"with `{below}` in place of `{below}?`", hint, other)
        yield from _of_keys(owner, inner, entry.value, below)
    for index, item in enumerate(node.items if isinstance(node, ListNode) else ()):
        yield from _of_keys(owner, (*path, index), item, f"{name}[]")


def _of_constants(owner: _Owner, path: Path, node: Node) -> Iterator[Mutant]:
    if isinstance(node, Scalar):
        for text, value in swapped(node):
            other = partial(_constant, scalar(value, node.where))
            hint = "add an example whose result depends on it, or name that value in what an example says"
            yield owner.make(
                node.where, f"with another constant in place of {text}", hint, changed(owner.root, path, other)
            )
        return
    for inner, entry in _entries(node, path):
        yield from _of_constants(owner, inner, entry.value)
    for index, item in enumerate(node.items if isinstance(node, ListNode) else ()):
        yield from _of_constants(owner, (*path, index), item)


def _constant(made: Scalar, _: Node) -> Node:
    return made
