"""What two rule sets make of the same records, compared."""

import json
from decimal import Decimal

import pytest

from bridge.core.diff import Case, Outcome, Sample, compare
from bridge.core.event import EventParts, make_event
from bridge.core.same import NOTHING
from bridge.errors import Problem, Where


def event(name="order.placed", data=None, type_="placed.v1", to=("bus",), **more):
    parts = {
        "rule": name, "id": f"e1/{name}", "source": "/a", "type": type_, "subject": None, "time": "2026-01-01T00:00:00Z",
        "dataschema": None, "partitionkey": "k", "sequence": "1", "extensions": {}, "data": {"n": 1} if data is None else data,
        "targets": to, "lane": "l", "stream": "",
    }  # fmt: skip
    return make_event(EventParts(**parts | more))


def outcome(*events):
    return Outcome(tuple(events))


def refused(code="M001", line=3):
    return Outcome(
        (), (Problem(Where("rules/a.yaml", line, 1, "$.data.n", "e1"), code, "the value comes to null", "fix"),)
    )


def found(base, new, **options):
    return compare([Case("r1", "e1", base, new)], 3, **options)


def only(base, new, **options):
    (difference,) = found(base, new, **options).differences
    return difference


def test_the_same_events_are_no_difference():
    diff = found(outcome(event()), outcome(event()))
    assert (diff.records, diff.differing, dict(diff.counts), diff.differences) == (1, 0, {}, ())


def test_numbers_that_are_equal_by_value_are_no_difference():
    assert found(outcome(event(data={"n": 1})), outcome(event(data={"n": Decimal("1.0")}))).differing == 0


def test_the_order_of_targets_and_events_is_no_difference():
    other = event("order.paid", type_="paid.v1")
    assert found(outcome(event(to=("a", "b")), other), outcome(other, event(to=("b", "a")))).differing == 0


def test_an_event_that_appears_is_shown_with_its_data():
    difference = only(outcome(), outcome(event()))
    assert (difference.kind, difference.subject, difference.field, difference.count) == ("appears", "placed.v1", "", 1)
    assert difference.samples == (Sample("r1", NOTHING, {"n": 1}),)


def test_an_event_that_vanishes_is_shown_with_its_data():
    difference = only(outcome(event()), outcome())
    assert (difference.kind, difference.subject) == ("vanishes", "placed.v1")
    assert difference.samples == (Sample("r1", {"n": 1}, NOTHING),)


@pytest.mark.parametrize(
    ("change", "field", "base", "new"),
    [
        ({"data": {"n": 2}}, "data.n", 1, 2),
        ({"data": {"n": 1, "m": None}}, "data.m", NOTHING, None),
        ({"data": {}}, "data.n", 1, NOTHING),
        ({"to": ("bus", "feed")}, "to", ["bus"], ["bus", "feed"]),
        ({"type_": "placed.v2"}, "type", "placed.v1", "placed.v2"),
        ({"subject": "7"}, "subject", NOTHING, "7"),
        ({"dataschema": "https://a/b"}, "dataschema", NOTHING, "https://a/b"),
        ({"extensions": {"correlationid": "c"}}, "correlationid", NOTHING, "c"),
        ({"partitionkey": "other"}, "partitionkey", "k", "other"),
    ],
)
def test_an_event_that_changes_is_told_by_its_field(change, field, base, new):
    difference = only(outcome(event()), outcome(event(**change)))
    assert (difference.kind, difference.subject, difference.field) == ("changes", "placed.v1", field)
    assert difference.samples == (Sample("r1", base, new),)


def test_the_elements_of_a_list_are_one_field_of_one_event():
    base, new = ({"lines": [{"n": n} for n in numbers]} for numbers in ((1, 2), (3, 4)))
    difference = only(outcome(event(data=base)), outcome(event(data=new)))
    assert (difference.field, difference.count) == ("data.lines[*].n", 1)
    assert difference.samples == (Sample("r1", 1, 3),)


def test_an_event_that_changes_in_two_fields_is_one_event():
    diff = found(outcome(event(data={"a": 1, "b": 1})), outcome(event(data={"a": 2, "b": 2})))
    assert dict(diff.counts) == {"changes": 1}
    assert [(each.field, each.count) for each in diff.differences] == [("data.a", 1), ("data.b", 1)]


def test_the_same_data_under_another_name_is_a_rename():
    difference = only(outcome(event("order.placed")), outcome(event("order.accepted")))
    assert (difference.kind, difference.field) == ("renamed", "order.placed ─► order.accepted")
    assert difference.samples == (Sample("r1", "order.placed", "order.accepted"),)


def test_a_rename_that_changes_data_too_is_both():
    diff = found(outcome(event("order.placed")), outcome(event("order.accepted", data={"n": 2})))
    assert [(each.kind, each.field) for each in diff.differences] == [
        ("renamed", "order.placed ─► order.accepted"), ("changes", "data.n"),
    ]  # fmt: skip


def test_another_type_under_another_name_is_no_rename():
    diff = found(outcome(event("order.placed")), outcome(event("order.accepted", type_="accepted.v1")))
    assert [(each.kind, each.subject) for each in diff.differences] == [
        ("vanishes", "placed.v1"), ("appears", "accepted.v1"),
    ]  # fmt: skip


