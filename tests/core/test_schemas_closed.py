"""The closed form of a schema: as data, and as laws against an oracle that closes while it evaluates."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from bridge.core.schema.compiled import Schema
from bridge.core.schema.strict import STRICT
from bridge.core.schemas import compile_schemas

CASES = yaml.safe_load((Path(__file__).parents[1] / "compliance/schemas-closed.yaml").read_text())


def compiled(schema: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> Schema:
    """A schema under the name `a/b.v1.json`, with its neighbours."""
    everything = {"a/b.v1.json": schema} | dict(files or {})
    documents = {name: {"$id": f"https://ex.com/{name}", **document} for name, document in everything.items()}
    found = compile_schemas({name: json.dumps(document).encode() for name, document in documents.items()})
    schema_compiled = found.get("a/b.v1.json")
    assert schema_compiled is not None
    return schema_compiled


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["comment"])
def test_the_closed_form_admits_what_is_declared_and_nothing_else(case):
    schema = compiled(case["schema"], case.get("files"))
    assert [data for data in case["holds"] if schema.problems(data)] == []
    assert [data for data in case["refused"] if not schema.problems(data)] == []


# A language of schemas in which every object is described, so that all it leaves open is to be closed.

INTEGER = {"type": "integer"}
JOINS = ["", "", "allOf", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "not", "$ref"]


@st.composite
def objects(draw, depth):
    """A schema of objects whose members `a` are objects again, often described from several sides."""
    members = {name: INTEGER for name in "xyz" if draw(st.booleans())}
    if draw(st.booleans()):
        members["k"] = {"const": draw(st.sampled_from([1, 2]))}
    if depth and draw(st.integers(0, 3)):
        members["a"] = draw(objects(depth - 1))
    if depth and not draw(st.integers(0, 3)):
        members["l"] = {"type": "array", "items": draw(objects(depth - 1))}
    if depth and not draw(st.integers(0, 5)):
        members["l"] = {"type": "array", "prefixItems": [draw(objects(depth - 1))], "items": draw(objects(depth - 1))}
    schema = {"type": "object", "properties": members, "required": draw(st.sampled_from([[], [], ["k"]]))}
    return {**schema, **(draw(joined(depth)) if depth else {})}


@st.composite
def joined(draw, depth):
    """What applies beside the rest of a schema."""
    how = draw(st.sampled_from(JOINS))
    branch = objects(depth - 1)
    if how in ("allOf", "anyOf", "oneOf"):
        return {how: [draw(branch), draw(branch)]}
    if how == "if":
        return {how: draw(branch), "then": draw(branch), "else": draw(branch)}
    others = {
        "not": lambda: {how: draw(branch)},
        "dependentSchemas": lambda: {how: {"x": draw(branch)}},
        "$ref": lambda: {how: "#/$defs/shared"},
        "": dict,
    }
    return others[how]()


@st.composite
def schemas(draw):
    """A whole schema, with a part that refers to itself."""
    shared = draw(objects(0))
    shared["properties"]["a"] = draw(st.sampled_from([INTEGER, {"$ref": "#/$defs/shared"}]) | objects(0))
    return {**draw(objects(2)), "$defs": {"shared": shared}}


@st.composite
def fitting(draw, schema, root, room=4):
    """A value that has a chance to satisfy the schema, now and then with a member that nobody declares."""
    if schema.get("type") == "array":
        places = [*schema.get("prefixItems", []), *[schema["items"]] * draw(st.integers(0, 2))]
        return [draw(fitting(place, root, room - 1)) for place in places]
    members: dict = {}
    for part in _parts(schema, root):
        for name, inner in part.get("properties", {}).items():
            members.setdefault(name, []).append(inner)
    if "properties" not in schema and "$ref" not in schema:
        return 2 if schema.get("type") == "integer" else "x" if "type" in schema else 1
    given_names = [name for name in sorted(members) if room and draw(st.integers(0, 3))]
    value: dict = {}
    for name in given_names:
        drawn = [draw(fitting(inner, root, room - 1)) for inner in members[name]]
        value[name] = (
            {k: v for one in drawn for k, v in one.items()} if all(isinstance(d, dict) for d in drawn) else drawn[0]
        )
    return value | (
        {draw(st.sampled_from(["x", "y", "a", "zz"])): draw(st.sampled_from([1, {}, {"zz": 1}]))}
        if not draw(st.integers(0, 3))
        else {}
    )


def _parts(schema, root):
    yield schema
    inner = [root["$defs"]["shared"]] if "$ref" in schema else []
    inner += [one for keyword in ("allOf", "anyOf", "oneOf") for one in schema.get(keyword, ())]
    inner += [schema[keyword] for keyword in ("if", "then", "else") if keyword in schema]
    inner += schema.get("dependentSchemas", {}).values()
    for one in inner:
        yield from _parts(one, root)


SCHEMAS_AND_VALUES = schemas().flatmap(
    lambda schema: st.tuples(st.just(schema), st.lists(fitting(schema, schema), min_size=1, max_size=8))
)


def declared(schema: Any, value: Any, root: Any) -> Any:
    """None where the value breaks the schema; else which members are declared, by name, as deep as they go."""
    if isinstance(schema, bool):
        return {} if schema else None
    if not jsonschema.Draft202012Validator({**schema, "$defs": root["$defs"]}).is_valid(value):
        return None
    found: dict = {}
    if isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                _merge(found, {name: declared(inner, value[name], root)})
    if isinstance(value, list):
        prefix = schema.get("prefixItems", [])
        for index, element in enumerate(value):
            inner = prefix[index] if index < len(prefix) else schema.get("items")
            if inner is not None:
                _merge(found, {index: declared(inner, element, root)})
    for inner in _applying(schema, value, root):
        _merge(found, declared(inner, value, root) or {})
    return found


def _applying(schema, value, root):
    if "$ref" in schema:
        yield root["$defs"]["shared"]
    for keyword in ("allOf", "anyOf", "oneOf"):
        yield from schema.get(keyword, ())
    if "if" in schema:
        holds = declared(schema["if"], value, root) is not None
        if holds and isinstance(value, dict):
            yield {"properties": dict.fromkeys(schema["if"]["properties"], True)}
        yield schema["then" if holds else "else"]
    if isinstance(value, dict):
        yield from (inner for name, inner in schema.get("dependentSchemas", {}).items() if name in value)


def _merge(found, more):
    for name, inner in more.items():
        _merge(found.setdefault(name, {}), inner)


def _only(value, names) -> bool:
    if isinstance(value, dict):
        return all(name in names and _only(inner, names[name]) for name, inner in value.items())
    if isinstance(value, list):
        return all(_only(inner, names.get(index, {})) for index, inner in enumerate(value))
    return True


RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@RELAXED
@given(SCHEMAS_AND_VALUES)
def test_the_open_form_means_what_the_schema_means(drawn):
    """python's jsonschema is the second opinion, on the schema as it was written."""
    schema, values = drawn
    form = validator_for(dict(compiled(schema).open), **STRICT)
    theirs = jsonschema.Draft202012Validator(schema)
    assert [form.is_valid(value) for value in values] == [theirs.is_valid(value) for value in values]


@RELAXED
@given(SCHEMAS_AND_VALUES)
def test_closing_is_never_too_narrow_and_admits_nothing_that_is_declared_nowhere(drawn):
    schema, values = drawn
    schema_compiled = compiled(schema)
    for value in values:
        names = declared(schema, value, schema)
        holds = not schema_compiled.problems(value)
        if names is None:
            assert not holds, "the closed form admits what the open one refuses"
        elif _only(value, names):
            assert holds, "all of it is declared"
        elif "zz" in json.dumps(value) and not _open_somewhere(schema):
            assert not holds, "zz is declared nowhere"


def _open_somewhere(schema) -> bool:
    """Whether some member is described by a question only, and so admits anything."""
    return '"if"' in json.dumps(schema)
