"""Events: strict attributes, bytes made once, names that a retry makes again."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from bridge.core.event import EventParts, again, element_suffixes, event_id, lane, make_event, partition_key
from bridge.core.wire import canonical_json, read_json
from bridge.errors import InvalidEvent

OFFICIAL = json.loads((Path(__file__).parents[1] / "cloudevents/cloudevents.json").read_text())
PARTS = EventParts(
    rule="order.placed",
    id="e1/order.placed",
    source="/shop/orders",
    type="com.example.order.placed.v1",
    subject="7",
    time="2026-01-31T12:00:00Z",
    dataschema="https://schemas.example.com/order/placed.v1.json",
    partitionkey='{"pk":"ORDER#7"}',
    sequence="0" * 40,
    extensions={"correlationid": "c-1", "sampledrate": 3, "test": True},
    data={"total": Decimal("12.50"), "lines": [{"sku": "ä"}]},
    targets=("bus",),
    lane="shop/7",
    stream="",
)


def problems_of(**changed):
    with pytest.raises(InvalidEvent) as refusal:
        make_event(PARTS._replace(**changed))
    return [(problem.code, problem.where.path) for problem in refusal.value.problems]


def test_the_body_is_structured_json_in_a_fixed_order_with_exact_numbers():
    assert make_event(PARTS).body.decode() == (
        '{"specversion":"1.0","id":"e1/order.placed","source":"/shop/orders","type":"com.example.order.placed.v1",'
        '"subject":"7","time":"2026-01-31T12:00:00Z",'
        '"dataschema":"https://schemas.example.com/order/placed.v1.json","datacontenttype":"application/json",'
        '"partitionkey":"{\\"pk\\":\\"ORDER#7\\"}","sequence":"' + "0" * 40 + '",'
        '"correlationid":"c-1","sampledrate":3,"test":true,"data":{"total":12.50,"lines":[{"sku":"ä"}]}}'
    )


def test_the_data_in_the_body_is_the_very_bytes_that_are_measured():
    event = make_event(PARTS)
    assert event.data_bytes == '{"total":12.50,"lines":[{"sku":"ä"}]}'.encode()
    assert event.body.endswith(b'"data":' + event.data_bytes + b"}")


def test_absent_subject_and_schema_are_left_out():
    body = json.loads(make_event(PARTS._replace(subject=None, dataschema=None)).body)
    assert "subject" not in body
    assert "dataschema" not in body


def test_the_sdk_reads_our_bytes():
    event = make_event(PARTS)
    theirs = JSONFormat().read(None, event.body)
    assert (theirs.get_id(), theirs.get_source(), theirs.get_type()) == (event.id, event.source, event.type)
    assert (theirs.get_subject(), theirs.get_dataschema()) == (event.subject, event.dataschema)
    assert theirs.get_time().isoformat() == "2026-01-31T12:00:00+00:00"
    assert (theirs.get_extension("sequence"), theirs.get_extension("sampledrate")) == (event.sequence, 3)
    assert theirs.get_data() == {"total": 12.5, "lines": [{"sku": "ä"}]}


def test_the_official_schema_of_events_accepts_our_bytes():
    official = validator_for(OFFICIAL, validate_formats=True, offline=True)
    assert official.is_valid(json.loads(make_event(PARTS).body))
    assert not official.is_valid(json.loads(make_event(PARTS).body) | {"source": "a b"})


@pytest.mark.parametrize("data", [None, 0, "text", [1], {}, True])
def test_any_json_value_is_data(data):
    assert read_json(make_event(PARTS._replace(data=data)).body)["data"] == data


def test_a_whole_number_beyond_64_bits_is_told_by_its_path():
    assert make_event(PARTS).wide is None
    assert make_event(PARTS._replace(data={"a": [1, Decimal(2**63)]})).wide == "$.data.a[1]"
    assert make_event(PARTS._replace(data=Decimal(2**63))).wide == "$.data"


def test_everything_wrong_is_told_at_once():
    found = problems_of(
        id="", source="a b", type=3, subject="", time="yesterday", dataschema="/relative", partitionkey="\x00",
        extensions={"id": "x", "Foo": None, "count": 2**31, "note": "\x85"}, data={"x": ["\ud800"]},
    )  # fmt: skip
    assert found == [
        ("M050", "$.id"), ("M051", "$.source"), ("M050", "$.type"), ("M050", "$.subject"), ("M053", "$.time"),
        ("M052", "$.dataschema"), ("M054", "$.partitionkey"), ("M055", "$.id"), ("M055", "$.Foo"), ("M056", "$.Foo"),
        ("M056", "$.count"), ("M054", "$.note"), ("M057", "$.data.x[0]"),
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["", "a b", "%zz", "http://[::z]/", "é", "1a:b", "x#y#z", "/a\n"])
def test_what_is_no_uri_reference_is_no_source(source):
    assert [path for _, path in problems_of(source=source)] == ["$.source"]


@pytest.mark.parametrize("source", ["/shop", "urn:x:y", "https://h/p?q#f", "//h", "com.example", "%41", "a:b"])
def test_any_uri_reference_is_a_source(source):
    assert make_event(PARTS._replace(source=source)).source == source


@pytest.mark.parametrize("character", ["\x00", "\n", "\x7f", "\x9f", "\ufdd0", "\uffff", "\U0010fffe", "\ud800"])
def test_characters_that_cloudevents_forbids_are_refused(character):
    assert problems_of(subject=f"a{character}") == [("M054", "$.subject")]


def test_other_characters_are_welcome():
    assert make_event(PARTS._replace(subject="Grüße 😀")).subject == "Grüße 😀"


@pytest.mark.parametrize("name", ["", "Upper", "under_score", "a" * 21, "data", "specversion", "sequence", "x\n"])
def test_names_of_extensions_are_checked(name):
    assert [code for code, _ in problems_of(extensions={name: "x"})] == ["M055"]


@pytest.mark.parametrize("value", [None, Decimal("1.5"), Decimal(2**70), [], {}, 2**31, -(2**31) - 1])
def test_values_of_extensions_are_text_whole_numbers_of_32_bits_and_booleans(value):
    assert problems_of(extensions={"x": value}) == [("M056", "$.x")]


@pytest.mark.parametrize("value", ["", "x", 2**31 - 1, -(2**31), True, False])
def test_values_that_cloudevents_knows_pass(value):
    assert json.loads(make_event(PARTS._replace(extensions={"x": value})).body)["x"] is not None


@pytest.mark.parametrize("value", [5, None, ["x"], True, Decimal("1.5")])
def test_an_attribute_that_is_no_text_is_told_by_its_kind(value):
    if value is None:
        assert make_event(PARTS._replace(subject=None)).subject is None
    else:
        assert problems_of(subject=value) == [("M050", "$.subject")]


def test_the_message_names_place_kind_and_remedy_and_no_value():
    with pytest.raises(InvalidEvent) as refusal:
        make_event(PARTS._replace(source="secret value"))
    assert str(refusal.value) == (
        "$.source: M051 'source' is not a URI reference\n    fix: use uri(...) around what comes from the item"
    )


def test_said_again_the_id_and_the_bytes_are_new_and_nothing_else():
    event = make_event(PARTS)
    repeated = again(event, "2026-02-01")
    assert repeated.id == "e1/order.placed/again/2026-02-01"
    assert json.loads(repeated.body) == json.loads(event.body) | {"id": repeated.id}
    assert repeated._replace(id=event.id, body=event.body) == event


def test_a_run_that_cannot_be_part_of_an_id_is_refused():
    with pytest.raises(InvalidEvent, match="M054"):
        again(make_event(PARTS), "a\nb")


def test_ids_are_made_of_the_change_the_rule_and_the_element():
    assert event_id("e1", "order.placed") == "e1/order.placed"
    assert event_id("e1", "order.placed", "7") == "e1/order.placed/7"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


@given(st.lists(VALUES, max_size=6).flatmap(lambda values: st.tuples(st.just(values), st.permutations(values))))
def test_elements_are_named_by_what_they_are_and_never_where(lists):
    values, shuffled = lists
    names = element_suffixes(values)
    assert len(set(names)) == len(values)
    assert sorted(names) == sorted(element_suffixes(shuffled))
    assert {name.split(".")[0] for name in names} == {
        name.split(".")[0]
        for value in {canonical_json(v): v for v in values}.values()
        for name in element_suffixes([value])
    }


def test_equal_elements_differ_by_their_occurrence():
    first, second, other = element_suffixes([{"a": 1, "b": 2}, {"b": 2, "a": 1}, {}])
    assert first.split(".") == [second.split(".")[0], "1"]
    assert second.endswith(".2")
    assert other.endswith(".1")


KEYS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4), VALUES, min_size=1, max_size=2
)


@given(KEYS, KEYS)
def test_a_partition_key_is_the_items_own_and_always_a_valid_attribute(one, other):
    same = canonical_json(one) == canonical_json(other)
    assert (partition_key(one) == partition_key(other)) is same
    assert read_json(partition_key(one)) == one
    assert make_event(PARTS._replace(partitionkey=partition_key(one))).partitionkey == partition_key(one)


def test_forbidden_characters_of_a_key_are_escaped():
    assert partition_key({"pk": "a\x7f\U0001fffe"}) == '{"pk":"a\\u007f\\ud83f\\udffe"}'


def test_a_lane_is_a_table_and_a_key():
    assert lane("shop", partition_key({"sk": "META", "pk": "ORDER#7"})) == 'shop/{"pk":"ORDER#7","sk":"META"}'


@pytest.mark.parametrize(
    ("depth", "codes"), [(120, []), (121, [("M057", "$.data" + "[0]" * 121)]), (300, [("M057", None)])]
)
def test_data_leaves_room_for_the_envelopes_that_it_travels_in(depth, codes):
    data = []
    for _ in range(depth - 1):
        data = [data]
    if not codes:
        assert read_json(make_event(PARTS._replace(data=data)).body)["data"] == data
        return
    assert [code for code, _ in problems_of(data=data)] == [code for code, _ in codes]
