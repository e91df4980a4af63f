"""What is wrong with an expression that can be read, before any record arrives: all of it, each at its column."""

import re
from collections.abc import Callable, Collection, Iterator

from bridge.core.expression.calls import texts, words
from bridge.core.expression.functions import FUNCTIONS
from bridge.core.expression.functions.matching import template
from bridge.core.expression.functions.table import ANY, Function, Parameter
from bridge.core.expression.scope import Seen, seen
from bridge.core.expression.tree import Finding, Node, Unreadable, start
from bridge.core.expression.values import type_of
from bridge.core.likeness import close_to, surely
from bridge.late import late

Names = Collection[str] | None
#: Names that only lists and events per element have.
_ELEMENT = frozenset({"it", "index"})
#: What other languages write bare.
_CONSTANTS = frozenset({"null", "true", "false"})
_BARE = late(r"[A-Za-z_][A-Za-z0-9_]*")


def findings(tree: Node, names: Names) -> list[Finding]:
    """Every problem, in the order written. `names` are those of the root document, None where it may be anything.

    Where the names are known the expression is a rule's, and what JMESPath allows but an author hardly means is
    found too: unknown names, text in double quotes, backticks around what is no JSON.
    """
    checks = ((check, each) for each in seen(tree) for check in _CHECKS.get(each.node.kind, ()))
    return sorted({finding for check, each in checks for finding in check(each, names)})


# Names


def _unknown_name(each: Seen, names: Names) -> Iterator[Finding]:
    name = each.node.value
    if names is None or not each.root or name in names:
        return
    meant, alone = close_to(name, names), each.parent is None or each.parent.kind != "subexpression"
    if each.node.mark and alone and not meant:
        yield _quoted(each.node)
        return
    if name in _CONSTANTS and not each.node.mark:
        what, literal = f"there is no name '{name}' here", f"`{name}`"
        yield Finding(each.node.at, "X005", what, f"write it as a literal: {literal}", (len(name), literal))
        return
    if name in _ELEMENT:
        fix = "put it below `$each` of a list, or below the event's `each`: there it is the element"
        yield Finding(each.node.at, "X005", f"there is no '{name}' here", fix)
        return
    fix = f"write {meant}" if meant else f"use one of {', '.join(sorted(names))}"
    as_text = f", or '{name}' in single quotes if text is meant" if alone and _is_operand(each) else ""
    sure = "" if each.node.mark else surely(name, names)
    mend = (len(name), sure) if sure else None
    yield Finding(each.node.at, "X005", f"there is no name '{name}' here", fix + as_text, mend)


def _is_operand(each: Seen) -> bool:
    return each.parent is not None and each.parent.kind in ("comparator", "function_expression")


def _quoted(node: Node) -> Finding:
    what = f'"{node.value}" in double quotes is a name, not text'
    bare = f", or {node.value} without quotes for the name" if _BARE.fullmatch(node.value) else ""
    plain = not re.search(r"['\"\\]", node.value) and node.value.isprintable()
    mend = (len(node.value) + 2, f"'{node.value}'") if plain else None
    return Finding(node.at, "X009", what, f"write '{node.value}' in single quotes for text{bare}", mend)


def _quoted_operand(each: Seen, names: Names) -> Iterator[Finding]:
    """A name needs no quotes unless it has odd characters, so quotes around a plain one were meant to make text.

    An odd one counts on the right of a comparison, where authors write the text they compare with.
    """
    node = each.node
    if names is None or not node.mark or not _is_operand(each) or (each.root and node.value not in names):
        return
    parent = each.parent
    compared = parent is not None and parent.kind == "comparator" and each.index == 1
    if _BARE.fullmatch(node.value) or (compared and parent is not None and parent.children[0].kind != "literal"):
        yield _quoted(node)


def _loose_literal(each: Seen, names: Names) -> Iterator[Finding]:
    if names is not None and each.node.mark == "?":
        text = str(each.node.value)
        plain = not re.search(r"['`\\]", text) and text.isprintable()
        fix = f"write text in single quotes: '{text}'" if plain else "write text in single quotes"
        mend = (len(text) + 2, f"'{text}'") if plain else None
        yield Finding(each.node.at, "X003", "the literal in backticks is no JSON", fix, mend)


# Calls


