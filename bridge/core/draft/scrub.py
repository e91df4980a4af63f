"""Replaces what may be personal in a change by made-up values of the same shape.

What is personal is told by an attribute's name (`customerName`, `street`, `note`) and by a text's own form (an email
address, an international phone number). Each value met is replaced by the next of its kind, so that nothing of the
original is left in the copy, the same value is the same everywhere, and two stay two. Texts that hold a replaced value,
such as the key `CUSTOMER#ada@example.com`, are rewritten with it. Identifiers, states and numbers stay, which is what a
rule is about: whoever publishes a scrubbed record still has to read it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from bridge.core.change import Change, Value
from bridge.core.draft.fakes import MAKERS, made
from bridge.core.draft.personal import EMAIL, PHONE, kind
from bridge.core.map import is_number

#: Characters of a value that is looked for inside other texts: a shorter one stands there by chance.
SHORTEST = 3


def scrub(change: Change) -> Change:
    """The same change with whatever may be personal in keys, new and old replaced."""
    about = " ".join([change.table, *(value for value in change.keys.values() if isinstance(value, str))])
    met = _Met(about)
    images: dict[str, Any] = {"keys": change.keys, "new": change.new, "old": change.old}
    for image in images.values():
        met.look(image)
    copy = _Copy(met.fakes)
    changed = tuple(sorted(map(copy.name, change.changed)))
    return replace(change, changed=changed, **{name: copy.of(image) for name, image in images.items()})


@dataclass(frozen=True, slots=True)
class _Met:
    """What is personal in a change, and what each such value is replaced by."""

    about: str  #: the change's keys and table: whether a bare `name` is a person's
    fakes: dict[Value, Value] = field(default_factory=dict)
    taken: set[Value] = field(default_factory=set)

    def look(self, value: Value, *way: str) -> None:
        """Note what is personal in a value that stands under these names."""
        if isinstance(value, dict):
            for name, inner in value.items():
                self._parts(name)
                self.look(inner, *way, name)
        elif isinstance(value, list):
            for inner in value:
                self.look(inner, *way)
        elif isinstance(value, str) or is_number(value):
            self._leaf(value, kind(value, way, self.about))

    def _leaf(self, value: Value, found: str | None) -> None:
        if found is not None:
            self._note(value, found)
        elif isinstance(value, str):
            self._parts(value)

    def _parts(self, text: str) -> None:
        for name, form in (("email", EMAIL), ("digits", PHONE)):
            for found in form.findall(text):
                self._note(found, name)

    def _note(self, value: Value, found: str) -> None:
        if value not in self.fakes:
            self.fakes[value] = made(MAKERS[found], value, len(self.fakes), self.taken)
            self.taken.add(self.fakes[value])


class _Copy:
    """Writes values again with all that was noted replaced, whole or inside other texts."""

    def __init__(self, fakes: Mapping[Value, Value]) -> None:
        self._fakes = fakes

    def of(self, value: Value) -> Value:
        """The value rewritten."""
        if isinstance(value, dict):
            return {self.name(name): self.of(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner) for inner in value]
        if isinstance(value, str):
            return self._fakes[value] if value in self._fakes else self._inside.sub(self._fake, value)
        return self._fakes.get(value, value) if is_number(value) else value

    def name(self, name: str) -> str:
        """An attribute's name: rewritten only where it is made of an address or a number."""
        return self._inside.sub(self._fake, name) if EMAIL.search(name) or PHONE.search(name) else name

    @cached_property
    def _inside(self) -> re.Pattern[str]:
        """All noted texts, the longest first, where they stand as words of their own."""
        texts = sorted((each for each in self._fakes if isinstance(each, str) and len(each) >= SHORTEST), key=len)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, reversed(texts)))})(?!\w)" if texts else r"(?!)")

    def _fake(self, found: re.Match[str]) -> str:
        return str(self._fakes[found[0]])
