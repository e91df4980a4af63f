"""No silent null: what is published never has a null that the expression itself brought about."""

import pytest

from bridge.core.expression import ABSENT, compile_expression
from bridge.core.wire import read_json
from bridge.errors import UnmappableChange, Where

DOCUMENT = read_json(
    '{"n": null, "t": "x", "no": false, "yes": true, "o": {"a": null, "b": 1}, "l": [{"a": 1, "b": null}, {"a": null}, null]}'
)


def compiled(text):
    return compile_expression(text, lambda offset: Where("r.yaml", 2, offset + 1))


def refusals(text, ask="say"):
    with pytest.raises(UnmappableChange) as refused:
        getattr(compiled(text), ask)(DOCUMENT)
    return [(problem.where.column, problem.code, problem.what) for problem in refused.value.problems]


@pytest.mark.parametrize("text", ["absent", "n", "o.a", "if(no, t)", "coalesce(n, absent)", "[a][0]"])
def test_an_expression_that_comes_to_null_says_absent(text):
    assert compiled(text).say(DOCUMENT) is ABSENT
    assert compiled(text).value(DOCUMENT) is None


@pytest.mark.parametrize(
    "text", ["nullable(absent)", "nullable(n)", "if(yes, nullable(n), t)", "n || nullable(absent)", "o | nullable(a)", "coalesce(n, nullable(n))"]
)  # fmt: skip
def test_nullable_lets_the_null_through(text):
    assert compiled(text).say(DOCUMENT) is None


@pytest.mark.parametrize("text", ["if(no, nullable(n), absent)", "if(no, nullable(n))", "{a: nullable(n)}.b"])
def test_a_null_from_beside_nullable_is_absent_all_the_same(text):
    assert compiled(text).say(DOCUMENT) is ABSENT


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("o", '{"a": null, "b": 1}'),
        ("l", '[{"a": 1, "b": null}, {"a": null}, null]'),
        ("{x: o, y: [l]}", '{"x": {"a": null, "b": 1}, "y": [[{"a": 1, "b": null}, {"a": null}, null]]}'),
        ("merge(o, {c: t})", '{"a": null, "b": 1, "c": "x"}'),
        ("values(o)", "[null, 1]"),
        ("items(o)[0]", '{"key": "a", "value": null}'),
        ("reverse(l)[*]", '[{"a": null}, {"a": 1, "b": null}]'),
    ],
)
def test_a_null_inside_a_value_taken_whole_passes(text, result):
    assert compiled(text).say(DOCUMENT) == read_json(result)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("[absent, t][1]", "x"),
        ("[absent, t][]", ["x"]),
        ("{a: absent, b: t}.b", "x"),
        ("[{a: absent}, {a: t}][?a].a", ["x"]),
        ("merge({t: absent}, {t: t})", {"t": "x"}),
        ("default({a: absent}.a, t)", "x"),
        ("length([absent])", 1),
        ("map(&a, l)[]", [1]),
        ("from_items([{key: 'k', value: absent}, {key: 'k', value: t}])", {"k": "x"}),
    ],
)
def test_a_null_that_does_not_reach_the_result_is_no_problem(text, result):
    assert compiled(text).say(DOCUMENT) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{a: nullable(absent), b: t}", {"a": None, "b": "x"}),
        ("[t, nullable(n)]", ["x", None]),
        ("[if(yes, nullable(n), t)]", [None]),
        ("map(&nullable(a), l[:2])", [1, None]),
        ("[[nullable(n)]]", [[None]]),
    ],
)
def test_nullable_lets_a_part_be_null(text, result):
    made = compiled(text).say(DOCUMENT)

    assert made == result
    assert type(made) in (list, dict)


OF = "the part '{}' of {{…}} comes to null"


