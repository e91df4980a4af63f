"""FilterCriteria never hold a record back that a rule wants or refuses; what they say is data here."""

import json
from base64 import b64encode
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.events.models import EventPattern

from bridge.cli import main
from bridge.core.decode import decode, read_batch
from bridge.core.infra.filters import MAX_FILTERS, MAX_LENGTH, criteria, filters
from bridge.core.infra.sample import passing
from bridge.core.rules import compile_rules
from bridge.core.rules.event import Surroundings
from bridge.core.schemas import compile_schemas
from bridge.core.wire import read_json
from bridge.errors import RecordRefused
from bridge.project import load_project

ROOT = Path(__file__).parents[2]
SCHEMAS = compile_schemas({"e.json": b'{"$id": "https://example.com/e.json", "type": "object"}'}, "schemas/")


def entity(when, rules, number=0, without=()):
    events = {
        f"e{index}": {"type": "t.v1", "schema": "e.json", "to": ["bus"], "data": {"a": "b"}}
        | ({"when": rule} if rule else {})
        for index, rule in enumerate(rules)
    }
    document = {"entity": f"entity{number}", "source": "/s", "events": events}
    document |= {"when": when} if when else {}
    return document | ({"without": list(without)} if without else {})


def compiled(*entities):
    files = {f"rules/{index}.yaml": json.dumps(each).encode() for index, each in enumerate(entities)}
    rules, problems = compile_rules(files, Surroundings(SCHEMAS, {"e.json"}, {"bus"}))
    assert [problem for problem in problems if problem.level == "error"] == []
    return rules


def said(*whens, entity_when=None, without=()):
    return [json.loads(text) for text in filters(compiled(entity(entity_when, whens, without=without)))]


ABSENT = {"exists": False}


@pytest.mark.parametrize(
    ("when", "pattern"),
    [
        ({"new": {"status": ["PAID"]}}, {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": {"status": {"S": ["PAID", ABSENT]}}}}),
        ({"change": ["insert"]}, {"eventName": ["INSERT"]}),
        ({"change": ["expire"]}, {"eventName": ["REMOVE"]}),
        ({"change": [{"anything-but": "modify"}]}, {"eventName": ["INSERT", "REMOVE"]}),
        ({"keys": {"pk": [{"prefix": "ORDER#"}]}}, {"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "ORDER#"}, ABSENT]}}}}),
        ({"change": ["remove"], "item": {"a": ["x"]}}, {"eventName": ["REMOVE"], "dynamodb": {"OldImage": {"a": {"S": ["x", ABSENT]}}}}),
        ({"change": ["insert"], "new": {"total": [{"numeric": [">", 5]}]}}, {"eventName": ["INSERT"]}),
        ({"change": ["insert"], "new": {"total": ["A", 5]}}, {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"total": {"S": ["A", ABSENT]}}}}),
        ({"change": ["insert"], "new": {"a": [{"wildcard": "A*B"}]}}, {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"a": {"S": [{"prefix": "A"}, ABSENT]}}}}),
        ({"change": ["insert"], "new": {"a": [True]}}, {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"a": {"BOOL": [True, ABSENT]}}}}),
        ({"change": ["insert"], "new": {"a": [{"anything-but": ["x", "y"]}]}}, {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"a": {"S": [{"anything-but": ["x", "y"]}, ABSENT]}}}}),
        ({"change": ["insert"], "new": {"a": [{"cidr": "10.0.0.0/8"}]}}, {"eventName": ["INSERT"]}),
        ({"change": ["insert"], "new": {"a": [{"prefix": {"equals-ignore-case": "x"}}]}}, {"eventName": ["INSERT"]}),
        ({"change": ["insert"], "new": {"customer": {"name": ["Ada"]}}}, {"eventName": ["INSERT"]}),
        ({"change": ["insert"], "new": {"a.b": ["x"]}}, {"eventName": ["INSERT"]}),
        ({"change": ["insert"], "new": {"$or": [{"a": ["x"]}, {"b": ["y"]}]}}, {"eventName": ["INSERT"]}),
        ({"change": ["insert"], "new": {"c": {"a": ["x"]}, "b": ["z"], "$or": [{"c": {"b": ["y"]}}, {"b": ["y"]}]}}, {"eventName": ["INSERT"]}),
        ({"change": ["insert"], "changed": ["status"], "table": ["shop"], "region": ["eu-west-1"]}, {"eventName": ["INSERT"]}),
    ],
)  # fmt: skip
def test_a_pattern_becomes_what_a_filter_can_say_of_it(when, pattern):
    assert said(when) == [pattern]


