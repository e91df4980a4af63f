"""Parses an expression into jmespath's own tree, with positions and a bound on depth.

A Pratt parser ("top down operator precedence", V. Pratt 1973; the jmespath.py parser is one too): each kind of token
may have a meaning at the start of an expression (`_start_*`) and one after an expression (`_after_*`), and a binding
power that says how tightly the latter holds. `_expression(power)` reads one start, then goes on as long as what
follows binds tighter than `power`.

Why not use jmespath's parser: it drops the position of every node, and positions are what `lint` lives on. Joining
its token stream to its tree afterwards was weighed and rejected: the tree loses parentheses and commas, so the two
cannot be matched without parsing again. Instead the tests hold this parser to jmespath's tree, on the official suite
and on generated text, oddities included: a comma between arguments or between pairs of `{…}` may be missing, `(f)(x)`
calls f, and `a[0][1:2]` cuts once instead of projecting.

Depth is counted twice: how deep `_expression` is inside itself, which bounds this parser's recursion, and the height
of each node, which bounds that of everybody who walks the tree (`a|b|c|…` is flat to read and deep as a tree).
"""

from typing import NoReturn

from bridge.core.change import Value
from bridge.core.expression.lexer import SYMBOLS, Token, tokenize
from bridge.core.expression.limits import MAX_DEPTH
from bridge.core.expression.tree import Finding, Node, Unreadable

#: How tightly a token holds what stands to its left. Absent: 0, it ends an expression.
POWER = {
    "pipe": 1, "or": 2, "and": 3, "eq": 5, "gt": 5, "lt": 5, "gte": 5, "lte": 5, "ne": 5, "flatten": 9,
    "star": 20, "filter": 21, "dot": 40, "not": 45, "lbrace": 50, "lbracket": 55, "lparen": 60,
}  # fmt: skip

#: A token that holds less tightly than this ends a projection.
PROJECTION_STOP = 10

_NAMES = ("quoted_identifier", "unquoted_identifier")
_BINARY = {"pipe": "pipe", "or": "or_expression", "and": "and_expression"}
_COMPARATORS = frozenset({"eq", "ne", "lt", "lte", "gt", "gte"})
_SPELLED = {kind: f"'{symbol}'" for symbol, kind in SYMBOLS.items()} | {
    "eof": "the end", "number": "a number", "literal": "a literal",
    "quoted_identifier": "a name", "unquoted_identifier": "a name",
}  # fmt: skip


def parse(text: str) -> Node:
    """The tree of an expression. Raises `Unreadable` with what was expected where (X001 to X004)."""
    parser = _Parser(tokenize(text))
    tree = parser.expression()
    parser.end()
    return tree


