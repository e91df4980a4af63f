"""`changebridge schemas bundle`, `models`, `export` and `publish`, as a person runs them."""

import json
import sys

import pytest

from bridge.aws.registry import SchemaRegistry
from bridge.cli.schemas import publish
from bridge.core.contain import Containment
from bridge.core.export.plan import Registered
from tests.aws.conftest import BentClock
from tests.aws.stubbed import Stubbed

TYPE = "com.example.placed.v1"
FILE = "schemas/order/placed.v1.json"


def with_schema(project, **keywords):
    """Change the project's one schema."""
    path = project / FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **keywords}))


@pytest.mark.parametrize("name", ["order/placed.v1.json", "order/placed.v1", TYPE])
def test_a_bundle_is_named_by_its_file_or_its_events_type(run, name):
    assert run("schemas", "bundle", name).json["$id"] == "https://example.com/order/placed.v1.json"


def test_the_only_event_needs_no_name_when_all_are_wanted(run):
    assert run("schemas", "bundle", "--all").json["required"] == ["id", "total"]


def test_without_a_name_a_bundle_is_wrong_usage(run):
    ran = run("schemas", "bundle")
    assert (ran.code, ran.out) == (2, "")
    assert "name a schema, or give --all" in ran.err


def test_an_unknown_name_is_a_problem_with_the_nearest(run):
    ran = run("schemas", "bundle", "order/placed.v2")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "G001 there is no schema 'order/placed.v2'; did you mean 'order/placed.v1.json'?\n"
        "    fix: write its path below the schemas folder, such as order/placed.v1, or the type of its event\n"
    )


def test_an_open_bundle_is_what_a_tolerant_reader_reads(run, project):
    with_schema(project, additionalProperties=False)
    assert run("schemas", "bundle", TYPE).json["additionalProperties"] is False
    assert "additionalProperties" not in run("schemas", "bundle", TYPE, "--open").json


@pytest.mark.parametrize(
    ("envelope", "member"), [("cloudevent", "data"), ("eventbridge", "detail"), ("eventbridge-data", "detail")]
)
def test_a_bundle_may_describe_the_whole_event(run, envelope, member):
    made = run("schemas", "bundle", TYPE, "--envelope", envelope).json
    assert made["properties"]["source"] == {"type": "string", "const": "/tiny/orders"}
    within = "cloudevent" if envelope == "eventbridge" else "data"
    assert made["properties"][member] == {"$ref": f"#/$defs/{within}"}


def test_a_bundle_goes_to_a_file_or_to_a_folder(run, project):
    printed = run("schemas", "bundle", TYPE).out
    ran = run("schemas", "bundle", TYPE, "--out", "given/out.json")
    assert (ran.out, ran.code) == ("", 0)
    assert (project / "given/out.json").read_text() == printed
    run("schemas", "bundle", "--all", "--out", "all")
    assert (project / "all/order/placed.v1.json").read_text() == printed


def test_several_bundles_need_a_folder(run, project):
    with_schema(project, **{"$defs": {"x": {}}})
    (project / "schemas/order/other.json").write_text(json.dumps({"$id": "https://example.com/other.json"}))
    ran = run("schemas", "bundle", TYPE, "order/other")
    assert ran.code == 2
    assert "several schemas need a folder" in ran.err


def test_what_cannot_be_written_is_a_problem(run, project):
    (project / "taken").write_text("")
    ran = run("schemas", "bundle", TYPE, "--out", "taken/out.json")
    assert ran.code == 1
    assert "G011 cannot be written: " in ran.err


def test_models_are_printed_or_written_as_a_package(run, project):
    ran = run("schemas", "models", "--language", "python", TYPE)
    assert "class OrderPlacedV1(BaseModel):" in ran.out
    assert "total: Decimal" in ran.out
    ran = run("schemas", "models", "--language", "python", "--out", "tiny_events")
    assert (ran.out, ran.err, ran.code) == ("", "2 written to tiny_events\n", 0)
    assert f'"{TYPE}": order_placed_v1.OrderPlacedV1,' in (project / "tiny_events/__init__.py").read_text()


