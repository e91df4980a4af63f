"""`changebridge new`: a project to start from, and a rule drafted from a captured record."""

import json
import re
from pathlib import Path

import pytest

from bridge.captured import captured
from bridge.core.decode import decode
from bridge.errors import UndecodableRecord

ROOT = Path(__file__).parents[2]
PRICE = ROOT / "rules" / "records" / "price-dropped.json"


def checked(run, folder):
    """What lint, warnings included, and test find in a project."""
    ran = [run("lint", "--strict", "--project", folder), run("test", "--project", folder)]
    return [(each.out, each.code) for each in ran]


CLEAN = [("", 0), ("", 0)]


def everything(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words", [["shop"], ["project", "shop"]])
def test_a_new_project_is_without_a_finding_and_says_an_event_of_its_record(run, project, words):
    ran = run("new", *words)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "shop/README.md", "shop/bridge.yaml", "shop/records/order-placed.json", "shop/rules/order.yaml",
        "shop/schemas/order/item.v1.json", "shop/schemas/order/placed.v1.json",
    ]  # fmt: skip
    assert ran.err == "next: changebridge lint --project shop; changebridge test --project shop\n"
    assert checked(run, "shop") == CLEAN
    (said,) = run("map", "--project", "shop", "shop/records/order-placed.json", "--format", "json").json
    assert [event["type"] for event in said["events"]] == ["com.example.shop.order.placed.v1"]


def test_a_new_project_has_the_name_of_its_folder(run, project):
    run("new", "My Shop_2")
    assert "project: my-shop-2\n" in (project / "My Shop_2/bridge.yaml").read_text()
    left = re.compile(rb"\b(PROJECT|TABLE)\b")
    assert not [name for name, data in everything(project / "My Shop_2").items() if left.search(data)]
    assert checked(run, "My Shop_2") == CLEAN


def test_the_variables_of_a_new_project_are_those_that_a_stack_sets_whatever_its_name(run, project):
    run("new", str(project / "my-garage"))
    said = (project / "my-garage/bridge.yaml").read_text()
    assert re.findall(r'"\$\{env:(.*?)\}"', said) == [
        "DOMAIN_BUS",
        "LEDGER_TABLE",
        "QUARANTINE_BUCKET",
        "ON_FAILURE_BUCKET",
    ]


def test_a_folder_without_a_name_gets_one(run, project):
    (project / "123").mkdir()
    run("new", "123")
    assert "project: project\n" in (project / "123/bridge.yaml").read_text()


def test_the_readme_of_a_new_project_shows_commands_that_there_are(run, project):
    run("new", "shop")
    text = (project / "shop/README.md").read_text()
    for line in text.splitlines():
        if line.startswith("changebridge "):
            assert run(*line.split()[1:2], "--help").code == 0


def test_a_project_drafted_from_a_record_is_without_a_finding(run, project):
    ran = run("new", "shop", "--from-record", PRICE)
    assert ran.code == 0
    assert set(everything(project / "shop")) == {
        "README.md", "bridge.yaml", "rules/product.yaml", "schemas/product/changed.v1.json",
        "schemas/product/item.v1.json",
    }  # fmt: skip
    assert "  shop: {view: NEW_AND_OLD_IMAGES}\n" in (project / "shop/bridge.yaml").read_text()
    assert "--scrub replaces what may be personal" in ran.err
    assert checked(run, "shop") == CLEAN
    (said,) = run("map", "--project", "shop", PRICE, "--format", "json").json
    assert [event["type"] for event in said["events"]] == ["com.example.shop.product.changed.v1"]


