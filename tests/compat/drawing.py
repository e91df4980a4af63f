"""Random pairs of schemas, one mostly the other with something changed, and random values for them.

Independent of what it tests: nothing here knows how the bridge compares schemas or looks for values. Kept to what both
validators understand alike: formats that the second one checks, numbers without long fractions, plain patterns.
"""

import copy
import random
from typing import Any

NAMES = ("a", "b", "c", "d")
PATTERNS = ("^a", "^[a-c]+$", "^[a-d]*$", "^[0-9]{2,3}$", "^[0-9]+$", "b$", "^(a|b)$", "^x?[a-z]$", "[0-9]", "^.{2,4}$")
FORMATS = ("date", "ipv4", "uuid", "email")
TEXTS = ("", "a", "b", "ab", "abc", "12", "123", "x", "x1", "2026-01-31", "192.0.2.1", "a@example.com", "zzzzz", "A-1")
NUMBERS = (-3, -1, 0, 1, 2, 3, 5, 10, 0.5, 1.5, -0.5)
TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")


class Draw:
    """Draws from one seed: the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pair(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A reader and a writer."""
        first = self.schema(3)
        second = self.schema(3) if self._chance(0.08) else copy.deepcopy(first)
        for _ in range(self.random.randint(1, 3)):
            second = self._changed(second)
        return (first, second) if self._chance(0.5) else (second, first)

    def schema(self, depth: int) -> dict[str, Any]:
        """A schema."""
        kinds = [self._text, self._number, self._listed, self._plain]
        if depth:
            kinds += [self._object, self._object, self._object, self._array, self._joined]
        return self.random.choice(kinds)(depth)

    def value(self, depth: int = 3) -> Any:
        """A value of any kind."""
        kind = self.random.randrange(8 if depth else 5)
        if kind >= 6:
            return {name: self.value(depth - 1) for name in self._some(NAMES)}
        if kind == 5:
            return [self.value(depth - 1) for _ in range(self.random.randrange(4))]
        return self.random.choice((TEXTS, TEXTS, NUMBERS, NUMBERS, (True, False, None))[kind])

    def near(self, schema: Any, depth: int = 4) -> Any:
        """A value that the schema may allow: drawn along its words, not checked."""
        if not isinstance(schema, dict) or depth == 0 or self._chance(0.03):
            return self.value(1)
        for word in ("allOf", "anyOf", "oneOf"):
            if word in schema and self._chance(0.7):
                part = self.random.choice(schema[word])
                rest = {keyword: value for keyword, value in schema.items() if keyword != word}
                return self.near({**rest, **part} if isinstance(part, dict) else rest, depth)
        if "const" in schema or "enum" in schema:
            return copy.deepcopy(schema["const"] if "const" in schema else self.random.choice(schema["enum"]))
        types = schema.get("type", self._guess(schema))
        kind = types if isinstance(types, str) else self.random.choice(types)
        return getattr(self, f"_near_{kind}")(schema, depth)

    def _guess(self, schema: dict[str, Any]) -> Any:
        if "properties" in schema or "required" in schema:
            return "object"
        return "array" if "items" in schema else list(TYPES)

    def _near_string(self, schema: dict[str, Any], _: int) -> str:
        if self._chance(0.5):
            return self.random.choice(TEXTS)
        return "".join(
            self.random.choice("ab01x") for _ in range(schema.get("minLength", 0) + self.random.randrange(4))
        )

    def _near_integer(self, schema: dict[str, Any], _: int) -> int:
        base = schema.get("minimum", schema.get("maximum", self.random.choice((0, 5, -3))))
        return int(base) + self.random.randint(-2, 3)

    def _near_number(self, schema: dict[str, Any], depth: int) -> float:
        return self._near_integer(schema, depth) + self.random.choice((0, 0, 0.5))

    def _near_boolean(self, _schema: dict[str, Any], _: int) -> bool:
        return self._chance(0.5)

    def _near_null(self, _schema: dict[str, Any], _: int) -> None:
        return None

    def _near_array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        first = [self.near(part, depth - 1) for part in schema.get("prefixItems", ())]
        many = max(0, schema.get("minItems", 0) - len(first)) + self.random.randrange(3)
        return [*first, *(self.near(schema.get("items", {}), depth - 1) for _ in range(many))][
            : schema.get("maxItems", 9)
        ]

    def _near_object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        inner = schema.get("properties", {})
        names = {
            *schema.get("required", ()),
            *self._some(tuple(inner)),
            *(self._some(NAMES) if self._chance(0.2) else ()),
        }
        return {name: self.near(inner.get(name, {}), depth - 1) for name in sorted(names)}

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _some(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if self._chance(0.5)]

    def _text(self, _: int) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        if self._chance(0.4):
            schema["minLength"] = self.random.randrange(4)
        if self._chance(0.4):
            schema["maxLength"] = self.random.randrange(2, 6)
        if self._chance(0.3):
            schema["pattern"] = self.random.choice(PATTERNS)
        if self._chance(0.15):
            schema["format"] = self.random.choice(FORMATS)
        return schema

    def _number(self, _: int) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": self.random.choice(("integer", "integer", "number"))}
        for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if self._chance(0.25):
                schema[word] = self.random.choice(NUMBERS) + (5 if "max" in word else 0)
        if self._chance(0.15):
            schema["multipleOf"] = self.random.choice((1, 2, 3, 5, 0.5))
        return schema

    def _listed(self, _: int) -> dict[str, Any]:
        values = self.random.sample([*TEXTS[:6], 0, 1, 2, True, None, 1.5], self.random.randint(1, 4))
        return {"const": values[0]} if self._chance(0.2) else {"enum": values}

    def _plain(self, _: int) -> dict[str, Any]:
        if self._chance(0.1):
            return {}
        return {
            "type": self.random.sample(TYPES, self.random.randint(1, 3))
            if self._chance(0.5)
            else self.random.choice(TYPES)
        }

    def _object(self, depth: int) -> dict[str, Any]:
        names = self._some(NAMES)
        schema: dict[str, Any] = {"type": "object", "properties": {name: self.schema(depth - 1) for name in names}}
        schema["required"] = sorted({*self._some((*names, "d"))})
        if self._chance(0.5):
            schema["additionalProperties"] = self.random.choice((False, False, True, self.schema(0)))
        extras = (
            (0.08, "dependentRequired", {"a": ["b"]}),
            (0.06, "dependentSchemas", {"a": {"properties": {"b": self.schema(0)}}}),
            (0.06, "propertyNames", {"pattern": "^[a-c]$"}),
            (0.06, "patternProperties", {"^[cd]$": self.schema(0)}),
            (0.06, "minProperties", self.random.randrange(3)),
            (0.06, "maxProperties", self.random.randrange(1, 4)),
            (0.04, "if", {"properties": {"a": self.schema(0)}, "required": ["a"]}),
        )
        schema |= {word: value for share, word, value in extras if self._chance(share)}
        if "if" in schema:
            schema["then"] = {"required": ["b"]}
        return schema

    def _array(self, depth: int) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self.schema(depth - 1)}
        extras = (
            (0.3, "minItems", self.random.randrange(3)),
            (0.3, "maxItems", self.random.randrange(1, 4)),
            (0.2, "uniqueItems", True),
            (0.1, "contains", self.schema(0)),
            (0.1, "prefixItems", [self.schema(0)]),
        )
        schema |= {word: value for share, word, value in extras if self._chance(share)}
        return schema

    def _joined(self, depth: int) -> dict[str, Any]:
        word = self.random.choice(("anyOf", "anyOf", "oneOf", "allOf", "not"))
        if word == "not":
            return {**self.schema(depth - 1), "not": self.schema(0)}
        return {word: [self.schema(depth - 1) for _ in range(self.random.randint(1, 3))]}

    def _changed(self, schema: Any) -> Any:
        """The schema with one thing changed somewhere."""
        if not isinstance(schema, dict) or self._chance(0.12):
            return self.schema(1)
        boxes = [word for word in ("properties", "items", "anyOf", "oneOf", "allOf", "not") if word in schema]
        if boxes and self._chance(0.65):
            word = self.random.choice(boxes)
            box = schema[word]
            if word in ("items", "not"):
                return {**schema, word: self._changed(box)}
            keys = list(range(len(box))) if isinstance(box, list) else list(box)
            if keys:
                key = self.random.choice(keys)
                box[key] = self._changed(box[key])
                return schema
        return self._edited(schema)

    def _edited(self, schema: dict[str, Any]) -> dict[str, Any]:
        other = self.schema(1)
        if self._chance(0.4) and schema:
            gone = self.random.choice(sorted(schema))
            return {word: value for word, value in schema.items() if word != gone}
        if schema.get("type") == "object" and self._chance(0.6):
            name = self.random.choice(NAMES)
            required = set(schema.get("required", ())) ^ {name}
            inner = (
                {**schema.get("properties", {}), name: self.schema(0)}
                if self._chance(0.5)
                else schema.get("properties", {})
            )
            return {**schema, "properties": inner, "required": sorted(required)}
        return {**schema, **{word: value for word, value in other.items() if self._chance(0.5)}}
