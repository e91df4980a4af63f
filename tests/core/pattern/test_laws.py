"""Laws of patterns, checked by generated patterns and documents, by a second definition, and by moto's matcher."""

import json
import re
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.core.pattern import compile_pattern
from bridge.core.yamltree import read_yaml
from bridge.errors import ProjectInvalid

NAMES = ("a", "b", "c")
scalars = st.one_of(
    st.integers(0, 2), st.sampled_from(["x", "xy", "Y", ""]), st.booleans(), st.none(), st.just(Decimal("1.0"))
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)),
    max_leaves=12,
)
documents = st.dictionaries(st.sampled_from(NAMES), values, max_size=3)
pieces = st.sampled_from(
    [
        0,
        1,
        2,
        "x",
        "",
        True,
        None,
        {"exists": True},
        {"exists": False},
        {"prefix": "x"},
        {"anything-but": "x"},
        {"anything-but": [0, 1]},
        {"numeric": [">", 0]},
        {"wildcard": "*y"},
        {"suffix": {"equals-ignore-case": "y"}},
    ]
)
leaves = st.lists(pieces, min_size=1, max_size=2)


def _objects(inner):
    fields = st.dictionaries(st.sampled_from(NAMES), st.one_of(leaves, inner), min_size=1, max_size=2)
    either = st.lists(fields, min_size=2, max_size=2)
    return st.tuples(fields, st.none() | either).map(lambda pair: pair[0] | ({"$or": pair[1]} if pair[1] else {}))


patterns = st.recursive(_objects(leaves), _objects, max_leaves=4)


def written(pattern):
    return read_yaml(json.dumps(pattern).encode(), "p.yaml")


def compiled(pattern):
    return compile_pattern(written(pattern))


@settings(max_examples=120, deadline=None)
@given(patterns, documents)
def test_matching_is_finding_leaves_in_one_element_of_each_array(pattern, document):
    """The formula agrees with the definition: some alternative's fields find leaves of consistent elements."""
    assert compiled(pattern).matches(document) == any(_found(fields, document) for fields in _alternatives(pattern, ()))


def _alternatives(pattern, path):
    """Multiplied out: lists of (path, the values it may be; None for absence)."""
    parts = []
    for name, inner in pattern.items():
        if name == "$or":
            parts.append([fields for each in inner for fields in _alternatives(each, path)])
        elif isinstance(inner, dict):
            parts.append(_alternatives(inner, (*path, name)))
        else:
            wanted = [piece for piece in inner if piece != {"exists": False}]
            absent = [[((*path, name), None)]] if len(wanted) < len(inner) else []
            parts.append(absent + ([[((*path, name), wanted)]] if wanted else []))
    return [[field for fields in each for field in fields] for each in product(*parts)]


def _found(fields, document):
    leaves = list(_leaves(document, (), {}))
    wanted = [(path, compiled({"v": pieces})) for path, pieces in fields if pieces is not None]
    choices = [
        [chosen for at, value, chosen in leaves if at == path and test.matches({"v": value})] for path, test in wanted
    ]
    return any(
        (all_chosen := _together(chosen)) is not None
        and not any(
            at == path and _together([all_chosen, there]) is not None
            for path, pieces in fields
            if pieces is None
            for at, _, there in leaves
        )
        for chosen in product(*choices)
    )