def test_what_objects_and_lists_of_a_record_gain_later_breaks_no_event_of_the_draft(run, project, a_record):
    record = a_record("1")
    record["dynamodb"]["NewImage"] |= {
        "place": {"M": {"city": {"S": "Ulm"}}},
        "empty": {"M": {}},
        "deep": {"L": [{"L": [{"M": {"a": {"S": "x"}}}]}]},
        "mixed": {"L": [{"M": {"a": {"S": "x"}}}, {"NULL": True}]},
        "bare": {"L": [{"M": {}}, {"M": {"a": {"S": "x"}}}]},
        "tariffs": {"L": [{"M": {"code": {"S": "day"}, "cents": {"N": "5"}}}, {"M": {"code": {"S": "night"}}}]},
    }
    (project / "record.json").write_text(json.dumps(record))
    run("new", "park", "--from-record", "record.json")
    assert checked(run, "park") == CLEAN


def test_the_view_type_is_the_records_where_it_names_one(run, project, a_record):
    keys_only = a_record("1")
    del keys_only["dynamodb"]["NewImage"]
    keys_only["dynamodb"]["StreamViewType"] = "KEYS_ONLY"
    (project / "r.json").write_text(json.dumps(keys_only))
    run("new", "shop", "--from-record", "r.json")
    assert "  orders: {view: KEYS_ONLY}\n" in (project / "shop/bridge.yaml").read_text()
    assert checked(run, "shop") == CLEAN


def is_readable(path):
    """Whether the first record of a sample is a change; some samples show what is none."""
    try:
        return bool(decode(next(captured(path))))
    except UndecodableRecord:
        return False