@pytest.mark.parametrize("when", [None, {"table": ["shop"]}, {"changed": ["a"]}, {"item": {"n": [5]}}])
def test_where_any_record_may_be_wanted_there_is_no_filter(when):
    assert said(when) == []


def test_the_patterns_of_entity_and_event_both_hold_and_the_tighter_is_said():
    (pattern,) = said(
        {"change": ["insert"], "keys": {"pk": ["ORDER#1"]}}, entity_when={"keys": {"pk": [{"prefix": "ORDER#"}]}}
    )
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["ORDER#1", ABSENT]}}}}


def test_of_two_that_ask_the_same_attribute_the_tighter_is_said_whichever_comes_first():
    tight, wide = {"keys": {"pk": ["ORDER#1"]}}, {"keys": {"pk": [{"prefix": "ORDER#"}]}}
    (pattern,) = said({"change": ["insert"], **wide}, entity_when=tight)
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["ORDER#1", ABSENT]}}}}


def test_a_record_that_may_lack_what_an_entity_looks_at_passes_to_be_refused():
    assert said({"change": ["insert"]}, entity_when={"new": {"status": ["PAID"]}}) == [
        {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"status": {"S": ["PAID", ABSENT]}}}},
        {
            "eventName": ["INSERT", "MODIFY"],
            "dynamodb": {
                "NewImage": {"status": {"S": ["PAID", ABSENT]}},
                "StreamViewType": [{"anything-but": ["NEW_AND_OLD_IMAGES"]}],
            },
        },
    ]


def test_attributes_that_rules_do_not_see_are_not_asked_for():
    assert said({"change": ["insert"], "new": {"email": [ABSENT], "b": ["x"]}}, without=["email", "b"]) == [
        {"eventName": ["INSERT"]}
    ]


def test_alternatives_are_patterns_of_their_own_and_one_that_another_covers_is_left_out():
    either = {"$or": [{"change": ["insert"], "keys": {"pk": ["A"]}}, {"change": ["remove"]}]}
    assert said(either, {"change": ["remove"], "keys": {"pk": ["B"]}}) == [
        {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["A", ABSENT]}}}},
        {"eventName": ["REMOVE"]},
    ]


def test_lists_in_another_order_cover_each_other_and_one_of_them_stays():
    assert (
        len(
            said({"keys": {"pk": ["A", "B"]}, "change": ["insert"]}, {"keys": {"pk": ["B", "A"]}, "change": ["insert"]})
        )
        == 1
    )


def test_more_than_five_share_a_pattern_by_or():
    (pattern,) = said(*({"change": ["insert"], "keys": {"pk": [f"K{number}"]}} for number in range(6)))
    assert len(pattern["$or"]) == 6


def test_too_much_is_widened_to_the_keys_then_to_the_operations():
    long = [
        {"change": ["insert"], "keys": {"pk": [f"K{number}"]}, "new": {"a": ["x" * 3000 + str(number)]}}
        for number in range(6)
    ]
    (pattern,) = said(*long)
    assert all(set(each["dynamodb"]) == {"Keys"} for each in pattern["$or"])
    longer = [{"change": ["insert"], "keys": {"pk": ["x" * 3000 + str(number)]}} for number in range(6)]
    assert said(*longer) == [{"eventName": ["INSERT"]}]


def test_a_single_wish_that_is_too_long_for_a_pattern_is_widened_too():
    texts = [f"{number:04}" + "x" * 100 for number in range(50)]
    assert said({"change": ["insert"], "keys": {"pk": texts}}) == [{"eventName": ["INSERT"]}]


def test_what_does_not_fit_one_pattern_is_spread_over_several():
    whens = [{"change": ["insert"], "keys": {"pk": ["x" * 1200 + str(number)]}} for number in range(8)]
    texts = filters(compiled(entity(None, whens)))
    assert 1 < len(texts) <= MAX_FILTERS
    assert max(map(len, texts)) <= MAX_LENGTH
    assert sum(len(json.loads(text).get("$or", [0])) for text in texts) == len(whens)


def test_more_alternatives_than_are_followed_are_not_asked_for():
    many = [{"keys": {"pk": [f"K{number}"]}} for number in range(33)]
    assert said({"change": ["insert"], "$or": many}) == [{"eventName": ["INSERT"]}]


