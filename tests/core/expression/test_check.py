"""What `lint` finds in an expression before any record arrives: all of it, each at its column, with the fix."""

import pytest

from bridge.core.change import NAMES
from bridge.core.expression import FUNCTIONS, compile_expression
from bridge.errors import ProjectInvalid, Where

LISTED = ", ".join(sorted(NAMES))


def problems(text, names=NAMES):
    try:
        compile_expression(text, lambda offset: Where("r.yaml", 3, offset + 1), names)
    except ProjectInvalid as error:
        return [(each.where.column, each.code, each.what, each.fix) for each in error.problems]
    return []


@pytest.mark.parametrize(
    ("text", "column", "code", "what", "fix"),
    [
        ("nwe.total", 1, "X005", "there is no name 'nwe' here", "write new"),
        ("New.total", 1, "X005", "there is no name 'New' here", "write new"),
        ("customer.name", 1, "X005", "there is no name 'customer' here", f"use one of {LISTED}"),
        ("new.status == PAID", 15, "X005", "there is no name 'PAID' here",
         f"use one of {LISTED}, or 'PAID' in single quotes if text is meant"),
        ("(new.lines[*].[a] | [0]) || nwe", 29, "X005", "there is no name 'nwe' here", "write new"),
        ('new.status == "PAID"', 15, "X009", '"PAID" in double quotes is a name, not text',
         "write 'PAID' in single quotes for text, or PAID without quotes for the name"),
        ('"web shop"', 1, "X009", '"web shop" in double quotes is a name, not text',
         "write 'web shop' in single quotes for text"),
        ('new.lines[?status == "PAID"]', 22, "X009", '"PAID" in double quotes is a name, not text',
         "write 'PAID' in single quotes for text, or PAID without quotes for the name"),
        ('new.lines[?status == "in transit"]', 22, "X009", '"in transit" in double quotes is a name, not text',
         "write 'in transit' in single quotes for text"),
        ('default(new.currency, "EUR")', 23, "X009", '"EUR" in double quotes is a name, not text',
         "write 'EUR' in single quotes for text, or EUR without quotes for the name"),
        ('new.lines[*].concat(a, "b")', 24, "X009", '"b" in double quotes is a name, not text',
         "write 'b' in single quotes for text, or b without quotes for the name"),
        ("new.status == `PAID`", 15, "X003", "the literal in backticks is no JSON", "write text in single quotes: 'PAID'"),
        ("new.status == `it's`", 15, "X003", "the literal in backticks is no JSON", "write text in single quotes"),
        ("uper(new.a)", 1, "X006", "there is no function 'uper'", "write upper(text)"),
        ("UPPER(new.a)", 1, "X006", "there is no function 'UPPER'", "write upper(text)"),
        ("xyzzy(new.a)", 1, "X006", "there is no function 'xyzzy'", "see the list of functions in rules/README.md"),
        ("replace(new.a, 'b')", 1, "X007", "replace() takes 3 arguments, and got 2", "write replace(text, old, new)"),
        ("upper()", 1, "X007", "upper() takes 1 argument, and got 0", "write upper(text)"),
        ("round(new.a, `1`, `2`)", 1, "X007", "round() takes 1 to 2 arguments, and got 3", "write round(number, digits?)"),
        ("concat()", 1, "X007", "concat() takes 1 or more arguments, and got 0", "write concat(part, …)"),
        ("upper(`1`)", 7, "X008", "upper() takes a string for 'text', and got a number", "write upper(text)"),
        ("upper(lower(new.a) == 'x')", 7, "X008", "upper() takes a string for 'text', and got a boolean", "write upper(text)"),
        ("upper(split(new.a, ','))", 7, "X008", "upper() takes a string for 'text', and got an array",
         "write upper(text)"),
        ("length(&new)", 8, "X008", ("length() takes a string or an array or an object for 'subject', and got an"
         " expression with &"), "write length(subject)"),
        ("sort_by(new.lines, sku)", 20, "X005", "there is no name 'sku' here",
         f"use one of {LISTED}, or 'sku' in single quotes if text is meant"),
        ("iso(new.at, 'us')", 13, "X008", "iso() takes 's' or 'ms' for 'unit'", "write one of them"),
        ("match(keys.pk, new.a)", 16, "X008", "'template' of match() must be a text written here, not computed",
         "write it in single quotes"),
        ("match(keys.pk, `1`)", 16, "X008", "'template' of match() must be a text written here, not computed",
         "write it in single quotes"),
        ("&new", 1, "X010", "an expression with & stands outside a function's arguments",
         "remove the &, or write && for a logical and"),
        ("upper(nullable(new.a))", 7, "X011", "nullable() stands where its value is not published",
         "put it around the whole expression, or around a part of {…} or […]"),
        ("match(keys.pk, 'A#')", 16, "X013", "the template of match() has no {part}",
         "write it such as 'TENANT#{tenant}#ORDER#{order}'"),
        ("match(keys.pk, 'A#{')", 16, "X013", "the template of match() has no {part}",
         "write it such as 'TENANT#{tenant}#ORDER#{order}'"),
        ("match(keys.pk, '}{a}')", 16, "X013", "the template of match() has a brace without its partner",
         "write it such as 'TENANT#{tenant}#ORDER#{order}'"),
        ("match(keys.pk, '{a}{b}')", 16, "X013", "the template of match() has two parts with nothing between them",
         "write it such as 'TENANT#{tenant}#ORDER#{order}'"),
        ("match(keys.pk, '{a b}')", 16, "X013",
         "the template of match() has a part named 'a b', which is no name of letters, digits and _",
         "write it such as 'TENANT#{tenant}#ORDER#{order}'"),
        ("match(keys.pk, '{a}#{a}')", 16, "X013", "the template of match() names a part twice",
         "write it such as 'TENANT#{tenant}#ORDER#{order}'"),
        ("new.lines[::0]", 10, "X014", "the slice has a step of 0", "write a step of 1 or more, or a negative one"),
        ("new.", 5, "X001", "the expression ends where a name, '*', '[' or '{' after the dot was expected",
         "write what is missing, or remove the dot"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_at_its_column_with_its_fix(text, column, code, what, fix):
    assert (column, code, what, fix) in problems(text)
    assert len(problems(text)) == (2 if text.startswith("sort_by") else 1)


def test_an_expression_where_an_expref_is_wanted_is_found():
    assert problems("sort_by(new.lines, new.sku)") == [
        (20, "X008", "sort_by() takes an expression with & for 'key'", "put & before it, as in sort_by(lines, &sku)")
    ]


def test_all_mistakes_are_found_at_once_in_the_order_written():
    found = problems('uper(nwe.a) == "PAID" && replace(old.b) || new.c == `x`')

    assert [(column, code) for column, code, _, _ in found] == [
        (1, "X006"),
        (6, "X005"),
        (16, "X009"),
        (26, "X007"),
        (53, "X003"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '"new"."unit price"',
        'new."status"',
        'new.lines[?"unit-price" > `10`]',
        "new.lines[?'a b' == \"unit-price\"]",
        "new.lines[?sku == 'A'].{sku: sku, q: \"the quantity\"}",
        "new.lines[*].{x: upper(name), y: foo}",
        "sort_by(new.lines, &sku)[-1]",
        "upper(`null`)",
        "default(new.a, 'x') || 'y'",
        "if(new.a == 'x', nullable(new.b), nullable(old.b))",
        "coalesce(new.a, nullable(new.b))",
        "new.a || nullable(new.b)",
        "new | nullable(a)",
        "[nullable(new.a)]",
        "map(&nullable(a), new.lines)",
        "new.lines[*].{a: nullable(b)}",
        "iso(new.at, new.unit)",
        "{a: new}.b",
    ],
)
def test_what_may_well_be_meant_is_no_problem(text):
    assert problems(text) == []


@pytest.mark.parametrize(
    "text", ["coalesce(nullable(new.a), new.b)", "nullable(new.a) || 'x'", "[0] == nullable(new.a)", "nullable(new.a).b", "!nullable(new.a)"]
)  # fmt: skip
def test_nullable_where_its_null_is_not_published_is_found(text):
    assert "X011" in {code for _, code, _, _ in problems(text)}


def test_without_known_names_all_of_jmespath_is_allowed():
    assert problems('"a" == "b" && foo == `bar`', names=None) == []


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("new.total", {"new"}),
        ("@.new.total", {"new"}),
        ("@ | new", {"new"}),
        ("'x'", set()),
        ("new.lines[?sku == old].{a: keys, b: @}", {"new"}),
        ("new | old", {"new"}),
        ("[new, keys.pk] | [0]", {"new", "keys"}),
        ("{a: new, b: {c: old}}", {"new", "old"}),
        ("upper(new.a) == lower(old.a) && !item", {"new", "old", "item"}),
        ("sort_by(new.lines, &old)", {"new"}),
        ("new.lines[*].[changed(&sku)]", {"new", "old"}),
        ("became(&status, keys.pk)", {"new", "old", "keys"}),
        ("[changes[0]]", {"changes"}),
        ("changes[1:]", {"changes"}),
        ("changes[].name", {"changes"}),
        ("new.*.a", {"new"}),
        ("@", NAMES),
        ("*", NAMES),
        ("keys(@)", NAMES),
        ("[0]", NAMES),
        ("[?a]", NAMES),
        ("{a: @}", NAMES),
    ],
)
def test_an_expression_knows_the_root_names_that_it_reads(text, reads):
    assert compile_expression(text, lambda _: Where(), NAMES).reads == frozenset(reads)


def test_without_known_names_reads_are_those_written():
    assert compile_expression("[a.b, @]", lambda _: Where()).reads == {"a"}


def test_every_function_shows_its_signature():
    assert FUNCTIONS["pad"].signature == "pad(text, width, fill?, side?)"
    assert FUNCTIONS["zip"].signature == "zip(array, …)"
