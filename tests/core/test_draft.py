"""A rule drafted from a change: what it says, and that lint and test never find anything in it."""

import json
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.decode import decode
from bridge.core.draft import Place, draft, scrub
from bridge.core.draft.names import entity_of, name_of, patterns
from bridge.core.draft.shape import shape
from bridge.core.examples import change_given, read_examples, run_example
from bridge.core.given import change_of
from bridge.core.intake import read_records
from bridge.core.rules import compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.schemas import compile_schemas
from bridge.errors import UndecodableRecord
from bridge.project import load_project

ROOT = Path(__file__).parents[2]
PLACE = Place("rules", "schemas", "com.example.shop", "https://schemas.example.com/shop/", "/shop", "bus")
DOCUMENT = {
    "table": "shop", "region": "us-east-1", "account": "1", "id": "e1", "at": "2026-01-01T00:00:00Z", "sequence": "1",
}  # fmt: skip


def a_change(kind="insert", keys=None, **images):
    return change_of(
        {**DOCUMENT, "change": kind, "keys": {"pk": "ORDER#7", "sk": "META"} if keys is None else keys, **images}
    )


def findings(change, entity=""):
    """Everything that lint and test find in the draft, warnings too."""
    made = draft(change, PLACE, entity)
    files = {name: text.encode() for name, text in made.files.items()}
    schema_files = {name.removeprefix("schemas/"): data for name, data in files.items() if name.endswith(".json")}
    schemas = compile_schemas(schema_files, "schemas/")
    rule_files = {name: data for name, data in files.items() if name.endswith(".yaml")}
    rules, problems = compile_rules(rule_files, Surroundings(schemas, frozenset(schema_files), {"bus"}))
    examples = read_examples(rules.entities, problems)
    assert len(examples) == 1
    failed = [failure.lines for each in examples if (failure := run_example(each, Path.read_bytes))]
    return [str(problem) for problem in problems] + failed


def rule_of(change, entity=""):
    made = draft(change, PLACE, entity)
    return made.files[f"rules/{made.entity}.yaml"]


def schema_of(change, name):
    made = draft(change, PLACE)
    return json.loads(made.files[f"schemas/{made.entity}/{name}.v1.json"])


def test_the_draft_of_an_insert_is_this_rule():
    change = a_change(
        new={"pk": "ORDER#7", "sk": "META", "orderId": "7", "total": Decimal("12.50"), "gone": None, "a-b": [1]}
    )
    assert rule_of(change) == (
        """\
entity: order
about: Drafted from one change. Say here what this is.
source: /shop/order
item_schema: order/item.v1.json
when: {table: [shop], keys: {pk: [{prefix: "ORDER#"}], sk: [META]}}
subject: ${new.orderId}
to: [bus]

events:
  created:
    about: Drafted from one change. Say here when exactly this is said.
    type: com.example.shop.order.created.v1
    schema: order/created.v1.json
    when: {change: [insert]}
    data:
      orderId: ${new.orderId}
      total: ${new.total}
      a-b: "${new.\\"a-b\\"}"
    examples:
      - name: the change that this was drafted from
        given:
          change: insert
          keys: {pk: "ORDER#7", sk: META}
          new: {pk: "ORDER#7", sk: META, orderId: "7", total: 12.50, gone: null, a-b: [1]}
        says:
          data: {orderId: "7", total: 12.50, a-b: [1]}
"""
    )
    assert findings(change) == []


def test_the_schema_of_the_event_has_what_is_said():
    change = a_change(new={"pk": "ORDER#7", "sk": "META", "total": Decimal("12.50"), "gone": None})
    assert schema_of(change, "created") == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://schemas.example.com/shop/order/created.v1.json",
        "title": "Order created",
        "description": "Drafted from one change. Say here what it means to those who read it.",
        "type": "object", "required": ["total"], "properties": {"total": {"type": "number"}},
    }  # fmt: skip
    assert schema_of(change, "item")["properties"]["gone"] == {"type": "null"}


