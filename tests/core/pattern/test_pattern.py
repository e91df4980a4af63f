"""What a compiled pattern tells, and the sentences of its mistakes."""

from decimal import Decimal

import pytest

from bridge.core.change import NAMES
from bridge.core.pattern import Mismatch, Pattern, compile_pattern
from bridge.core.yamltree import read_yaml
from bridge.errors import ProjectInvalid, Where


def pattern(text: str, names=None) -> Pattern:
    return compile_pattern(read_yaml(text.encode(), "rules/order.yaml"), names)


def at(line, column):
    return Where("rules/order.yaml", line, column)


def test_a_pattern_reads_its_top_level_names_through_or():
    assert pattern("{change: [a], new: {old: [1]}, $or: [{keys: {pk: [x]}}, {$or: [{id: [1]}, {at: [2]}]}]}").reads == {
        "change", "new", "keys", "id", "at",
    }  # fmt: skip


def test_the_source_is_the_pattern_in_plain_values():
    text = "new: {n: [1.50, {numeric: ['>', 7]}], ok: [true, null]}"
    assert pattern(text).source == {"new": {"n": [Decimal("1.50"), {"numeric": [">", 7]}], "ok": [True, None]}}


def test_patterns_written_with_the_same_values_are_equal():
    assert pattern("change: [a]") == pattern("\n'change': ['a']")
    assert pattern("change: [a]") != pattern("change: [b]")


@pytest.mark.parametrize(
    ("text", "document", "told"),
    [
        ("old: {a: [1]}", {}, None),
        ("old: {a: [1]}", {"old": {"a": 1}}, True),
        ("old: {a: [1]}", {"old": {"a": 2}}, False),
        ("old: [{exists: false}]", {}, None),
        ("{old: {a: [1]}, change: [x]}", {"change": "y"}, False),
        ("{old: {a: [1]}, change: [x]}", {"change": "x"}, None),
        ("$or: [{old: {a: [1]}}, {change: [x]}]", {"change": "x"}, True),
        ("$or: [{old: {a: [1]}}, {change: [x]}]", {"change": "y"}, None),
        ("{table: [t], $or: [{old: {a: [1]}}, {change: [x]}]}", {"change": "y", "table": "u"}, False),
        ("new: {old: [1]}", {"new": {}}, False),
    ],
)
def test_what_depends_on_an_unknown_name_is_told_as_none(text, document, told):
    assert pattern(text).may_match(document, {"old"}) is told


@pytest.mark.parametrize(
    ("text", "document", "mismatch"),
    [
        ("change: [a, b]", {"change": "c"}, Mismatch("$.change", ["a", "b"], True, "c", at(1, 9))),
        ("{change: [a], table: [t]}", {"change": "a"}, Mismatch("$.table", ["t"], False, None, at(1, 22))),
        ("new:\n  s: [PAID]", {"new": {"s": None}}, Mismatch("$.new.s", ["PAID"], True, None, at(2, 6))),
        ("new: {s: [PAID]}", {}, Mismatch("$.new", {"s": ["PAID"]}, False, None, at(1, 6))),
        ("new: {s: [PAID]}", {"new": 1}, Mismatch("$.new", {"s": ["PAID"]}, True, 1, at(1, 6))),
        ("new: {a-b: [1]}", {"new": {}}, Mismatch("$.new['a-b']", [1], False, None, at(1, 12))),
        ("$or: [{a: [1]}, {b: [2]}]", {"c": 1}, Mismatch("$", [{"a": [1]}, {"b": [2]}], True, {"c": 1}, at(1, 6))),
        ("n: {$or: [{a: [1]}, {b: [2]}]}", {"n": {}}, Mismatch("$.n", [{"a": [1]}, {"b": [2]}], True, {}, at(1, 10))),
        ("l: {a: [1], b: [2]}", {"l": [{"a": 1}, {"b": 2}]}, Mismatch("$.l", {"a": [1], "b": [2]}, True, [{"a": 1}, {"b": 2}], at(1, 4))),
    ],
)  # fmt: skip
def test_the_first_piece_that_fails_is_named(text, document, mismatch):
    assert pattern(text).first_false(document) == mismatch


def test_or_that_shares_an_array_still_names_where_it_stands():
    made = pattern("{l: {a: [1]}, $or: [{l: {b: [2]}}, {c: [3]}]}")
    assert made.first_false({"l": [{"a": 1}, {"b": 2}]}) == Mismatch(
        "$", [{"l": {"b": [2]}}, {"c": [3]}], True, {"l": [{"a": 1}, {"b": 2}]}, at(1, 20)
    )


