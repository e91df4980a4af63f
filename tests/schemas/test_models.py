"""The models that are made of schemas take every event, also those of the next compatible version."""

import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema_rs import RegexOptions, validator_for
from pydantic import ValidationError

from bridge.core.event import Event
from bridge.core.examples import outcome_of, read_examples
from bridge.core.export.bundle import bundle
from bridge.core.export.saying import sayings
from bridge.core.wire import read_json, write_json
from bridge.errors import ProjectInvalid
from bridge.models import python_models, typescript_models
from bridge.project import load_project
from tests.compat.corpus import _contract, corpus
from tests.schemas.converting import bundled
from tests.schemas.generating import events, opened, package

ROOT = Path(__file__).parents[2]
TOOLS = Path(__file__).parent / "typescript"


@pytest.fixture(scope="session")
def shop():
    return load_project(ROOT)


@pytest.fixture(scope="session")
def shop_bundles(shop):
    return {name: bundle(shop.schemas.links, name).document for name in sorted(sayings(shop.rules))}


@pytest.fixture(scope="session")
def shop_models(shop_bundles, tmp_path_factory):
    return package(tmp_path_factory.mktemp("shop"), "shop_events", shop_bundles)


@pytest.fixture(scope="session")
def said(shop) -> list[tuple[str, Event]]:
    """Every event that the examples in the rules say, with its schema's name."""
    by_id = {schema.id: name for name, schema in shop.schemas.by_name.items()}
    outcomes = [
        outcome_of(each, lambda file: (ROOT / file).read_bytes()) for each in read_examples(shop.rules.entities, [])
    ]
    return [(by_id[event.dataschema], event) for outcome in outcomes for event in outcome.events]


def refusals(model, values):
    """The values that a model does not take, and why."""
    found = []
    for value in values:
        try:
            model.model_validate_json(write_json(value))
        except ValidationError as error:
            found.append((value, str(error)))
    return found


def test_models_take_the_examples_of_their_schemas(shop_models, shop_bundles):
    examples = {name: document["examples"] for name, document in shop_bundles.items()}
    assert all(examples.values())
    assert {name: refusals(shop_models[name], values) for name, values in examples.items()} == {n: [] for n in examples}


def test_models_take_every_event_that_the_rules_examples_say(shop_models, said):
    assert {name for name, _ in said} == set(shop_models)
    assert [found for name, event in said if (found := refusals(shop_models[name], [event.data]))] == []


def test_models_take_every_event_of_the_next_compatible_version(shop_models, shop_bundles):
    for name, document in shop_bundles.items():
        for later in successors(document):
            valid = validator_for(later, validate_formats=True).is_valid
            values = events(later, valid)
            assert values
            assert (name, refusals(shop_models[name], values)) == (name, [])


def successors(document):
    """Versions that break no subscriber: a member more everywhere, members that become required or go, narrower values."""
    yield _changed(document, lambda s: s["properties"].update(addedLater={"type": ["string", "null"]}))
    yield _changed(document, lambda s: s["properties"].update(added={"type": "object", "properties": {"a": {}}}))
    yield _changed(document, lambda s: s.update(required=sorted({*s.get("required", ()), *s["properties"]})))
    yield _changed(
        document, lambda s: s.update(properties={n: m for n, m in s["properties"].items() if n in s["required"]})
    )
    yield _changed(document, lambda s: s.update(additionalProperties={"type": "null"}))