@pytest.mark.parametrize(
    ("kind", "images", "event", "says"),
    [
        ("modify", {"new": {"a": 1, "b": 2}, "old": {"a": 1, "b": 3}}, "changed", ["changed: [b]", "a: ${new.a}"]),
        ("modify", {"new": {"a": 1, "b": 2}, "old": {"a": 1}}, "changed", ["changed: [b]", "b?: ${new.b}"]),
        ("modify", {"new": {"a": 1}, "old": {"a": 1}}, "changed", ["when: {change: [modify]}"]),
        ("modify", {"new": {"a": 1}}, "changed", ["when: {change: [modify]}", "a: ${new.a}"]),
        ("remove", {"old": {"a": 1}}, "removed", ["a: ${old.a}"]),
        ("expire", {"old": {"a": 1}}, "expired", ["a: ${old.a}", "change: [expire]"]),
        ("snapshot", {"new": {"a": 1}}, "found", ["a: ${new.a}"]),
        ("insert", {}, "created", ["pk: ${keys.pk}", "sk: ${keys.sk}"]),
        ("remove", {}, "removed", ["pk: ${keys.pk}"]),
        ("insert", {"new": {"pk": "ORDER#7", "sk": "META"}}, "created", ["pk: ${new.pk}"]),
        ("insert", {"new": {"n": Decimal(2**64)}}, "created", ["n: ${text(new.n)}"]),
        ("insert", {"new": {"a?": 1, "${": 1, "$each": 1, "x" * 256: 1}}, "created", ["data: {}"]),
        ("insert", {"new": {"data": {}, "lines": []}}, "created", ["lines: ${new.lines}"]),
    ],
)
def test_each_kind_of_change_is_drafted_with_what_it_has(kind, images, event, says):
    change = a_change(kind, **images)
    made = draft(change, PLACE)
    assert made.event == event
    assert [text for text in says if text not in made.files["rules/order.yaml"]] == []
    assert findings(change) == []


def test_a_change_of_many_attributes_is_not_narrowed_to_them():
    new, old = ({f"a{n}": n + more for n in range(21)} for more in (0, 1))
    assert "when: {change: [modify]}" in rule_of(a_change("modify", new=new, old=old))


@pytest.mark.parametrize(
    ("keys", "item", "subject"),
    [
        ({"pk": "ORDER#7"}, {"orderId": 7}, "${new.orderId}"),
        ({"pk": "ORDER#7"}, {"id": "7"}, "${new.id}"),
        ({"pk": "ORDER#7"}, {"id": ""}, "${keys.pk}"),
        ({"pk": "ORDER#7"}, {"id": ["7"]}, "${keys.pk}"),
        ({"sk": 1, "pk": "ORDER#7"}, {}, "${keys.pk}/${keys.sk}"),
    ],
)
def test_the_subject_is_the_items_own_id_else_its_keys(keys, item, subject):
    change = a_change(keys=keys, new={**keys, **item})
    assert f"\nsubject: {subject}\n" in rule_of(change)
    assert findings(change) == []


@pytest.mark.parametrize("keys", [{"pk": "a\x00b"}, {"first-name": "a"}, {"pk": ""}])
def test_there_is_no_subject_where_no_key_can_be_one(keys):
    change = a_change(keys=keys, new=dict(keys))
    assert "subject" not in rule_of(change)


def test_an_id_that_only_one_side_has_is_no_subject():
    change = a_change("modify", new={"orderId": "7"}, old={"a": 1})
    assert "subject: ${keys.pk}/${keys.sk}" in rule_of(change)
    assert findings(change) == []


def test_where_nobody_named_the_table_the_keys_tell():
    change = replace(a_change(keys={"id": 1, "pk": "A#1"}, new={"id": 1}), table="")
    assert 'when: {keys: {id: [{exists: true}], pk: [{prefix: "A#"}]}}\n' in rule_of(change)
    assert draft(replace(change, keys={"id": 1}), PLACE).entity == "item"


def test_the_name_given_is_the_name():
    assert draft(a_change(new={"a": 1}), PLACE, "purchase").files.keys() == {
        "rules/purchase.yaml", "schemas/purchase/created.v1.json", "schemas/purchase/item.v1.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "table", "name"),
    [
        ({"pk": "ORDER#7", "sk": "META"}, "shop", "order"),
        ({"pk": "ORDER#7", "sk": "LINE#1"}, "shop", "order-line"),
        ({"pk": "TENANT#a#USER#b", "sk": "TENANT#a"}, "shop", "tenant-user"),
        ({"pk": "PRODUCT#MUG-BLUE"}, "shop", "product"),
        ({"pk": "order:7"}, "shop", "order"),
        ({"id": "7"}, "CustomerOrders-Prod_2", "customer-orders-prod-2"),
        ({"id": 7}, "123", "item"),
        ({"id": 7}, "", "item"),
    ],
)
def test_the_entity_is_named_by_the_labels_in_the_keys_else_by_the_table(keys, table, name):
    assert entity_of(replace(a_change(keys=keys), table=table)) == name


