"""Compiles a YAML value with `${…}` in it into the template of `map.py`.

`${` ends at its matching `}`, counted outside `'…'`, `"…"` and backticks, so that `${items[?a == '}'].{b: c}}`
is one expression.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from bridge.core import yamltree
from bridge.core.expression import Expression, compile_expression
from bridge.core.growth import few_of
from bridge.core.map import Array, Entry, Literal, Object, Repeated, Template, Text, Whole
from bridge.core.yamltree import Node, Scalar, Sequence
from bridge.errors import Aside, Problem, ProjectInvalid
from bridge.frozen import frozen

EACH = "$each"
QUOTES = "'\"`"


@frozen
class Scope:
    """What an expression may use: names of the document, and secrets by name."""

    names: frozenset[str]
    secrets: Callable[[str], bytes] | None = None

    def plus(self, names: Iterable[str]) -> "Scope":
        """The same scope with more names."""
        return replace(self, names=self.names | frozenset(names))


@frozen
class Hole:
    """The span of an expression inside `${…}`, or of literal text; offsets count code points."""

    text: str
    start: int
    is_expression: bool
    closed: bool = True


def compile_template(node: Node, scope: Scope, problems: list[Problem]) -> Template:
    """The function that a YAML value stands for; what is wrong in it joins the problems."""
    if isinstance(node, yamltree.Mapping):
        return _mapping(node.entries, scope, problems)
    if isinstance(node, Sequence):
        return Array(tuple((_item(item, scope, problems), item.where) for item in node.items))
    return _scalar(node, scope, problems)


def compile_whole(node: Node, scope: Scope, problems: list[Problem]) -> Expression | None:
    """The expression of a value that must be one `${…}`; None, and a problem, where it is not."""
    made = compile_template(node, scope, problems)
    if isinstance(made, Whole):
        return made.expression
    if not any(problem.where.line == node.where.line for problem in problems):
        bare = isinstance(node, Scalar) and isinstance(node.value, str) and "${" not in node.value
        edit = node.respelt(f"${{{node.text}}}") if isinstance(node, Scalar) and bare else None
        fix = "write it as `${…}`, all of it"
        problems.append(Problem(node.where, "R043", "this must be one `${…}`", fix, edit=edit))
    return None


def holes(text: str) -> Iterator[Hole]:
    """The pieces of a text in order: literal text (`$${` unescaped) and expressions."""
    literal, at, start = [], 0, 0
    while at < len(text):
        if text.startswith("$${", at):
            literal.append("${")
            at += 3
        elif text.startswith("${", at):
            if literal:
                yield Hole("".join(literal), start, is_expression=False)
            end = _end(text, at + 2)
            yield Hole(text[at + 2 : end], at + 2, is_expression=True, closed=end < len(text))
            literal, at = [], end + 1
            start = at
        else:
            literal.append(text[at])
            at += 1
    if literal:
        yield Hole("".join(literal), start, is_expression=False)


def _end(text: str, at: int) -> int:
    """Where the `}` that matches stands; the text's length where none does."""
    depth, quote = 0, ""
    while at < len(text):
        char = text[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in QUOTES:
            quote = char
        elif char == "}" and depth == 0:
            return at
        else:
            depth += (char == "{") - (char == "}")
        at += 1
    return len(text)


def _scalar(node: Scalar, scope: Scope, problems: list[Problem]) -> Template:
    if node.value is None:
        fix = "give it a value, remove the key, or write `${nullable(`null`)}` where null is meant"
        problems.append(Problem(node.where, "R035", "the value is empty, which would publish null", fix))
    if not isinstance(node.value, str):
        return Literal(node.value)
    parts = [_part(hole, node, scope, problems) for hole in holes(node.value)]
    if not any(isinstance(part, Expression) for part in parts):
        return Literal("".join(part for part in parts if isinstance(part, str)))
    if len(parts) == 1 and isinstance(parts[0], Expression):
        return Whole(parts[0])
    return Text(tuple(part for part in parts if part is not None))


def _part(hole: Hole, node: Scalar, scope: Scope, problems: list[Problem]) -> str | Expression | None:
    if not hole.is_expression:
        return hole.text
    if not hole.closed:
        where = node.place(hole.start - 2)
        problems.append(Problem(where, "R034", "`${` is never closed", "add `}`, or write `$${` for a literal `${`"))
        return None
    try:
        return compile_expression(hole.text, _shifted(node, hole.start), scope.names, scope.secrets)
    except ProjectInvalid as error:
        problems.extend(replace(problem, edit=node.within(problem.edit)) for problem in error.problems)
        return None


def _shifted(node: Scalar, start: int) -> Callable[[int], yamltree.Where]:
    return lambda offset: node.place(start + offset)


def _mapping(entries: Collection[yamltree.Entry], scope: Scope, problems: list[Problem]) -> Object:
    made = []
    if any(entry.key.value == EACH for entry in entries):
        scope = scope.plus({"it", "index"})  # misplaced, and what is meant by `it` is clear
    for entry in entries:
        key = str(entry.key.value)
        _check_key(entry.key, problems)
        value = compile_template(entry.value, scope, problems)
        made.append(Entry(key.removesuffix("?"), key.endswith("?"), value, entry.value.where))
    _check_twice([entry.key for entry in made], entries, problems)
    return Object(tuple(made))


def _check_key(key: Scalar, problems: list[Problem]) -> None:
    if "${" in key.text:
        fix = "write the key as plain text; for keys out of data use `${from_items(…)}` as the whole value"
        problems.append(Problem(key.where, "R036", "an expression stands in a key", fix))
    if key.value == EACH:
        fix = "write it as a list entry: `- $each: ${…}`"
        problems.append(Problem(key.where, "R037", f"'{EACH}' stands outside a list", fix))


def _check_twice(keys: list[str], entries: Collection[yamltree.Entry], problems: list[Problem]) -> None:
    first: dict[str, yamltree.Entry] = {}
    for key, entry in zip(keys, entries, strict=True):
        if key in first:
            what = f"'{key}' is made twice, first at line {first[key].key.where.line}"
            also = Aside(first[key].key.where, "first written here")
            fix = "keep one of them, with or without the `?`"
            problems.append(Problem(entry.key.where, "R038", what, fix, also=also))
        first.setdefault(key, entry)


def _item(node: Node, scope: Scope, problems: list[Problem]) -> Template:
    if not isinstance(node, yamltree.Mapping):
        return compile_template(node, scope, problems)
    repeated = next((entry for entry in node.entries if entry.key.value in (EACH, f"{EACH}?")), None)
    if repeated is None:
        return compile_template(node, scope, problems)
    if repeated.key.value != EACH:
        fix = "write `$each: ${default(…, `[]`)}` where there may be no list"
        what = f"'{EACH}?' is no key: an entry cannot be left out"
        problems.append(Problem(repeated.key.where, "R037", what, fix, edit=repeated.key.respelt(EACH)))
    source = compile_whole(repeated.value, scope, problems)
    rest = [entry for entry in node.entries if entry is not repeated]
    made = _mapping(rest, scope.plus({"it", "index"}), problems)
    if not rest:
        fix = "add the keys of one entry below it, or write the list as one `${…}`"
        problems.append(Problem(node.where, "R039", f"'{EACH}' makes empty entries", fix))
    return made if source is None else Repeated(source, made, node.where, few_of(made))
