"""`changebridge editor`: what it writes, and what of the author's own it leaves alone."""

import json

import pytest


def test_the_schemas_the_settings_and_the_modelines_are_written(run, project):
    ran = run("editor")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "written    .changebridge/rules.schema.json",
        "written    .changebridge/bridge.schema.json",
        "written    .changebridge/.gitignore",
        "written    .vscode/settings.json",
        "",
        "For other editors, as the first line of a file:",
        "",
        "  rules/*.yaml: # yaml-language-server: $schema=../.changebridge/rules.schema.json",
        "  bridge.yaml: # yaml-language-server: $schema=.changebridge/bridge.schema.json",
    ]
    assert json.loads((project / ".vscode/settings.json").read_text()) == {
        "yaml.schemas": {
            "./.changebridge/rules.schema.json": ["rules/**/*.yaml", "rules/**/*.yml"],
            "./.changebridge/bridge.schema.json": ["bridge.yaml"],
        }
    }
    schema = json.loads((project / ".changebridge/rules.schema.json").read_text())
    assert schema["definitions"]["entity"]["properties"]["to"]["items"]["enum"] == ["bus", "feed"]
    assert (project / ".changebridge/.gitignore").read_text() == "*\n"


def test_a_second_run_changes_nothing_and_a_new_name_renews_the_schema(run, project):
    run("editor")
    lines = run("editor").out.splitlines()[:3]
    assert [line.split()[0] for line in lines] == ["unchanged"] * 3
    manifest = project / "bridge.yaml"
    manifest.write_text(manifest.read_text().replace("  feed:", "  stream:"))
    assert run("editor").out.splitlines()[0] == "renewed    .changebridge/rules.schema.json"


def test_settings_that_are_there_are_never_written_and_what_they_lack_is_shown(run, project):
    settings = project / ".vscode" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{\n  // mine\n  "editor.tabSize": 3,\n}\n')
    ran = run("editor")
    assert ran.code == 0
    assert ".vscode/settings.json is there already. Add this to it:\n\n{\n" in ran.out
    assert settings.read_text() == '{\n  // mine\n  "editor.tabSize": 3,\n}\n'
    settings.write_text(
        '{"yaml.schemas": {".changebridge/rules.schema.json": [], "./.changebridge/bridge.schema.json": []}}'
    )
    assert "Add this" not in run("editor").out


def test_the_json_says_the_same(run):
    told = run("editor", "--format", "json").json
    assert told["files"][".changebridge/rules.schema.json"] == "written"
    assert told["known"] is True
    assert told["modelines"]["bridge.yaml"].startswith("# yaml-language-server: ")
    assert "yaml.schemas" in told["settings"]


@pytest.mark.parametrize("broken", ["rules/order.yaml", "schemas/order/placed.v1.json"])
def test_a_project_that_is_being_written_gets_what_can_be_read(run, project, broken):
    (project / broken).write_text("{")
    assert run("editor").code == 0
    schema = json.loads((project / ".changebridge/rules.schema.json").read_text())
    assert schema["definitions"]["entity"]["properties"]["to"]["items"]["enum"] == ["bus", "feed"]


def test_a_project_file_that_cannot_be_read_is_a_problem(run, project):
    (project / "bridge.yaml").write_text("a: [")
    ran = run("editor")
    assert ran.code == 1
    assert ran.err.startswith("bridge.yaml:1")
    assert not (project / ".changebridge").exists()


def test_a_folder_that_cannot_be_written_is_a_problem(run, project):
    (project / ".changebridge").write_text("")
    ran = run("editor")
    assert ran.code == 1
    assert "C041 it cannot be written" in ran.err
