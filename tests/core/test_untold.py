"""What a record does not tell of where it happened is unknown, never "no match"."""

from pathlib import Path

import pytest

from bridge.core.decode import decode, read_batch
from bridge.core.match import holds
from bridge.core.pattern import compile_pattern
from bridge.core.yamltree import read_yaml
from bridge.errors import UnmappableChange, Where
from bridge.project import load_project
from tests.local.world import ARN, record

SAMPLE = Path(__file__).parents[2]


def untold(**images):
    raw = record(1, "ORDER#1")
    del raw["eventSourceARN"], raw["awsRegion"]
    raw["dynamodb"] |= images
    return decode(read_batch({"Records": [raw]}).records[0])


def asked(text, change):
    return holds(compile_pattern(read_yaml(text.encode(), "r.yaml")), change, change.document(), Where("r.yaml", 3))


@pytest.mark.parametrize(
    ("when", "names"),
    [
        ("table: [shop]", "table"),
        ("region: [eu-west-1]\naccount: ['1']", "account, region"),
        ("table: [shop]\nkeys: {pk: [{prefix: 'ORDER#'}]}", "table"),
        ("table: [{exists: false}]", "table"),
        ("table: [shop]\nold: {status: [PAID]}", "table"),
    ],
)
def test_a_pattern_that_asks_where_it_happened_is_told_that_the_record_does_not_say(when, names):
    with pytest.raises(UnmappableChange) as caught:
        asked(when, untold() if "old" not in when else untold_modification())
    assert str(caught.value) == (
        f"r.yaml:3: M009 `when` asks for '{names}', which the record does not tell\n"
        "    fix: give the record its eventSourceARN, as Lambda and Pipes do, or ask only for what it tells"
    )


def untold_modification():
    raw = record(1, "ORDER#1") | {"eventName": "MODIFY", "eventSourceARN": None}
    return decode(read_batch({"Records": [raw]}).records[0])


@pytest.mark.parametrize(
    ("when", "answer"),
    [("table: [shop]\nkeys: {pk: [other]}", False), ("keys: {pk: [ORDER#1]}", True), ("$or: [{table: [shop]}, {change: [insert]}]", True)],
)  # fmt: skip
def test_what_the_record_does_tell_may_decide_by_itself(when, answer):
    assert asked(when, untold()) is answer


def test_an_image_that_is_not_delivered_is_still_the_view_types_fault():
    raw = record(1, "ORDER#1") | {"eventName": "MODIFY", "eventSourceARN": ARN}
    with pytest.raises(UnmappableChange, match="M006 `when` asks for 'old', which the stream's view type does not"):
        asked("old: {status: [PAID]}", decode(read_batch({"Records": [raw]}).records[0]))


def sample(keys):
    """A record as it is read from the stream by hand, and the sample shop's rules for it."""
    raw = record(1)
    del raw["eventSourceARN"]
    raw["dynamodb"] |= {"Keys": keys, "NewImage": keys}
    return load_project(SAMPLE).rules, decode(read_batch({"Records": [raw]}).records[0])


def test_a_record_of_the_sample_shop_without_its_table_is_not_silently_unmatched():
    rules, change = sample({"pk": {"S": "ORDER#1"}, "sk": {"S": "META"}})
    with pytest.raises(UnmappableChange, match="M009"):
        rules.translate(change)


def test_a_record_whose_keys_are_no_rules_is_unmatched_wherever_it_happened():
    rules, change = sample({"Id": {"N": "101"}})
    assert rules.translate(change).events == ()


def test_a_value_that_says_where_it_happened_is_refused_too(tmp_path):
    files = {
        "bridge.yaml": "project: t\nrules: rules/\nschemas: schemas/"
        "\ntargets: {bus: {eventbridge: {bus: b}}}\nledger: {dynamodb: {table: l}}\nquarantine: {s3: {bucket: q}}\n",
        "rules/e.yaml": "entity: e\nsource: /s\nto: [bus]\nevents:\n"
        "  a: {type: a.v1, schema: e.json, data: {a: \"${default(account, 'none')}\"}}\n",
        "schemas/e.json": '{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://x.example/e.json"}',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.raises(UnmappableChange, match="M009 the rule reads 'account', which the record does not tell"):
        load_project(tmp_path).rules.translate(untold())