def _changed(schema, change):
    if isinstance(schema, list):
        return [_changed(each, change) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: value if name in ("examples", "enum") else _changed(value, change) for name, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made["properties"] = dict(made["properties"])
        change(made)
    return made


@pytest.fixture(scope="session")
def corpus_models(tmp_path_factory):
    """Models of the older version of every change in the corpus that subscribers need not notice."""
    documents, readers = {}, {}
    for number, case in enumerate(corpus()):
        if case.subscribers == "safe":
            documents[f"case-{number}"] = bundle(_contract(case.before).links, "a.v1.json").document
            readers[f"case-{number}"] = case
    return package(tmp_path_factory.mktemp("corpus"), "corpus_events", documents), readers


def test_models_take_every_event_of_every_compatible_change_in_the_corpus(corpus_models):
    models, cases = corpus_models
    checked = 0
    for name, case in cases.items():
        for version in (case.before, case.after):
            said = dict(_contract(version).said)
            values = events(said, validator_for(said, validate_formats=True, pattern_options=RegexOptions()).is_valid)
            checked += len(values)
            assert (case.comment, refusals(models[name], values)) == (case.comment, [])
    assert checked > 500


NUMBERS = {"type": "object", "properties": {"price": {"type": "number"}, "count": {"type": "integer"}}}
SPECIAL = {
    "numbers": NUMBERS,
    "bounds": {
        "properties": {"a": {"type": "number", "minimum": Decimal("0.1")}, "b": {"type": "number", "minimum": 0}},
    },
    "growing": {"properties": {"channel": {"type": "string", "enum": ["web"], "x-extensible-enum": True, "description": "Where."}}},
    "closed": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
    "union": {
        "oneOf": [
            {"title": "Card", "type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}},
            {"title": "Iban", "type": "object", "required": ["iban"], "properties": {"iban": {"type": "string"}}},
        ]
    },
    "names": {"properties": {"class": {"type": "string"}, "model_config": {"type": "integer"}, "2nd": {}, "a b": {}, "json": {}, "": {}}},
    "patterns": {"properties": {"d": {"type": "string", "pattern": "^\\D+$"}, "s": {"type": "string", "pattern": "^[A-Z]{3}$"}}},
    "mail": {"properties": {"to": {"type": "string", "format": "email"}, "at": {"type": "string", "format": "date-time"}}},
    "class": {"properties": {"next": {"$ref": "#"}, "tags": {"type": "array", "uniqueItems": True, "items": {"type": "string"}}}},
    "defaults": {"properties": {"a": {"type": "string", "default": "x"}}},
    "same-title": {"title": "Thing", "properties": {"part": {"title": "Thing", "type": "object", "properties": {"x": {"type": "integer"}}}}},
    "2/2": {"title": "!!", "type": "object", "properties": {"a": {"type": "integer"}}},
}  # fmt: skip


@pytest.fixture(scope="session")
def special(tmp_path_factory):
    return package(
        tmp_path_factory.mktemp("special"), "special_events", {n: bundled(s).document for n, s in SPECIAL.items()}
    )


def test_numbers_keep_every_digit_when_read_as_the_package_says(special):
    text = b'{"price": 12345678901234567890.123456789012345678, "count": 12345678901234567890123}'
    read = special["numbers"].model_validate(json.loads(text, parse_float=Decimal))
    assert (read.price, read.count) == (Decimal("12345678901234567890.123456789012345678"), 12345678901234567890123)


def test_a_bound_with_a_fraction_is_left_out_and_a_whole_one_stays(special):
    assert special["bounds"].model_validate({"a": "0.1", "b": 0}).a == Decimal("0.1")
    with pytest.raises(ValidationError):
        special["bounds"].model_validate({"b": -1})


def test_a_whole_number_with_a_fraction_is_an_integer(special):
    assert special["numbers"].model_validate_json(b'{"count": 2.0}').count == 2


def test_an_enumeration_that_may_grow_is_text_and_says_what_is_known(special):
    assert special["growing"].model_validate({"channel": "app"}).channel == "app"
    source = Path(sys.modules[special["growing"].__module__].__file__).read_text()
    assert "Where. Known so far: web; others may come." in source


def test_a_closed_schema_makes_an_open_model(special):
    assert special["closed"].model_validate({"a": "x", "b": 1}).a == "x"


def test_alternatives_have_their_titles_as_names(special):
    assert type(special["union"].model_validate({"iban": "DE"}).root).__name__ == "Iban"


def test_names_that_python_does_not_take_are_read_by_their_alias(special):
    data = {"class": "x", "model_config": 1, "2nd": 2, "a b": 3, "json": 4, "": 5}
    assert special["names"].model_validate(data).model_dump(by_alias=True) == data


def test_a_regular_expression_that_engines_read_differently_is_left_out(special):
    assert special["patterns"].model_validate({"d": "٣", "s": "EUR"}).d == "٣"
    with pytest.raises(ValidationError):
        special["patterns"].model_validate({"s": "eur"})


def test_a_mail_address_is_text_and_needs_no_further_package(special):
    assert special["mail"].model_validate({"to": "a@example.com", "at": "2026-11-20T09:30:00Z"}).at.year == 2026


def test_a_default_fills_nothing(special):
    assert special["defaults"].model_validate({}).a is None


def test_a_schema_may_lead_back_to_itself(special):
    assert special["class"].model_validate({"next": {"next": {}}}).next.next.next is None


def test_two_things_with_one_title_are_two_classes(special):
    read = special["same-title"].model_validate({"part": {"x": 1}})
    assert read.part.x == 1


def test_a_schema_without_a_usable_title_has_a_model(special):
    assert special["2/2"].model_validate({"a": 1}).a == 1


def test_making_models_twice_makes_the_same_bytes():
    documents = {"numbers": opened(bundled(NUMBERS).document)}
    assert python_models(documents, {}) == python_models(documents, {})


def test_the_models_of_the_shop_are_strictly_typed(shop_models, tmp_path):
    folder = Path(sys.modules[next(iter(shop_models.values())).__module__].__file__).parent
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path), str(folder)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_a_missing_generator_is_a_problem_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ProjectInvalid) as refused:
        python_models({}, {})
    assert (
        str(refused.value)
        == "G002 datamodel-code-generator is not installed\n    fix: pip install 'changebridge[models]'"
    )


