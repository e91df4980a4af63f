"""One change of one item, in plain values, and the document that rules see of it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Literal

from bridge.frozen import frozen

#: A plain value: text, int, Decimal, bool, None, list, dict. Never a float. Integers beyond 64 bits are
#: Decimals (see `numbers.py`), sets are sorted lists, binary is base64 text.
Value = Any
Kind = Literal["insert", "modify", "remove", "expire", "snapshot"]

#: The names of the change document (design section 4). `it` and `index` join under `$each` and `each`.
NAMES = frozenset(
    {"change", "table", "region", "account", "keys", "new", "old", "item", "changed", "changes", "id", "at", "sequence"}
)

#: Those that tell where a change happened. A record tells them by the ARN of its stream.
ORIGIN = frozenset({"table", "region", "account"})


@frozen
class Change:
    """What happened to one item. Nothing in it is ever changed in place."""

    id: str  #: the stream's eventID, or the digest that stands for it (Kinesis, snapshots)
    kind: Kind
    table: str  #: "" where `unknown`, as region and account
    region: str
    account: str
    keys: Mapping[str, Value]
    new: Mapping[str, Value] | None  #: None where absent or not delivered; `unknown` tells which
    old: Mapping[str, Value] | None
    changed: tuple[str, ...]  #: names of the top-level attributes that differ, sorted
    unknown: frozenset[str]  #: which of new, old, item, changed, changes, table, region, account it cannot tell
    at: str  #: RFC 3339, UTC, "Z"; "" where the record gives no time
    sequence: str  #: the stream's sequence number as given; "" where there is none
    order: str  #: CloudEvents `sequence`: 40 digits, sorts as text
    stream: str  #: ARN of the stream, "" where unknown
    age_from: float  #: the time of the change in epoch seconds, for metrics and `give_up`; infinity where unknown
    meant: tuple[int, ...] | None = None  #: the entities that `Wants` left for it

    @property
    def item(self) -> Mapping[str, Value] | None:
        """`new`, else `old`; None where it is unknown."""
        if "item" in self.unknown:
            return None
        return self.old if self.new is None else self.new

    def without(self, names: Collection[str]) -> "Change":
        """The same change without those attributes in new, old, changed and changes; keys stay."""

        def kept(image: Mapping[str, Value] | None) -> Mapping[str, Value] | None:
            return image and {name: value for name, value in image.items() if name not in names}

        changed = tuple(name for name in self.changed if name not in names)
        return replace(self, new=kept(self.new), old=kept(self.old), changed=changed)

    def document(self) -> dict[str, Value]:
        """The document of design section 4; names that are absent or unknown are left out."""
        new, old = self.new, self.old
        item = old if new is None else new
        document: dict[str, Value] = {
            "change": self.kind,
            "table": self.table,
            "region": self.region,
            "account": self.account,
            "keys": self.keys,
            "id": self.id,
            "sequence": self.sequence,
        }
        if new is not None:
            document["new"] = new
        if old is not None:
            document["old"] = old
        if item is not None:
            document["item"] = item
        if self.at:
            document["at"] = self.at
        document["changed"] = list(self.changed)
        document["changes"] = self._differences() if self.changed else []
        for name in self.unknown:
            document.pop(name, None)
        return document

    def _differences(self) -> list[Value]:
        sides = {"old": self.old or {}, "new": self.new or {}}
        return [
            {"name": name} | {side: image[name] for side, image in sides.items() if name in image}
            for name in self.changed
        ]