def test_of_kinesis_the_change_lies_in_data():
    rules = compiled(entity(None, [{"change": ["insert"]}]))
    assert criteria(rules, "kinesis") == {"Filters": [{"Pattern": '{"data":{"eventName":["INSERT"]}}'}]}
    inner = b64encode(b'{"eventName": "INSERT"}').decode()
    records = [{"kinesis": {"data": inner}}, {"kinesis": {"data": "????"}}, {"kinesis": {}}, None]
    assert list(passing(filters(rules, "kinesis"), records)) == [True, False, False, False]


def test_the_samples_filters_pass_what_its_examples_write_and_little_else():
    rules = load_project(ROOT).rules
    patterns = filters(rules)
    assert len(patterns) <= MAX_FILTERS
    assert max(map(len, patterns)) <= MAX_LENGTH
    other = record(
        "INSERT", {"pk": {"S": "SESSION#1"}, "sk": {"S": "META"}}, {"status": {"S": "PAID"}}, None, "NEW_AND_OLD_IMAGES"
    )
    paid = record(
        "INSERT", {"pk": {"S": "ORDER#1"}, "sk": {"S": "META"}}, {"status": {"S": "PAID"}}, None, "NEW_AND_OLD_IMAGES"
    )
    assert list(passing(patterns, [other, paid])) == [False, True]


# The law

TEXTS = ["A", "AB", "B", "PAID", "QUJD", "", "Ä", "a", "5"]
NAMES = ["pk", "sk", "a", "b", "c.d"]


def typed(values):
    return st.one_of(
        st.sampled_from([{"S": text} for text in TEXTS]),
        st.sampled_from([{"N": "5"}, {"N": "5.0"}, {"N": "-1"}, {"BOOL": True}, {"BOOL": False}, {"NULL": True}]),
        st.sampled_from([{"SS": ["A", "PAID"]}, {"NS": ["5"]}, {"B": "QUJD"}, {"B": ""}, {"L": []}, {"M": {}}]),
        st.lists(values, max_size=2).map(lambda each: {"L": each}),
        st.dictionaries(st.sampled_from(NAMES), values, max_size=2).map(lambda each: {"M": each}),
    )


ATTRIBUTES = st.recursive(st.sampled_from([{"S": "A"}, {"N": "5"}, {"S": "PAID"}]), typed, max_leaves=5)
IMAGES = st.dictionaries(st.sampled_from(NAMES), ATTRIBUTES, max_size=3)
KEYS = st.dictionaries(
    st.sampled_from(["pk", "sk"]),
    st.sampled_from([{"S": "A"}, {"S": "AB"}, {"S": "B"}, {"N": "5"}, {"B": "QUJD"}]),
    min_size=1,
)


def record(operation, keys, new, old, view, user=None):  # noqa: PLR0917
    images = {"NewImage": new, "OldImage": old}
    body = {
        "Keys": keys,
        "SequenceNumber": "1" * 21,
        "ApproximateCreationDateTime": 1700000000,
        "SizeBytes": 1,
        "StreamViewType": view,
    }
    body |= {name: image for name, image in images.items() if image is not None}
    return {
        "eventID": "e", "eventName": operation, "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1", "dynamodb": body,
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/shop/stream/x",
    } | ({"userIdentity": user} if user else {})  # fmt: skip


@st.composite
def records(draw):
    """What a stream delivers, of any view type: images hold the keys."""
    operation, view = (
        draw(st.sampled_from(["INSERT", "MODIFY", "REMOVE"])),
        draw(st.sampled_from(["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"])),
    )
    keys, new, old = draw(KEYS), draw(IMAGES), draw(IMAGES)
    has_new = operation != "REMOVE" and view in {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"}
    has_old = operation != "INSERT" and view in {"OLD_IMAGE", "NEW_AND_OLD_IMAGES"}
    user = (
        draw(st.sampled_from([None, {"type": "Service", "principalId": "dynamodb.amazonaws.com"}]))
        if operation == "REMOVE"
        else None
    )
    return record(operation, keys, new | keys if has_new else None, old | keys if has_old else None, view, user)


ELEMENTS = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from([5, True, False, None]),
    st.sampled_from([{"exists": True}, {"exists": False}, {"numeric": [">", 1]}, {"anything-but": 5}, {"cidr": "10.0.0.0/8"}]),
    st.sampled_from([{name: text} for name in ("prefix", "suffix", "equals-ignore-case", "anything-but", "wildcard") for text in ("A", "PA", "B")]),
    st.sampled_from([{"wildcard": "*A"}, {"wildcard": "A*"}, {"anything-but": ["A", "B"]}, {"anything-but": {"prefix": "A"}}, {"prefix": {"equals-ignore-case": "a"}}]),
)  # fmt: skip
LEAVES = st.lists(ELEMENTS, min_size=1, max_size=3)


