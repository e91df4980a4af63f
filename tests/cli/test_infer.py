"""`changebridge infer items`."""

import json


def test_a_schema_is_drafted_from_records_and_shown(run, project, a_record):
    (project / "records.json").write_text(json.dumps([a_record("1"), a_record("2", {"id": {"S": "B"}})]))
    ran = run("infer", "items", "records.json")
    schema = json.loads(ran.out)
    assert (ran.code, schema["required"], sorted(schema["properties"])) == (0, ["id"], ["id", "total"])
    assert ran.err == "order: schemas/order/item.v1.json drafted from 2 records of 1 item\n"


def test_a_draft_as_json_says_what_it_was_drafted_from(run, project, a_record):
    (project / "records").mkdir()
    (project / "records/one.json").write_text(json.dumps(a_record("1")))
    (draft,) = run("infer", "items", "records", "--format", "json").json
    assert (draft["entity"], draft["file"], draft["records"], draft["items"]) == (
        "order",
        "schemas/order/item.v1.json",
        1,
        1,
    )


def test_write_writes_once_and_never_over_what_is_there(run, project, a_record):
    (project / "schemas/order/item.v1.json").unlink(missing_ok=True)
    rule = project / "rules/order.yaml"
    rule.write_text(rule.read_text().replace("item_schema: order/item.v1.json\n", ""))
    (project / "records.json").write_text(json.dumps(a_record("1")))
    ran = run("infer", "items", "records.json", "--write")
    assert ran.err.endswith("written; name it in the rule file: item_schema: order/item.v1.json\n")
    path = project / "schemas/order/item.v1.json"
    assert json.loads(path.read_text())["properties"]["total"] == {"type": "number"}
    path.write_text(path.read_text().replace("Order item", "Ours"))
    assert "is there already and stays as it is" in run("infer", "items", "records.json", "--write").err
    assert json.loads(path.read_text())["title"] == "Ours"


def test_records_of_nothing_that_the_project_knows_are_a_finding(run, project, a_record):
    (project / "records.json").write_text(json.dumps([a_record("1", table="others"), {"eventName": "INSERT"}]))
    ran = run("infer", "items", "records.json")
    assert (ran.code, ran.out) == (1, "")
    assert "D0" in ran.err
    assert "no record is about any entity" in ran.err


def test_a_file_that_cannot_be_read_is_wrong_usage(run, project):
    ran = run("infer", "items", "nowhere.json")
    assert (ran.code, "there is no file 'nowhere.json'" in ran.err) == (2, True)
