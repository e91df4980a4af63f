"""How differences are told to a person."""

from typing import Any, Final

from bridge.cli.report import count
from bridge.core.diff import KINDS, Diff, Difference, Kind
from bridge.core.manifest import FILE
from bridge.core.revision import CONCERNS, Concern
from bridge.core.same import NOTHING
from bridge.core.wire import write_json

MARKS: Final[dict[Kind, str]] = {
    "refused": "!", "accepted": "*", "refused otherwise": "!", "renamed": "!",
    "vanishes": "-", "appears": "+", "changes": "~",
}  # fmt: skip
_SAID: Final[dict[Kind, tuple[str, str, str]]] = {
    "refused": ("record", "is refused now", "are refused now"),
    "accepted": ("record", "is refused no longer", "are refused no longer"),
    "refused otherwise": ("record", "is refused for another reason", "are refused for another reason"),
    "renamed": ("event", "is renamed", "are renamed"),
    "vanishes": ("event", "vanishes", "vanish"),
    "appears": ("event", "appears", "appear"),
    "changes": ("event", "changes", "change"),
}


#: What a setting that differs is marked with: it counts where subscribers notice it.
REVISED: Final[dict[Concern, str]] = {"subscribers": "!", "operators": "~"}


def said(kind: Kind, number: int) -> str:
    """`1 event appears`, `2 records are refused now`."""
    noun, one, many = _SAID[kind]
    return f"{count(number, noun)} {one if number == 1 else many}"


def summary(diff: Diff, base: str) -> str:
    """All of it in one line."""
    revised = "; ".join(filter(None, (_revised(diff, concern) for concern in CONCERNS)))
    return _of_records(diff, base) + _silent(diff) + (f"; {FILE} differs {revised}" if revised else "")


def _silent(diff: Diff) -> str:
    return f"; nothing is said of {count(diff.silent, 'record')} of other Regions (`region`)" if diff.silent else ""


def _of_records(diff: Diff, base: str) -> str:
    if not diff.records:
        return f"no record to compare with {base}"
    if not diff.differing:
        return f"{count(diff.records, 'record')}: the same events as at {base}"
    told = ", ".join(said(kind, diff.counts[kind]) for kind in KINDS if diff.counts.get(kind))
    verb = "becomes" if diff.differing == 1 else "become"
    return f"{diff.differing} of {count(diff.records, 'record')} {verb} something else than at {base}: {told}"


def _revised(diff: Diff, concern: Concern) -> str:
    settings = ", ".join(each.setting for each in diff.revisions if each.concerns == concern)
    return f"for {concern}: {settings}" if settings else ""


def advice(difference: Difference) -> str:
    """What a rename does and how to prevent it; nothing for the rest."""
    if difference.kind != "renamed":
        return ""
    name = difference.samples[0].base if difference.samples else difference.field.partition(" ")[0]
    fix = "name the elements by the same `key` as before" if "/" in name else f"pin the name with `id: {name}`"
    return f"subscribers will see these events again; {fix}"


def shown(value: Any, width: int) -> str:
    """A value as JSON of at most so many characters; texts that are no item's value as they are."""
    text = "nothing" if value is NOTHING else write_json(value).decode()
    return text if len(text) <= width else text[: width - 1] + "…"
