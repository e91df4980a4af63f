"""The tree of an expression: jmespath's own, node for node, and each node knows where it was written."""

from collections.abc import Iterator
from dataclasses import field

from bridge.core.change import Value
from bridge.core.expression.limits import MAX_DEPTH
from bridge.frozen import frozen, ordered


@frozen
class Node:
    """One node. Kinds, values and children are those of jmespath 1.1.0, but that a slice is one value.

    | kind | value | children |
    |---|---|---|
    | field | name | |
    | literal | the value | |
    | current, identity | | |
    | index | number | |
    | slice | (start, stop, step), None where left out | |
    | subexpression, index_expression | | two or more steps |
    | pipe, or_expression, and_expression | | left, right |
    | not_expression, expref, flatten | | one |
    | comparator | eq, ne, lt, lte, gt, gte | left, right |
    | projection, value_projection | | the list or object, what is made of each |
    | filter_projection | | the list, what is made of each, the condition |
    | multi_select_list | | the parts |
    | multi_select_dict | | key_val_pairs |
    | key_val_pair | name | the part |
    | function_expression | name | the arguments |
    """

    kind: str
    at: int  #: offset in code points of the token that names the node best
    value: Value = None
    children: tuple["Node", ...] = ()
    #: How a field or literal was spelled: `"` a quoted name, "'" text, "`" JSON, "?" in backticks but no JSON.
    mark: str = ""
    height: int = 1  #: levels of nodes below and with this one

    def walk(self) -> Iterator["Node"]:
        """This node and all below, parents first, in the order written."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))


def start(node: Node) -> int:
    """The offset of the leftmost token of what the node stands for."""
    return min(each.at for each in node.walk())


@ordered
class Finding:
    """A Problem whose place is still an offset in the expression."""

    at: int
    code: str
    what: str
    fix: str
    #: Where it is clear what was meant: so many code points from `at` on become another text.
    mend: tuple[int, str] | None = field(default=None, compare=False)


class Unreadable(Exception):
    """The text is no expression; carries the one finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def joined(kind: str, at: int, value: Value, *children: Node) -> Node:
    """A node of children. Raises `Unreadable` (X004) where the tree gets too deep."""
    height = 1 + max(child.height for child in children) if children else 1
    if height > MAX_DEPTH:
        raise too_deep(at)
    return Node(kind, at, value, children, height=height)


def too_deep(at: int) -> Unreadable:
    """The finding that an expression is nested too deep."""
    what = f"the expression is nested more than {MAX_DEPTH} levels deep"
    return Unreadable(Finding(at, "X004", what, "cut it in parts under `let`"))
