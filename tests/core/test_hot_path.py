"""What is fast says what is plain: closures, indexes and partial reading against the modules that define the meaning."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import workload
from bridge.core.attributes import plain_item
from bridge.core.closures import Sure
from bridge.core.decode import decode, read_batch
from bridge.core.event import written
from bridge.core.expression import ABSENT, compile_expression, members
from bridge.core.given import ASSUMED, change_of
from bridge.core.home import home_of
from bridge.core.map import Literal, placed
from bridge.core.pattern import compile_pattern
from bridge.core.rules import compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.rules.index import Index
from bridge.core.schemas import compile_schemas
from bridge.core.template import Scope, compile_template
from bridge.core.wants import Wants, everything
from bridge.core.wire import canonical_json, write_json
from bridge.core.yamltree import read_yaml
from bridge.errors import RecordRefused, UndecodableRecord, UnmappableChange, Where
from bridge.project import load_project
from tests.core.plainly import plainly

ROOT = Path(__file__).parents[2]
NAMES = ["new", "old", "item", "keys", "change", "index", "it"]

# Documents and patterns of few names and values, so that they meet

scalars = st.sampled_from(["a", "b", "ab", "", 1, Decimal("1.5"), True, False, None])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)
images = st.dictionaries(st.sampled_from("xyz"), values, max_size=3)
documents = st.fixed_dictionaries(
    {"change": st.sampled_from(["insert", "modify"])},
    optional={"new": images, "old": images, "item": images, "keys": images},
)
leaves = st.lists(
    st.sampled_from(
        [
            "a", "b", 1, True, None, {"prefix": "a"}, {"prefix": ""}, {"exists": True}, {"exists": False},
            {"anything-but": ["a"]}, {"numeric": [">", 1]}, {"suffix": "b"}, {"equals-ignore-case": "A"},
        ]
    ),
    min_size=1, max_size=3,
)  # fmt: skip
below = st.recursive(
    leaves, lambda inner: st.dictionaries(st.sampled_from("xyz"), inner, min_size=1, max_size=2), max_leaves=4
)
fields = st.dictionaries(st.sampled_from("xyz"), below, min_size=1, max_size=2)
patterns = st.dictionaries(st.sampled_from(["new", "old", "item"]), fields, min_size=1, max_size=2) | st.tuples(
    fields, fields
).map(lambda pair: {"$or": [{"new": pair[0]}, {"old": pair[1]}]})


def pattern_of(plain):
    return compile_pattern(read_yaml(json.dumps(plain).encode(), "rule.yaml"))


@given(patterns, documents)
def test_a_pattern_holds_as_its_formula_does(plain, document):
    pattern = pattern_of(plain)
    assert pattern.matches(document) == pattern.formula.holds(document)


@given(st.lists(patterns, max_size=5), documents, st.sets(st.sampled_from(["new", "old"])))
def test_an_index_leaves_out_no_pattern_that_may_hold(plain, document, unknown):
    made = [pattern_of(each) for each in plain]
    document = {name: value for name, value in document.items() if name not in unknown}
    meant = Index([(each,) for each in made], {"new", "old", "item"}).meant(document, unknown)
    assert list(meant) == sorted(set(meant))
    assert [n for n, each in enumerate(made) if each.may_match(document, unknown) is not False and n not in meant] == []


def test_an_index_leaves_out_what_cannot_hold():
    made = [pattern_of({"keys": {"pk": [{"prefix": f"{name}#"}]}}) for name in ("order", "customer", "product")]
    index = Index([(each,) for each in made], {"keys"})
    assert list(index.meant({"keys": {"pk": "customer#7"}})) == [1]
    assert list(index.meant({"keys": {"pk": "other#7"}})) == []
    assert list(index.meant({}, {"keys"})) == [0, 1, 2]
    assert list(index.meant({"keys": {"pk": ["customer#7"]}})) == [0, 1, 2]
    assert list(index.meant({"keys": [{"pk": "customer#7"}]})) == [0, 1, 2]


# Templates

EXPRESSIONS = [
    "new.x", "new.x.y", "old.x", "item", "change", "new.x[0]", "new.z[*].x", "nullable(new.x)", "default(new.x, 'd')",
    "{a: new.x}", "[new.x, new.y]", "'text'", "`1.50`", "upper(new.x)", "add(new.x, `1`)", "new.x == 'a'", "keys(new)",
    "if(new.x == 'a', new.y)", "`null`", "new.z", "to_json({a: new.y})",
]  # fmt: skip
holes = st.sampled_from(EXPRESSIONS).map(lambda text: f"${{{text}}}")
texts = st.lists(st.sampled_from(["order ", "-"]) | holes, min_size=2, max_size=3).map("".join)
rows = st.lists(holes, max_size=2) | st.tuples(st.sampled_from(["${new.z}", "${old.z}"]), holes).map(
    lambda pair: [{"$each": pair[0], "n": "${it}", "i": "${index}", "o?": pair[1]}]
)
templates = st.recursive(
    holes | texts | st.sampled_from(["literal", 1, True]),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b?", "c", "d?"]), inner | rows, min_size=1, max_size=3),
    max_leaves=5,
)


@given(templates, documents)
def test_a_closure_gives_the_value_of_its_template_or_leaves_it_open(plain, document):
    problems = []
    template = compile_template(read_yaml(json.dumps(plain).encode(), "rule.yaml"), Scope(frozenset(NAMES)), problems)
    if problems:
        return
    found = Sure(template).value(document)
    try:
        meant = placed(template, document, Where(), "$")
    except UnmappableChange:
        meant = ABSENT
    if found is not None:
        assert write_json(found) == write_json(meant)
    elif isinstance(plain, str) and plain in ("${new.x}", "${change}", "${default(new.x, 'd')}"):
        assert meant is ABSENT  # what is ordinary is not left open


# What is read of an image


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("new.x.y", {("new", "x")}),
        ("@.new.x", {("new", "x")}),
        ("new.z[*].x", {("new", "z")}),
        ("new | x", {("new", "x")}),
        ("new.{a: x, b: y}", {("new", "x"), ("new", "y")}),
        ("new.[x, @.y]", {("new", "x"), ("new", "y")}),
        ("length(new.z)", {("new", "z")}),
        ("map(&x, new.z)", {("new", "z")}),
        ("new.z[?x == 'a'].y | [0]", {("new", "z")}),
        ("changed(&x.y)", {("new", "x"), ("old", "x")}),
        ("became(&x, item.y)", {("new", "x"), ("old", "x"), ("item", "y")}),
        ("map(&changed(&y), new.z)", {("new", "z"), ("new", "y"), ("old", "y")}),
        ("changed(&@)", {("new", None), ("old", None)}),
        ("new", {("new", None)}),
        ("new.*", {("new", None)}),
        ("keys(item)", {("item", None)}),
        ("new || old", {("new", None), ("old", None)}),
        ("(new || old).x", {("new", None), ("old", None)}),
        ("new == old", {("new", None), ("old", None)}),
        ("new[0]", {("new", None)}),
        ("@", {("new", None), ("old", None), ("item", None)}),
        ("keys(@)", {("new", None), ("old", None), ("item", None)}),
        ("change", set()),
    ],
)
def test_the_members_that_an_expression_reads(text, read):
    tree = compile_expression(text, lambda _: Where(), NAMES).tree
    assert members(tree, {"new", "old", "item"}) == read


# A whole project


@pytest.fixture(scope="module")
def shop():
    return load_project(ROOT).rules


def translated(rules, record, wanted):
    try:
        return [(event.body, event.targets, event.lane) for event in rules.translate(decode(record, wanted)).events]
    except RecordRefused as error:
        return [str(problem) for problem in error.problems]


def changes_of_the_examples(rules):
    """Every example of the shop as a change, and with each of its attributes left out."""
    for entity in rules.entities:
        for rule in entity.rules:
            for example in rule.examples:
                given_ = example.plain().get("given")
                if isinstance(given_, dict) and "change" in given_:
                    yield from _variants({**ASSUMED, "table": "shop", **given_})


def _variants(given_):
    yield change_of(given_)
    for image in ("new", "old"):
        for name in given_.get(image) or {}:
            rest = {key: value for key, value in given_[image].items() if key != name}
            yield change_of({**given_, image: rest})
            yield change_of({**given_, image: {**rest, name: None}})
        yield change_of({name: value for name, value in given_.items() if name != image})


def test_the_shop_says_the_same_fast_and_plainly(shop):
    told = 0
    for change in changes_of_the_examples(shop):
        try:
            fast = shop.translate(change).events
        except RecordRefused as error:
            with pytest.raises(type(error)):
                plainly(shop, change)
            continue
        assert list(fast) == plainly(shop, change)
        told += len(fast)
    assert told > 300


def test_what_is_not_wanted_is_not_missed():
    rules = load_project(workload.PROJECT).rules
    records = read_batch({"Records": workload.records(300)}).records
    partly, whole = (
        [translated(rules, record, wanted) for record in records] for wanted in (rules.plan.wanted, everything)
    )
    assert partly == whole
    assert all(isinstance(events[0], tuple) for events in whole)
    read = [decode(record, rules.plan.wanted).item.keys() for record in records]
    assert all("history" not in names for names in read)


@given(values)
def test_data_is_written_as_the_careful_writer_writes_it(data):
    known = written(data)
    assert known is not None
    assert known.data == write_json(data)
    assert canonical_json(data)


# The corners of what is fast


def sure(text, document):
    problems = []
    template = compile_template(read_yaml(text.encode(), "rule.yaml"), Scope(frozenset(NAMES)), problems)
    return Sure(template).value(document)


def test_what_is_absent_where_it_must_be_leaves_the_whole_open():
    assert sure("{a: '${new.x}'}", {"new": {}}) is None
    assert sure("[{$each: '${new.z}', n: '${it.x}'}]", {"new": {"z": [{}]}}) is None
    assert sure("[{$each: '${new.z}', n: '${it.x}'}]", {"new": {"z": 1}}) is None
    assert sure("['${new.x}']", {"new": {}}) is None
    assert sure("a ${new.x}", {"new": {"x": []}}) is None


def test_a_null_that_is_written_is_left_to_the_template():
    assert Sure(Literal(None)).value({}) is None


def test_data_that_is_deep_or_cannot_be_said_is_left_to_the_careful_writer():
    deep = []
    for _ in range(125):
        deep = [deep]
    assert written(deep) is None
    assert written({"a": "\ud800"}) is None


def test_an_image_that_is_none_is_refused_whatever_is_wanted_of_it():
    with pytest.raises(UndecodableRecord, match="D022"):
        plain_item([], Where(), None, frozenset({"a"}))


def test_an_attribute_that_nobody_wants_is_looked_at_where_changes_are():
    record = workload.records(50, seed=5)
    modify = next(each for each in record if each["eventName"] == "MODIFY")
    body = modify["dynamodb"]
    body["NewImage"]["odd"], body["OldImage"]["odd"] = {"N": "x"}, {"N": "y"}
    (read,) = read_batch({"Records": [modify]}).records
    assert decode(read, lambda *_: Wants(frozenset(), frozenset(), frozenset(), changed=False)).changed == ()
    with pytest.raises(UndecodableRecord, match="D023"):
        decode(read, lambda *_: Wants(frozenset(), frozenset(), frozenset()))


RULE = """
entity: thing
source: /things
to: [bus]
events:
  said:
    type: com.example.said.v1
    schema: thing/said.v1.json
    subject: ${new.n}
    when: {$or: [{new: {a: [1], $or: [{b: [1]}, {c: [1]}]}}, {old: [{exists: false}]}]}
    data: {d: "${changes[0].name}"}
    examples: [{name: none, given: {change: remove}, silent: true}]
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/s", "type": "object",
    "properties": {"d": {"type": "string"}},
}  # fmt: skip


