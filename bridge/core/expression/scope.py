"""Where each node of a tree stands: at the root document or deeper, and whether its value is the result itself."""

from collections.abc import Iterator

from bridge.core.expression.functions.comparing import READS
from bridge.core.expression.tree import Node
from bridge.frozen import frozen

_ROWS = frozenset({"subexpression", "index_expression", "pipe"})
_PROJECTIONS = frozenset({"projection", "value_projection", "filter_projection"})
_CHOICES = frozenset({"or_expression", "and_expression"})
_PARTS = frozenset({"multi_select_list", "key_val_pair"})

#: Calls whose value is that of an argument, by the index of the first such; of coalesce it is the last alone.
_TAILS = {"if": 1, "default": 1, "map": 0}

#: Functions that look at `old` and `new` of the root, wherever they are called.
_COMPARING = frozenset({"changed", "became"})


@frozen
class Seen:
    """A node and where it stands."""

    node: Node
    root: bool = True  #: it is evaluated at the root document
    tail: bool = True  #: a null here is a null in the result, or in a part of a `{…}` or `[…]`
    parent: Node | None = None
    index: int = 0  #: its place among the parent's children


def seen(tree: Node) -> Iterator[Seen]:
    """All nodes, parents first, in the order written."""
    pending = [Seen(tree)]
    while pending:
        each = pending.pop()
        yield each
        pending.extend(reversed(list(_below(each))))


def reads(tree: Node) -> tuple[frozenset[str], bool]:
    """The names of the root document that the expression reads, and whether it reads the document as a whole."""
    names: set[str] = set()
    whole = False
    for each in seen(tree):
        if each.node.kind == "function_expression" and each.node.value in _COMPARING:
            names.update(READS)
        if each.root and each.node.kind == "field":
            names.add(each.node.value)
        whole = whole or (each.root and each.node.kind in ("current", "identity"))
    return frozenset(names), whole


def _below(each: Seen) -> Iterator[Seen]:
    node = each.node
    if node.kind in _ROWS:
        yield from _row(each)
        return
    for index, child in enumerate(node.children):
        yield Seen(child, _stays_at_root(each, index), _is_tail(each, index), node, index)


def _row(each: Seen) -> Iterator[Seen]:
    """Steps one after the other: only the first stands where the row does; `@` at the start is no step."""
    root, last = each.root, len(each.node.children) - 1
    for index, child in enumerate(each.node.children):
        passing = child.kind == "current" and index < last
        yield Seen(child, root and not passing, each.tail and index == last, each.node, index)
        root = root and passing


def _stays_at_root(each: Seen, index: int) -> bool:
    kind = each.node.kind
    return each.root and not (kind == "expref" or (kind in _PROJECTIONS and index > 0))


def _is_tail(each: Seen, index: int) -> bool:
    kind = each.node.kind
    if kind in _PARTS:
        return True
    if kind == "function_expression":
        last = len(each.node.children) - 1
        first = last if each.node.value == "coalesce" else _TAILS.get(each.node.value, last + 1)
        return index >= first and (each.tail or each.node.value == "map")
    return each.tail and (kind == "expref" or (kind in _CHOICES and index == 1))