def _function(each: Seen, _: Names) -> Iterator[Finding]:
    node = each.node
    function = FUNCTIONS.get(node.value)
    if function is None:
        meant = close_to(node.value, FUNCTIONS)
        fix = f"write {FUNCTIONS[meant].signature}" if meant else "see the list of functions in rules/README.md"
        sure = surely(node.value, FUNCTIONS)
        mend = (len(node.value), sure) if sure else None
        yield Finding(node.at, "X006", f"there is no function '{node.value}'", fix, mend)
    elif not function.least <= len(node.children) <= (function.most or len(node.children)):
        got = f"{node.value}() takes {_count(function)}, and got {len(node.children)}"
        yield Finding(node.at, "X007", got, f"write {function.signature}")
    else:
        for index, child in enumerate(node.children):
            yield from _argument(function, function.parameter(index), child)


def _count(function: Function) -> str:
    least, most = function.least, function.most
    number = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
    return f"{number} argument{'' if number == '1' else 's'}"


def _argument(function: Function, parameter: Parameter, node: Node) -> Iterator[Finding]:
    at = start(node)
    known = known_types(node) - {"null"} or known_types(node)
    accepted = {*parameter.types, *(["null"] if function.passes_null else [])}
    if parameter.literal and not (node.kind == "literal" and isinstance(node.value, str)):
        what = f"'{parameter.name}' of {function.name}() must be a text written here, not computed"
        yield Finding(at, "X008", what, "write it in single quotes")
    elif "expref" in parameter.types and node.kind != "expref":
        what = f"{function.name}() takes an expression with & for '{parameter.name}'"
        yield Finding(at, "X008", what, "put & before it, as in sort_by(lines, &sku)")
    elif known and not known & accepted:
        got = words(sorted(known))
        what = f"{function.name}() takes {words(parameter.types)} for '{parameter.name}', and got {got}"
        yield Finding(at, "X008", what, f"write {function.signature}")
    elif parameter.choices and node.kind == "literal" and node.value not in parameter.choices:
        what = f"{function.name}() takes {texts(parameter.choices)} for '{parameter.name}'"
        yield Finding(at, "X008", what, "write one of them")


def known_types(node: Node) -> frozenset[str]:
    """The types that a node can come to, where that is plain to see; empty where it is not."""
    if node.kind == "literal":
        return frozenset({type_of(node.value)})
    if node.kind == "comparator":
        return frozenset({"boolean"} if node.value in ("eq", "ne") else {"boolean", "null"})
    if node.kind == "function_expression":
        return _result_types(FUNCTIONS.get(node.value))
    return _KNOWN.get(node.kind, frozenset())


_ARRAY = frozenset({"array", "null"})
_KNOWN = {
    "not_expression": frozenset({"boolean"}),
    "expref": frozenset({"expref"}),
    "multi_select_list": _ARRAY,
    "multi_select_dict": frozenset({"object", "null"}),
    "projection": _ARRAY,
    "value_projection": _ARRAY,
    "filter_projection": _ARRAY,
}


def _result_types(function: Function | None) -> frozenset[str]:
    if function is None or function.result == ANY:
        return frozenset()
    return frozenset(function.result) | ({"null"} if function.passes_null else set())


def _template(each: Seen, _: Names) -> Iterator[Finding]:
    arguments = each.node.children
    if each.node.value == "match" and len(arguments) == 2 and isinstance(arguments[1].value, str):
        try:
            template(arguments[1].value, arguments[1].at)
        except Unreadable as error:
            yield error.finding


def _nullable(each: Seen, _: Names) -> Iterator[Finding]:
    if each.node.value == "nullable" and not each.tail:
        what = "nullable() stands where its value is not published"
        fix = "put it around the whole expression, or around a part of {…} or […]"
        yield Finding(each.node.at, "X011", what, fix)


# The rest


def _stray_expref(each: Seen, _: Names) -> Iterator[Finding]:
    if each.parent is None or each.parent.kind != "function_expression":
        what = "an expression with & stands outside a function's arguments"
        yield Finding(each.node.at, "X010", what, "remove the &, or write && for a logical and")


def _slice_step(each: Seen, _: Names) -> Iterator[Finding]:
    if each.node.value[2] == 0:
        yield Finding(each.node.at, "X014", "the slice has a step of 0", "write a step of 1 or more, or a negative one")


_CHECKS: dict[str, tuple[Callable[[Seen, Names], Iterator[Finding]], ...]] = {
    "field": (_unknown_name, _quoted_operand),
    "literal": (_loose_literal,),
    "function_expression": (_function, _template, _nullable),
    "expref": (_stray_expref,),
    "slice": (_slice_step,),
}