def test_a_generator_that_fails_is_a_problem_with_its_last_words(monkeypatch):
    monkeypatch.setattr("bridge.models._PYTHON", ("--nonsense",))
    with pytest.raises(ProjectInvalid) as refused:
        python_models({}, {})
    assert refused.value.problems[0].what.startswith("the generator ended with 2: ")
    assert "--nonsense" in refused.value.problems[0].what


def test_a_generator_that_does_not_end_is_a_problem(monkeypatch):
    monkeypatch.setattr("bridge.models._SECONDS", 0.001)
    with pytest.raises(ProjectInvalid) as refused:
        python_models({}, {})
    assert refused.value.problems[0].what == "the generator did not end within 0.001 s"


def test_no_node_is_a_problem_that_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("bridge.models.which", lambda _name: None)
    with pytest.raises(ProjectInvalid) as refused:
        typescript_models({}, tmp_path)
    assert refused.value.problems[0].code == "G003"


@pytest.fixture(scope="session")
def node():
    """The folder with the pinned generator and compiler of TypeScript."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no node: what is made for TypeScript is not tested")
    if not (TOOLS / "node_modules/typescript").is_dir():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            pytest.skip(f"npm cannot install the generator: {done.stderr[-200:]}")
    return TOOLS


@pytest.fixture(scope="session")
def shop_types(node, shop_bundles, tmp_path_factory):
    folder = tmp_path_factory.mktemp("types")
    made = typescript_models({name: opened(document) for name, document in shop_bundles.items()}, node)
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return folder, sorted(made)


def compiled(node, folder, text):
    """What the compiler says of a program beside the types."""
    (folder / "check.ts").write_text(text)
    command = [
        "node",
        str(node / "node_modules/typescript/lib/tsc.js"),
        "--strict",
        "--noEmit",
        "--skipLibCheck",
        "false",
    ]
    done = subprocess.run([*command, "check.ts"], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout


def test_types_in_typescript_take_every_event_of_this_and_the_next_version(node, shop_types, shop_bundles, said):
    folder, files = shop_types
    lines = []
    for file, (name, document) in zip(
        files, sorted(shop_bundles.items(), key=lambda each: _module(each[0])), strict=True
    ):
        title = "".join(word[0].upper() + word[1:] for word in document["title"].split())
        later = next(successors(document))
        values = events(later, validator_for(later, validate_formats=True).is_valid)
        values += [event.data for schema, event in said if schema == name] + document["examples"]
        module = file.removesuffix(".d.ts")
        lines += [f'import type {{ {title} as {module} }} from "./{module}";']
        lines += [f"const {module}_{i}: {module} = {write_json(value).decode()};" for i, value in enumerate(values)]
    lines += [
        "// @ts-expect-error -- what is wrong is refused",
        'export const wrong: order_cancelled_v1 = {"orderId": 7};',
    ]
    assert compiled(node, folder, "\n".join(lines)) == ""


def _module(name):
    return name.replace("/", "_").replace(".", "_").replace("-", "_")


def test_what_is_read_back_is_what_was_sent(shop_models, said):
    for name, event in said:
        read = json.loads(
            shop_models[name].model_validate_json(event.data_bytes).model_dump_json(by_alias=True, exclude_unset=True)
        )
        assert set(read) == set(read_json(event.data_bytes))
