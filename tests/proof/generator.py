"""Random items that satisfy an item schema, and random changes of them. Deterministic: everything comes from one `Random`."""

from decimal import Decimal
from fractions import Fraction

from bridge.core.given import ASSUMED, change_of
from bridge.core.numbers import exact
from bridge.core.proof.numbers import span_of
from bridge.core.proof.parts import may_be_named
from bridge.core.proof.shapes import ANY, split, values_of
from bridge.core.proof.text.decide import after, borders, example
from bridge.core.proof.text.language import NONE
from bridge.core.proof.texts import language_of

ODD = ["\n", "\x00", "é", "ß", "😀", " ", "<", "%", "#", "'", "\u2028", "ı", "Σ"]
FORMATS = {
    "date-time": ["2026-01-31T12:00:00Z", "1999-12-31T23:59:59.123456+14:00", "0001-01-01T00:00:00Z"],
    "date": ["2026-01-31", "2024-02-29"],
    "uuid": ["00000000-0000-4000-8000-000000000000", "ABCDEF01-2345-6789-abcd-ef0123456789"],
    "uri": ["https://example.com/a?b#c", "urn:a:b"],
    "uri-reference": ["", "/a", "https://example.com/"],
    "email": ["a@example.com"],
}
#: As DynamoDB keeps numbers: 38 digits, from 1E-130 to almost 1E126, written in plain digits without zeros at the end.
EDGES = [
    Decimal(text) for text in (
        "9" * 38, "-" + "9" * 38, "1E125", "-1E125", "9." + "9" * 37 + "E125", "1E-130", "-1E-130", "0." + "9" * 38, "12345678901234567890.123456789012345678",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "0.1", "-0.5", "1E20", "1E-9",
    )
]  # fmt: skip
DEPTH = 4


class Items:
    """Random values of shapes."""

    def __init__(self, random):
        self.random = random
        self.follow = {}

    def value(self, shape, depth=0):
        """A value that the shape likely allows."""
        if not shape:
            raise LookupError
        branch = self.random.choice(shape)
        values = values_of(branch)
        if values is not None:
            return self.random.choice(values)
        return getattr(self, {"integer": "number"}.get(branch["type"], branch["type"]))(branch, depth)

    def number(self, branch, _):
        span = span_of(branch)
        if self.random.random() < 0.1:
            found = EDGES[int(self.random.random() * len(EDGES))]
            if span.low is None or span.high is None or span.low <= found <= span.high:
                return exact(Decimal(int(found))) if span.whole else exact(found)
        step = span.step or self.random.choice([1, Decimal("0.5"), Decimal("0.01"), Decimal("1e-9")])
        low = -(10 ** self.random.choice([0, 2, 9, 20])) if span.low is None else span.low
        high = low + 10 ** self.random.choice([0, 2, 9, 20]) if span.high is None else span.high
        kind = self.random.random()
        if kind < 0.2:
            found = low
        elif kind < 0.4:
            found = high
        elif kind < 0.5 and low <= 0 <= high:
            found = 0
        else:
            found = low + (high - low) * int(self.random.random() * 10**6) / 10**6
        digits = Fraction(found) // Fraction(step) * Fraction(step)
        return exact(Decimal(digits.numerator) / Decimal(digits.denominator))

    def string(self, branch, _):
        least, most = branch.get("minLength", 0), branch.get("maxLength")
        formats = [part["format"] for part in [branch, *branch.get("allOf", ())] if "format" in part]
        if formats:
            return self.random.choice(FORMATS[formats[0]])
        if "pattern" in branch or "allOf" in branch or "not" in branch:
            return self.walk(language_of(branch))
        size = self.random.choice([least, least, least + 1, least + 3, least + 12, most or least + 30])
        size = min(size, most if most is not None else size)
        alphabet = self.random.choice(["ab", "abcXYZ019 -", "".join(ODD), "aZ#/é😀 \n"])
        return "".join(self.random.choices(alphabet, k=size))

    def walk(self, state):
        """A random text of a language."""
        text, longest = "", self.random.choice([1, 3, 12, 45, 120])
        while True:
            if state.nullable and (len(text) >= longest or self.random.random() < 0.1):
                return text
            chars = self._chars(state)
            then = chars[int(self.random.random() * len(chars))] if chars else None
            if then is None or len(text) > longest + 60:
                rest = example(state)
                if rest is None:
                    raise LookupError
                return text + rest
            first, last, state = then
            text += chr(first + int(self.random.random() * (last - first + 1)))

    def _chars(self, state):
        """The spans of characters that may follow, and where they lead; of a wide span only the beginning."""
        if state not in self.follow:
            starts = borders(state)
            ends = [
                min(after_it - 1, start + 40) for start, after_it in zip(starts, [*starts[1:], 0x110000], strict=True)
            ]
            steps = [(start, end, after(state, start)) for start, end in zip(starts, ends, strict=True)]
            self.follow[state] = [step for step in steps if step[2] is not NONE and not 0xD800 <= step[1] <= 0xDFFF]
        return self.follow[state]

    def array(self, branch, depth):
        least, most = branch.get("minItems", 0), branch.get("maxItems")
        size = self.random.choice([least, least, least + 1, least + 3]) if depth < DEPTH else least
        size = min(size, size if most is None else most)
        first = branch.get("prefixItems", [])
        shapes = [split(first[i]) if i < len(first) else split(branch.get("items", True)) for i in range(size)]
        return [self.value(shape, depth + 1) for shape in shapes]

    def object(self, branch, depth):
        made = {}
        share = (0.0, 0.5, 1.0)[int(self.random.random() * 3)]
        for name, schema in branch.get("properties", {}).items():
            if name in branch.get("required", ()) or (schema is not False and self.random.random() < share):
                made[name] = self.value(split(schema), depth + 1)
        rest = branch.get("additionalProperties", True)
        for name in branch.get("required", ()):
            if name not in made:
                made[name] = self.value(split(rest), depth + 1)
        for name in ["extra", "pk", "name", "x y", "a", "b"]:
            if name not in made and self.random.random() < 0.15 and rest is not False and may_be_named(branch, name):
                made[name] = self.value(split(rest) if depth < DEPTH else ANY[:4], depth + 2)
        return made

    def null(self, _branch, _depth):
        return None

    def boolean(self, _branch, _depth):
        return self.random.random() < 0.5


def changes(random, world, allowed, count):
    """Random changes whose items are allowed: of the shapes of a world, images alike or not."""
    items = Items(random)
    kinds = values_of(world.root("change")[0])
    table = values_of(world.root("table")[0]) or ["table"]
    for _ in range(count):
        try:
            keys = items.value(world.root("keys"))
            images = {
                name: {**items.value(world.roots[name]), **keys} for name in ("new", "old") if name in world.roots
            }
        except LookupError:
            continue
        if len(images) == 2 and random.random() < 0.6:
            other = dict(images["new"])
            for name in random.sample(sorted(images["old"]), k=min(len(images["old"]), random.randrange(3))):
                other[name] = images["old"][name]
            images["old"] = other
        if all(_is_allowed(allowed, image) for image in images.values()):
            yield change_of(
                {**ASSUMED, "table": random.choice(table), "change": random.choice(kinds), "keys": keys, **images}
            )


def _is_allowed(allowed, item):
    try:
        return allowed.is_valid(item)
    except ValueError:
        return False
