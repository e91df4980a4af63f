"""Parses an expression into jmespath's own tree, with positions and a bound on depth.

A Pratt parser ("top down operator precedence", V. Pratt 1973; the jmespath.py parser is one too): each kind of token
may have a meaning at the start of an expression (`_start_*`) and one after an expression (`_after_*`), and a binding
power that says how tightly the latter holds. `expression(power)` reads one start, then goes on as long as what
follows binds tighter than `power`.

jmespath's own parser drops the position of every node, and positions are what `lint` lives on. To join its token
stream to its tree was rejected: the tree loses parentheses and commas. Instead the tests hold this parser to that
tree, oddities included: a comma between arguments or between pairs of `{…}` may be missing, `(f)(x)` calls f, and
`a[0][1:2]` cuts once instead of projecting.

Depth is counted twice: how deep `expression` is inside itself, and the height of each node, for whoever walks the tree.
"""

from typing import NoReturn

from bridge.core.change import Value
from bridge.core.expression.cursor import NAMES, Cursor, unexpected
from bridge.core.expression.lexer import Token, tokenize
from bridge.core.expression.limits import MAX_DEPTH
from bridge.core.expression.tree import Finding, Node, Unreadable, joined, too_deep

#: How tightly a token holds what stands to its left. Absent: 0, it ends an expression.
POWER = {
    "pipe": 1, "or": 2, "and": 3, "eq": 5, "gt": 5, "lt": 5, "gte": 5, "lte": 5, "ne": 5, "flatten": 9,
    "star": 20, "filter": 21, "dot": 40, "not": 45, "lbrace": 50, "lbracket": 55, "lparen": 60,
}  # fmt: skip

#: A token that holds less tightly than this ends a projection.
PROJECTION_STOP = 10

_BINARY = {"pipe": "pipe", "or": "or_expression", "and": "and_expression"}


def parse(text: str) -> Node:
    """The tree of an expression. Raises `Unreadable` with what was expected where (X001 to X004)."""
    return _Parser(tokenize(text)).whole()


