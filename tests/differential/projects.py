"""Random projects whose rules mostly say something: loose patterns, values that may lack, few functions that refuse."""

from random import Random

from bridge.core.expression import FUNCTIONS
from tests.proof.projects import project
from tests.proof.rules import Rules

#: Functions that take whatever they are given.
_EASY = ("default", "coalesce", "to_array", "not_null", "to_string", "to_json", "type")
_KINDS = [["insert", "modify", "remove"], ["insert", "modify"], ["modify", "remove"]]
_LOOSE = [
    {"exists": True},
    {"exists": True},
    {"exists": False},
    {"anything-but": ["x", 3]},
    {"anything-but": {"prefix": "A#"}},
]
_PROJECTIONS = ["item.l[*]", "item.k[*]", "item.o.*", "item.p.*", "{b: id, a: change}.*"]
_LEAVES = ["change", "keys.pk", "id", "at", "sequence"]


class Easy(Rules):
    """Random rules of that kind."""

    functions = tuple(FUNCTIONS[name] for name in _EASY)

    def array(self):
        made = super().array()
        nullable = {"anyOf": [made["items"], {"type": "null"}]}
        return {**made, "items": nullable} if self.random.random() < 0.4 else made

    def leaf(self, *, inside):
        whole = not inside and self.random.random() < 0.15
        return self.pick(_PROJECTIONS) if whole else super().leaf(inside=inside)

    def rule(self):
        made = {"when": {"change": self.pick(_KINDS)}, "data": self.mapping([], 2)}
        if self.random.random() < 0.4:
            made["when"][self.pick(["new", "old", "item"])] = {self.pick("tunmvlko"): [self.pick(_LOOSE)]}
        if self.random.random() < 0.2:
            made["when"]["$or"] = [{"keys": {"pk": [{"prefix": "A"}]}}, self.about() or {"change": ["modify"]}]
        if self.random.random() < 0.4:
            made["let"] = {"a": f"${{{self.expression(2)}}}"}
            made["data"]["let?"] = "${a}"
        if self.random.random() < 0.2:
            made["if"] = f"${{({self.leaf(inside=False)}) {self.pick(['==', '!='])} ({self.expression(2)})}}"
        if self.random.random() < 0.2:
            made["each"] = self.pick(["${default(item.l, `[]`)}", "${default(item.k, `[]`)}"])
            made["data"]["it?"] = "${it}"
        if self.random.random() < 0.3:
            made["subject"] = self.pick(["${keys.pk}", "no. ${keys.pk}/${id}", "${to_string(item.n)}"])
        if self.random.random() < 0.3:
            made["extensions"] = {"one?": "${item.t}", "two": "${change}", "three?": "${item.m == `3`}"}
        return made

    def text(self, depth, names=()):
        del depth, names
        return f"${{{self.expression(3)}}}" if self.random.random() < 0.8 else "no. ${change}-${keys.pk}"

    def expression(self, depth=3, *, inside=False):
        kind = self.random.random()
        if depth <= 0 or kind < 0.35:
            return self.leaf(inside=inside)
        return self.call(depth, inside=inside) if kind < 0.5 else self.form(depth, inside=inside)

    def mapping(self, names, depth):
        made = {f"k{index}?": self.template(names, depth) for index in range(self.random.randrange(1, 6))}
        return made | {"name": f"${{{self.pick(_LEAVES)}}}"}


def easy_project(seed):
    """Rules and schemas; None where lint refuses the rule."""
    made = Easy(Random(f"easy {seed}"))
    item = made.item()
    members = {name + "?" * (name not in item["required"]): schema for name, schema in item["properties"].items()}
    event = {
        "k0?": made.pick([True, True, {"type": ["string", "array", "object", "boolean"]}]),
        "$additionalProperties": True,
    }
    try:
        return project(members, made.rule(), event)
    except AssertionError:
        return None
