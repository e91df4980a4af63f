"""Models of schemas that generators stumble over take every event of these schemas."""

import re
import warnings
from decimal import Decimal

import pytest
from jsonschema_rs import RegexOptions, validator_for

from bridge.core.export.bundle import bundle
from bridge.core.export.naming import class_name, module_names
from bridge.core.wire import write_json
from bridge.models import typescript_models
from tests.compat.corpus import _contract
from tests.schemas.generating import events, opened, package
from tests.schemas.nasty import SCHEMAS
from tests.schemas.test_models import compiled, node, refusals

__all__ = ["node"]


def exact(schema):
    """The schema as it is read from a file: no float in it."""
    if isinstance(schema, dict):
        return {name: exact(inner) for name, inner in schema.items()}
    if isinstance(schema, list):
        return [exact(inner) for inner in schema]
    return Decimal(repr(schema)) if isinstance(schema, float) else schema


@pytest.fixture(scope="session")
def nasty():
    """Each schema bundled, and values at its edges that may be said."""
    contracts = {name: _contract(exact(schema)) for name, schema in SCHEMAS.items()}
    said = {}
    for name, contract in contracts.items():
        valid = validator_for(dict(contract.said), validate_formats=True, pattern_options=RegexOptions()).is_valid
        said[name] = events(dict(contract.said), valid)
    return {name: bundle(contract.links, "a.v1.json").document for name, contract in contracts.items()}, said


def test_models_in_python_take_every_event(nasty, tmp_path):
    bundles, said = nasty
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's, of a member that is called as a method of its own
        models = package(tmp_path, "nasty_events", bundles)
    assert all(said.values())
    assert {name: refusals(models[name], values) for name, values in said.items()} == {name: [] for name in SCHEMAS}


def test_types_in_typescript_take_every_event(nasty, node, tmp_path):
    bundles, said = nasty
    for file, data in typescript_models({name: opened(each) for name, each in bundles.items()}, node).items():
        (tmp_path / file).write_bytes(data)
    lines = []
    for name, module in module_names(bundles).items():
        exported = re.findall(
            r"^export (?:interface|type) (\w+)", (tmp_path / f"{module}.d.ts").read_text(), re.MULTILINE
        )
        root = next((each for each in exported if each.lower() == class_name(name).lower()), exported[0])
        lines.append(f'import type {{ {root} as T{module} }} from "./{module}";')
        lines += [
            f"const {module}_{i}: T{module} = {write_json(value).decode()};" for i, value in enumerate(said[name])
        ]
    assert compiled(node, tmp_path, "\n".join(lines)) == ""