def test_models_of_several_schemas_need_a_folder(run, project):
    (project / "schemas/order/other.json").write_text(json.dumps({"$id": "https://example.com/other.json"}))
    ran = run("schemas", "models", "--language", "python", TYPE, "order/other")
    assert ran.code == 2
    assert "several schemas need a folder" in ran.err


def test_models_in_typescript_are_made_by_the_generator_beside_the_project(run, project):
    tool = project / "node_modules/json-schema-to-typescript/dist/src/cli.js"
    tool.parent.mkdir(parents=True)
    script = "import pathlib, sys\nout = pathlib.Path(sys.argv[4])\nout.mkdir()\n(out / 'order_placed_v1.d.ts').write_text('made')\n"
    tool.write_text(script)

    def node(name):
        return sys.executable if name == "node" else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bridge.models.which", node)
        assert run("schemas", "models", "--language", "typescript", TYPE).out == "made"


def test_without_a_generator_npx_fetches_the_pinned_one(run, project, monkeypatch):
    asked = []
    monkeypatch.setattr("bridge.models.which", lambda name: f"/bin/{name}" if name == "npx" else None)
    monkeypatch.setattr("bridge.models._run", lambda command, _folder: asked.append(command[:4]))
    run("schemas", "models", "--language", "typescript", "--out", "types")
    assert asked == [["/bin/npx", "--yes", "--package=json-schema-to-typescript@16.0.0", "json2ts"]]


def test_an_export_says_what_is_lost_and_where(run, project):
    identity = {"type": "string", "format": "uuid", "examples": ["x"]}
    (project / FILE).write_text(json.dumps({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/order/placed.v1.json",
        "type": "object", "required": ["id", "total"], "properties": {"id": identity, "total": {"type": "number"}},
        "oneOf": [{"propertyNames": {"maxLength": 9}}],
    }, indent=1))  # fmt: skip
    rule = project / "rules/order.yaml"
    rule.write_text(rule.read_text().split("    examples:")[0])
    ran = run("schemas", "export", "--to", "eventbridge", "--form", "jsonschema", "--out", "made")
    said = json.loads((project / f"made/{TYPE}.json").read_text())
    assert ran.out == (
        f"{TYPE}  JSONSchemaDraft4, {len(json.dumps(said, separators=(',', ':'))):,} characters\n"
        f"    {FILE}:1:1 $: does not say that only one of the alternatives of `oneOf` may hold\n"
        f"    {FILE}:10:3 $.properties.id: does not say that the text is of the format `uuid`, which Draft 4 does not"
        " know and only mentions\n"
        f"    {FILE}:22:3 $.oneOf[0]: does not say what names the members may have\n"
        "    without the annotation `examples`\n"
    )
    assert (ran.err, ran.code) == ("1 written to made\n1 document for EventBridge\n", 0)
    assert said["definitions"]["OrderPlacedData"]["properties"]["id"] == {"type": "string", "format": "uuid"}


def test_what_an_older_draft_calls_otherwise_is_found_as_near_as_can_be(run, project):
    draft = "http://json-schema.org/draft-07/schema#"
    with_schema(project, **{"$schema": draft}, dependencies={"id": {"properties": {"id": {"format": "uri-reference"}}}})
    (made,) = run("schemas", "export", "--to", "eventbridge", "--form", "jsonschema", "--format", "json").json
    (loss,) = made["lost"]
    assert (loss["path"], loss["line"]) == ("$", 1)


def test_an_export_as_json_has_the_document_and_every_loss(run, project):
    with_schema(project, propertyNames={"maxLength": 9}, minProperties=2)
    (made, other) = (
        run("schemas", "export", "--to", "eventbridge", "--format", "json", TYPE, "order/placed.v1").json * 2
    )
    assert made == other
    assert (made["name"], made["schema"], made["type"], made["allows_all"]) == (
        TYPE,
        "order/placed.v1.json",
        "OpenApi3",
        "yes",
    )
    assert made["document"]["components"]["schemas"]["AWSEvent"]["x-amazon-events-source"] == "/tiny/orders"
    assert made["lost"] == [
        {"file": FILE, "line": 1, "path": "$", "what": "what names the members may have", "harmless": False}
    ]


def test_a_schema_that_no_rule_says_or_that_goes_to_no_bus_is_skipped(run, project):
    (project / "schemas/order/other.json").write_text(json.dumps({"$id": "https://example.com/other.json"}))
    ran = run("schemas", "export", "--to", "eventbridge", "order/other")
    assert (ran.out, ran.code) == ("order/other.json  skipped: no rule says it\n", 0)
    rule = project / "rules/order.yaml"
    rule.write_text(rule.read_text().replace("to: [bus]", "to: [feed]"))
    ran = run("schemas", "export", "--to", "eventbridge", "--format", "json")
    assert ran.json == [{"schema": "order/placed.v1.json", "skipped": "it goes to no EventBridge bus"}]


def test_on_a_bus_with_bare_data_the_detail_is_the_data(run, project):
    manifest = project / "bridge.yaml"
    manifest.write_text(manifest.read_text().replace('bus: "${env:TINY_BUS}"', "bus: b, detail: data"))
    (made,) = run("schemas", "export", "--to", "eventbridge", "--format", "json").json
    schemas = made["document"]["components"]["schemas"]
    assert schemas["AWSEvent"]["properties"]["detail"] == {"$ref": "#/components/schemas/OrderPlaced"}
    assert set(schemas) == {"AWSEvent", "OrderPlaced"}
    assert set(schemas["OrderPlaced"]["properties"]) == {"id", "total"}


def test_definitions_whose_names_make_one_class_get_two(run, project):
    part = {"type": "object", "properties": {"x": {"type": "string"}}}
    members = {
        "id": {"type": "string"},
        "total": {"type": "number"},
        "a": {"$ref": "#/$defs/a-b"},
        "b": {"$ref": "#/$defs/aB"},
    }
    with_schema(project, properties=members, **{"$defs": {"a-b": part, "aB": part}})
    (made,) = run("schemas", "export", "--to", "eventbridge", "--format", "json").json
    assert set(made["document"]["components"]["schemas"]) == {"AWSEvent", "OrderPlaced", "OrderPlacedData", "AB", "AB2"}


def test_a_source_that_depends_on_the_item_is_left_open(run, project):
    rule = project / "rules/order.yaml"
    rule.write_text(rule.read_text().replace("source: /tiny/orders", "source: /tiny/${new.id}"))
    (made,) = run("schemas", "export", "--to", "eventbridge", "--format", "json").json
    event = made["document"]["components"]["schemas"]["AWSEvent"]
    assert "x-amazon-events-source" not in event
    assert event["properties"]["source"] == {"type": "string"}


def test_an_example_that_draft_4_refuses_is_a_warning_at_its_line(run, project):
    (project / FILE).write_text(
        '{"$id": "https://example.com/order/placed.v1.json", "type": "object",\n'
        ' "properties": {"id": {"type": "string"}, "total": {"type": "integer"}}, "required": ["id", "total"],\n'
        ' "examples": [{"id": "A", "total": 1},\n  {"id": "A", "total": 2.0}]}'
    )
    rule = project / "rules/order.yaml"
    rule.write_text(rule.read_text().split("    examples:")[0])
    ran = run("schemas", "export", "--to", "eventbridge", "--form", "jsonschema")
    assert f"{FILE}:4:3 $.examples[1]: G008 the example is not valid in Draft 4" in ran.out
    assert ran.code == 0