class _Parser:
    """The tokens and how far they are read."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    def expression(self, power: int = 0) -> Node:
        """One expression, as far as what follows holds it more tightly than `power`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep(self._now.at)
        token = self._take()
        left: Node = getattr(self, f"_start_{token.kind}", self._no_start)(token)
        while power < POWER.get(self._now.kind, 0):
            token = self._take()
            left = getattr(self, f"_after_{token.kind}", self._no_after)(left, token)
        self._depth -= 1
        return left

    def end(self) -> None:
        """Nothing may follow."""
        if self._now.kind != "eof":
            _unexpected(self._now, "an operator or the end", "remove it, or join the two with an operator")

    # What may start an expression

    def _start_literal(self, token: Token) -> Node:
        return Node("literal", token.at, token.value, mark=token.mark)

    def _start_unquoted_identifier(self, token: Token) -> Node:
        return Node("field", token.at, token.value)

    def _start_quoted_identifier(self, token: Token) -> Node:
        if self._now.kind == "lparen":
            what = "the name of a function stands in double quotes"
            raise Unreadable(Finding(token.at, "X001", what, "write it without quotes"))
        return Node("field", token.at, token.value, mark='"')

    def _start_current(self, token: Token) -> Node:
        return Node("current", token.at)

    def _start_star(self, token: Token) -> Node:
        right = _identity(self._now) if self._now.kind == "rbracket" else self._projected("star")
        return _node("value_projection", token.at, None, _identity(token), right)

    def _start_filter(self, token: Token) -> Node:
        return self._after_filter(_identity(token), token)

    def _start_flatten(self, token: Token) -> Node:
        return self._after_flatten(_identity(token), token)

    def _start_lbrace(self, token: Token) -> Node:
        return self._pairs(token)

    def _start_lparen(self, _: Token) -> Node:
        inner = self.expression()
        self._expect("rparen")
        return inner

    def _start_not(self, token: Token) -> Node:
        return _node("not_expression", token.at, None, self.expression(POWER["not"]))

    def _start_expref(self, token: Token) -> Node:
        return _node("expref", token.at, None, self.expression())

    def _start_lbracket(self, token: Token) -> Node:
        if self._now.kind in ("number", "colon"):
            return self._indexed(_identity(token), token)
        if self._now.kind == "star" and self._tokens[self._index + 1].kind == "rbracket":
            return self._after_lbracket(_identity(token), token)
        return self._parts(token)

    def _no_start(self, token: Token) -> NoReturn:
        if token.kind == "number":
            what = f"the number {token.text} stands where a value was expected"
            raise Unreadable(Finding(token.at, "X001", what, f"write it as a literal: `{token.text}`"))
        if token.kind == "eof" and len(self._tokens) == 1:
            raise Unreadable(Finding(token.at, "X001", "the expression is empty", "write an expression"))
        _unexpected(token, "a name, a literal, a function or one of ( [ { @ * ! &", "write what is missing here")

    # What may follow an expression

    def _after_dot(self, left: Node, token: Token) -> Node:
        if self._now.kind == "star":
            self._take()
            return _node("value_projection", token.at, None, left, self._projected("dot"))
        steps = left.children if left.kind == "subexpression" else (left,)
        return _node("subexpression", token.at, None, *steps, self._member("dot"))

    def _after_lbracket(self, left: Node, token: Token) -> Node:
        if self._now.kind in ("number", "colon"):
            if left.kind == "index_expression":
                return _node("index_expression", left.at, None, *left.children, self._bracket(token))
            return self._indexed(left, token)
        self._expect("star", "write [0], [*], [1:2], [?condition] or [], or put a dot before a list of parts: a.[b, c]")
        self._expect("rbracket")
        return _node("projection", token.at, None, left, self._projected("star"))

    def _after_flatten(self, left: Node, token: Token) -> Node:
        flat = _node("flatten", token.at, None, left)
        return _node("projection", token.at, None, flat, self._projected("flatten"))

    def _after_filter(self, left: Node, token: Token) -> Node:
        condition = self.expression()
        self._expect("rbracket")
        right = _identity(self._now) if self._now.kind == "flatten" else self._projected("filter")
        return _node("filter_projection", token.at, None, left, right, condition)

    def _after_lparen(self, left: Node, token: Token) -> Node:
        if left.kind != "field":
            what = "'(' follows something that is no name of a function"
            raise Unreadable(Finding(token.at, "X001", what, "write name(…), or an operator before '('"))
        arguments = []
        while self._now.kind != "rparen":
            arguments.append(self.expression())
            if self._now.kind == "comma":
                self._take()
        self._take()
        return _node("function_expression", left.at, left.value, *arguments)

    def _binary(self, left: Node, token: Token) -> Node:
        return _node(_BINARY[token.kind], token.at, None, left, self.expression(POWER[token.kind]))

    _after_pipe = _after_or = _after_and = _binary

    def _compared(self, left: Node, token: Token) -> Node:
        return _node("comparator", token.at, token.kind, left, self.expression(POWER[token.kind]))

    _after_eq = _after_ne = _after_lt = _after_lte = _after_gt = _after_gte = _compared

    def _no_after(self, _: Node, token: Token) -> NoReturn:
        _unexpected(token, "an operator or the end", "remove it, or write an operator such as . or | before it")

    # The pieces

    def _projected(self, holder: str) -> Node:
        """What is made of each element: all that follows and holds more tightly than a projection stops."""
        if POWER.get(self._now.kind, 0) < PROJECTION_STOP:
            return _identity(self._now)
        if self._now.kind in ("lbracket", "filter"):
            return self.expression(POWER[holder])
        self._expect("dot", "write a dot before it")
        return self._member(holder)

    def _member(self, holder: str) -> Node:
        """What may stand after a dot."""
        if self._now.kind in (*_NAMES, "star"):
            return self.expression(POWER[holder])
        if self._now.kind == "lbracket":
            return self._parts(self._take())
        if self._now.kind == "lbrace":
            return self._pairs(self._take())
        _unexpected(self._now, "a name, '*', '[' or '{' after the dot", "write what is missing, or remove the dot")

    def _indexed(self, left: Node, token: Token) -> Node:
        bracket = self._bracket(token)
        node = _node("index_expression", token.at, None, left, bracket)
        return _node("projection", token.at, None, node, self._projected("star")) if bracket.kind == "slice" else node

    def _bracket(self, token: Token) -> Node:
        """An index or a slice, up to its `]`."""
        if "colon" in (self._now.kind, self._tokens[self._index + 1].kind):
            return self._slice(token)
        index = self._take().value
        self._expect("rbracket")
        return Node("index", token.at, index)

    def _slice(self, token: Token) -> Node:
        parts: list[Value] = [None, None, None]
        index = 0
        while self._now.kind != "rbracket":
            if self._now.kind == "colon" and index < len(parts) - 1:
                index += 1
            elif self._now.kind == "number":
                parts[index] = self._now.value
            else:
                _unexpected(self._now, "a slice such as [1:5] or [::2]", "write [start:stop:step], each a number")
            self._take()
        self._take()
        return Node("slice", token.at, tuple(parts))

    def _parts(self, token: Token) -> Node:
        parts = [self.expression()]
        while self._now.kind != "rbracket":
            self._expect("comma")
            parts.append(self.expression())
        self._take()
        return _node("multi_select_list", token.at, None, *parts)

    def _pairs(self, token: Token) -> Node:
        pairs = []
        while True:
            pairs.append(self._pair())
            if self._now.kind == "rbrace":
                self._take()
                return _node("multi_select_dict", token.at, None, *pairs)
            if self._now.kind == "comma":
                self._take()

    def _pair(self) -> Node:
        key = self._take()
        if key.kind not in _NAMES:
            _unexpected(key, "a name for a part of {…}", "write {name: expression}, the name bare or in double quotes")
        self._expect("colon")
        return _node("key_val_pair", key.at, key.value, self.expression())

    @property
    def _now(self) -> Token:
        return self._tokens[self._index]

    def _take(self) -> Token:
        token = self._tokens[self._index]
        self._index = min(self._index + 1, len(self._tokens) - 1)
        return token

    def _expect(self, kind: str, fix: str = "") -> None:
        if self._now.kind != kind:
            _unexpected(self._now, _SPELLED[kind], fix or f"write {_SPELLED[kind]} here")
        self._take()


def _node(kind: str, at: int, value: Value, *children: Node) -> Node:
    height = 1 + max(child.height for child in children) if children else 1
    if height > MAX_DEPTH:
        raise _too_deep(at)
    return Node(kind, at, value, children, height=height)


def _identity(token: Token) -> Node:
    return Node("identity", token.at)


def _too_deep(at: int) -> Unreadable:
    what = f"the expression is nested more than {MAX_DEPTH} levels deep"
    return Unreadable(Finding(at, "X004", what, "cut it in parts under `let`"))


def _unexpected(token: Token, expected: str, fix: str) -> NoReturn:
    got = "the expression ends" if token.kind == "eof" else f"'{token.text}' stands"
    raise Unreadable(Finding(token.at, "X001", f"{got} where {expected} was expected", fix))
