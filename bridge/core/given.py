"""A change out of the document that an author writes of it: what is not written is assumed, images excepted."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from bridge.core.change import Change, Kind, Value
from bridge.core.fields import read_fields, text
from bridge.core.likeness import did_you_mean
from bridge.core.rules.notation import GIVEN
from bridge.core.same import NOTHING, same
from bridge.core.yamltree import Node
from bridge.errors import Problem, ProjectInvalid

#: What stands for the names that an author does not write.
ASSUMED: Final[Mapping[str, Value]] = {
    "table": "table",
    "region": "us-east-1",
    "account": "111122223333",
    "keys": {},
    "id": "example",
    "at": "2026-01-01T00:00:00Z",
    "sequence": "100000000000000000001",
}
#: The images that each change implies, first the one that is the `item`. One that is not given is unknown.
IMPLIED: Final[Mapping[Kind, tuple[str, ...]]] = {
    "insert": ("new",),
    "modify": ("new", "old"),
    "remove": ("old",),
    "expire": ("old",),
    "snapshot": ("new",),
}


def read_given(node: Node, table: str | None) -> Change:
    """The change of a change document. `table` is assumed where the document names none. Raises `ProjectInvalid`."""
    problems: list[Problem] = []
    values = read_fields(node, GIVEN, "a change document", problems)
    kind = text(values.get("change"))
    if kind and kind not in IMPLIED:
        what = f"there is no change '{kind}'{did_you_mean(kind, IMPLIED)}"
        problems.append(Problem(values["change"].where, "R054", what, f"write one of: {', '.join(IMPLIED)}"))
    if problems:
        raise ProjectInvalid(*problems)
    written = {name: value.plain() for name, value in values.items()}
    return change_of({**ASSUMED, **({"table": table} if table else {}), **written})


def change_of(given: Mapping[str, Any]) -> Change:
    """The change of a whole document: the names of `ASSUMED`, `change`, and the images."""
    kind: Kind = given["change"]
    lacking = [name for name in IMPLIED[kind] if name not in given]
    images = {name: given.get(name) for name in IMPLIED[kind]}
    return Change(
        id=given["id"],
        kind=kind,
        table=given["table"],
        region=given["region"],
        account=given["account"],
        keys=given["keys"],
        new=images.get("new"),
        old=images.get("old"),
        changed=() if lacking else _changed([image or {} for image in images.values()]),
        unknown=unknown_names(kind, lacking),
        at=given["at"],
        sequence=given["sequence"],
        order=given["sequence"].zfill(40),
        stream="",
        age_from=0.0,
    )


def unknown_names(kind: Kind, lacking: Collection[str]) -> frozenset[str]:
    """The names of the change document that cannot be told where these images, which the change implies, lack."""
    if not lacking:
        return frozenset()
    return frozenset(lacking) | {"changed", "changes"} | ({"item"} if IMPLIED[kind][0] in lacking else set())


def _changed(images: list[Mapping[str, Value]]) -> tuple[str, ...]:
    first, *others = images
    if not others:
        return tuple(sorted(first))
    other = others[0]
    differ = (name for name in {*first, *other} if not same(first.get(name, NOTHING), other.get(name, NOTHING)))
    return tuple(sorted(differ))