class _Parser:
    """One text on its way to a tree."""

    def __init__(self, tokens: list[Token]) -> None:
        self._at = Cursor(tokens)
        self._depth = 0

    def expression(self, power: int = 0) -> Node:
        """One expression, as far as what follows holds it more tightly than `power`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise too_deep(self._at.token.at)
        token = self._at.take()
        left: Node = getattr(self, f"_start_{token.kind}", self._no_start)(token)
        while power < POWER.get(self._at.kind, 0):
            token = self._at.take()
            left = getattr(self, f"_after_{token.kind}", self._no_after)(left, token)
        self._depth -= 1
        return left

    def whole(self) -> Node:
        """The text's one expression."""
        tree = self.expression()
        if self._at.kind != "eof":
            unexpected(self._at.token, "an operator or the end", "remove it, or join the two with an operator")
        return tree

    # What may start an expression

    def _start_literal(self, token: Token) -> Node:
        return Node("literal", token.at, token.value, mark=token.mark)

    def _start_unquoted_identifier(self, token: Token) -> Node:
        return Node("field", token.at, token.value)

    def _start_quoted_identifier(self, token: Token) -> Node:
        if self._at.kind == "lparen":
            what = "the name of a function stands in double quotes"
            raise Unreadable(Finding(token.at, "X001", what, "write it without quotes"))
        return Node("field", token.at, token.value, mark='"')

    def _start_current(self, token: Token) -> Node:
        return Node("current", token.at)

    def _start_star(self, token: Token) -> Node:
        right = Node("identity", self._at.token.at) if self._at.kind == "rbracket" else self._projected("star")
        return joined("value_projection", token.at, None, Node("identity", token.at), right)

    def _start_of_all(self, token: Token) -> Node:
        made: Node = getattr(self, f"_after_{token.kind}")(Node("identity", token.at), token)
        return made

    _start_filter = _start_flatten = _start_of_all

    def _start_lparen(self, _: Token) -> Node:
        inner = self.expression()
        self._at.expect("rparen")
        return inner

    def _start_not(self, token: Token) -> Node:
        return joined("not_expression", token.at, None, self.expression(POWER["not"]))

    def _start_expref(self, token: Token) -> Node:
        return joined("expref", token.at, None, self.expression())

    def _start_lbracket(self, token: Token) -> Node:
        if self._at.kind in ("number", "colon"):
            return self._indexed(Node("identity", token.at), token)
        if self._at.kind == "star" and self._at.next_kind == "rbracket":
            return self._after_lbracket(Node("identity", token.at), token)
        return self._parts(token)

    def _no_start(self, token: Token) -> NoReturn:
        if token.kind == "number":
            what = f"the number {token.text} stands where a value was expected"
            raise Unreadable(Finding(token.at, "X001", what, f"write it as a literal: `{token.text}`"))
        if token.kind == "eof" and self._at.is_alone:
            raise Unreadable(Finding(token.at, "X001", "the expression is empty", "write an expression"))
        unexpected(token, "a name, a literal, a function or one of ( [ { @ * ! &", "write what is missing here")

    # What may follow an expression

    def _after_dot(self, left: Node, token: Token) -> Node:
        if self._at.kind == "star":
            self._at.take()
            return joined("value_projection", token.at, None, left, self._projected("dot"))
        steps = left.children if left.kind == "subexpression" else (left,)
        return joined("subexpression", token.at, None, *steps, self._member("dot"))

    def _after_lbracket(self, left: Node, token: Token) -> Node:
        if self._at.kind in ("number", "colon"):
            if left.kind == "index_expression":
                return joined("index_expression", left.at, None, *left.children, self._bracket(token))
            return self._indexed(left, token)
        self._at.expect(
            "star", "write [0], [*], [1:2], [?condition] or [], or put a dot before a list of parts: a.[b, c]"
        )
        self._at.expect("rbracket")
        return joined("projection", token.at, None, left, self._projected("star"))

    def _after_flatten(self, left: Node, token: Token) -> Node:
        flat = joined("flatten", token.at, None, left)
        return joined("projection", token.at, None, flat, self._projected("flatten"))

    def _after_filter(self, left: Node, token: Token) -> Node:
        condition = self.expression()
        self._at.expect("rbracket")
        right = Node("identity", self._at.token.at) if self._at.kind == "flatten" else self._projected("filter")
        return joined("filter_projection", token.at, None, left, right, condition)

    def _after_lparen(self, left: Node, token: Token) -> Node:
        if left.kind != "field":
            what = "'(' follows something that is no name of a function"
            raise Unreadable(Finding(token.at, "X001", what, "write name(…), or an operator before '('"))
        arguments = []
        while self._at.kind != "rparen":
            self._at.demand_more(f"the call of {left.value}() is never closed", "write ')' at its end")
            arguments.append(self.expression())
            if self._at.kind == "comma":
                self._at.take()
        self._at.take()
        return joined("function_expression", left.at, left.value, *arguments)

    def _binary(self, left: Node, token: Token) -> Node:
        kind = _BINARY.get(token.kind, "comparator")
        value = token.kind if kind == "comparator" else None
        return joined(kind, token.at, value, left, self.expression(POWER[token.kind]))

    _after_pipe = _after_or = _after_and = _binary
    _after_eq = _after_ne = _after_lt = _after_lte = _after_gt = _after_gte = _binary

    def _no_after(self, _: Node, token: Token) -> NoReturn:
        unexpected(token, "an operator or the end", "remove it, or write an operator such as . or | before it")

    # The pieces

    def _projected(self, holder: str) -> Node:
        """What is made of each element: all that follows and holds more tightly than a projection stops."""
        if POWER.get(self._at.kind, 0) < PROJECTION_STOP:
            return Node("identity", self._at.token.at)
        if self._at.kind in ("lbracket", "filter"):
            return self.expression(POWER[holder])
        self._at.expect("dot", "write a dot before it")
        return self._member(holder)

    def _member(self, holder: str) -> Node:
        """What may stand after a dot."""
        if self._at.kind in (*NAMES, "star"):
            return self.expression(POWER[holder])
        if self._at.kind == "lbracket":
            return self._parts(self._at.take())
        if self._at.kind == "lbrace":
            return self._pairs(self._at.take())
        return unexpected(
            self._at.token, "a name, '*', '[' or '{' after the dot", "write what is missing, or remove the dot"
        )

    def _indexed(self, left: Node, token: Token) -> Node:
        bracket = self._bracket(token)
        node = joined("index_expression", token.at, None, left, bracket)
        return joined("projection", token.at, None, node, self._projected("star")) if bracket.kind == "slice" else node

    def _bracket(self, token: Token) -> Node:
        """An index or a slice, up to its `]`."""
        if "colon" in (self._at.kind, self._at.next_kind):
            return self._slice(token)
        index = self._at.take().value
        self._at.expect("rbracket")
        return Node("index", token.at, index)

    def _slice(self, token: Token) -> Node:
        parts: list[Value] = [None, None, None]
        index = 0
        while self._at.kind != "rbracket":
            if self._at.kind == "colon" and index < len(parts) - 1:
                index += 1
            elif self._at.kind == "number":
                parts[index] = self._at.token.value
            else:
                unexpected(self._at.token, "a slice such as [1:5] or [::2]", "write [start:stop:step], each a number")
            self._at.take()
        self._at.take()
        return Node("slice", token.at, tuple(parts))

    def _parts(self, token: Token) -> Node:
        parts = [self.expression()]
        while self._at.kind != "rbracket":
            self._at.expect("comma")
            parts.append(self.expression())
        self._at.take()
        return joined("multi_select_list", token.at, None, *parts)

    def _pairs(self, token: Token) -> Node:
        pairs = []
        while True:
            pairs.append(self._pair())
            if self._at.kind == "rbrace":
                self._at.take()
                return joined("multi_select_dict", token.at, None, *pairs)
            if self._at.kind == "comma":
                self._at.take()

    def _pair(self) -> Node:
        key = self._at.take()
        if key.kind not in NAMES:
            unexpected(key, "a name for a part of {…}", "write {name: expression}, the name bare or in double quotes")
        self._at.expect("colon")
        return joined("key_val_pair", key.at, key.value, self.expression())

    _start_lbrace = _pairs
