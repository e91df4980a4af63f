"""The pieces that entities and events have in common: names, patterns, lets, attributes, extensions."""

import re
from collections.abc import Collection, Sequence

from bridge.core import yamltree
from bridge.core.change import NAMES
from bridge.core.envelope import RESERVED
from bridge.core.fields import meant
from bridge.core.likeness import did_you_mean
from bridge.core.pattern import Pattern, compile_pattern
from bridge.core.rules.model import Attribute, Extension, Let
from bridge.core.rules.notation import ELEMENT
from bridge.core.template import Scope, compile_template
from bridge.core.yamltree import Entry, Node, Scalar
from bridge.errors import Problem, ProjectInvalid
from bridge.late import late

#: Names of entities and events stand in event ids and metric dimensions.
NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
#: What an event id says after the eventID: an entity's and an event's name.
PINNED = re.compile(rf"{NAME.pattern}\.{NAME.pattern}")
#: What JMESPath reads as an identifier without quotes.
IDENTIFIER = late(r"[A-Za-z_][A-Za-z0-9_]*")
#: CloudEvents 1.0.2: lower-case letters and digits, and no longer than 20.
EXTENSION = late(r"[a-z0-9]{1,20}")
_SEPARATORS = late(r"[-_.]")


def items(node: Node | None) -> tuple[Node, ...]:
    """The entries of a list that `read_fields` let through."""
    return node.items if isinstance(node, yamltree.Sequence) else ()


def entries(node: Node | None) -> tuple[Entry, ...]:
    """The entries of a mapping that `read_fields` let through."""
    return node.entries if isinstance(node, yamltree.Mapping) else ()


def check_name(name: str, node: Node | None, problems: list[Problem]) -> None:
    """R045 where an entity's or event's name is not lower-case words joined by `-` or `_`."""
    if node is not None and not NAME.fullmatch(name):
        fix = "write lower-case words joined by `-` or `_`, such as `order-line`"
        problems.append(Problem(node.where, "R045", f"'{name}' is not a name", fix))


def check_schema(node: Node | None, files: Collection[str], problems: list[Problem]) -> None:
    """R041 where no schema file has that name."""
    if isinstance(node, Scalar) and node.value not in files:
        known = did_you_mean(str(node.value), files)
        fix = "write its path below the schemas folder, such as `order/placed.v1.json`, or add the file"
        edit = meant(node, files)
        problems.append(Problem(node.where, "R041", f"there is no schema '{node.value}'{known}", fix, edit=edit))


def read_pattern(node: Node | None, problems: list[Problem]) -> Pattern | None:
    """The compiled pattern; None where there is none or it is wrong."""
    if node is None:
        return None
    try:
        return compile_pattern(node, NAMES)
    except ProjectInvalid as error:
        problems.extend(error.problems)
        return None


def read_attribute(node: Node | None, scope: Scope, problems: list[Problem]) -> Attribute | None:
    """A template with its place."""
    return None if node is None else Attribute(compile_template(node, scope, problems), node.where)


def read_lets(node: Node | None, scope: Scope, above: Sequence[Let], problems: list[Problem]) -> tuple[Let, ...]:
    """Named values; each may use those above it."""
    lets = list(above)
    for entry in entries(node):
        name = str(entry.key.value)
        _check_let(entry.key, {let.name for let in lets}, problems)
        value = compile_template(entry.value, scope.plus(let.name for let in lets), problems)
        lets.append(Let(name, Attribute(value, entry.value.where)))
    return tuple(lets)


def _check_let(key: Scalar, taken: set[str], problems: list[Problem]) -> None:
    name = str(key.value)
    if not IDENTIFIER.fullmatch(name):
        fix = "use letters, digits and `_`, and begin with a letter"
        problems.append(Problem(key.where, "R046", f"'{name}' cannot be used in an expression", fix))
    if name in NAMES | ELEMENT | taken:
        problems.append(Problem(key.where, "R047", f"the name '{name}' is taken", "choose another name"))


def read_extensions(node: Node | None, scope: Scope, problems: list[Problem]) -> tuple[Extension, ...]:
    """CloudEvents extension attributes, in the order written."""
    return tuple(_extension(entry, scope, problems) for entry in entries(node))


def _extension(entry: Entry, scope: Scope, problems: list[Problem]) -> Extension:
    key = str(entry.key.value)
    name = key.removesuffix("?")
    if name in RESERVED:
        what = f"'{name}' is an attribute that every event has, and no extension"
        fix = f"give it another name; the event's own {name} follows from the rule"
        problems.append(Problem(entry.key.where, "R048", what, fix))
    elif not EXTENSION.fullmatch(name):
        what, low = f"'{name}' cannot be the name of an extension attribute", _SEPARATORS.sub("", name).lower()
        edit = entry.key.respelt(key.replace(name, low)) if EXTENSION.fullmatch(low) and low not in RESERVED else None
        fix = "use 1 to 20 lower-case letters and digits" + (f", such as {low}" if edit else "")
        problems.append(Problem(entry.key.where, "R048", what, fix, edit=edit))
    value = Attribute(compile_template(entry.value, scope, problems), entry.value.where)
    return Extension(name, value, key.endswith("?"))
