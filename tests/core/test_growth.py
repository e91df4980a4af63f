"""What a rule may make of a change is bounded, however its names, lists and texts multiply one another."""

import json
from resource import RUSAGE_SELF, getrusage
from time import process_time

import pytest

from bridge.core.expression.limits import FEW, MAX_MADE
from bridge.core.expression.parser import parse
from bridge.core.expression.weight import LIGHT, weight
from bridge.core.given import ASSUMED, change_of
from bridge.core.large import joined
from bridge.core.rules import compile_rules, translate
from bridge.core.rules.event import Surroundings
from bridge.core.schemas import compile_schemas
from bridge.errors import UnmappableChange, Where

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://x.example/any.json",
    "additionalProperties": True,
}
SCHEMAS = compile_schemas({"any.json": json.dumps(SCHEMA).encode()})
SECONDS, BYTES = 10.0, 400_000_000

WIDE = {"s": "x" * 390_000, "l": list(range(1200)), "n": "y"}
DOUBLED = "".join(f"      v{i + 1}: ['${{v{i}}}', '${{v{i}}}']\n" for i in range(60))
TWICE = "".join(f"      v{i + 1}: '${{v{i}}}${{v{i}}}'\n" for i in range(60))
WHOLE = "".join(f"      w{i}: '${{@}}'\n" for i in range(60))
PIPED = "|".join(["[@,@]"] * 60)

#: What grows: `let` and the rest of an event, and the code that refuses it.
GROWING = {
    "names that double one another": (f"let:\n      v0: '${{new.n}}'\n{DOUBLED}    data: {{a: '${{v60}}'}}", "M012"),
    "texts that double one another": (f"let:\n      v0: '${{new.n}}'\n{TWICE}    data: {{a: '${{v60}}'}}", "M012"),
    "names that each hold all before them": (f"let:\n{WHOLE}    data: {{a: '${{w59}}'}}", "M012"),
    "an expression that doubles": (f'data: {{a: "${{new.n | {PIPED}}}"}}', "M012"),
    "an image in each element": ("data: {a: [{$each: '${new.l}', b: '${new.s}'}]}", "M012"),
    "an image in each text": ("data: {a: [{$each: '${new.l}', b: '${it} of ${new.s}'}]}", "M012"),
    "lists in lists": ("data: {a: [{$each: '${new.l}', b: [{$each: '${new.l}', a-name-that-is-long-enough-to-be-soon-too-much: '${it}'}]}]}", "M012"),
    "padding in each element": ("data: {a: [{$each: '${new.l}', b: \"${pad(new.n, `100000`)}\"}]}", "M012"),
    "padding of what is projected": ('data: {a: "${new.l[*].pad(text(@), `100000`)}"}', "X023"),
    "padding of what is filtered": ('data: {a: "${new.l[?@ > `1`].pad(text(@), `100000`)}"}', "X023"),
    "padding of what is mapped": ('data: {a: "${map(&pad(text(@), `100000`), new.l)}"}', "X023"),
    "padded keys of a sort": ('data: {a: "${sort_by(new.l, &pad(text(@), `100000`))}"}', "X023"),
    "an event for each, each with an image": ("each: ${new.l}\n    data: {a: '${it}', b: '${new.s}'}", "M012"),
    "events of what doubles": (
        f"let:\n      v0: ['${{new.n}}']\n{DOUBLED}    each: ${{v60}}\n    data: {{a: x}}", "M012",
    ),
    "a text of a thousand texts": (f"data: {{a: \"{'${new.s}' * 1000}\"}}", "M012"),
    "a text of three texts": ("data: {a: '${new.s} ${new.s} ${new.s}'}", "M012"),
}  # fmt: skip


def rules(body):
    text = f"entity: e\nsource: /s\nto: [bus]\nevents:\n  a:\n    type: a.v1\n    schema: any.json\n    {body}\n"
    compiled, problems = compile_rules({"e.yaml": text.encode()}, Surroundings(SCHEMAS, SCHEMAS.names, {"bus"}))
    assert [each.code for each in problems if each.level == "error"] == []
    return compiled


def change(new):
    return change_of({**ASSUMED, "table": "t", "id": "e1", "keys": {"pk": "K"}, "change": "insert", "new": new})