def objects(inner):
    fields = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=2)
    return (
        fields
        | st.lists(fields, min_size=2, max_size=2).map(lambda each: {"$or": each})
        | st.tuples(fields, fields, fields).map(lambda each: each[0] | {"$or": list(each[1:])})
    )


OBJECTS = objects(LEAVES | objects(LEAVES))
TOPS = st.fixed_dictionaries(
    {},
    optional={
        "change": st.lists(st.sampled_from(["insert", "modify", "remove", "expire", "snapshot", {"anything-but": "insert"}]), min_size=1, max_size=2),
        "keys": objects(LEAVES), "new": OBJECTS, "old": OBJECTS, "item": OBJECTS,
        "changed": st.just(["a"]), "table": st.sampled_from([["shop"], ["other"]]),
    },
).filter(bool)  # fmt: skip
WHENS = st.none() | TOPS | st.tuples(TOPS, TOPS).map(lambda each: {"$or": list(each)})
ENTITIES = st.lists(
    st.tuples(WHENS, st.lists(WHENS, min_size=1, max_size=4), st.sampled_from([(), ("a",)])), min_size=1, max_size=3
)


def wanted(rules, raw):
    """Whether a rule matches the record, or raises on it."""
    return translated(rules, decode(read_batch({"Records": [raw]}).records[0]))


def passes(patterns, raw):
    """As an implementation of EventBridge's patterns that is not ours has it; ours must agree."""
    theirs = not patterns or any(EventPattern.load(text).matches_event(raw) for text in patterns)
    (ours,) = passing(patterns, [read_json(json.dumps(raw))])
    assert ours is theirs
    return theirs


@settings(max_examples=60, deadline=None)
@given(ENTITIES, st.lists(records(), min_size=1, max_size=12))
def test_no_record_is_held_back_that_a_rule_wants_or_refuses(drawn, raws):
    rules = compiled(*(entity(when, whens, index, without) for index, (when, whens, without) in enumerate(drawn)))
    patterns = filters(rules)
    assert len(patterns) <= MAX_FILTERS
    assert all(len(pattern) <= MAX_LENGTH for pattern in patterns)
    for raw in raws:
        if wanted(rules, raw):
            assert passes(patterns, raw)
        else:
            passes(patterns, raw)


# The same law over few names and every record that they can make, so that rules and records meet

