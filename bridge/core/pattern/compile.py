"""Compiles a YAML mapping into a formula, and finds every mistake in it."""

from collections.abc import Collection
from typing import Final

from bridge.core import yamltree
from bridge.core.fields import meant
from bridge.core.likeness import did_you_mean
from bridge.core.pattern.formula import KINDS, At, Either, Formula, Leaf, Test
from bridge.core.pattern.operators import COMPARISONS, OPERATORS, Problems, kind_of, only_entry
from bridge.core.pattern.overlap import MAX_PIECES, TooManyPiecesError, together
from bridge.core.yamltree import Entry, Node, Scalar, Sequence
from bridge.core.yamltree.spelling import spelt
from bridge.errors import Problem, ProjectInvalid, raise_if_any
from bridge.late import late

OR: Final = "$or"
EXISTS: Final = "exists"

#: What may stand in `[…]` without quotes.
_WORD = late(r"[\w.+/-]+")

#: Every name that may stand in a value list as `{name: …}`.
NAMES: Final = (*OPERATORS, EXISTS)


def compile_formula(node: Node, names: Collection[str] | None) -> Formula:
    """The formula of a pattern. Raises `ProjectInvalid` with every problem in it."""
    if not isinstance(node, yamltree.Mapping):
        fix = "write the fields that it looks at, such as `change: [insert]`"
        raise ProjectInvalid(Problem(node.where, "P001", f"a pattern is a mapping, not {kind_of(node)}", fix))
    problems: Problems = []
    if names is not None:
        _check_names(node, names, problems)
    formula = _object(node, problems, in_or=False)
    raise_if_any(problems)
    return formula


def _check_names(node: yamltree.Mapping, names: Collection[str], problems: Problems) -> None:
    """Only known names at the top, within `$or` too."""
    for entry in node:
        if entry.key.value == OR:
            for alternative in entry.value if isinstance(entry.value, Sequence) else ():
                if isinstance(alternative, yamltree.Mapping):
                    _check_names(alternative, names, problems)
        elif entry.key.value not in names:
            what = f"a change has no '{entry.key.value}'{did_you_mean(str(entry.key.value), names)}"
            fix = f"use one of {', '.join(sorted(names))}; attributes are below `new`, `old`, `item` or `keys`"
            edit = meant(entry.key, names, [other.key.value for other in node])
            problems.append(Problem(entry.key.where, "P009", what, fix, edit=edit))


def _object(node: yamltree.Mapping, problems: Problems, *, in_or: bool) -> Formula:
    if not node.entries:
        fix = "name a field and what its value may be, or remove the mapping; `[{exists: true}]` asks for any value"
        problems.append(Problem(node.where, "P002", "the mapping asks for nothing", fix))
    parts = [part for entry in node if (part := _part(entry, problems, in_or=in_or)) is not None]
    try:
        return together(parts)
    except TooManyPiecesError:
        what = f"`$or` beside fields of the same name comes to more than {MAX_PIECES} combinations"
        problems.append(Problem(node.where, "P019", what, "split the rule, or write lists instead of `$or`"))
        return together([])


def _part(entry: Entry, problems: Problems, *, in_or: bool) -> At | Either | None:
    if entry.key.value == OR:
        return _either(entry, problems)
    if _is_misplaced(entry, in_or=in_or):
        what = f"the operator '{entry.key.value}' stands where a field is named"
        fix = f"name the field and put the operator in its list: `field: [{{{entry.key.value}: …}}]`"
        problems.append(Problem(entry.key.where, "P018", what, fix))
        return None
    inner = _field(entry, problems, in_or=in_or)
    return None if inner is None else At(str(entry.key.value), inner, entry.value.plain(), entry.value.where)


def _is_misplaced(entry: Entry, *, in_or: bool) -> bool:
    """An operator without its list. AWS would take some of these for a field of that name, and never match.

    Inside `$or` AWS refuses operators' names for fields altogether.
    """
    if entry.key.value not in NAMES:
        return False
    value = entry.value
    first = value.items[0].plain() if isinstance(value, Sequence) and value.items else None
    compares = isinstance(first, str) and first in COMPARISONS
    looks_like_operand = entry.key.value == "anything-but" or (entry.key.value == "numeric" and compares)
    return in_or or isinstance(value, Scalar) or looks_like_operand


def _field(entry: Entry, problems: Problems, *, in_or: bool) -> Leaf | Formula | None:
    value = entry.value
    if isinstance(value, yamltree.Mapping):
        return _object(value, problems, in_or=in_or)
    if isinstance(value, Sequence):
        return _leaf(value, problems)
    plain = value.text if value.style is None and _WORD.fullmatch(value.text) else f"'{value.text}'"
    what = f"'{entry.key.value}' is {kind_of(value)}, not a list of what it may be"
    edit = value.rewritten(f"[{spelt(value.text, value.style) if isinstance(value.value, str) else value.text}]")
    fix = f"write [{plain if value.text else 'null'}]"
    problems.append(Problem(value.where, "P003", what, fix, edit=edit))
    return None


def _either(entry: Entry, problems: Problems) -> Either | None:
    items = entry.value.items if isinstance(entry.value, Sequence) else ()
    alternatives = [item for item in items if isinstance(item, yamltree.Mapping)]
    if len(items) < 2 or len(alternatives) < len(items):
        what = "`$or` takes a list of two mappings or more"
        problems.append(Problem(entry.value.where, "P017", what, "write `$or: [{a: [1]}, {b: [2]}]`"))
    parts = tuple(_object(item, problems, in_or=True) for item in alternatives)
    return Either(parts, entry.value.plain(), entry.value.where) if parts else None


def _leaf(node: Sequence, problems: Problems) -> Leaf:
    if not node.items:
        problems.append(Problem(node.where, "P004", "the list is empty, so that nothing can match", "name a value"))
    exact = [(KINDS[type(item.value)], item.value) for item in node if isinstance(item, Scalar)]
    tests: list[Test] = []
    exists: set[bool] = set()
    for item in node:
        if isinstance(item, Sequence):
            fix = "write the values into the one list; a value that is a list matches by any of its elements"
            problems.append(Problem(item.where, "P005", "a list stands within the list of values", fix))
        elif isinstance(item, yamltree.Mapping):
            _operator(item, tests, exists, problems)
    return Leaf(frozenset(exact), tuple(tests), present=True in exists, may_lack=False in exists)


def _operator(node: yamltree.Mapping, tests: list[Test], exists: set[bool], problems: Problems) -> None:
    key, operand = only_entry(node) or (None, node)
    if key is None:
        fix = "write each operator as a mapping of its own: `[{prefix: A}, {suffix: B}]`"
        problems.append(Problem(node.where, "P007", f"an operator has one key, not {len(node.entries)}", fix))
    elif key.value == EXISTS:
        exists |= _exists(operand, problems)
    elif key.value in OPERATORS:
        test = OPERATORS[key.value](operand, problems)
        tests.extend([test] if test else [])
    else:
        what = f"there is no operator '{key.value}'{did_you_mean(str(key.value), NAMES)}"
        fix = f"use one of {', '.join(sorted(NAMES))}; a mapping below a field is written without a list"
        problems.append(Problem(key.where, "P006", what, fix, edit=meant(key, NAMES)))


def _exists(node: Node, problems: Problems) -> set[bool]:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return {node.value}
    what = f"'exists' takes true or false, not {kind_of(node)}"
    problems.append(Problem(node.where, "P012", what, "write `exists: true` or `exists: false`"))
    return set()