def test_alternatives_and_changes_are_wanted_too_and_a_number_is_a_subject():
    schemas = compile_schemas({"thing/said.v1.json": json.dumps(SCHEMA).encode()})
    around = Surroundings(schemas, frozenset({"thing/said.v1.json"}), ["bus"])
    rules, problems = compile_rules({"rules/thing.yaml": RULE.encode()}, around)
    assert [str(each) for each in problems] == []
    wants = rules.plan.wanted("things", {"id": "1"})
    assert (wants.new, wants.old, wants.changed) == (None, None, True)
    change = change_of({**ASSUMED, "change": "modify", "new": {"n": Decimal("1.50"), "a": 1, "b": 1}, "old": {}})
    (event,) = rules.translate(change).events
    assert (event.subject, event.data) == ("1.50", {"d": "a"})


def thing(*lines):
    """The rule with other lines in place of its `when`, `subject` and data."""
    schema = json.dumps({**SCHEMA, "properties": {"d": {}}})
    schemas = compile_schemas({"thing/said.v1.json": schema.encode()})
    kept = [line for line in RULE.splitlines() if not line.strip().startswith(("when:", "data:", "subject:"))]
    text = "\n".join([*kept[:-1], *(f"    {line}" for line in lines), kept[-1]])
    around = Surroundings(schemas, frozenset({"thing/said.v1.json"}), ["bus"])
    rules, problems = compile_rules({"rules/thing.yaml": text.encode()}, around)
    assert [str(each) for each in problems if each.level == "error"] == []
    return rules