HELD = [
    None, {"S": "A"}, {"S": "AB"}, {"S": "B"}, {"S": "BA"}, {"S": "a"}, {"S": ""}, {"S": "ABA"}, {"N": "5"}, {"NULL": True},
    {"BOOL": True}, {"BOOL": False}, {"SS": ["A", "B"]}, {"B": "QUJD"}, {"L": [{"S": "A"}]}, {"M": {"b": {"S": "A"}}},
]  # fmt: skip
SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
#: A name that a filter can say, and one that it cannot: a dot joins names there.
HOLDERS = ["a", "c.d"]
VIEWS = ["NEW_AND_OLD_IMAGES", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"]


def every():
    """Each operation and view type with each value of an attribute; of MODIFY with what the old image held too."""
    for name, held, view in [*product("a", HELD, VIEWS), *product(["c.d"], HELD[:4], VIEWS[:1])]:
        image = {name: held} if held else {}
        for keys in [{"pk": {"S": "A"}}, {"pk": {"N": "5"}}][: 2 if view == VIEWS[0] else 1]:
            yield shown("INSERT", keys, image, None, view)
            yield shown("REMOVE", keys, None, image, view, None)
            yield shown("REMOVE", keys, None, image, view, SERVICE)
            for other in ({}, {name: {"S": "B"}})[: 2 if view == VIEWS[0] else 1]:
                yield shown("MODIFY", keys, image, other, view)
                yield shown("MODIFY", keys, other, image, view)


def shown(operation, keys, new, old, view, user=None):  # noqa: PLR0917
    has_new = new is not None and view in {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"}
    has_old = old is not None and view in {"OLD_IMAGE", "NEW_AND_OLD_IMAGES"}
    return record(operation, keys, new | keys if has_new else None, old | keys if has_old else None, view, user)


EVERY = [(raw, decode(read_batch({"Records": [raw]}).records[0])) for raw in every()]
SAYABLE = [
    "A", "B", "a", 5, True, False, None, {"exists": True}, {"exists": False}, {"prefix": "A"}, {"suffix": "A"},
    {"equals-ignore-case": "A"}, {"wildcard": "A*A"}, {"wildcard": "A*"}, {"anything-but": "A"}, {"anything-but": 5}, {"anything-but": [5, 6]},
    {"anything-but": ["A", "B"]}, {"numeric": [">", 1]}, {"prefix": {"equals-ignore-case": "a"}},
]  # fmt: skip
SAID = st.sampled_from(SAYABLE)
ASKED = SAID.map(lambda one: [one]) | st.lists(SAID, min_size=1, max_size=2)


@st.composite
def small_whens(draw):
    """One or two things asked of one attribute, in one image or in several."""
    name, when = draw(st.sampled_from(["a", *HOLDERS])), {}
    for image in draw(st.lists(st.sampled_from(["new", "old", "item"]), min_size=1, max_size=2, unique=True)):
        field = {name: draw(ASKED)}
        other = draw(st.none() | st.none() | ASKED)
        when[image] = {"$or": [field, {name: other}]} if other else field
    if draw(st.sampled_from([False, False, True])):
        when["keys"] = {"pk": draw(ASKED)}
    if draw(st.booleans()):
        changes = st.sampled_from(
            [["insert"], ["modify"], ["remove"], ["expire"], ["insert", "modify"], [{"anything-but": "remove"}]]
        )
        when["change"] = draw(changes)
    return when


@pytest.mark.parametrize("image", ["new", "old", "item"])
@pytest.mark.parametrize("without", [(), ("a",)])
def test_of_all_records_none_is_held_back_by_any_operator_alone(image, without):
    for operator in SAYABLE:
        assert_none_is_held_back(compiled(entity(None, [{image: {"a": [operator]}}], without=without)))


@settings(max_examples=80, deadline=None)
@given(st.none() | small_whens(), st.lists(small_whens(), min_size=1, max_size=3), st.sampled_from([(), ("a",)]))
def test_of_all_records_that_few_names_make_none_is_held_back_that_a_rule_wants_or_refuses(when, whens, without):
    assert_none_is_held_back(compiled(entity(when, whens, without=without)))


def assert_none_is_held_back(rules):
    patterns = filters(rules)
    due = [raw for raw, change in EVERY if translated(rules, change)]
    assert all(passing(patterns, due))


def translated(rules, change):
    try:
        return bool(rules.translate(change).events)
    except RecordRefused:
        return True


def test_exact_decimals_in_a_captured_record_do_not_disturb():
    assert list(passing(['{"eventName":["INSERT"]}'], [{"eventName": "INSERT", "n": Decimal("1.5")}])) == [True]


def test_a_file_that_holds_no_record_is_a_problem_and_not_a_record_that_is_saved(tmp_path, capsys):
    (tmp_path / "note.json").write_text('{"not": "a record"}')
    with pytest.raises(SystemExit) as left:
        main(["infra", "filters", "--project", str(ROOT), "--sample", str(tmp_path)])
    said = capsys.readouterr()
    assert (left.value.code, "never reach" in said.err) == (1, False)
    assert "note.json record " in said.err
    assert ": D01" in said.err


def test_the_share_of_a_captured_sample_that_the_filters_save_is_told(tmp_path, capsys):
    orders = [
        record(
            "INSERT",
            {"pk": {"S": f"{name}#1"}, "sk": {"S": "META"}},
            {"status": {"S": "PAID"}},
            None,
            "NEW_AND_OLD_IMAGES",
        )
        for name in ("ORDER", "SESSION", "SESSION", "VISIT")
    ]
    (tmp_path / "captured.json").write_text(json.dumps({"Records": orders}))
    with pytest.raises(SystemExit) as left:
        main(["infra", "filters", "--project", str(ROOT), "--sample", str(tmp_path)])
    assert left.value.code == 0
    assert capsys.readouterr().err == "3 of 4 records never reach the function (75.0%)\n"


def test_a_sample_of_another_stream_is_a_mistake_of_usage_and_saves_nothing(tmp_path, capsys):
    order = record(
        "INSERT", {"pk": {"S": "ORDER#1"}, "sk": {"S": "META"}}, {"status": {"S": "PAID"}}, None, "NEW_IMAGE"
    )
    (tmp_path / "captured.json").write_text(json.dumps({"Records": [order]}))
    with pytest.raises(SystemExit) as left:
        main(["infra", "filters", "--project", str(ROOT), "--stream", "kinesis", "--sample", str(tmp_path)])
    said = capsys.readouterr().err
    assert (left.value.code, "never reach" in said) == (2, False)
    assert "--stream dynamodb" in said
