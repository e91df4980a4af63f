"""The tree of an expression: jmespath's own, node for node, and each node knows where it was written."""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.core.change import Value


@dataclass(frozen=True, slots=True)
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
    mark: str = ""  #: how a field or literal was spelled: `"` quoted name, "`" JSON, "'" text, "?" a literal that is no JSON
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


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A Problem whose place is still an offset in the expression."""

    at: int
    code: str
    what: str
    fix: str


class Unreadable(Exception):
    """The text is no expression; carries the one finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding
