"""What publishing would do, and what it does to EventBridge's registry, as botocore's model of its API has it.

Neither moto nor the embedded AWS has the schema registry, so a Stubber answers: it holds each call to the API's model.
`test_publish_wire.py` goes the whole way to a registry on loopback.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import NoRegionError
from botocore.stub import ANY

from bridge.aws.registry import SchemaRegistry
from bridge.core.export.bundle import bundle
from bridge.core.export.plan import MAX_SCHEMAS, MAX_VERSIONS, Registered, Step, objections, plan
from bridge.core.export.registry import MAX_DESCRIPTION, TYPES, export
from bridge.core.export.saying import sayings
from bridge.core.wire import pretty_json, read_json
from bridge.errors import ProjectInvalid, TargetUnavailable
from bridge.project import load_project
from bridge.publishing import prepare, publish
from tests.aws.conftest import BentClock
from tests.aws.stubbed import Stubbed

ROOT = Path(__file__).parents[2]
NAME = "com.example.shop.order.cancelled.v1"


@pytest.fixture(autouse=True)
def _no_real_account(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@pytest.fixture(scope="module")
def cancelled():
    shop = load_project(ROOT)
    name = "order/cancelled.v1.json"
    return export(bundle(shop.schemas.links, name), sayings(shop.rules)[name], name, "openapi", whole=True)


@pytest.fixture
def aws():
    return Stubbed("schemas")


@pytest.fixture
def registry(aws):
    with aws.stub:
        yield SchemaRegistry("shop", aws, BentClock())
        aws.stub.assert_no_pending_responses()


def registered(export, **changed):
    return replace(Registered(TYPES[export.form], export.content, export.about, 3), **changed)


@pytest.mark.parametrize(
    ("changed", "action", "why"),
    [
        ({}, "unchanged", "the same content"),
        ({"content": "{}"}, "update", "another content than version 3"),
        ({"content": "not JSON"}, "update", "another content than version 3"),
        ({"type": "JSONSchemaDraft4"}, "update", "JSONSchemaDraft4 there, OpenApi3 here"),
        ({"about": "Before."}, "update", "another description"),
    ],
)
def test_the_plan_updates_what_differs_and_says_why(cancelled, changed, action, why):
    (step,) = plan([cancelled], {NAME: registered(cancelled, **changed)})
    assert (step.action, step.name, step.why) == (action, NAME, why)


def test_another_layout_of_the_same_content_is_no_change(cancelled):
    there = registered(cancelled, content=pretty_json(dict(reversed(cancelled.document.items()))).decode())
    assert plan([cancelled], {NAME: there})[0].action == "unchanged"


def test_what_is_not_there_is_created(cancelled):
    assert plan([cancelled], {}) == [Step("create", NAME, "not in the registry", cancelled)]


def test_a_registry_takes_a_hundred_schemas(cancelled):
    steps = plan([cancelled], {})
    assert objections(steps, MAX_SCHEMAS - 1) == []
    (problem,) = objections(steps, MAX_SCHEMAS)
    assert (problem.code, problem.what) == ("G006", "the registry would hold 101 schemas, and 100 are its quota")


def test_a_registry_that_is_over_its_quota_may_still_be_updated(cancelled):
    steps = plan([cancelled], {NAME: registered(cancelled, content="{}")})
    assert objections(steps, MAX_SCHEMAS + 5) == []


def test_a_schema_takes_a_hundred_versions(cancelled):
    full = registered(cancelled, versions=MAX_VERSIONS)
    assert objections(plan([cancelled], {NAME: full}), 1) == []
    (problem,) = objections(plan([cancelled], {NAME: replace(full, content="{}")}), 1)
    assert (problem.code, problem.what) == ("G006", f"'{NAME}' has 100 versions, and 100 are their quota")


def content(export):
    return {
        "RegistryName": "shop", "SchemaName": NAME, "Type": "OpenApi3", "Content": export.content,
        "Description": "An order will not be delivered.",
    }  # fmt: skip


def test_a_new_registry_is_made_and_filled(aws, registry, cancelled):
    aws.stub.add_client_error("describe_registry", "NotFoundException", http_status_code=404)
    about = {"Description": "The events of shop, by changebridge.", "RegistryName": "shop"}
    aws.stub.add_response("create_registry", {}, about)
    aws.stub.add_response("create_schema", {"SchemaVersion": "1"}, content(cancelled))
    planned = prepare([cancelled], registry)
    assert (planned.is_new, planned.changes, planned.problems) == (True, 1, ())
    publish(planned, registry, "shop")


def test_what_is_there_is_read_page_by_page_and_updated(aws, registry, cancelled):
    aws.stub.add_response("describe_registry", {}, {"RegistryName": "shop"})
    first = {"Schemas": [{"SchemaName": "other"}], "NextToken": "more"}
    aws.stub.add_response("list_schemas", first, {"RegistryName": "shop"})
    second = {"Schemas": [{"SchemaName": NAME, "VersionCount": 2}]}
    aws.stub.add_response("list_schemas", second, {"RegistryName": "shop", "NextToken": "more"})
    there = {"Type": "OpenApi3", "Content": "{}"}
    aws.stub.add_response("describe_schema", there, {"RegistryName": "shop", "SchemaName": NAME})
    planned = prepare([cancelled], registry)
    assert [(step.action, step.why, step.versions) for step in planned.steps] == [
        ("update", "another content than version 2", 2)
    ]
    wanted = {**content(cancelled), "ClientTokenId": ANY}
    aws.stub.add_response("update_schema", {"SchemaVersion": "3"}, wanted)
    publish(planned, registry, "shop")


def test_publishing_twice_changes_nothing(aws, registry, cancelled):
    aws.stub.add_response("describe_registry", {})
    aws.stub.add_response("list_schemas", {"Schemas": [{"SchemaName": NAME, "VersionCount": 1}]})
    there = {"Type": "OpenApi3", "Content": cancelled.content, "Description": cancelled.about}
    aws.stub.add_response("describe_schema", there)
    planned = prepare([cancelled], registry)
    assert [step.action for step in planned.steps] == ["unchanged"]
    publish(planned, registry, "shop")


def test_an_empty_plan_makes_no_registry(aws, registry):
    aws.stub.add_client_error("describe_registry", "NotFoundException", http_status_code=404)
    publish(prepare([], registry), registry, "shop")


def test_a_schema_that_vanishes_between_two_calls_is_created(aws, registry, cancelled):
    aws.stub.add_response("describe_registry", {})
    aws.stub.add_response("list_schemas", {"Schemas": [{"SchemaName": NAME, "VersionCount": 1}]})
    aws.stub.add_client_error("describe_schema", "NotFoundException", http_status_code=404)
    assert [step.action for step in prepare([cancelled], registry).steps] == ["create"]


def test_throttling_is_waited_for(aws, registry):
    aws.stub.add_client_error("describe_registry", "TooManyRequestsException", http_status_code=429)
    aws.stub.add_response("describe_registry", {})
    assert registry.exists()


def test_an_error_on_the_way_to_the_registry_is_a_problem(aws, registry):
    aws.stub.add_client_error("describe_registry", "ForbiddenException", "no", http_status_code=403)
    with pytest.raises(TargetUnavailable) as refused:
        registry.exists()
    says = "G009 registry 'shop': could not look the registry up: ForbiddenException (HTTP 403)"
    assert str(refused.value).splitlines()[0] == says


def test_what_the_registry_refuses_is_a_problem_with_its_words(aws, registry, cancelled):
    aws.stub.add_client_error("create_schema", "BadRequestException", "Invalid name.", http_status_code=400)
    with pytest.raises(ProjectInvalid) as refused:
        registry.create(cancelled)
    says = f"G010 registry 'shop' refuses to create '{NAME}' (BadRequestException (HTTP 400)): Invalid name."
    assert str(refused.value).splitlines()[0] == says


def test_a_registry_that_is_missing_when_written_to_is_an_error(aws, registry, cancelled):
    aws.stub.add_client_error("update_schema", "NotFoundException", http_status_code=404)
    with pytest.raises(TargetUnavailable):
        registry.update(cancelled)


def test_no_region_is_a_problem(cancelled):
    class Nowhere:
        def client(self, *_):
            raise NoRegionError

    with pytest.raises(TargetUnavailable) as refused:
        SchemaRegistry("shop", Nowhere(), BentClock()).exists()
    assert refused.value.problems[0].code == "G009"


class Remembering:
    """A registry in memory: what `publishing.Registry` asks for."""

    def __init__(self):
        self.made, self.there = False, {}

    def exists(self):
        return self.made

    def versions(self):
        return dict.fromkeys(self.there, 1)

    def registered(self, names, versions):
        return {name: self.there[name] for name in names if name in versions}

    def make(self, _project):
        self.made = True

    def create(self, export):
        assert export.name not in self.there
        self.there[export.name] = registered(export)

    def update(self, export):
        assert export.name in self.there
        self.there[export.name] = registered(export)


def test_the_whole_shop_is_published_once_and_then_up_to_date():
    shop = load_project(ROOT)
    said, registry = sayings(shop.rules), Remembering()
    exports = [
        export(bundle(shop.schemas.links, name), each, name, "openapi", whole=True) for name, each in said.items()
    ]
    actions = []
    for _ in range(2):
        planned = prepare(exports, registry)
        actions.append(Counter(step.action for step in planned.steps))
        publish(planned, registry, "shop")
    assert actions == [{"create": len(exports)}, {"unchanged": len(exports)}]
    assert all(read_json(each.content) for each in registry.there.values())
    assert all(len(each.about) <= MAX_DESCRIPTION for each in registry.there.values())
