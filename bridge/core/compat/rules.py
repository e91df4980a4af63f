"""The rules on top of containment: each by the name that levels and acknowledgements call it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Strength = Literal["error", "warning", "off"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for."""

    code: str
    level: Strength
    fix: str
    verdict: bool = False  #: whether it says what containment has found; such a rule cannot be turned off


_NEW_MAJOR = "publish a new major version beside it"

RULES: Final[Mapping[str, Rule]] = {
    "SUBSCRIBER_BREAKS": Rule(
        "K001", "error", f"{_NEW_MAJOR}, or take the change back; or acknowledge it with a reason and an end", True
    ),
    "REPLAY_BREAKS": Rule(
        "K002", "error", f"make it optional or as wide as before, or {_NEW_MAJOR}; or acknowledge it", True
    ),
    "SUBSCRIBER_NOT_PROVEN": Rule("K003", "error", "say it more simply, or acknowledge it with reason and end", True),
    "REPLAY_NOT_PROVEN": Rule("K004", "error", "say it more simply, or acknowledge it with reason and end", True),
    "PROPERTY_REMOVED_WITHOUT_DEPRECATION": Rule(
        "K010", "error", "put it back with `deprecated: true`, release that, and remove it afterwards"
    ),
    "PROPERTY_RENAMED": Rule("K011", "warning", "keep the old name beside the new one, and mark it `deprecated: true`"),
    "ENUM_VALUE_ADDED": Rule(
        "K012", "error", f"{_NEW_MAJOR}; or release `x-extensible-enum: true` beside `enum` before values are added"
    ),
    "FORMAT_CHANGED": Rule("K013", "warning", "add another property with the new format"),
    "EXAMPLE_INVALID": Rule("K014", "error", "correct the example, or the schema that it is an example of"),
    "DEAD_SUBSCHEMA": Rule("K015", "warning", "correct the limits that exclude each other, or write `false`"),
    "SCHEMA_REMOVED": Rule("K020", "error", "put it back; or retire it: changebridge schemas release"),
    "ID_NOT_BUMPED": Rule("K021", "error", "give `$id` the version that the file's name and the change call for"),
    "ID_CHANGED": Rule("K022", "error", "keep the `$id` within a major version: events carry it as `dataschema`"),
    "BUMP_TOO_SMALL": Rule("K023", "error", "raise the version in `$id` by as much as the change is worth"),
    "TYPE_NOT_BUMPED": Rule("K024", "error", "let the type end in the same major version as the file's name"),
    "TYPE_RENAMED": Rule("K025", "error", "keep the type; a renamed event is a new one, said beside the old"),
    "TYPE_REMOVED": Rule("K026", "error", "say it again; or acknowledge that nobody waits for it any more"),
    "SOURCE_RENAMED": Rule("K027", "error", "keep the source: subscribers select events by it"),
}

#: The level of each rule where the project does not say otherwise.
LEVELS: Final[Mapping[str, Strength]] = {name: rule.level for name, rule in RULES.items()}