def test_an_element_that_is_named_otherwise_is_a_rename_whose_names_show_no_item():
    base, new = (outcome(event("a.b", id=f"e1/a.b/{key}")) for key in ("P-1", "P-2"))
    assert only(base, new).field == "a.b/<key> ─► a.b/<another key>"


def test_elements_are_matched_by_their_data_then_by_their_key():
    before = [event("a.b", {"n": n}, id=f"e1/a.b/{n}") for n in (1, 2, 3)]
    after = [event("a.c", {"n": n}, id=f"e1/a.c/{key}") for n, key in ((2, 2), (9, 3))]
    diff = found(outcome(*before), outcome(*after))
    assert [(each.kind, each.count) for each in diff.differences] == [("renamed", 2), ("vanishes", 1), ("changes", 1)]
    assert diff.differences[1].samples[0].base == {"n": 1}
    assert diff.differences[2].samples == (Sample("r1", 3, 9),)


def test_a_record_that_is_refused_now_loses_its_events():
    diff = found(outcome(event()), refused())
    assert [(each.kind, each.subject, each.count) for each in diff.differences] == [
        ("refused", "M001", 1), ("vanishes", "placed.v1", 1),
    ]  # fmt: skip
    assert diff.differences[0].samples == (Sample("r1", NOTHING, "rules/a.yaml:3: M001 the value comes to null"),)


def test_a_record_that_is_refused_no_longer_says_its_events():
    diff = found(refused(), outcome(event()))
    assert [(each.kind, each.subject) for each in diff.differences] == [("accepted", "M001"), ("appears", "placed.v1")]


def test_another_reason_is_a_difference_and_another_line_is_none():
    assert only(refused(), refused("S053")).kind == "refused otherwise"
    assert found(refused(), refused(line=9)).differing == 0


def test_a_problem_without_a_place_is_told_by_its_code():
    problem = Outcome((), (Problem(Where(), "D012", "no eventID", "fix"),))
    assert only(outcome(), problem).samples[0].new == "D012 no eventID"


def test_samples_are_the_first_ones_and_counts_are_of_all():
    cases = [Case(f"r{n}", "e1", outcome(event()), outcome(event(data={"n": n}))) for n in range(2, 9)]
    (difference,) = compare(cases, 2).differences
    assert (difference.count, [sample.record for sample in difference.samples]) == (7, ["r2", "r3"])
    assert compare(cases, 0).differences[0].samples == ()


def test_differences_are_in_the_order_of_kind_subject_and_field():
    cases = [
        Case("r1", "e1", outcome(event(data={"z": 1, "a": 1})), outcome(event(data={"z": 2, "a": 2}))),
        Case("r2", "e1", outcome(), outcome(event("x.y", type_="b"))),
        Case("r3", "e1", outcome(), outcome(event("x.y", type_="a"))),
        Case("r4", "e1", outcome(event()), refused()),
    ]
    diff = compare(cases, 1)
    assert [(each.kind, each.subject, each.field) for each in diff.differences] == [
        ("refused", "M001", ""), ("vanishes", "placed.v1", ""), ("appears", "a", ""), ("appears", "b", ""),
        ("changes", "placed.v1", "data.a"), ("changes", "placed.v1", "data.z"),
    ]  # fmt: skip
    assert (diff.records, diff.differing) == (4, 4)


def test_without_values_a_sample_tells_kinds_alone():
    base = outcome(event(data={"a": "Ada", "b": 1}, to=("bus",)))
    new = outcome(event(data={"a": "Bob", "b": [1]}, to=("feed",)))
    diff = found(base, new, values=False, words={"a", "b"})
    assert [each.samples[0] for each in diff.differences] == [
        Sample("r1", "<text>", "<text>"), Sample("r1", "<a number>", "<a list>"), Sample("r1", ["bus"], ["feed"]),
    ]  # fmt: skip
    hidden = repr([found(base, outcome(), values=False), found(outcome(), base, values=False)])
    assert "Ada" not in hidden
    assert json.dumps(found(outcome(), base, values=False).differences[0].samples[0].new) == '"<an object>"'


def test_without_values_a_field_is_named_by_the_projects_words_alone():
    """What else a map has may be an item's own; several such members of an event are one field."""
    base, new = (outcome(event(data={"m": {"Ada": n, "Bob": n}})) for n in (1, 2))
    (difference,) = found(base, new, values=False, words={"m"}).differences
    assert (difference.field, difference.count) == ("data.m[*]", 1)
    assert {each.field for each in found(base, new).differences} == {"data.m.Ada", "data.m.Bob"}


def test_an_event_of_the_same_bytes_that_travels_in_another_form_changes():
    same = event(to=("bus", "feed"))
    was = Outcome((same,), forms={same.id: {"bus": "whole", "feed": "whole"}})
    now = Outcome((same,), forms={same.id: {"bus": "bare", "feed": "whole"}})
    difference = only(was, now)
    assert (difference.kind, difference.field, difference.count) == ("changes", "to.bus", 1)
    assert difference.samples == (Sample("r1", "whole", "bare"),)
    assert only(was, now, values=False) == difference


def test_an_event_that_is_renamed_and_travels_otherwise_is_both():
    was, now = event("order.placed"), event("order.accepted")
    sides = [Outcome((each,), forms={each.id: {"bus": way}}) for each, way in ((was, "whole"), (now, "bare"))]
    assert [each.field for each in found(*sides).differences] == ["order.placed ─► order.accepted", "to.bus"]
