"""The operators of a pattern: one table, from name to what compiles its operand."""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from bridge.core import yamltree
from bridge.core.change import Value
from bridge.core.pattern import texts
from bridge.core.pattern.formula import KINDS, Test
from bridge.core.pattern.texts import TextTest, WildcardError
from bridge.core.yamltree import Node, Scalar, Sequence
from bridge.errors import Problem
from bridge.late import late

Problems = list[Problem]
Compile = Callable[[Node, Problems], Test | None]

_CIDR = late(r"[0-9a-fA-F:.]+/[0-9]{1,3}")

COMPARISONS: Final[Mapping[str, Callable[[Value, Value], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}

#: Operators on text that `anything-but` takes too.
_TEXT: Final[Mapping[str, Callable[[str], TextTest]]] = {
    "prefix": texts.prefix,
    "suffix": texts.suffix,
    "equals-ignore-case": texts.same_folded,
    "wildcard": texts.wildcard,
}
_FOLDED: Final[Mapping[str, Callable[[str], TextTest]]] = {
    "prefix": texts.prefix_folded,
    "suffix": texts.suffix_folded,
}


_WORDS: Final = {"number": "a number", "boolean": "true or false"}


def kind_of(node: Node) -> str:
    """The kind of a value, in words."""
    if isinstance(node, Scalar):
        kind = KINDS[type(node.value)]
        return _WORDS.get(kind, kind)
    return "a list" if isinstance(node, Sequence) else "a mapping"


def only_entry(node: Node) -> tuple[Scalar, Node] | None:
    """Key and value of a mapping with one key."""
    if isinstance(node, yamltree.Mapping) and len(node.entries) == 1:
        return node.entries[0].key, node.entries[0].value
    return None


def _text_operator(name: str) -> Compile:
    def compiled(node: Node, problems: Problems) -> Test | None:
        entry = only_entry(node) if name in _FOLDED else None
        if entry and entry[0].value == "equals-ignore-case":
            return _on_text(_text_test(f"{name}: equals-ignore-case", _FOLDED[name], entry[1], problems))
        return _on_text(_text_test(name, _TEXT[name], node, problems))

    return compiled


def _text_test(name: str, make: Callable[[str], TextTest], node: Node, problems: Problems) -> TextTest | None:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        _say(problems, node, "P008", f"'{name}' takes text, not {kind_of(node)}", "give it one text")
        return None
    try:
        return make(node.value)
    except WildcardError as error:
        offset, *reason = error.args
        problems.append(Problem(node.place(offset), *reason))
        return None


def _on_text(test: TextTest | None) -> Test | None:
    return test and (lambda value: isinstance(value, str) and test(value))


def _numeric(node: Node, problems: Problems) -> Test | None:
    items = node.items if isinstance(node, Sequence) else ()
    signs = [item.value for item in items[::2] if isinstance(item, Scalar)]
    bounds = [item.value for item in items[1::2] if isinstance(item, Scalar) and _is_number(item.value)]
    if not 1 <= len(bounds) <= 2 or len(signs) + len(bounds) != len(items) or not _in_order(signs):
        fix = "write `numeric: ['>=', 5]`, or a range with its lower bound first: `numeric: ['>', 0, '<=', 5]`"
        _say(problems, node, "P010", "'numeric' takes a comparison sign and a number, once or twice", fix)
        return None
    if len(bounds) == 2 and bounds[0] >= bounds[1]:
        fix = "write the smaller bound first; for a single number write `numeric: ['=', 5]`"
        _say(problems, node, "P011", "no range: the lower bound is not below the upper", fix)
        return None
    pairs = tuple(zip((COMPARISONS[sign] for sign in signs), bounds, strict=True))
    return lambda value: _is_number(value) and all(compare(value, bound) for compare, bound in pairs)


def _in_order(signs: list[Value]) -> bool:
    """One comparison, or a lower bound and then an upper one."""
    if len(signs) == 2:
        return signs[0] in (">", ">=") and signs[1] in ("<", "<=")
    return signs[0] in COMPARISONS


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _cidr(node: Node, problems: Problems) -> Test | None:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        _say(problems, node, "P008", f"'cidr' takes text, not {kind_of(node)}", "write `cidr: 10.0.0.0/24`")
        return None
    network = _network(node.value)
    if network is None:
        fix = "write address, slash and length, such as 10.0.0.0/24 or 2001:db8::/32"
        _say(problems, node, "P013", "'cidr' is no block of IP addresses", fix)
        return None
    if ip_address(node.value.partition("/")[0]) != network.network_address:
        _say(problems, node, "P013", "'cidr' has bits set behind its length", f"write {network}")
        return None
    return lambda value: isinstance(value, str) and _is_in(value, network)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    """The block; a netmask instead of a length, and an address without one, are none."""
    try:
        return ip_network(text, strict=False) if _CIDR.fullmatch(text) else None
    except ValueError:
        return None


def _is_in(text: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(text) in network
    except ValueError:
        return False


def _anything_but(node: Node, problems: Problems) -> Test | None:
    if isinstance(node, yamltree.Mapping):
        return _no_text_that(node, problems)
    items = node.items if isinstance(node, Sequence) else (node,)
    kinds = {KINDS[type(item.value)] if isinstance(item, Scalar) else kind_of(item) for item in items}
    if kinds not in ({"text"}, {"number"}):
        what = "'anything-but' takes one text or number, or a list that is all text or all numbers"
        _say(problems, node, "P016", what, "write `anything-but: A` or `anything-but: [A, B]`")
        return None
    kind, values = kinds.pop(), frozenset(item.plain() for item in items)
    return lambda value: KINDS[type(value)] != kind or value not in values


def _no_text_that(node: yamltree.Mapping, problems: Problems) -> Test | None:
    key, operand = only_entry(node) or (None, node)
    if key is None or key.value not in _TEXT:
        what = "'anything-but' takes a mapping only with one of prefix, suffix, equals-ignore-case, wildcard"
        _say(problems, node, "P016", what, "write `anything-but: {prefix: A}`")
        return None
    items = operand.items if isinstance(operand, Sequence) else (operand,)
    if not items:
        _say(problems, operand, "P004", f"the list of '{key.value}' is empty", "name at least one text")
    if key.value in _FOLDED and any(item.plain() == "" for item in items):
        what = f"every text has the empty {key.value}, so that nothing is left"
        _say(problems, operand, "P020", what, "name at least one character")
    tests = [_text_test(str(key.value), _TEXT[key.value], item, problems) for item in items]
    return lambda value: not (isinstance(value, str) and any(test(value) for test in tests if test))


def _say(problems: Problems, node: Node, code: str, what: str, fix: str) -> None:
    problems.append(Problem(node.where, code, what, fix))


#: The operators that test a value. `exists` is not among them: it asks whether there is one.
OPERATORS: Final[Mapping[str, Compile]] = {
    **{name: _text_operator(name) for name in _TEXT},
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
}
