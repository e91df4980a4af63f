"""Filters are widened before new code is live and narrowed after it: at no moment is a record held back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.infra.filters import MAX_FILTERS, MAX_LENGTH, filters
from bridge.core.infra.rollout import Rollout, covers, rollout, union
from bridge.core.infra.sample import passing
from bridge.core.wire import read_json
from tests.infra.test_filters import ENTITIES, compiled, entity, records, wanted

A, B = (f'{{"eventName":["{name}"]}}' for name in ("INSERT", "MODIFY"))
MANY = [json.dumps({"dynamodb": {"Keys": {"pk": {"S": [name]}}}}, separators=(",", ":")) for name in "abcdefgh"]


@pytest.mark.parametrize(
    ("deployed", "wanted", "steps"),
    [
        (None, [A], Rollout(None, [A], None)),
        ([A], [A], Rollout(None, [A], None)),
        ([A], [B], Rollout([A, B], [A, B], [B])),
        ([A], [A, B], Rollout([A, B], [A, B], None)),
        ([A, B], [A], Rollout(None, [A, B], [A])),
        ([], [A], Rollout(None, [], [A])),
        ([A], [], Rollout([], [], None)),
        ([], [], Rollout(None, [], None)),
        ([B, A], [A, B], Rollout(None, [A, B], None)),
    ],
)
def test_each_step_is_taken_only_where_it_changes_something(deployed, wanted, steps):
    assert rollout(deployed, wanted) == steps


def test_more_than_five_are_joined_and_each_alternative_is_there_once():
    (joined,) = union(MANY[:5], MANY[3:])
    assert json.loads(joined) == {"$or": [json.loads(each) for each in MANY]}
    assert covers([joined], MANY)
    assert not covers(MANY[:7], [joined])


def test_an_alternative_of_two_patterns_is_joined_once():
    (joined,) = union([f'{{"$or":[{MANY[0]},{MANY[1]}]}}'], MANY[1:7])
    assert json.loads(joined) == {"$or": [json.loads(each) for each in MANY[:7]]}


def test_of_kinesis_alternatives_are_joined_within_the_data():
    kinesis = [f'{{"data":{each}}}' for each in MANY]
    (joined,) = union(kinesis[:4], kinesis[4:])
    assert json.loads(joined) == {"data": {"$or": [json.loads(each) for each in MANY]}}
    assert covers([joined], kinesis)


def test_what_does_not_fit_a_mapping_is_no_filter():
    long = [json.dumps({"dynamodb": {"Keys": {"pk": {"S": ["x" * 3000 + str(number)]}}}}) for number in range(6)]
    assert union(long[:3], long[3:]) == []


def test_a_long_union_is_spread_over_as_many_patterns_as_it_takes():
    long = [json.dumps({"dynamodb": {"Keys": {"pk": {"S": ["x" * 1200 + str(number)]}}}}) for number in range(8)]
    made = union(long[:4], long[4:])
    assert 1 < len(made) <= MAX_FILTERS
    assert all(len(each) <= MAX_LENGTH for each in made)
    assert covers(made, long)


def rules_of(drawn):
    return compiled(*(entity(when, whens, index, without) for index, (when, whens, without) in enumerate(drawn)))


@settings(max_examples=25, deadline=None)
@given(ENTITIES, ENTITIES, st.lists(records(), min_size=1, max_size=8))
def test_no_record_falls_between_two_rule_sets(before, after, raws):
    """At each moment of a deployment: what the code that is live wants or refuses gets through the filters that are set."""
    old, new = rules_of(before), rules_of(after)
    deployed, last = filters(old), filters(new)
    steps = rollout(deployed, last)
    widened = deployed if steps.before is None else steps.before
    narrowed = steps.during if steps.after is None else steps.after
    assert narrowed == last
    # CloudFormation changes code and mapping in either order; of what it sets, `during`, nothing narrower is among.
    moments = [(deployed, [old]), (widened, [old, new]), (steps.during, [old, new]), (narrowed, [new])]
    for patterns, live in moments:
        assert len(patterns) <= MAX_FILTERS
        assert all(len(pattern) <= MAX_LENGTH for pattern in patterns)
        for rules in live:
            due = [read_json(json.dumps(raw)) for raw in raws if wanted(rules, raw)]
            assert all(passing(patterns, due))