SAMPLES = [path for path in sorted(ROOT.glob("tests/samples/*/*.json")) if is_readable(path)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
@pytest.mark.parametrize("scrub", [[], ["--scrub"]], ids=["whole", "scrubbed"])
def test_every_sample_makes_a_project_without_a_finding(run, sample, scrub):
    ran = run("new", "shop", "--from-record", sample, *scrub)
    assert (ran.code, "Traceback" in ran.err) == (0, False)
    assert checked(run, "shop") == CLEAN


def test_a_drafted_rule_joins_the_project_under_the_names_it_uses(run, project, a_record):
    item = {"pk": {"S": "USER#ada@lovelace.org"}, "email": {"S": "ada@lovelace.org"}, "name": {"S": "Ada"}}
    record = a_record("1", image=item)
    record["dynamodb"]["Keys"] = {"pk": item["pk"]}
    (project / "r.json").write_text(json.dumps(record))
    ran = run("new", "rule", "--from-record", "r.json", "--scrub")
    assert ran.code == 0
    rule = (project / "rules/user.yaml").read_text()
    assert "source: /tiny/user\n" in rule
    assert "to: [bus]\n" in rule
    assert "https://example.com/user/created.v1.json" in (project / "schemas/user/created.v1.json").read_text()
    assert not [name for name, data in everything(project).items() if b"lovelace" in data and name != "r.json"]
    assert 'pk: "USER#alex.morgan@example.com"' in rule
    assert "--scrub" not in ran.err
    assert [run(command).code for command in ("lint", "test")] == [0, 0]


def test_a_draft_takes_what_types_begin_with_from_the_rules_that_are_there(run, project, a_record):
    rule = project / "rules" / "order.yaml"
    rule.write_text(rule.read_text().replace("com.example.placed.v1", "org.acme.order.placed.v2"))
    (project / "r.json").write_text(json.dumps(a_record("1", table="carts")))
    run("new", "rule", "--from-record", "r.json")
    assert "type: org.acme.carts.created.v1\n" in (project / "rules/carts.yaml").read_text()


def test_a_project_without_any_name_to_follow_gets_examples_of_them(run, project, a_record):
    rule, schema = project / "rules" / "order.yaml", project / "schemas" / "order" / "placed.v1.json"
    rule.write_text(rule.read_text().replace("source: /tiny/orders", "source: orders"))
    schema.write_text(schema.read_text().replace("https://example.com/order/placed.v1.json", "https://example.com/a"))
    item = schema.parent / "item.v1.json"
    item.write_text(item.read_text().replace("https://example.com/order/item.v1.json", "https://example.com/b"))
    (project / "r.json").write_text(json.dumps(a_record("1", table="carts")))
    run("new", "rule", "--from-record", "r.json")
    assert "source: /tiny/carts\n" in (project / "rules/carts.yaml").read_text()
    assert "type: com.example.tiny.carts.created.v1" in (project / "rules/carts.yaml").read_text()
    assert "https://schemas.example.com/tiny/carts/" in (project / "schemas/carts/created.v1.json").read_text()


def test_one_record_of_many_is_named_by_its_id(run, project, a_record):
    records = {"Records": [a_record("1"), a_record("2", table="carts")]}
    (project / "r.json").write_text(json.dumps(records))
    ran = run("new", "rule", "--from-record", "r.json", "--entity", "purchase")
    assert "drafting from the first of 2 records; name another: --record ID" in ran.err
    assert run("new", "rule", "--from-record", "r.json", "--record", "e2").code == 0
    assert (project / "rules/carts.yaml").exists()
    ran = run("new", "rule", "--from-record", "r.json", "--record", "e3")
    assert (ran.code, "r.json holds no record 'e3'" in ran.err) == (2, True)


def test_an_entity_that_is_there_already_is_a_problem_and_nothing_is_written(run, project, a_record):
    (project / "r.json").write_text(json.dumps(a_record("1")))
    before = everything(project)
    ran = run("new", "rule", "--from-record", "r.json", "--entity", "order")
    assert ran.code == 1
    assert (
        "rules/order.yaml: C042 there is an entity 'order' already\n    fix: name the new one: --entity NAME" in ran.err
    )
    assert everything(project) == before


def test_no_file_is_ever_overwritten_and_then_nothing_is_written(run, project, a_record):
    (project / "r.json").write_text(json.dumps(a_record("1")))
    (project / "schemas/orders").mkdir()
    (project / "schemas/orders/created.v1.json").symlink_to("nowhere")
    before = everything(project)
    ran = run("new", "rule", "--from-record", "r.json")
    assert ran.code == 1
    assert "schemas/orders/created.v1.json: C040 it is there already" in ran.err
    assert everything(project) == before
    ran = run("new", ".")
    assert ran.code == 1
    assert "bridge.yaml: C040 it is there already" in ran.err
    assert everything(project) == before


def test_a_folder_that_cannot_be_made_is_a_problem(run, project):
    (project / "file").write_text("")
    ran = run("new", "file/shop")
    assert ran.code == 1
    assert "C041 it cannot be written: Not a directory" in ran.err


def test_a_project_without_targets_is_told_so(run, project, a_record):
    (project / "r.json").write_text(json.dumps(a_record("1")))
    manifest = project / "bridge.yaml"
    begin, _, end = manifest.read_text().partition("targets:")
    manifest.write_text(begin + "targets: {}\nledger:" + end.partition("ledger:")[2])
    for path in (project / "rules").iterdir():
        path.unlink()
    assert "bridge.yaml: C043 the project has no target" in run("new", "rule", "--from-record", "r.json").err


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (None, 2, "there is no file 'r.json'"),
        (b"[]", 2, "holds no record"),
        (b"{", 1, "D002"),
        (b'{"a": 1}', 1, "D010"),
    ],
)
def test_a_file_without_a_record_is_told_so(run, project, content, code, says):
    if content is not None:
        (project / "r.json").write_bytes(content)
    for words in (["new", "rule"], ["new", "shop"]):
        ran = run(*words, "--from-record", "r.json")
        assert (ran.code, says in ran.err) == (code, True)
    assert not (project / "shop").exists()


@pytest.mark.parametrize("words", [["rule"], ["shop"]])
def test_what_is_no_name_of_an_entity_is_a_usage_error(run, project, a_record, words):
    (project / "r.json").write_text(json.dumps(a_record("1")))
    ran = run("new", *words, "--from-record", "r.json", "--entity", "../Order")
    assert (ran.code, "'../Order' is no name of an entity" in ran.err) == (2, True)


def test_without_anything_to_make_the_help_is_shown(run):
    ran = run("new")
    assert "Example: changebridge new shop" in ran.out + ran.err
    assert "Example: " in run("new", "project", "--help").out
    assert "Example: " in run("new", "rule", "--help").out