def test_a_document_that_is_too_long_for_the_registry_is_a_problem(run, project):
    with_schema(project, description="x" * 100_000)
    ran = run("schemas", "export", "--to", "eventbridge")
    assert ran.code == 1
    assert f"{FILE}:1:1 $: G005 '{TYPE}' has 101," in ran.out


@pytest.mark.parametrize(("answer", "code"), [("no", 1), ("unknown", 0)])
def test_an_export_that_is_not_proved_to_allow_all_says_so(run, monkeypatch, answer, code):
    monkeypatch.setattr("bridge.core.export.registry.contains", lambda *_: Containment(answer, reason="too deep"))
    ran = run("schemas", "export", "--to", "eventbridge")
    assert (ran.code, "G007 " in ran.out) == (code, True)


class Pinned:
    """A registry that says what the test wants and remembers what it is told."""

    def __init__(self, found):
        self.found, self.told = found, []

    def exists(self):
        return self.found is not None

    def versions(self):
        return {name: each.versions for name, each in self.found.items()}

    def registered(self, names, _versions):
        return {name: self.found[name] for name in names if name in (self.found or {})}

    def make(self, project):
        self.told.append(("make", project))

    def create(self, export):
        self.told.append(("create", export.name))

    def update(self, export):
        self.told.append(("update", export.name))


@pytest.fixture
def registry(monkeypatch):
    def pin(found):
        pinned = Pinned(found)
        monkeypatch.setattr("bridge.cli.schemas.publish._open", lambda _name: pinned)
        return pinned

    return pin


def test_the_plan_is_shown_and_nothing_is_done(run, registry):
    pinned = registry(None)
    ran = run("schemas", "publish", "--registry", "tiny")
    assert ran.out == f"create     registry tiny\ncreate     {TYPE}: not in the registry\n"
    assert (ran.err, ran.code) == ("1 to create\nnothing was published: --yes does it\n", 0)
    assert pinned.told == []


def test_with_yes_the_plan_is_done(run, registry):
    pinned = registry({TYPE: Registered("OpenApi3", "{}", "", 4)})
    ran = run("schemas", "publish", "--registry", "tiny", "--yes")
    assert ran.out == f"update     {TYPE}: another content than version 4\n"
    assert (ran.err, ran.code) == ("1 to update\n1 published\n", 0)
    assert pinned.told == [("update", TYPE)]


def test_a_plan_as_json_says_whether_it_was_done(run, registry, project):
    (project / "schemas/order/other.json").write_text(json.dumps({"$id": "https://example.com/other.json"}))
    registry({})
    ran = run("schemas", "publish", "--registry", "tiny", "--yes", "--format", "json", TYPE, "order/other")
    assert ran.json == {
        "registry": "tiny", "new": False, "published": True, "problems": [],
        "steps": [
            {"action": "create", "name": TYPE, "why": "not in the registry"},
            {"action": "skip", "name": "order/other.json", "why": "no rule says it"},
        ],
    }  # fmt: skip


def test_a_plan_that_the_registry_would_refuse_is_not_begun(run, registry):
    pinned = registry({f"other-{number}": Registered("OpenApi3", "{}", "", 1) for number in range(100)})
    ran = run("schemas", "publish", "--registry", "tiny", "--yes")
    assert (ran.code, pinned.told) == (1, [])
    assert "G006 the registry would hold 101 schemas" in ran.out


def test_a_registry_that_cannot_be_reached_ends_with_3(run, monkeypatch):
    aws = Stubbed("schemas")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("bridge.cli.schemas.publish._open", lambda name: SchemaRegistry(name, aws, BentClock()))
    with aws.stub:
        aws.stub.add_client_error("describe_registry", "ForbiddenException", http_status_code=403)
        ran = run("schemas", "publish", "--registry", "tiny")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("G009 registry 'tiny': could not look the registry up: ForbiddenException")


def test_the_registry_is_opened_with_boto3():
    assert publish._open("tiny").name == "tiny"