@pytest.mark.parametrize("name", GROWING)
def test_what_grows_without_bounds_is_refused_before_it_is_made(name):
    body, code = GROWING[name]
    compiled = rules(body)
    before, began = getrusage(RUSAGE_SELF).ru_maxrss, process_time()
    with pytest.raises(UnmappableChange) as refused:
        compiled.translate(change(WIDE))
    assert process_time() - began < SECONDS
    assert (getrusage(RUSAGE_SELF).ru_maxrss - before) * 1024 < BYTES
    (problem,) = refused.value.problems
    assert (problem.code, problem.where.file, problem.where.record) == (code, "e.yaml", "e1")
    assert "characters" in problem.what
    assert problem.where.line > 6


@pytest.mark.parametrize("name", GROWING)
def test_the_same_rule_says_what_it_says_of_a_small_item(name):
    small = {"s": "x", "l": [1, 2], "n": "y"}
    body, _ = GROWING[name]
    if "double" in name or "hold all" in name:
        body = body.replace("{a: '${v60}'}", "{a: '${v3}'}").replace("{a: '${w59}'}", "{a: '${w3}'}")
        body = body.replace("each: ${v60}", "each: ${v3}").replace(PIPED, "[@,@] | [@,@]")
    assert rules(body).translate(change(small)).events


def test_the_refusal_names_the_most_that_may_be_made():
    with pytest.raises(UnmappableChange) as refused:
        rules(GROWING["an image in each element"][0]).translate(change(WIDE))
    (problem,) = refused.value.problems
    assert problem.what == "what is made of this change would have more than 8,388,608 characters"
    assert problem.fix == "take only what subscribers need of it"
    assert problem.where.path == "$.data.a"


def test_all_events_of_one_rule_are_bounded_together(monkeypatch):
    compiled = rules("each: ${new.l}\n    data: {a: '${it}'}")
    assert len(compiled.translate(change({"l": [1, 2, 3]})).events) == 3
    monkeypatch.setattr(translate, "MAX_SAID", 500)
    with pytest.raises(UnmappableChange, match="more than 500 characters"):
        compiled.translate(change({"l": [1, 2, 3]}))


def test_what_cannot_grow_is_not_measured():
    """An ordinary rule: no name, list or text in it makes more of an item than it holds."""
    ordinary = rules(
        "let: {c: '${new.n}'}\n    data: {a: '${new.s} ${c}', b: [{$each: '${new.l}', d: '${it}', c: '${c}'}]}"
    )
    (rule,) = ordinary.entities[0].rules
    assert not rule.swells
    (repeated,) = (item for item, _ in rule.data.template.entries[1].value.items)
    assert repeated.few == FEW
    (bare,) = rules("data: {b: [{$each: '${new.l}', d: '${it.a}', e: x}]}").entities[0].rules
    assert bare.data.template.entries[0].value.items[0][0].few is None


def test_a_list_of_lists_is_measured_from_its_first_element():
    (rule,) = rules("data: {b: [{$each: '${new.l}', c: [{$each: '${new.l}', d: '${it}'}]}]}").entities[0].rules
    assert rule.data.template.entries[0].value.items[0][0].few == 0


@pytest.mark.parametrize(
    ("expression", "most"),
    [
        ("a.b.c", 1), ("[a, b]", 2), ("[@, @] | [@, @]", 4), ("l[*].{a: a, b: b}", 2), ("l[?a > `1`].[a, a, a]", 3),
        ("a || [b, b]", 2), ("a == b", 1), ("!a", 1), ("concat(a, b, c)", 3), ("to_json(a)", 6), ("map(&[@, @], l)", 3),
        ("pad(a, n)", float("inf")), ("l[].*.a", 1), (f"'{'x' * 640}'", 11), ("uri(a)", 12), ("a[1:2] && b", 1),
    ],
)  # fmt: skip
def test_an_expression_weighs_what_it_may_make_of_a_part(expression, most):
    assert weight(parse(expression)) == most


def test_one_text_weighs_no_more_than_the_longest():
    """However long a function makes it: that is what many texts must not be."""
    assert weight(parse("uri(lower(replace(a, ' ', '-')))"), most=2.0) == 2
    (rule,) = rules("let: {c: \"${replace(new.n, ' ', '-')}\"}\n    data: {a: '${uri(c)}'}").entities[0].rules
    assert not rule.swells


def test_names_weigh_what_they_hold():
    assert weight(parse("[a, b]"), {"a": 10}) == 11
    assert weight(parse("[@]"), {"a": 10}) == 11
    assert LIGHT > 1


def test_text_up_to_the_bound_is_joined():
    half = "x" * (MAX_MADE // 16)
    assert joined([half, half], Where()) == half + half
    with pytest.raises(UnmappableChange):
        joined([half, half, "x"], Where())