def test_a_document_nested_deeply_is_decided_all_the_same():
    value = [1]
    for _ in range(100_000):
        value = [value]
    assert pattern("a: [1]").matches({"a": value})
    assert not pattern("a: {b: [1]}").matches({"a": value})
    assert pattern("a: {b: [{exists: false}]}").matches({"a": value})


def _chain(depth, innermost):
    return innermost if depth == 0 else f"{{a: {_chain(depth - 1, innermost)}}}"


def _shared(depth):
    """At every depth an `$or` that looks into the same objects as its neighbour: combinations double with each."""
    if depth == 0:
        return "{x: [1]}"
    return f"{{$or: [{_chain(depth, '{p: [1]}')}, {_chain(depth, '{q: [1]}')}], a: {_shared(depth - 1)}}}"


def test_or_that_shares_objects_a_few_times_is_multiplied_out():
    made = pattern(_shared(3))
    assert made.matches({"a": {"a": {"a": {"x": 1, "p": 1}}}})
    assert not made.matches({"a": [{"a": {"a": {"x": 1}}}, {"a": {"a": {"p": 1}}}]})


@pytest.mark.parametrize("depth", [20, 40])
def test_or_that_multiplies_out_too_far_is_refused_at_once(depth):
    text = _shared(depth)
    with pytest.raises(ProjectInvalid) as refused:
        pattern(text)
    assert {problem.code for problem in refused.value.problems} == {"P019"}
    assert str(refused.value.problems[0]).endswith(
        "P019 `$or` beside fields of the same name comes to more than 2000 combinations\n"
        "    fix: split the rule, or write lists instead of `$or`"
    )


SENTENCES = {
    "nwe: [1]": """rules/order.yaml:1:1: P009 a change has no 'nwe'; did you mean 'new'?
    fix: use one of account, at, change, changed, changes, id, item, keys, new, old, region, sequence, table; \
attributes are below `new`, `old`, `item` or `keys`""",
    "change: insert": """rules/order.yaml:1:9: P003 'change' is text, not a list of what it may be
    fix: write [insert]""",
    "id: 'a, b'": """rules/order.yaml:1:5: P003 'id' is text, not a list of what it may be
    fix: write ['a, b']""",
    "id: '7'": """rules/order.yaml:1:5: P003 'id' is text, not a list of what it may be
    fix: write ['7']""",
    "id: 7.50": """rules/order.yaml:1:5: P003 'id' is a number, not a list of what it may be
    fix: write [7.50]""",
    "id: true": """rules/order.yaml:1:5: P003 'id' is true or false, not a list of what it may be
    fix: write [true]""",
    "id:": """rules/order.yaml:1:4: P003 'id' is null, not a list of what it may be
    fix: write [null]""",
    "id: [{prefx: a}]": """rules/order.yaml:1:7: P006 there is no operator 'prefx'; did you mean 'prefix'?
    fix: use one of anything-but, cidr, equals-ignore-case, exists, numeric, prefix, suffix, wildcard; \
a mapping below a field is written without a list""",
    "id: [{cidr: 10.0.0.7/24}]": """rules/order.yaml:1:13: P013 'cidr' has bits set behind its length
    fix: write 10.0.0.0/24""",
    "id: {anything-but: [a]}": """rules/order.yaml:1:6: P018 the operator 'anything-but' stands where a field is named
    fix: name the field and put the operator in its list: `field: [{anything-but: …}]`""",
    "id: [{prefix: {a: 1}}]": """rules/order.yaml:1:15: P008 'prefix' takes text, not a mapping
    fix: give it one text""",
    "id: [{wildcard: 'a**'}]": """rules/order.yaml:1:19: P014 two asterisks in a row mean no more than one
    fix: write one `*`""",
    "id: [{numeric: ['>', 5, '<', 5]}]": """\
rules/order.yaml:1:16: P011 no range: the lower bound is not below the upper
    fix: write the smaller bound first; for a single number write `numeric: ['=', 5]`""",
}


@pytest.mark.parametrize(("text", "sentence"), SENTENCES.items())
def test_mistakes_are_said_in_full(text, sentence):
    with pytest.raises(ProjectInvalid) as refused:
        pattern(text, NAMES)
    assert str(refused.value) == sentence
