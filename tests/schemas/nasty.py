"""Schemas that generators of models stumble over: names, joins, choices, formats, values of several types."""

from typing import Any

S, I = {"type": "string"}, {"type": "integer"}  # noqa: E741
SCHEMAS: dict[str, Any] = {
    "allof-conflict": {
        "allOf": [
            {"type": "object", "properties": {"a": S}},
            {"type": "object", "properties": {"a": {"maxLength": 3}, "b": I}, "required": ["a"]},
        ]
    },
    "oneof-disc": {
        "oneOf": [
            {"type": "object", "title": "Same", "properties": {"k": {"const": "a"}, "v": I}, "required": ["k"]},
            {"type": "object", "title": "Same", "properties": {"k": {"const": "b"}, "v": S}, "required": ["k"]},
        ]
    },
    "oneof-undisc": {
        "type": "object",
        "properties": {
            "p": {
                "oneOf": [
                    {"type": "object", "properties": {"x": I}},
                    {"type": "object", "properties": {"y": I}},
                    {"type": "array", "items": I},
                    {"type": "null"},
                ]
            }
        },
    },
    "recursive": {
        "$ref": "#/$defs/n",
        "$defs": {
            "n": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": S,
                    "kids": {"type": "array", "items": {"$ref": "#/$defs/n"}},
                    "by": {"type": "object", "additionalProperties": {"$ref": "#/$defs/n"}},
                },
            }
        },
    },
    "mutual": {
        "type": "object",
        "properties": {"d": {"$ref": "#/$defs/dept"}},
        "$defs": {
            "dept": {"type": "object", "properties": {"boss": {"$ref": "#/$defs/person"}}},
            "person": {"type": "object", "properties": {"dept": {"$ref": "#/$defs/dept"}}},
        },
    },
    "formats": {
        "type": "object",
        "properties": {
            f.replace("-", "_"): {"type": "string", "format": f}
            for f in [
                "date-time",
                "date",
                "time",
                "duration",
                "email",
                "idn-email",
                "hostname",
                "idn-hostname",
                "ipv4",
                "ipv6",
                "uri",
                "uri-reference",
                "iri",
                "iri-reference",
                "uri-template",
                "uuid",
                "json-pointer",
                "relative-json-pointer",
                "regex",
            ]
        },
    },
    "formats-req": {
        "type": "object",
        "required": ["dt", "d", "t", "du", "u"],
        "properties": {
            "dt": {"type": "string", "format": "date-time"},
            "d": {"type": "string", "format": "date"},
            "t": {"type": "string", "format": "time"},
            "du": {"type": "string", "format": "duration"},
            "u": {"type": "string", "format": "uuid"},
        },
    },
    "patternprops": {"type": "object", "properties": {"a": I}, "patternProperties": {"^x-": S, "^y-": I}},
    "maps": {
        "type": "object",
        "additionalProperties": {"type": "object", "properties": {"n": I}},
        "propertyNames": {"pattern": "^[a-z]+$"},
    },
    "const": {
        "type": "object",
        "properties": {
            "a": {"const": 1},
            "b": {"const": "x"},
            "c": {"const": None},
            "d": {"const": True},
            "e": {"const": 1.5},
            "f": {"const": {"a": 1}},
            "g": {"const": [1, 2]},
        },
    },
    "enum-mixed": {
        "type": "object",
        "properties": {
            "a": {"enum": ["x", 1, None, True, 1.5]},
            "b": {"enum": [1, 2]},
            "c": {"enum": [None]},
            "d": {"enum": [True]},
            "e": {"enum": ["", "a b", "class", "é", "x\ny", "\\", '"']},
            "f": {"enum": [{"a": 1}, [1]]},
        },
    },
    "names": {
        "type": "object",
        "properties": dict.fromkeys(
            [
                "class",
                "def",
                "None",
                "True",
                "self",
                "model_config",
                "model_dump",
                "model_fields",
                "copy",
                "json",
                "dict",
                "schema",
                "validate",
                "construct",
                "_private",
                "__dunder__",
                "1st",
                "a b",
                "a-b",
                "a.b",
                "a_b",
                "é",
                "ключ",
                "💥",
                "$ref",
                "@type",
                "",
                "A",
                "a",
                "type",
                "int",
                "str",
                "list",
                "Any",
                "BaseModel",
                "Field",
                '"q"',
                "back\\slash",
                "new\nline",
                "field",
                "Decimal",
                "date",
                "UUID",
                "x" * 80,
            ],
            I,
        ),
        "required": ["class", "1st", "$ref"],
    },
    "unicode-title": {
        "type": "object",
        "title": "Bestellung aufgegeben — «Ü» 💥",
        "description": 'with """ quotes \\ and\nlines',
        "properties": {"größe": {**I, "description": '"""'}},
    },
    "nullable": {
        "type": "object",
        "required": ["a", "b"],
        "properties": {
            "a": {"type": ["string", "null"]},
            "b": {"anyOf": [I, {"type": "null"}]},
            "c": {"type": ["integer", "string", "null", "boolean"]},
            "d": {"type": ["object", "null"], "properties": {"x": I}, "required": ["x"]},
            "e": {"type": ["array", "null"], "items": {"type": ["number", "null"]}},
        },
    },
    "open": {"type": "object", "additionalProperties": True, "properties": {"a": S}},
    "closed": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"a": {"type": "object", "additionalProperties": False, "properties": {"b": S}}},
    },
    "ext": {
        "type": "object",
        "required": ["s"],
        "properties": {
            "s": {"enum": ["a", "b"], "x-extensible-enum": True},
            "n": {"enum": [1, 2], "x-extensible-enum": True},
        },
    },
    "numbers": {
        "type": "object",
        "properties": {
            "big": {"type": "integer", "maximum": 10**30},
            "dec": {"type": "number", "multipleOf": 0.01},
            "lim": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            "one": {"type": ["integer", "number"]},
        },
    },
    "arrays": {
        "type": "object",
        "properties": {
            "t": {"type": "array", "prefixItems": [S, I], "items": {"type": "boolean"}},
            "u": {"type": "array", "uniqueItems": True, "items": {"type": "object", "properties": {"a": I}}},
            "c": {"type": "array", "contains": I, "minItems": 2, "maxItems": 3},
            "n": {"type": "array", "items": {"type": "array", "items": {"enum": ["a"]}}},
            "f": {"type": "array", "items": False},
            "any": {"type": "array"},
        },
    },
    "bools": {"type": "object", "properties": {"t": True, "f": False, "e": {}, "n": {"not": {"type": "string"}}}},
    "ifthen": {
        "type": "object",
        "properties": {"k": S},
        "if": {"properties": {"k": {"const": "a"}}, "required": ["k"]},
        "then": {"properties": {"only": I}, "required": ["only"]},
        "else": {"properties": {"other": {"type": "object", "properties": {"z": I}}}},
    },
    "scalar": {"type": "string", "format": "date"},
    "array-top": {"type": "array", "items": {"type": "object", "properties": {"a": I}}},
    "notype-any": {},
    "dupes": {
        "type": "object",
        "properties": {
            "item": {"type": "object", "properties": {"item": {"type": "object", "properties": {"item": S}}}},
            "Item": {"type": "object", "properties": {"x": S}},
            "items": {"type": "array", "items": {"type": "object", "properties": {"y": S}}},
        },
    },
    "class": {"type": "object", "title": "class", "properties": {"a": S}},
    "1-2-3": {"type": "object", "title": "123 go", "properties": {"a": S}},
    "deep": {
        "type": "object",
        "properties": {
            "a": {
                "anyOf": [
                    {
                        "allOf": [
                            {"type": "object", "properties": {"x": I}},
                            {"oneOf": [{"properties": {"y": S}}, {"properties": {"z": S}}]},
                        ]
                    },
                    {"type": "string"},
                ]
            }
        },
    },
    "dependent": {
        "type": "object",
        "properties": {"a": S},
        "dependentSchemas": {"a": {"properties": {"b": I}, "required": ["b"]}},
        "dependentRequired": {"b": ["a"]},
    },
    "defaults": {
        "type": "object",
        "properties": {
            "a": {**S, "default": "x"},
            "b": {"type": "array", "default": []},
            "c": {**I, "default": "wrong"},
        },
    },
    "uneval": {
        "allOf": [{"type": "object", "properties": {"a": I}}],
        "properties": {"b": S},
        "unevaluatedProperties": False,
    },
    "pattern": {
        "type": "object",
        "properties": {
            "a": {"type": "string", "pattern": "^\\p{L}+$"},
            "b": {"type": "string", "pattern": "^\\d{3}\\/$"},
        },
    },
}
