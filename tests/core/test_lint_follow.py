"""What a rule's expressions ask for of the elements of lists is followed through the item schema."""

import json

import pytest

from tests.core.test_lint import ITEM, found, rule, said

OPEN = {"type": "object", "properties": {"sku": {}}, "additionalProperties": True}
LINE = {
    "type": "object",
    "properties": {
        "sku": {"type": "string"},
        "price": {"type": "integer"},
        "parts": {"type": "array", "items": {"type": "object", "properties": {"name": {}, "colour": {}}}},
    },
}
LISTS = ITEM | {
    "properties": ITEM["properties"]
    | {
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "nested": {"type": "array", "items": {"type": "array", "items": {"$ref": "#/$defs/line"}}},
        "mixed": {"type": "array", "items": {"type": ["array", "object"], "items": LINE, "properties": {"sku": {}}}},
        "row": {"type": "array", "prefixItems": [LINE], "items": {"type": "string"}},
        "bare": {"type": "array", "items": {"properties": {"sku": {}}}},
        "deep": {"$ref": "#/$defs/deep"},
        "bag": {"type": "array", "items": OPEN},
        "map": {"type": "object", "additionalProperties": LINE},
    },
    "$defs": {"line": LINE, "deep": {"type": "array", "items": {"$ref": "#/$defs/deep"}}},
}


def asked(expression, **more):
    """The names of which lint says that the item does not have them, where a value is this expression."""
    text = rule(data=f"{{id: {json.dumps('${' + expression + '}')}}}", when="{change: [modify]}", **more)
    problems = found(text, item=LISTS)
    assert {each.code for each in problems} <= {"L012"}, problems
    return [each.what.split("'")[1] for each in problems]


@pytest.mark.parametrize(
    "expression",
    [
        "new.lines[0].skuu",
        "new.lines[-1].parts[0].skuu",
        "new.lines[*].skuu",
        "new.lines[1:].skuu",
        "new.lines[].skuu",
        "new.lines[].parts[].skuu",
        "new.lines[].parts[][].skuu",
        "new.nested[].skuu",
        "new.nested[0][0].skuu",
        "new.lines[?price > `1`].skuu | [0]",
        "new.lines[?skuu == 'A'] | [0].sku",
        "new.lines[*].parts[*].skuu",
        "new.lines[*].parts | [0][0].skuu",
        "new.lines | [0] | @.skuu",
        "new.lines.skuu",
        "new.lines[*].{a: sku, b: skuu} | [0].a",
        "new.lines[*].[sku, skuu] | [0][0]",
        "(new.lines || `[]`)[0].skuu",
        "(new.id && new.lines)[0].skuu",
        "default(new.lines, `[]`)[0].skuu",
        "coalesce(old.lines, new.lines)[0].skuu",
        "if(new.n > `1`, new.lines, old.lines)[0].skuu",
        "sort_by(new.lines, &skuu)[0].sku",
        "sort_by(new.lines, &sku)[0].skuu",
        "max_by(new.lines, &skuu).sku",
        "min_by(new.lines, &sku).skuu",
        "keys(group_by(new.lines, &skuu))[0]",
        "added(old.lines, new.lines, &skuu)[0].sku",
        "removed(old.lines, default(new.lines, `[]`), &skuu)[0].sku",
        "added(old.lines, new.lines)[0].skuu",
        "map(&skuu, new.lines)[0]",
        "map(&parts, new.lines)[0][0].skuu",
        "reverse(new.lines)[0].skuu",
        "to_string(changed(&lines[0].skuu))",
        "to_string(new.lines[0].skuu < `5` || !new.lines)",
        "text(length(new.lines[?default(skuu, `0`) < `5`]))",
    ],
)
def test_a_name_that_an_element_does_not_have_is_told_wherever_the_element_comes_from(expression):
    assert asked(expression) == ["skuu"]
    assert asked(expression.replace("skuu", "price" if "parts" not in expression else "name")) == []


@pytest.mark.parametrize(
    "expression",
    [
        "new.bag[0].skuu",
        "new.mixed[].skuu",
        "new.row[0].skuu",
        "new.map.*.skuu | [0]",
        "new.map.a.skuu",
        "new.tags[0].skuu",
        "new.tags[].skuu",
        "new.bare[].skuu",
        "new.deep.skuu",
        "new.lines[*].{a: sku} | [0].skuu",
        "items(new.map)[0].value.skuu",
        "to_array(new.lines)[0].skuu",
        "coalesce(old.lines, new.nested)[0].skuu",
        "changes[0].new.skuu",
        "new.who.*.skuu | [0]",
    ],
)
def test_of_what_is_not_told_or_may_be_anything_nothing_is_said(expression):
    assert asked(expression) == []


def test_the_name_is_told_at_its_place_and_mended():
    text = rule(data='{id: "${new.lines[?price > `1`].skuu | [0]}"}')
    (problem,) = found(text, item=LISTS)
    line = text.splitlines()[problem.where.line - 1]
    assert line[problem.where.column - 1 :].startswith("skuu")
    assert (problem.edit.where, problem.edit.text) == (problem.where, "sku")


def test_it_is_the_element_in_lists_and_the_innermost_counts():
    data = '{id: a, tags: [{$each: "${new.lines}", a: "${it.skuu}", b: [{$each: "${it.parts}", c: "${it.nam}"}]}]}'
    assert [each.split("'")[1] for each in said(found(rule(data=data), item=LISTS), "L012")] == ["skuu", "nam"]
    assert said(found(rule(data=data.replace("skuu", "sku").replace("nam}", "name}")), item=LISTS), "L012") == []


def test_it_is_the_element_of_each_in_every_value_and_in_if():
    event = "    each: ${new.lines}\n    key: ${it.skuu}\n    subject: s ${it.skuuu}\n    if: ${default(it.prce, `0`) < `5`}\n"
    whats = said(found(rule(event=event), item=LISTS), "L012")
    assert [each.split("'")[1] for each in whats] == ["skuu", "skuuu", "prce"]
    assert [each.rpartition("; ")[2] for each in whats] == ["did you mean 'sku'?"] * 2 + ["did you mean 'price'?"]


def test_names_under_let_stand_for_what_they_name():
    event = '    let: {lines: "${new.lines}", first: "${lines[0]}", other: {a: "${new.idd}"}}\n'
    data = '{id: "${first.skuu}", tags: [{$each: "${lines}", a: "${it.skk}", b: "${other.skuu}"}]}'
    whats = said(found(rule(event=event, data=data), item=LISTS), "L012")
    assert [each.split("'")[1] for each in whats] == ["idd", "skuu", "skk"]