@pytest.mark.parametrize(
    ("key", "pattern"),
    [
        ("ORDER#7", [{"prefix": "ORDER#"}]),
        ("META", ["META"]),
        ("LINE#1#PARCEL#P-1", [{"wildcard": "LINE#*#PARCEL#*"}]),
        ("PRODUCT#MUG-BLUE", [{"prefix": "PRODUCT#"}]),
        ("A1", None),
        ("https://a", [{"prefix": "https:"}]),
        (7, None),
    ],
)
def test_a_key_is_asked_for_by_its_form(key, pattern):
    assert patterns({"pk": key}) == ({} if pattern is None else {"pk": pattern})


def test_a_name_is_words_joined_by_a_dash():
    assert [name_of(text) for text in ("ShopOrders", "my shop!", "9lives", "ÄÖ", "a" * 60)] == [
        "shop-orders", "my-shop", "lives", "", "a" * 40,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "schema"),
    [
        ([1, 2], {"type": "integer"}),
        ([1, Decimal("1.5")], {"type": "number"}),
        ([Decimal(10**30)], {"type": "integer"}),
        (["a", None, True], {"type": ["string", "null", "boolean"]}),
        ([{}], {"type": "object"}),
        ([{"a": 1, "b": 1}, {"a": "x"}], {
            "type": "object", "required": ["a"],
            "properties": {"a": {"type": ["integer", "string"]}, "b": {"type": "integer"}},
        }),
        ([[], [1, "a"]], {"type": "array", "items": {"type": ["integer", "string"]}}),
    ],
)  # fmt: skip
def test_a_shape_is_what_all_values_have_in_common(values, schema):
    assert shape(values) == schema


SAMPLES = [*sorted(ROOT.glob("tests/samples/*/*.json")), ROOT / "rules/records/price-dropped.json"]


def changes_in(file):
    """Every change of a sample that can be read; some show what cannot."""
    with suppress(UndecodableRecord):
        for record in read_records(file.read_bytes()):
            with suppress(UndecodableRecord):
                yield decode(record)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
@pytest.mark.parametrize("prepare", [lambda change: change, scrub], ids=["whole", "scrubbed"])
def test_the_draft_of_every_sample_is_without_a_finding(file, prepare):
    assert [findings(prepare(change)) for change in changes_in(file) if findings(prepare(change))] == []


def shop_changes():
    entities = load_project(ROOT).rules.entities
    examples = read_examples(entities, [])
    return [change_given(each, lambda name: (ROOT / name).read_bytes()) for each in examples]


@pytest.mark.parametrize("change", shop_changes(), ids=lambda change: f"{change.kind} {change.keys}")
def test_the_draft_of_every_change_of_the_shop_is_without_a_finding(change):
    assert findings(change) == []
    assert findings(scrub(change)) == []


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
NUMBERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.decimals(-(10**20), 10**20, places=4).map(lambda n: n.normalize())
).map(lambda n: int(n) if n == int(n) and abs(n) < 2**63 else n)
VALUES = st.recursive(
    st.one_of(TEXTS, NUMBERS, st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
ITEMS = st.dictionaries(TEXTS.filter(bool), VALUES, max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["insert", "modify", "remove", "expire", "snapshot"]), new=ITEMS, old=ITEMS,
    key=st.one_of(TEXTS, NUMBERS), lacking=st.booleans(),
)  # fmt: skip
def test_whatever_an_item_holds_its_draft_is_without_a_finding(kind, new, old, key, lacking):
    images = (
        {"new": new, "old": old}
        if kind == "modify"
        else {"new": new}
        if kind in {"insert", "snapshot"}
        else {"old": old}
    )
    if lacking:
        images.popitem()
    change = a_change(kind, keys={"pk": key}, **images)
    assert findings(change) == []
    assert findings(scrub(change)) == []


def test_objects_are_said_member_by_member_and_lists_of_them_element_by_element():
    old = {"place": {"city": "Ulm", "zip": "x"}, "tariffs": [{"code": "day", "cents": 5}]}
    new = {
        "place": {"city": "Bonn", "of day": 2**70},
        "tariffs": [{"code": "night", "at": {"from": 22}}],
        "tags": ["a"],
    }
    change = a_change("modify", old=old, new=new)
    assert rule_of(change).split("    data:\n")[1].split("    examples:\n")[0] == (
        "      place:\n"
        "        city: ${new.place.city}\n"
        '        of day?: "${text(new.place.\\"of day\\")}"\n'
        "        zip?: ${new.place.zip}\n"
        "      tariffs:\n"
        "        - $each: ${new.tariffs}\n"
        "          code: ${it.code}\n"
        "          at?:\n"
        "            from: ${it.at.from}\n"
        "          cents?: ${it.cents}\n"
        "      tags?: ${new.tags}\n"
    )
    said = schema_of(change, "changed")
    assert (said["required"], said["properties"]["place"]["required"]) == (["place", "tariffs"], ["city"])
    assert findings(change) == []
