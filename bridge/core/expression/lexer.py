"""Cuts an expression into tokens, each with its offset, as jmespath's lexer does.

One regular expression knows all tokens; what it does not match is an unclosed quote or a stray character.
Literals are read here: numbers exactly, and text in backticks that is no JSON as jmespath reads it (JEP-12), which
only `check.py` objects to. One deviation: what JSON does not know but Python's reader lets through (NaN, Infinity),
and numbers out of every range, are refused.
"""

import json
import re
from typing import NoReturn

from bridge.core.change import Value
from bridge.core.expression.limits import MAX_DEPTH, MAX_LENGTH
from bridge.core.expression.tree import Finding, Unreadable
from bridge.core.numbers import parse_number
from bridge.frozen import frozen

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n\r]+)
    | (?P<unquoted_identifier>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>-?[0-9]+)
    | (?P<quoted_identifier>"(?:[^"\\]|\\.)*")
    | (?P<raw>'(?:[^'\\]|\\.)*')
    | (?P<literal>`(?:[^`\\]|\\.)*`)
    | (?P<symbol>\[\]|\[\?|\|\||&&|==|!=|<=|>=|[.*\[\],:@(){}|&<>!])
    """,
    re.VERBOSE | re.DOTALL,
)

#: The kind of each symbol, in jmespath's words.
SYMBOLS = {
    ".": "dot", "*": "star", "[": "lbracket", "]": "rbracket", ",": "comma", ":": "colon", "@": "current",
    "(": "lparen", ")": "rparen", "{": "lbrace", "}": "rbrace", "[]": "flatten", "[?": "filter",
    "|": "pipe", "||": "or", "&": "expref", "&&": "and", "!": "not",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte",
}  # fmt: skip

_UNCLOSED = {
    '"': ("a name in double quotes", "close it with \", or write text in single quotes: 'text'"),
    "'": ("a text", "close it with ', and write a ' inside the text as \\'"),
    "`": ("a literal", "close it with `, and write a ` inside the literal as \\`"),
}
_STRAY = {
    "=": ("'=' stands alone", "compare with =="),
    "-": ("'-' stands alone", "write a negative number in backticks, such as `-1`, or use subtract(a, b)"),
    "+": ("'+' is no operator here", "use add(a, b)"),
    "/": ("'/' is no operator here", "use divide(a, b, digits)"),
    "%": ("'%' is no operator here", "compute it before, or store it"),
    "$": ("'$' means nothing here", "leave it out: names start at the top of the document"),
    "?": ("'?' stands alone", "write a filter as list[?condition]; for a choice use if(condition, then, else)"),
    ";": ("';' means nothing here", "remove it"),
    "#": ("'#' means nothing here", "remove it"),
    **dict.fromkeys("\u2018\u2019\u201a\u2032", ("this is a typographic quote", "write text in straight ones: 'text'")),
    **dict.fromkeys("\u201c\u201d\u201e\u2033", ("this is a typographic quote", "write text in straight ones: 'text'")),
    "\u00a0": ("this is a no-break space", "write a plain space"),
}


@frozen
class Token:
    """One token. `value` is what it stands for: the name, the number, the literal."""

    kind: str
    at: int
    text: str
    value: Value = None
    mark: str = ""  #: see `Node.mark`


def tokenize(text: str) -> list[Token]:
    """All tokens and an `eof` at the end. Raises `Unreadable` (X001 to X004) at the first that is none."""
    if len(text) > MAX_LENGTH:
        what = f"the expression has {len(text)} characters, and {MAX_LENGTH} are allowed"
        raise Unreadable(Finding(0, "X004", what, "cut it in parts under `let`"))
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at) or _no_token(text, at)
        kind, word, at = str(match.lastgroup), match[0], match.end()
        if kind != "space":
            tokens.append(_READ[kind](match.start(), word))
    tokens.append(Token("eof", len(text), ""))
    return tokens


def _no_token(text: str, at: int) -> NoReturn:
    char = text[at]
    if char in _UNCLOSED:
        what, fix = _UNCLOSED[char]
        raise Unreadable(Finding(at, "X002", f"{what} is never closed", fix))
    what, fix = _STRAY.get(char, (f"{_shown(char)} means nothing here", "remove it, or quote it: 'text', \"name\""))
    mend = (1, "==") if char == "=" else None
    raise Unreadable(Finding(at, "X001", what, fix, mend))


def _shown(char: str) -> str:
    return f"'{char}'" if char.isprintable() else f"the character U+{ord(char):04X}"


def _unquoted_identifier(at: int, word: str) -> Token:
    return Token("unquoted_identifier", at, word, word)


def _number(at: int, word: str) -> Token:
    return Token("number", at, word, int(word))


def _quoted_identifier(at: int, word: str) -> Token:
    try:
        return Token("quoted_identifier", at, word, json.loads(word), '"')
    except json.JSONDecodeError as error:
        what = f"the name in double quotes is no JSON string: {error.msg[0].lower()}{error.msg[1:]}"
        fix = r"escape it as JSON does: \\, \", \n, \u00e9"
        raise Unreadable(Finding(at + error.pos, "X002", what, fix)) from None


def _raw(at: int, word: str) -> Token:
    return Token("literal", at, word, word[1:-1].replace("\\'", "'"), "'")


def _symbol(at: int, word: str) -> Token:
    return Token(SYMBOLS[word], at, word)


def _literal(at: int, word: str) -> Token:
    lexeme = word[1:-1].replace("\\`", "`")
    try:
        return Token("literal", at, word, _json(lexeme, at), "`")
    except json.JSONDecodeError:
        return Token("literal", at, word, _loose_text(lexeme, at), "?")
    except ValueError:
        what = "the literal in backticks has a number that cannot be carried exactly"
        raise Unreadable(Finding(at, "X003", what, "write a finite number of JSON, or text in single quotes")) from None


def _loose_text(lexeme: str, at: int) -> Value:
    try:
        return json.loads(f'"{lexeme.lstrip()}"')
    except json.JSONDecodeError:
        what, fix = "the literal in backticks is no JSON", "write JSON in backticks, or text in single quotes: 'text'"
        raise Unreadable(Finding(at, "X003", what, fix)) from None


def _json(lexeme: str, at: int) -> Value:
    try:
        value = json.loads(lexeme, parse_int=parse_number, parse_float=parse_number, parse_constant=parse_number)
        deep = _deeper(value, MAX_DEPTH)
    except RecursionError:  # of json's scanner, which has no bound of its own
        deep = True
    if deep:
        what = f"the literal is nested more than {MAX_DEPTH} levels deep"
        raise Unreadable(Finding(at, "X004", what, "write a flatter literal"))
    return value


def _deeper(value: Value, depth: int) -> bool:
    level = [value]
    while level and depth:
        level = [inner for each in level if isinstance(each, list | dict) for inner in _inside(each)]
        depth -= 1
    return bool(level)


def _inside(value: list[Value] | dict[str, Value]) -> list[Value]:
    return list(value.values()) if isinstance(value, dict) else value


_READ = {
    "unquoted_identifier": _unquoted_identifier,
    "number": _number,
    "quoted_identifier": _quoted_identifier,
    "raw": _raw,
    "literal": _literal,
    "symbol": _symbol,
}