def _leaves(value, path, chosen):
    """Path, value and chosen elements of every field's value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name), inner, chosen
            yield from _leaves(inner, (*path, name), chosen)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, path, chosen | {id(value): index})


def _together(memberships):
    """All the chosen elements; None where two differ within one array."""
    joined = {}
    for membership in memberships:
        for array, index in membership.items():
            if joined.setdefault(array, index) != index:
                return None
    return joined


@settings(max_examples=50, deadline=None)
@given(patterns, documents)
def test_three_values_are_two_where_nothing_is_unknown(pattern, document):
    made = compiled(pattern)
    assert made.may_match(document, ()) is made.matches(document)


@settings(max_examples=80, deadline=None)
@given(patterns, documents, st.sampled_from(NAMES), values)
def test_an_answer_given_without_knowing_never_changes(pattern, document, name, value):
    """Whatever the unknown value turns out to be, a true or false that was said before it was known stays."""
    made = compiled(pattern)
    known = {key: inner for key, inner in document.items() if key != name}
    told = made.may_match(known, {name})
    if told is not None:
        assert made.matches(known) is told
        assert made.matches(known | {name: value}) is told


@settings(max_examples=50, deadline=None)
@given(patterns, documents)
def test_what_fails_is_named_exactly_when_it_does_not_match(pattern, document):
    made = compiled(pattern)
    mismatch = made.first_false(document)
    assert (mismatch is None) is made.matches(document)
    if mismatch:
        assert mismatch.path.startswith("$")
        assert mismatch.where.line == 1


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.recursive(scalars, lambda i: st.dictionaries(st.sampled_from(NAMES), i, min_size=1)),
        min_size=1,
    )
)
def test_a_pattern_of_a_documents_own_leaves_matches_it(document):
    def mirrored(value):
        return (
            {k: mirrored(v) for k, v in value.items()}
            if isinstance(value, dict)
            else [float(value) if isinstance(value, Decimal) else value]
        )

    assert compiled(mirrored(document)).matches(document)


@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        scalars.filter(lambda v: not isinstance(v, Decimal)),
        lambda i: (
            st.lists(i, max_size=3)
            | st.dictionaries(
                st.sampled_from(["a", "$or", "prefix", "exists", "numeric", "anything-but", "cidr", "wildcard", "bad"]),
                i,
                max_size=3,
            )
        ),
    )
)
def test_any_yaml_is_a_pattern_or_refused(plain):
    problems = ()
    try:
        compiled(plain).matches({})
    except ProjectInvalid as refused:
        problems = refused.problems
    assert all(p.code.startswith("P") and p.where.line and p.fix for p in problems)


@settings(max_examples=80, deadline=None)
@given(st.text("ab*\\", max_size=8), st.text("ab*\\", max_size=8))
def test_wildcards_agree_with_regular_expressions(wildcard, text):
    try:
        made = compiled({"a": [{"wildcard": wildcard}]})
    except ProjectInvalid:
        return
    pieces = re.findall(r"\\.|.", wildcard)
    regex = "".join(".*" if piece == "*" else re.escape(piece[-1]) for piece in pieces)
    assert made.matches({"a": text}) is bool(re.fullmatch(regex, text))


@pytest.fixture(scope="module")
def moto():
    return pytest.importorskip("moto.events.models").EventPattern


flat = st.dictionaries(
    st.sampled_from(NAMES),
    st.one_of(
        st.integers(-1, 2),
        st.sampled_from(["", "x", "xy", "XY", "10.0.0.9"]),
        st.lists(st.sampled_from(["x", "y"]), max_size=2),
    ),
)
operators = st.sampled_from(
    [
        {"prefix": "x"},
        {"suffix": "y"},
        {"equals-ignore-case": "xY"},
        {"prefix": {"equals-ignore-case": "X"}},
        {"anything-but": "x"},
        {"anything-but": ["x", "y"]},
        {"anything-but": {"prefix": "x"}},
        {"anything-but": 1},
        {"anything-but": {"wildcard": ["x*", "*9"]}},
        {"anything-but": {"equals-ignore-case": ["xy"]}},
        {"numeric": [">", 0]},
        {"numeric": [">=", 0, "<", 2]},
        {"numeric": ["=", 2]},
        {"cidr": "10.0.0.0/24"},
        {"exists": True},
        {"exists": False},
        {"wildcard": "x*"},
        {"wildcard": "*"},
        "x",
        "",
        1,
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from([*NAMES, "$or"]), st.lists(operators, min_size=1, max_size=2), min_size=1), flat)
def test_flat_patterns_agree_with_moto(moto, fields, document):
    """Where AWS's semantics are simple, an independent implementation says the same."""
    pattern = {name: pieces for name, pieces in fields.items() if name != "$or"}
    if "$or" in fields:
        pattern["$or"] = [{"a": fields["$or"]}, {"b": fields["$or"]}]
    source = {"detail": pattern}
    assert compiled(source).matches({"detail": document}) is moto(json.dumps(source), source).matches_event(
        {"detail": document}
    )
