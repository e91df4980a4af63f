"""`changebridge schemas publish` through boto3's real client, over the wire, to a registry on loopback."""

import json
import shutil
from pathlib import Path

import pytest

from bridge.cli import main
from tests.schemas.registry_server import PAGE, registry_server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def registry(monkeypatch):
    with registry_server() as (url, state):
        for name, value in {
            "AWS_ENDPOINT_URL_SCHEMAS": url, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "NO_PROXY": "127.0.0.1",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
        yield state


@pytest.fixture
def shop(tmp_path):
    for name in ("rules", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "bridge.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def publish(shop, capsys):
    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["schemas", "publish", "--registry", "shop", "--project", str(shop), *arguments])
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out, told.err

    return run


WRITES = {"CreateRegistry", "CreateSchema", "UpdateSchema"}


def test_the_plan_is_shown_and_nothing_written(registry, publish):
    code, out, err = publish()
    assert code == 0
    assert out.startswith("create     registry shop\ncreate     com.example.shop.")
    assert err.endswith("nothing was published: --yes does it\n")
    assert not WRITES & {*registry.calls}
    assert registry.registries == {}


def test_what_is_published_is_there_and_published_twice_changes_nothing(registry, publish):
    code, out, err = publish("--yes")
    assert (code, err.splitlines()[-1]) == (0, "16 published")
    held = registry.registries["shop"]
    assert len(held) == out.count("create     com.example") == 16 > 3 * PAGE
    (placed,) = held["com.example.shop.order.placed.v1"]
    assert (placed["Type"], json.loads(placed["Content"])["openapi"]) == ("OpenApi3", "3.0.0")
    registry.calls.clear()
    code, out, err = publish("--yes")
    assert (code, err) == (0, "16 unchanged\n")
    assert not WRITES & {*registry.calls}
    assert registry.calls.count("ListSchemas") == 4
    assert {len(versions) for versions in held.values()} == {1}


def test_what_has_changed_becomes_one_more_version(registry, publish, shop):
    publish("--yes")
    file = shop / "schemas/order/placed.v1.json"
    document = json.loads(file.read_text())
    document["properties"]["gift"] = {"type": "boolean", "description": "Whether it is one."}
    file.write_text(json.dumps(document))
    code, out, _ = publish("--yes")
    assert code == 0
    assert "update     com.example.shop.order.placed.v1: another content than version 1" in out
    versions = registry.registries["shop"]["com.example.shop.order.placed.v1"]
    assert [each["SchemaVersion"] for each in versions] == ["1", "2"]
    assert publish("--yes")[2] == "16 unchanged\n"


def test_the_other_form_is_told_as_such(registry, publish):
    publish("--yes")
    code, out, _ = publish("--form", "jsonschema")
    assert (code, out.count("OpenApi3 there, JSONSchemaDraft4 here")) == (0, 16)


def test_after_an_error_half_way_the_next_run_does_what_is_left(registry, publish):
    publish()
    registry.down = ["NotFoundException", "ServiceUnavailableException"]  # the second is tried again
    registry.calls.clear()
    assert publish("--yes")[0] == 0
    assert registry.calls[:3] == ["DescribeRegistry", "CreateRegistry", "CreateRegistry"]
    del registry.registries["shop"]["com.example.shop.order.placed.v1"]
    _, out, err = publish("--yes")
    assert [line for line in out.splitlines() if "unchanged" not in line] == [
        "create     com.example.shop.order.placed.v1: not in the registry"
    ]
    assert err == "15 unchanged, 1 to create\n1 published\n"


def test_a_role_that_may_not_is_told_with_what_it_may_not(registry, publish):
    registry.down = ["ForbiddenException"]
    code, out, err = publish("--yes")
    assert (code, out) == (3, "")
    assert err.startswith("G009 registry 'shop': could not look the registry up: ForbiddenException")


def test_a_server_that_is_not_there_is_the_outside(publish, registry, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SCHEMAS", "http://127.0.0.1:9")
    monkeypatch.setattr("bridge.aws.registry._PATIENCE", 1.0)
    code, _, err = publish()
    assert code == 3
    assert err.startswith("G009 registry 'shop': could not look the registry up")