@pytest.mark.parametrize("let", ["${@}", "${[@][0]}", "${to_array(@)[0]}"])
def test_a_let_that_takes_the_whole_document_does_not_hold_itself(let):
    change = change_of({**ASSUMED, "change": "insert", "new": {"a": "1"}})
    (event,) = thing(f"let: {{la: '{let}', lb: x}}", "data: {d: '${keys(la)}'}").translate(change).events
    assert event.data == {"d": sorted(change.document())}


@pytest.mark.parametrize("expression", ["add(new.a, new.b)", "sum([new.a, new.b])", "json('12345678901234567890.0')"])
def test_a_whole_number_beyond_64_bits_is_seen_however_it_is_written(expression):
    numbers = {"a": Decimal("12345678901234567890.5"), "b": Decimal("0.5")}
    change = change_of({**ASSUMED, "change": "insert", "new": numbers})
    (event,) = thing("data:", f'  d: "${{{expression}}}"').translate(change).events
    assert event.wide == "$.data.d"


def test_a_map_that_is_none_is_told_where_it_stands_whoever_wants_it():
    modify = next(each for each in workload.records(50, seed=5) if each["eventName"] == "MODIFY")
    modify["dynamodb"]["NewImage"]["odd"], modify["dynamodb"]["OldImage"]["odd"] = {"M": []}, {"M": {}}
    (read,) = read_batch({"Records": [modify]}).records
    with pytest.raises(UndecodableRecord, match="D022") as refused:
        decode(read, lambda *_: Wants(frozenset(), frozenset(), frozenset()))
    assert refused.value.problems[0].where.path == "$.dynamodb.NewImage.odd"


def test_an_arn_is_believed_beside_a_region_that_is_none():
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop/stream/2026"
    assert (home_of(arn, ["x"]).table, home_of(arn, ["x"]).region) == ("shop", "eu-west-1")
    assert home_of({}, "eu-west-1").region == "eu-west-1"
