"""Random rules out of all that the notation has. What the proof infers of the event is made its schema."""

from random import Random

from bridge.core.expression import FUNCTIONS
from bridge.core.proof.cases import cases
from bridge.core.proof.prove import item_shape
from bridge.core.proof.shapes import joined, schema_of
from tests.proof.expressions import Expressions
from tests.proof.projects import project

KINDS = [["insert"], ["modify"], ["remove"], ["insert", "modify", "expire"], ["modify", "snapshot"]]
VALUES = {
    "t": ["x", "a", "A#b1"], "u": ["x", "y"], "n": [0, 1, 3], "m": [0, 5], "v": ["a", 0, None, True], "l": [1, "x"], "zz": [1],
}  # fmt: skip


class Rules(Expressions):
    """Random rules."""

    functions = tuple(each for each in FUNCTIONS.values() if each.name != "hmac_sha256")  # no secret is set

    def rule(self):
        made = {"when": self.when()}
        lets = {f"a{i}": self.text(2) for i in range(self.random.randrange(3))}
        names = list(lets)
        if lets:
            made["let"] = lets
        if self.random.random() < 0.4:
            made["if"] = f"${{{self.form(2, inside=False)}}}"
        if self.random.random() < 0.2:
            made["each"] = (
                f"${{{self.pick(['new.l', 'new.k', 'item.l[*]', 'added(old.l, new.l)', 'changes', 'items(new.o)'])}}}"
            )
            names += ["it", "it.n", "it.s", "index", "it.key"]
        made["data"] = self.mapping(names, 2)
        return made

    def when(self):
        made = {"change": self.pick(KINDS), **self.about()}
        if self.random.random() < 0.3:
            made["$or"] = [self.about() or {"new": {"n": [1]}}, self.about() or {"changed": ["t"]}]
        return made

    def about(self):
        made = {}
        for image in ("new", "old", "item"):
            if self.random.random() < 0.3:
                made[image] = self.attributes()
        if self.random.random() < 0.2:
            made["keys"] = self.pick(
                [{"pk": [{"prefix": "A"}]}, {"sk": [{"exists": False}]}, {"pk": [{"exists": True}]}]
            )
        if self.random.random() < 0.2:
            made["changed"] = self.pick([["t"], ["n", "t"], [{"prefix": "n"}], ["l"]])
        return made

    def attributes(self):
        made = {
            name: self.alternatives(name) for name in self.random.sample(sorted(VALUES), k=self.random.randrange(1, 3))
        }
        if self.random.random() < 0.2:
            made["o"] = {self.pick(["n", "s"]): self.alternatives(self.pick(["n", "t", "v"]))}
        if self.random.random() < 0.1:
            made["$or"] = [{"n": self.alternatives("n")}, {"t": self.alternatives("t")}]
        return made

    def alternatives(self, name):
        return [self.alternative(name) for _ in range(self.random.randrange(1, 3))]

    def alternative(self, name):
        value, text = self.pick(VALUES[name]), self.pick(["x", "A#", "a"])
        return self.pick([
            value, value, {"exists": True}, {"exists": False}, {"prefix": text}, {"suffix": text}, {"wildcard": f"{text}*"},
            {"equals-ignore-case": text}, {"numeric": [self.pick([">", "<=", "=", "<"]), self.pick([0, 2, 50])]}, {"numeric": [">=", 0, "<", 9]},
            {"anything-but": [text, "y"]}, {"anything-but": [0, 1]}, {"anything-but": {"prefix": text}}, {"anything-but": {"wildcard": f"*{text}"}},
            {"prefix": {"equals-ignore-case": text}}, {"anything-but": {"suffix": [text]}},
        ])  # fmt: skip

    def text(self, depth, names=()):
        """A value: one expression, or text with several in it."""
        kind = self.random.random()
        one = self.pick(list(names)) if names and self.random.random() < 0.3 else self.expression(depth, inside=False)
        if kind < 0.7:
            return f"${{{one}}}"
        if kind < 0.9:
            return f"no. ${{{one}}}-${{{self.leaf(inside=False)}}}"
        return self.pick(["web", 1, True, None, "$${x}"])

    def mapping(self, names, depth):
        made = {}
        for index in range(self.random.randrange(1, 4)):
            made[f"k{index}" + self.pick(["", "?", "?"])] = self.template(names, depth)
        return made

    def template(self, names, depth):
        kind = self.random.random()
        if depth == 0 or kind < 0.6:
            return self.text(2, names)
        if kind < 0.75:
            return self.mapping(names, depth - 1)
        if kind < 0.85:
            return [self.template(names, depth - 1) for _ in range(self.random.randrange(1, 3))]
        elements = self.pick(["new.l", "default(new.l, `[]`)", "new.k[]", "[new.o, new.p]", "items(new.o)"])
        inner = [*names, "it", "it.n", "it.s", "it.a", "index", "it.value"]
        return [{"$each": f"${{{elements}}}", **self.mapping(inner, depth - 1)}]


def random_project(seed):
    """The item schema, the rule and the compiled project; None where lint refuses the rule."""
    made = Rules(Random(seed))
    item = made.item()
    members = {name + "?" * (name not in item["required"]): schema for name, schema in item["properties"].items()}
    rule = made.rule()
    try:
        rules, schemas = project(members, rule, {"$additionalProperties": True})
    except AssertionError:
        return None
    shapes = [
        part.piece.shape for entity in rules.entities for each in entity.rules
        for case in cases(entity, each, item_shape(schemas.get(entity.item_schema))) for part in case.parts if part.schema
    ]  # fmt: skip
    schema = schema_of(joined(*shapes)) if shapes else {}
    return members, rule, project(members, rule, {"$allOf": [_open(schema)], "$additionalProperties": True})


def _open(schema):
    """The schema without marks, as a file of its own would say it."""
    if isinstance(schema, dict):
        return {key: _open(value) for key, value in schema.items() if key != "$comment"}
    return [_open(each) for each in schema] if isinstance(schema, list) else schema
