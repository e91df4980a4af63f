"""Random expressions out of all that the language has, on random items; and what the proof says of each, held to it.

This is the proof's law at its root: where it says that an expression comes to a shape, every item gives a value of that
shape; and where an item makes the expression refuse, the proof has told the risk. Deterministic.
"""

from decimal import Decimal
from random import Random

from jsonschema_rs import validator_for

from bridge.core.contain.simple import simplified
from bridge.core.expression import ABSENT, FUNCTIONS, compile_expression
from bridge.core.proof.interpret import Interpreter
from bridge.core.proof.pieces import said
from bridge.core.proof.shapes import NOTHING, may_be_null, schema_of, shape_of
from bridge.core.proof.world import worlds
from bridge.errors import ProjectInvalid, RecordRefused, Where
from tests.proof.generator import changes

TEXTS = [
    {"type": "string"}, {"type": "string", "minLength": 1}, {"type": "string", "maxLength": 3}, {"enum": ["x", "y", ""]},
    {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^A#[a-z0-9]{1,3}(#[A-Z])?$"},
    {"type": "string", "format": "date-time"}, {"type": "string", "format": "date-time", "pattern": "^20[0-9]{2}-.*:[0-5][0-9]Z$"},
    {"type": "string", "format": "uuid"}, {"const": "x"}, {"type": "string", "pattern": "^[0-9]{1,5}$"},
    {"type": "string", "pattern": r"^-?[0-9]{1,3}\.[0-9]{2}$"}, {"type": "string", "pattern": "^(é|ß|ı|A)+$"},
    {"type": "string", "not": {"enum": ["x", ""]}}, {"type": "string", "minLength": 2, "maxLength": 2},
    {"type": "string", "pattern": " "}, {"enum": [" x ", "a,b", "Straße"]}, {"type": "string", "format": "date"},
]  # fmt: skip
NUMBERS = [
    {"type": "integer"}, {"type": "integer", "minimum": 0, "maximum": 99}, {"type": "number", "exclusiveMinimum": 0},
    {"type": "number", "multipleOf": Decimal("0.01"), "minimum": -1, "maximum": 1}, {"enum": [0, 1, Decimal("2.5")]},
    {"type": "number"}, {"type": "integer", "minimum": 1, "maximum": 12}, {"type": "integer", "multipleOf": 5, "maximum": 100},
    {"type": "number", "minimum": Decimal("-0.5"), "exclusiveMaximum": Decimal("0.5")}, {"const": 3}, {"enum": [-7, 10**19]},
    {"type": "integer", "minimum": 0, "maximum": 4102444800}, {"type": "number", "multipleOf": Decimal("0.5")},
]  # fmt: skip
OTHERS = [
    {"type": "boolean"}, {"const": True}, {"type": "null"}, {"type": ["string", "null"], "maxLength": 2}, True,
    {"type": ["integer", "string"]}, {"enum": [None, 0, "a", [], {}]}, {"enum": [[1, 2], {"n": 1}]},
    {"anyOf": [{"type": "object", "properties": {"n": {"const": 1}}, "required": ["n"]}, {"type": "null"}]},
]  # fmt: skip
LITERALS = [
    "'x'", "'A#'", "'-'", "''", "' '", "'s'", "'ms'", "`0`", "`2`", "`-1`", "`3`", "`100`", "`-1.5`", "`1.50`", "`null`", "`[]`",
    "`true`", "`false`", "`{}`", "`[1, 2]`", '`{"n": 1}`', "`1000000000000`",
]  # fmt: skip


class Expressions:
    """Random items and expressions."""

    functions = tuple(FUNCTIONS.values())

    def __init__(self, random):
        self.random = random

    def item(self):
        """The schema of an item: a few attributes of every kind."""
        members = {
            "t": self.pick(TEXTS), "u": self.pick(TEXTS), "n": self.pick(NUMBERS), "m": self.pick(NUMBERS),
            "v": self.pick(OTHERS), "l": self.array(), "k": self.array(), "o": self.object(), "p": self.object(),
        }  # fmt: skip
        required = [name for name in members if self.random.random() < 0.75]
        return {"type": "object", "properties": members, "required": required}

    def pick(self, choices):
        return choices[int(self.random.random() * len(choices))]

    def value(self):
        return self.pick([TEXTS, NUMBERS, TEXTS, NUMBERS, OTHERS])[0:] and self.pick(
            self.pick([TEXTS, NUMBERS, TEXTS, NUMBERS, OTHERS])
        )

    def array(self):
        least, more = self.random.randrange(3), self.random.randrange(4)
        inner = self.object() if self.random.random() < 0.5 else self.value()
        if self.random.random() < 0.15:
            inner = self.array()
        bounds = {"minItems": least} | ({"maxItems": least + more} if self.random.random() < 0.6 else {})
        return {"type": "array", "items": inner, **bounds}

    def object(self):
        members = {name: self.value() for name in ("n", "s", "a") if self.random.random() < 0.7}
        made = {"type": "object", "properties": members, "required": [n for n in members if self.random.random() < 0.6]}
        rest = self.pick([None, None, False, {"type": "integer", "minimum": 0}, {"type": "string"}])
        if rest is not None:
            made["additionalProperties"] = rest
        if self.random.random() < 0.1:
            made = {"type": "object", "propertyNames": {"enum": ["n", "s"]}, "additionalProperties": self.value()}
        if self.random.random() < 0.1:
            made["patternProperties"] = {"^x": self.value()}
        return made

    def expression(self, depth=3, *, inside=False):
        """Any expression; `inside` one of an element."""
        kind = self.random.random()
        if depth <= 0 or kind < 0.15:
            return self.leaf(inside=inside)
        if kind < 0.55:
            return self.call(depth, inside=inside)
        return self.form(depth, inside=inside)

    def leaf(self, *, inside):
        if self.random.random() < 0.25:
            return self.pick(LITERALS)
        if inside:
            return self.pick(["@", "n", "s", "a", "x1", "n", "s", "@.a"])
        head = self.pick(["new", "new", "new", "old", "item"])
        names = [
            "t",
            "u",
            "n",
            "m",
            "v",
            "l",
            "k",
            "o",
            "p",
            "o.n",
            "o.s",
            "o.a",
            "p.n",
            "l[0]",
            "k[-1]",
            "zz",
            "l[0].n",
            "p.x1",
        ]
        return (
            self.pick(["at", "change", "changed", "changes", "keys.pk"])
            if self.random.random() < 0.06
            else f"{head}.{self.pick(names)}"
        )

    def form(self, depth, *, inside):
        one = self.expression(depth - 1, inside=inside)
        two = self.expression(depth - 1, inside=inside)
        low = self.expression(depth - 1, inside=True)
        cut = self.pick(["[1:]", "[:2]", "[-2:]", "[::2]", "[::-1]", "[:-1]", "[0:1]", "[1:3]", "[-3:2]"])
        sign = self.pick(["==", "!=", "<", "<=", ">", ">="])
        return self.pick([
            f"({one} || {two})", f"({one} && {two})", f"({one} {sign} {two})", f"!({one})", f"[{one}, {two}]",
            f"{{a: {one}, b: {two}}}", f"({one})[*]", f"({one})[*].{self.pick(['n', 's', 'a'])}", f"({one}){cut}", f"({one})[]",
            f"({one}).*", f"({one})[?{low}]", f"({one})[?{self.pick(['n', 's', 'a', '@'])} {sign} {self.pick(LITERALS)}].{self.pick(['n', 's', '[@]', '{z: n}'])}",
            f"({one}) | {low}", f"({one})[0]", f"({one}).{self.pick(['n', 's', 'a', 'key'])}", f"({one})[].{self.pick(['n', 's'])}",
            f"({one})[*].{{a: {low}}}", f"({one})[*].[{low}]", f"({one} {sign} {self.pick(LITERALS)})",
            f"({self.leaf(inside=inside)} {sign} {self.leaf(inside=inside)})",
        ])  # fmt: skip

    def call(self, depth, *, inside):
        function = self.pick(self.functions)
        if function.name == "if":
            condition = self.pick([self.form, self.form, self.expression])(depth - 1, inside=inside)
            first, second, sign = self.leaf(inside=inside), self.leaf(inside=inside), self.pick(["==", "!=", "<", ">="])
            then, other = self.expression(depth - 1, inside=inside), self.expression(depth - 1, inside=inside)
            return f"if({self.pick([condition, f'({first} {sign} {second})'])}, {then}, {self.pick([first, other])})"
        if function.name == "match":
            template, part = self.pick(["A#{a}", "A#{a}#{b}", "{a}", "{a}-{b}", "x{a}"]), self.pick([".a", "", ".b"])
            return f"match({self.expression(depth - 1, inside=inside)}, '{template}'){part}"
        if function.name in ("became", "changed"):
            path = self.pick(["t", "n", "o.n", "v", "l"])
            return f"changed(&{path})" if function.name == "changed" else f"became(&{path}, {self.leaf(inside=inside)})"
        count = function.least + (
            self.random.random() < 0.5 if function.most is None or function.most > function.least else 0
        )
        return (
            f"{function.name}({', '.join(self.argument(function.parameter(i), depth, inside) for i in range(count))})"
        )

    def argument(self, parameter, depth, inside):
        if "expref" in parameter.types:
            return "&" + (
                self.pick(["n", "s", "a", "@"])
                if self.random.random() < 0.7
                else f"({self.expression(depth - 1, inside=True)})"
            )
        if parameter.name == "secret":
            return "'example'"
        if parameter.choices:
            return f"'{self.pick(parameter.choices)}'"
        if parameter.types == ("number",) and self.random.random() < 0.3:
            return self.pick(["`0`", "`1`", "`2`", "`100`", "`0.5`", "`-3`"])
        if parameter.types == ("string",) and self.random.random() < 0.3:
            return self.pick(["'-'", "','", "'A'", "' '", "'x'", "'0'", "'ab'"])
        if (
            "string" not in parameter.types
            and "object" in parameter.types
            and self.random.random() < 0.6
            and not inside
        ):
            return self.pick(["new.o", "new.p", "{a: new.n, b: new.t}"])
        if "array" in parameter.types and "string" not in parameter.types and self.random.random() < 0.6 and not inside:
            return self.pick(["new.l", "new.k", "[new.n, new.m]", "new.l[*].n", "new.l[*].s", "[new.t, new.u]"])
        return self.expression(depth - 1, inside=inside)


def breaches(seed, count):
    """Every value that is not of the shape, and every refusal that was not told, of one random item and its expressions."""
    random = Random(seed)
    made = Expressions(random)
    schema = made.item()
    try:
        allowed = validator_for(schema, validate_formats=True)
        item = shape_of(simplified(schema))
    except ValueError:
        return
    for world in worlds(item, {"pk": ({"type": "string"},)}, ["insert", "modify", "remove"]):
        given = [change.document() for change in changes(random, world, allowed, count)]
        for _ in range(8):
            text = made.expression()
            condition = made.form(2, inside=False) if random.random() < 0.5 else None
            try:
                held = condition and _compiled(condition)
                expression = _compiled(text)
            except ProjectInvalid:
                continue
            inner = Interpreter().assumed(held.tree, world, truth=True) if held else world
            inner_false = Interpreter().assumed(held.tree, world, truth=False) if held else None
            for document in given:
                side = _side(held, document) if held else True
                if side is None:
                    continue
                there = inner if side else inner_false
                if there is None:
                    yield f"seed {seed}: {condition} is {side} for {document}"
                    break
                breach = _breach(expression, there, document)
                if breach:
                    yield f"seed {seed}: where {condition} is {side}: {text} {breach} for {document.get('new')} {document.get('old')}\n   {schema}"
                    break


def _compiled(text):
    return compile_expression(text, lambda _: Where(), secrets=lambda _: b"k")


def _side(condition, document):
    """Whether it is true or false; None where it is refused."""
    try:
        value = condition.value(document)
    except RecordRefused:
        return None
    return not (value is None or value is False or value == "" or (isinstance(value, list | dict) and not value))


def _breach(expression, world, document):
    shape, risks = said(expression, world)
    try:
        value = expression.say(document)
    except RecordRefused as error:
        code = error.problems[0].code
        if code == "X023" and "pad(" not in expression.text:
            return None  # sizes are no part of the proof
        alike = {"X021": "X022", "X022": "X021"}.get(code)  # of a time that is too fine, either
        told = {code, alike} & {risk.code for risk in risks}
        return None if told else f"is refused with {code} {error.problems[0].what}, told {risks}"
    if value is ABSENT:
        return None if may_be_null(shape) else f"is null, told {shape}"
    if shape == NOTHING:
        return f"is {value!r}, told nothing"
    return (
        None
        if validator_for(schema_of(shape), validate_formats=True).is_valid(value)
        else f"is {value!r}, told {shape}"
    )