@pytest.mark.parametrize(
    ("text", "holes"),
    [
        ("{a: t, b: absent.x}", [(11, OF.format("b"))]),
        ("{a: n}", [(5, OF.format("a"))]),
        ("[t, n]", [(5, "part 2 of […] comes to null")]),
        ("{a: {b: [absent]}}", [(10, "part 1 of […] comes to null")]),
        ("{a: absent, b: n}", [(5, OF.format("a")), (16, OF.format("b"))]),
        ("l[*].{a: a, b: b}", [(10, OF.format("a")), (16, OF.format("b"))]),
        ("{a: nullable(n), b: n}", [(21, OF.format("b"))]),
        ("[nullable(n), n]", [(15, "part 2 of […] comes to null")]),
        ("[{a: nullable(n)}.a]", [(2, "part 1 of […] comes to null")]),
        ("if(yes, {a: n}, t)", [(13, OF.format("a"))]),
        ("coalesce(absent, [n])", [(19, "part 1 of […] comes to null")]),
        ("t && [n]", [(7, "part 1 of […] comes to null")]),
        ("sort_by(l[:1].{a: a, b: b}, &a)", [(25, OF.format("b"))]),
        ("map(&{x: b}, l[:1])", [(10, OF.format("x"))]),
        ("map(&a, l)", [(6, "an element of the array that is made here comes to null")]),
        ("to_array(absent)", [(10, "an element of the array that is made here comes to null")]),
        ("merge({a: absent}, {b: t})", [(11, OF.format("a"))]),
        ("reverse([t, absent])", [(13, "part 2 of […] comes to null")]),
        ("values({a: absent})", [(12, OF.format("a"))]),
        ("items({a: absent})", [(11, OF.format("a"))]),
        ("from_items(items({a: absent}))", [(22, OF.format("a"))]),
        ("from_items([{key: 'k', value: absent}])", [(31, OF.format("value"))]),
        ("zip([t, absent], ['a', 'b'])", [(9, "part 2 of […] comes to null")]),
        ("group_by([{k: 'x', v: absent}], &k)", [(23, OF.format("v"))]),
        ("added(absent, [{a: n}])", [(20, OF.format("a"))]),
        ("{a: t, a: absent}", [(11, OF.format("a"))]),
    ],
)
def test_a_null_that_the_expression_made_is_refused_at_the_part_that_made_it(text, holes):
    assert refusals(text) == [(column, "M002", what) for column, what in holes]
    compiled(text).value(DOCUMENT)


@pytest.mark.parametrize("text", ["to_json({a: t, b: n})", "sha256(to_string({a: t, b: n}))", "[to_json([{b: n}]), n]"])
def test_a_null_that_the_expression_made_is_not_written_into_json_text_either(text):
    assert refusals(text) == [
        (text.index("n}") + 1, "M002", "a part of the value that is written as JSON comes to null")
    ]
    assert compiled("to_json({a: nullable(n), o: o})").say(DOCUMENT) == '{"a":null,"o":{"a":null,"b":1}}'


def test_the_fix_of_a_hole_names_the_ways_out():
    with pytest.raises(UnmappableChange) as refused:
        compiled("[n]").say(DOCUMENT)

    fix = "require it under `when`, give it a value with default(…), or let null pass with nullable(…)"
    assert str(refused.value) == f"r.yaml:2:2: M002 part 1 of […] comes to null\n    fix: {fix}"


@pytest.mark.parametrize(("text", "holds"), [("t == 'x'", True), ("!t", False), ("no", False), ("t && yes", True)])
def test_a_condition_is_true_or_false(text, holds):
    assert compiled(text).condition(DOCUMENT) is holds


@pytest.mark.parametrize(
    ("text", "column", "kind"), [("absent", 1, "null"), ("t", 1, "string"), ("no || l", 1, "array"), ("`0`", 1, "number"), ("t < `1`", 1, "null")]
)  # fmt: skip
def test_a_condition_that_is_neither_is_refused(text, column, kind):
    what = f"the condition comes to {kind}, neither true nor false"

    assert refusals(text, "condition") == [(column, "M003", what)]


def test_a_published_value_is_made_of_plain_types():
    made = compiled("{a: [t, {b: o}], c: l[*].{x: default(a, `0`)}}").say(DOCUMENT)

    assert {type(made), type(made["a"]), type(made["a"][1]), type(made["c"]), type(made["c"][0])} == {dict, list}


def test_absent_says_what_it_is():
    assert repr(ABSENT) == "ABSENT"
